"""From the queue to the review and beyond: begun, its end kept until its time is over, then reviewed and released."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Select, select, update

from channels.programs import queries
from channels.programs.commands.submitting import Table, tables
from channels.programs.confinement.running import Ending
from channels.programs.models import ProgramOffer, ProgramResult, ProgramRun
from channels.programs.rules import RULES, manifest_sha256
from channels.programs.schemas import ProgramRunView, ReviewProgram, SetProgramOffer
from channels.programs.states import PROGRAM_RUN, ProgramAction, ProgramRunState
from contracts.agreements.models import Agreement
from contracts.moments import Moment, follows
from kernel import lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.errors import DomainError
from kernel.states import Role
from market.delivery import queries as deliveries
from market.delivery import uses
from market.delivery.schemas import RecordUse
from market.orders.models import Order
from market.orders.rules import deadline

_BEFORE: Final = (ProgramRunState.QUEUED, ProgramRunState.RUNNING)


class Work(msgspec.Struct, frozen=True):
    """A run with all that its process needs to know."""

    party: str
    program: str
    result_names: list[str]
    tables: list[Table]
    rows_max: int


class Collected(msgspec.Struct, frozen=True):
    """A result as it was collected: stored under a key, or what is wrong with it."""

    name: str
    size_bytes: int
    sha256: str | None
    rows: int | None
    problem: str | None
    storage_key: str | None


async def work(act: Act, run_id: str) -> Work | None:
    """What a run needs; None for one that is over, or whose end is known already."""
    row = await one(act.session, ProgramRun, run_id)
    if row.status not in _BEFORE or row.outcome is not None:
        return None
    offer = await one(act.session, ProgramOffer, row.offer_id)
    licensed = await tables(act, await one(act.session, Agreement, row.agreement_id), row.revision_id)
    rows_max = msgspec.convert(offer.terms, SetProgramOffer).rows_max
    return Work(row.buyer, row.program, row.result_names, licensed, rows_max)


async def begin(act: Act, run_id: str, confinement: str) -> bool:
    """Take a run up, or go on with one whose worker died; False for one that was ended, or whose licence has."""
    row = await locked(act.session, ProgramRun, run_id)
    if row.status in _BEFORE and not await _is_entitled(act, row):
        await _end(act, row, ProgramAction.FAIL)
    if row.status is ProgramRunState.QUEUED:
        row.started_at, row.confinement = act.at, confinement
        row.due_at = act.at + RULES.at(act.today).body.running_time
        await _advance(act, row, ProgramAction.START, confinement=confinement)
    return row.status is ProgramRunState.RUNNING


async def is_wanted(act: Act, run_id: str) -> bool:
    """Whether nobody has ended a run meanwhile; one whose buyer may not compute on the data any more has failed."""
    row = await one(act.session, ProgramRun, run_id)
    if row.status is not ProgramRunState.RUNNING or await _is_entitled(act, row):
        return row.status is ProgramRunState.RUNNING
    await fail(act, run_id)
    return False


async def _is_entitled(act: Act, row: ProgramRun) -> bool:
    try:
        await deliveries.require_due(act, await one(act.session, Order, row.order_id))
    except DomainError:
        return False
    return True


async def keep(act: Act, run_id: str, ending: Ending, results: Sequence[Collected]) -> bool:
    """Keep how a run ended, which is told once its time is over; False for one that was cancelled or is too late."""
    row = await locked(act.session, ProgramRun, run_id)
    if row.status is not ProgramRunState.RUNNING or row.outcome is not None:
        return False
    row.outcome, row.exit_code = str(ending.outcome), ending.exit_code
    row.said, row.complained = _text(ending.said), _text(ending.complained)
    row.milliseconds, row.peak_bytes = int(ending.seconds * 1000), ending.peak_bytes
    digests = {each.name: each.sha256 for each in results if each.problem is None}
    row.results_sha256 = manifest_sha256(row.outcome, row.said, row.complained, digests)
    act.session.add_all(
        ProgramResult(run_id=row.id, created_at=act.at, **msgspec.structs.asdict(each)) for each in results
    )
    return True


def _text(said: bytes) -> str:
    """What a program said, as the database keeps texts."""
    return said.decode(errors="replace").replace("\0", "\ufffd")


async def fail(act: Act, run_id: str) -> None:
    """Nothing came of a run by a fault here."""
    row = await locked(act.session, ProgramRun, run_id)
    if row.status in _BEFORE:
        await _end(act, row, ProgramAction.FAIL)


async def time_over(act: Act, run_id: str) -> None:
    """What waited too long has failed, what ran goes to its review, what nobody reviewed has lapsed."""
    row = await locked(act.session, ProgramRun, run_id)
    if row.due_at is None or row.due_at > act.at:
        return
    if row.status is ProgramRunState.RUNNING and row.outcome is not None:
        row.ended_at = row.due_at
        row.due_at = deadline(act.today, RULES.at(act.today).body.review_working_days)
        facts = {"outcome": row.outcome, "results": row.results_sha256, "program": row.program_sha256}
        await _advance(act, row, ProgramAction.HOLD, **facts)
        return
    await _end(act, row, ProgramAction.LAPSE if row.status is ProgramRunState.IN_REVIEW else ProgramAction.FAIL)


async def cancel(act: Act, run_id: str) -> ProgramRunView:
    """The buyer gives a run up; it stays counted, and nothing of it is told."""
    row = await locked(act.session, ProgramRun, run_id)
    role = queries.role_of(row, act.actor)
    await lifecycle.advance(act, row, PROGRAM_RUN, ProgramAction.CANCEL, role, parties=row.parties)
    row.due_at = row.said = row.complained = None
    return await queries.view_of(act, row)


async def release(act: Act, run_id: str, data: ReviewProgram) -> ProgramRunView:
    """The provider has read what a run gives and lets it go; raises what a delivery does that is due no more."""
    row = await _to_review(act, run_id, ProgramAction.RELEASE)
    order = await one(act.session, Order, row.order_id)
    handover = await deliveries.require_due(act, order)
    use = RecordUse(
        environment=RULES.at(act.today).body.environment,
        description=f"程序运行 {row.id} · run of a program {row.id}",
        result_sha256=str(row.results_sha256),
        started_at=row.started_at or row.created_at,
        ended_at=row.ended_at or act.at,
        rows=row.rows_read,
    )
    recorded = await uses.record_computed(act.by(SYSTEM), order, handover.agreement, use)
    row.review_reason, row.reviewed_by = data.reason, act.actor.name
    row.use_id, row.due_at = recorded.id, None
    facts = {"results": row.results_sha256, "use": recorded.id, "reason": data.reason}
    await lifecycle.advance(act, row, PROGRAM_RUN, ProgramAction.RELEASE, Role.PROVIDER, parties=row.parties, **facts)
    return await queries.view_of(act, row)


async def refuse(act: Act, run_id: str, data: ReviewProgram) -> ProgramRunView:
    """The provider has read what a run gives and keeps it; the buyer is told the reason."""
    row = await _to_review(act, run_id, ProgramAction.REFUSE)
    row.review_reason, row.reviewed_by, row.due_at = data.reason, act.actor.name, None
    facts = {"reason": data.reason}
    await lifecycle.advance(act, row, PROGRAM_RUN, ProgramAction.REFUSE, Role.PROVIDER, parties=row.parties, **facts)
    return await queries.view_of(act, row)


@follows(Moment.SUCCEEDED)
async def pass_on(act: Act, agreement: Agreement) -> None:
    """What runs or waits for its review is of the data of whoever provides it now."""
    open_ = ProgramRun.status.in_((*_BEFORE, ProgramRunState.IN_REVIEW))
    of_it = update(ProgramRun).where(ProgramRun.agreement_id == agreement.id, open_)
    await act.session.execute(of_it.values(provider=agreement.provider))


async def _to_review(act: Act, run_id: str, action: ProgramAction) -> ProgramRun:
    row = await locked(act.session, ProgramRun, run_id)
    PROGRAM_RUN.next(row.status, action, queries.role_of(row, act.actor))
    return row


async def _end(act: Act, row: ProgramRun, action: ProgramAction) -> None:
    row.due_at = row.said = row.complained = None
    await _advance(act, row, action)


async def _advance(act: Act, row: ProgramRun, action: ProgramAction, **facts: Any) -> None:
    await lifecycle.advance(act.by(SYSTEM), row, PROGRAM_RUN, action, Role.SYSTEM, parties=row.parties, **facts)


def due(at: datetime) -> Select[str]:
    """The runs whose time is over."""
    return select(ProgramRun.id).where(ProgramRun.due_at <= at).order_by(ProgramRun.due_at)
