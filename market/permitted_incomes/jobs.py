"""What time does to permitted incomes: years are checked when they are over, and duties fall due."""

from datetime import timedelta

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.permitted_incomes import checking, commands
from market.permitted_incomes.models import IncomeCheck, PermittedIncome


@sweep("market.permitted_incomes.years", every=timedelta(hours=1))
async def years(runtime: Runtime) -> None:
    """Check every year that is over."""
    over = PermittedIncome.next_check_at <= runtime.clock.now()
    query = select(PermittedIncome.id).where(over).order_by(PermittedIncome.next_check_at)
    await each(runtime, query, checking.check_year)


@sweep("market.permitted_incomes.duties", every=timedelta(hours=1))
async def duties(runtime: Runtime) -> None:
    """Tell of what nobody has answered, or looked at, in time."""
    late = IncomeCheck.due_at <= runtime.clock.now()
    await each(runtime, select(IncomeCheck.id).where(late).order_by(IncomeCheck.due_at), commands.fall_due)
