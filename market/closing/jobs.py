"""The clock of the books: months fall due to be closed, whoever is late is told of, what nobody decides ends."""

from datetime import timedelta

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.closing import commands, corrections
from market.closing.models import LedgerCorrection, MonthClosing


@sweep("market.closing.months", every=timedelta(minutes=15))
async def months(runtime: Runtime) -> None:
    """Owe the closing of months that have ended, and keep the deadlines of those that wait."""
    async with runtime.act() as act:
        await commands.open_ended(act)
    late = select(MonthClosing.id).where(MonthClosing.due_at <= runtime.clock.now())
    await each(runtime, late.order_by(MonthClosing.due_at), commands.fall_due)


@sweep("market.closing.corrections", every=timedelta(minutes=5))
async def corrections_lapse(runtime: Runtime) -> None:
    """End corrections that nobody else approved."""
    late = select(LedgerCorrection.id).where(LedgerCorrection.due_at <= runtime.clock.now())
    await each(runtime, late.order_by(LedgerCorrection.due_at), corrections.fall_due)
