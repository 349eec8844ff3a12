"""Redeliveries whose time is over; those that a complaint requires follow its clock."""

from datetime import timedelta

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.redeliveries import commands
from market.redeliveries.models import Redelivery


@sweep("market.redeliveries.time-over", every=timedelta(minutes=1))
async def time_over(runtime: Runtime) -> None:
    """See to what was not answered, or not delivered, in time."""
    due = (Redelivery.due_at <= runtime.clock.now()) & Redelivery.because.is_(None)
    await each(runtime, select(Redelivery.id).where(due).order_by(Redelivery.due_at), commands.time_over)
