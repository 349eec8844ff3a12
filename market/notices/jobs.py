"""The clocks of infringement notices."""

from datetime import timedelta

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.notices import commands
from market.notices.models import Notice


@sweep("market.notices.clock", timedelta(minutes=1))
async def clock(runtime: Runtime) -> None:
    """Take the step that silence means, and remind officers who are late."""
    due = select(Notice.id).where(Notice.due_at <= runtime.clock.now()).order_by(Notice.due_at)
    await each(runtime, due, commands.keep_clock)
