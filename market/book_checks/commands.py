"""Asking for checks of the books, cancelling them, and running one with its progress."""

from datetime import timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import select

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, lock_name, locked
from kernel.jobs.queue import enqueue
from kernel.runtime import Runtime
from kernel.states import Role
from market.book_checks import queries
from market.book_checks.errors import BookCheckRunning
from market.book_checks.models import BookCheck
from market.book_checks.schemas import BookCheckView
from market.book_checks.states import BOOK_CHECK, OFFICES, OPEN, BookCheckAction, BookCheckState
from market.ledger.exports import from_one_moment
from market.reconciliation import Report, as_json, check

RULE: Final = "LT-CHK-01"
FAULTS_KEPT_MAX: Final = 1_000
"""How many faults a row keeps; `fault_count` says how many there are, and the command line lists them all."""
ATTEMPTS_MAX: Final = 3
PATIENCE: Final = timedelta(minutes=10)
"""How long nothing may be heard of a check before it is taken up again."""


class Cancelled(Exception):
    """Somebody cancelled the check while it ran."""


async def ask(act: Act) -> BookCheckView:
    """Ask for a check; raises BookCheckRunning while another has not ended."""
    await lock_name(act.session, "book-check")
    other = (await act.session.scalars(select(BookCheck).where(BookCheck.status.in_(OPEN)).limit(1))).first()
    if other is not None:
        raise BookCheckRunning(check=other.id, done=other.steps_done, steps=other.steps)
    row = BookCheck(
        id=ids.new("bkc"),
        requested_by=act.actor.party,
        steps_done=0,
        steps=0,
        attempts=0,
        fault_count=None,
        report=None,
        due_at=act.at + PATIENCE,
        ended_at=None,
        created_at=act.at,
    )
    await lifecycle.begin(act, row, BOOK_CHECK, rule=RULE)
    await enqueue(act.session, "book_checks.run", {"check_id": row.id})
    return queries.view(row, act.actor)


async def cancel(act: Act, check_id: str) -> BookCheckView:
    """Call a check off that has not ended; the worker ends it at its next step."""
    row = await locked(act.session, BookCheck, check_id)
    queries.AUDIENCE.require(act.actor, row.id)
    role = next(role for role in OFFICES if act.actor.has(role))
    row.due_at, row.ended_at = None, act.at
    await lifecycle.advance(act, row, BOOK_CHECK, BookCheckAction.CANCEL, role)
    return queries.view(row, act.actor)


async def run(runtime: Runtime, check_id: str) -> None:
    """Check the books as they are at one moment; after a crash it begins anew, some times at most."""
    if not await _begun(runtime, check_id):
        return

    async def tell(done: int, steps: int) -> None:
        async with runtime.act() as act:
            row = await locked(act.session, BookCheck, check_id)
            if row.status is not BookCheckState.RUNNING:
                raise Cancelled
            row.steps_done, row.steps, row.due_at = done, steps, act.at + PATIENCE

    try:
        async with runtime.sessions() as session:
            await from_one_moment(session)
            report = await check(session, tell)
    except Cancelled:
        return
    async with runtime.act() as act:
        await _finished(act, check_id, report)


async def _begun(runtime: Runtime, check_id: str) -> bool:
    async with runtime.act() as act:
        row = await find_locked(act.session, select(BookCheck).where(BookCheck.id == check_id))
        if row is None or row.status not in OPEN:
            return False
        system = act.by(SYSTEM)
        if row.status is BookCheckState.WAITING:
            await lifecycle.advance(system, row, BOOK_CHECK, BookCheckAction.START, Role.SYSTEM)
        row.attempts, row.due_at = row.attempts + 1, act.at + PATIENCE
        if row.attempts <= ATTEMPTS_MAX:
            return True
        row.due_at, row.ended_at = None, act.at
        await lifecycle.advance(system, row, BOOK_CHECK, BookCheckAction.FAIL, Role.SYSTEM, attempts=str(ATTEMPTS_MAX))
        return False


async def _finished(act: Act, check_id: str, report: Report) -> None:
    row = await locked(act.session, BookCheck, check_id)
    if row.status is not BookCheckState.RUNNING:
        return
    content: dict[str, Any] = msgspec.json.decode(as_json(report))
    row.fault_count, row.report = len(report.faults), content | {"faults": content["faults"][:FAULTS_KEPT_MAX]}
    row.due_at, row.ended_at = None, act.at
    facts = {"faults": str(row.fault_count), "entries": str(report.entries), "rule": RULE}
    await lifecycle.advance(act.by(SYSTEM), row, BOOK_CHECK, BookCheckAction.FINISH, Role.SYSTEM, **facts)


async def fall_due(act: Act, check_id: str) -> None:
    """A check of which nothing was heard is taken up again."""
    row = await locked(act.session, BookCheck, check_id)
    if row.due_at is not None and row.due_at <= act.at:
        row.due_at = act.at + PATIENCE
        await enqueue(act.session, "book_checks.run", {"check_id": row.id})
