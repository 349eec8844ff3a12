"""Closing months and opening them again."""

from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import func, select

from contracts.approvals.queries import line_of
from contracts.approvals.rules import same_person
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import lock_name, locked
from kernel.errors import FieldError
from kernel.log.record import record
from kernel.states import Role
from market.closing import queries
from market.closing.errors import BooksDisagree, NotTheNextMonth, SecondPersonNeeded
from market.closing.figures import compared
from market.closing.models import MonthClosing
from market.closing.rules import POLICY, after, close_due, first_of, last_of, reminded
from market.closing.schemas import AskReopening, MonthClosingView
from market.closing.states import CLOSING, ClosingAction, ClosingState
from market.ledger.models import LedgerEntry

RULE = "LT-LGR-04"


async def open_ended(act: Act) -> None:
    """Owe the closing of every month that has ended since the first entry, each once."""
    await lock_name(act.session, "month-closing")
    last = await act.session.scalar(select(func.max(MonthClosing.month)))
    first = await act.session.scalar(select(func.min(LedgerEntry.booked_on)))
    if first is None:
        return
    month = after(last) if last else first_of(first)
    while month < first_of(act.today):
        await _begin(act, month, None)
        month = after(month)


async def _begin(act: Act, month: date, before: MonthClosing | None) -> None:
    row = MonthClosing(
        id=ids.new("mcl"),
        month=month,
        n=before.n + 1 if before else 1,
        previous_id=before and before.id,
        figures=[],
        asked_by_line=[],
        due_at=reminded(act.today) if before else close_due(month),
        created_at=act.at,
    )
    await lifecycle.begin(act.by(SYSTEM), row, CLOSING, month=month.isoformat(), n=str(row.n), previous=row.previous_id)


async def close(act: Act, closing_id: str) -> MonthClosingView:
    """Close a month whose books agree; raises BooksDisagree with every fault, and NotTheNextMonth.

    From the lock on nothing is booked until this unit ends; what waited for it finds the month closed.
    """
    row = await locked(act.session, MonthClosing, closing_id)
    CLOSING.next(row.status, ClosingAction.CLOSE, Role.CLEARING)
    owed = select(func.min(MonthClosing.month)).where(MonthClosing.status == ClosingState.DUE)
    if (earlier := await act.session.scalar(owed)) is not None and earlier < row.month:
        raise NotTheNextMonth(month=f"{earlier:%Y-%m}")
    await lock_name(act.session, "ledger-months")
    found = await compared(act, row.month)
    faulty = [(n, each.fault) for n, each in enumerate(found) if each.fault is not None]
    if faulty:
        errors = [FieldError(f"/figures/{found[n].name}/{found[n].subject}", fault, RULE) for n, fault in faulty]
        raise BooksDisagree(month=f"{row.month:%Y-%m}", faults=str(len(errors)), errors=errors)
    row.figures = [msgspec.to_builtins(each) for each in queries.figure_views(found)]
    row.entry_count, row.last_entry_id = await queries.extent(act.session, last_of(row.month))
    row.balances_sha256 = await queries.digest(act.session, last_of(row.month))
    row.closed_by, row.closed_at, row.due_at = act.actor.hand, act.at, None
    said: dict[str, Any] = {
        "month": row.month.isoformat(),
        "entries": str(row.entry_count),
        "previous": row.previous_id,
    }
    said |= {"balances": row.balances_sha256, "last_entry": row.last_entry_id}
    await lifecycle.advance(act, row, CLOSING, ClosingAction.CLOSE, Role.CLEARING, **said)
    return queries.closing_view(row, act.actor)


async def ask(act: Act, closing_id: str, data: AskReopening) -> MonthClosingView:
    """An officer asks that the last closed month be opened again; raises NotTheNextMonth for an earlier one."""
    row = await locked(act.session, MonthClosing, closing_id)
    CLOSING.next(row.status, ClosingAction.ASK, Role.CLEARING)
    if (last := await queries.last_shut(act.session)) is not None and last > row.month:
        raise NotTheNextMonth(month=f"{last:%Y-%m}")
    row.reason, row.asked_by = data.reason, act.actor.hand
    row.asked_by_line = list(await line_of(act.session, act.actor.hand))
    row.due_at = act.at + timedelta(days=POLICY.at(act.today).body.second_person_days)
    await lifecycle.advance(act, row, CLOSING, ClosingAction.ASK, Role.CLEARING, reason=data.reason)
    return queries.closing_view(row, act.actor)


async def grant(act: Act, closing_id: str) -> MonthClosingView:
    """Another officer opens the month again: this closing stays as it is, and a new one is owed that names it.

    Raises SecondPersonNeeded for whoever asked, by whichever of its keys.
    """
    row = await locked(act.session, MonthClosing, closing_id)
    CLOSING.next(row.status, ClosingAction.GRANT, Role.CLEARING)
    if same_person(list(await line_of(act.session, act.actor.hand)), row.asked_by_line):
        raise SecondPersonNeeded(asked=row.asked_by)
    row.decided_by, row.due_at = act.actor.hand, None
    await lifecycle.advance(act, row, CLOSING, ClosingAction.GRANT, Role.CLEARING, reason=row.reason)
    await act.session.flush()  # Its place is free before the other takes it.
    await _begin(act, row.month, row)
    return queries.closing_view(row, act.actor)


async def refuse(act: Act, closing_id: str) -> MonthClosingView:
    """The month stays closed: an officer says no, or whoever asked takes it back."""
    row = await locked(act.session, MonthClosing, closing_id)
    await _stay(act, row, ClosingAction.REFUSE, Role.CLEARING)
    return queries.closing_view(row, act.actor)


async def _stay(act: Act, row: MonthClosing, action: ClosingAction, role: Role) -> None:
    row.due_at = None
    await lifecycle.advance(act, row, CLOSING, action, role, reason=row.reason)


async def fall_due(act: Act, closing_id: str) -> None:
    """What time does: a closing that is owed is told of again, and nobody's second word leaves the month closed."""
    row = await locked(act.session, MonthClosing, closing_id)
    if row.due_at is None or row.due_at > act.at:
        return
    if row.status is ClosingState.REOPENING:
        await _stay(act.by(SYSTEM), row, ClosingAction.LAPSE, Role.SYSTEM)
        return
    was, row.due_at = row.due_at, reminded(act.today)
    facts = {"month": row.month.isoformat(), "due_at": was.isoformat(), "next_due_at": row.due_at.isoformat()}
    record(act.by(SYSTEM), "market.month_closing.overdue", row.id, facts=facts)


async def shut(act: Act, day: date) -> bool:
    """Whether the month of a day is closed, or one after it."""
    last = await queries.last_shut(act.session)
    return last is not None and day <= last_of(last)
