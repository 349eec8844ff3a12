"""What time does to successions."""

from datetime import timedelta

from sqlalchemy import select

from contracts.successions import commands
from contracts.successions.models import Succession
from contracts.successions.states import OPEN
from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime


@sweep("contracts.successions.time-over", timedelta(minutes=1))
async def time_over(runtime: Runtime) -> None:
    """Let silence have its effect."""
    over = Succession.due_at <= runtime.clock.now()
    query = select(Succession.id).where(Succession.status.in_(OPEN), over)
    await each(runtime, query.order_by(Succession.due_at), commands.time_over)
