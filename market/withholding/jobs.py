"""Reminding of shares that are kept back."""

from datetime import timedelta

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.withholding import commands
from market.withholding.models import WithheldShare
from market.withholding.queries import COMPLAINT
from market.withholding.states import WAITING


@sweep("market.withholding.remind", every=timedelta(minutes=5))
async def remind(runtime: Runtime) -> None:
    """Remind of decisions that are overdue; what is held for a complaint goes by the clocks of that."""
    due = WithheldShare.due_at <= runtime.clock.now()
    query = select(WithheldShare.id).where(WithheldShare.status.in_(WAITING), due, WithheldShare.ground != COMPLAINT)
    await each(runtime, query.order_by(WithheldShare.due_at), commands.remind)
