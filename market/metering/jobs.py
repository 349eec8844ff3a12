"""What meters do by themselves: uses whose outcome nobody told are let go, uncharged."""

from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import select

from kernel.jobs.batches import BATCH
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.metering import commands
from market.metering.models import UsageEvent

log: Final = structlog.get_logger("liutong.metering")


@sweep("market.metering.let-go", timedelta(minutes=1))
async def let_go(runtime: Runtime) -> None:
    """Release what waits too long for its outcome, each in a unit of its own."""
    due = UsageEvent.hold_until <= runtime.clock.now()
    query = select(UsageEvent.source, UsageEvent.event_id).where(due).order_by(UsageEvent.hold_until).limit(BATCH)
    async with runtime.sessions() as session:
        waiting = (await session.execute(query)).all()
    for source, event_id in waiting:
        try:
            async with runtime.act() as act:
                await commands.let_go(act, source, event_id)
        except Exception:
            log.exception("a use could not be let go", source=source, event=event_id)
