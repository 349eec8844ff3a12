"""What time does to obligations: reminders, breaches, claims that are barred, and silence that accepts."""

from datetime import timedelta

from sqlalchemy import select

from contracts.obligations import commands, reminders, rules
from contracts.obligations.deletions import statements
from contracts.obligations.models import DeletionStatement, Obligation
from contracts.obligations.states import DeletionState, ObligationState
from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from kernel.time.clock import day_in_china


@sweep("contracts.obligations.keep", timedelta(minutes=1))
async def keep(runtime: Runtime) -> None:
    """Say what has become a breach, and what is barred by time."""
    now = runtime.clock.now()
    due = select(Obligation.id).where(Obligation.status == ObligationState.DUE, Obligation.breached_at <= now)
    await each(runtime, due.order_by(Obligation.breached_at), commands.miss)
    barred = select(Obligation.id).where(Obligation.status == ObligationState.BREACHED, Obligation.released_at <= now)
    await each(runtime, barred.order_by(Obligation.released_at), commands.release)


@sweep("contracts.obligations.remind", timedelta(minutes=5))
async def remind(runtime: Runtime) -> None:
    """Remind of what falls due and of what is overdue, once for each of the days that are published."""
    now = runtime.clock.now()
    for number, after in enumerate(rules.DAYS.at(day_in_china(now)).body.reminders, start=1):
        due = (Obligation.due_at <= now - after, Obligation.reminders < number)
        query = select(Obligation.id).where(Obligation.status.in_(reminders.REMINDED), *due)
        await each(runtime, query.order_by(Obligation.due_at), reminders.remind)


@sweep("contracts.deletions.accept-silently", timedelta(minutes=5))
async def accept_silently(runtime: Runtime) -> None:
    """Accept statements of deletion for providers who were silent."""
    over = DeletionStatement.answer_due_at <= runtime.clock.now()
    query = select(DeletionStatement.id).where(DeletionStatement.status == DeletionState.FILED, over)
    await each(runtime, query.order_by(DeletionStatement.answer_due_at), statements.accept_silently)
