"""What happens to issued reports as days pass: their use ends."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from kernel import lifecycle
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from kernel.states import Role
from kernel.time.clock import day_in_china
from valuation.engagements import queries
from valuation.engagements.models import Engagement
from valuation.engagements.states import ENGAGEMENT, EngagementAction, EngagementState

BATCH: Final = 200


@sweep("valuation.report.expire", timedelta(minutes=5))
async def expire(runtime: Runtime) -> None:
    """Mark reports whose last day of use is over, in batches until none is left."""
    today = day_in_china(runtime.clock.now())
    due = (
        select(Engagement)
        .where(Engagement.status == EngagementState.ISSUED, Engagement.use_until < today)
        .order_by(Engagement.use_until, Engagement.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    while True:
        async with runtime.act() as act:
            rows = (await act.session.scalars(due)).all()
            for row in rows:
                await lifecycle.advance(
                    act,
                    row,
                    ENGAGEMENT,
                    EngagementAction.EXPIRE,
                    Role.SYSTEM,
                    parties=queries.sides(row),
                    use_until=str(row.use_until),
                )
        if len(rows) < BATCH:
            return
