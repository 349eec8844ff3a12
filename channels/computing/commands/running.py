"""From the queue to a result: begun, computed elsewhere, then released, kept for review, or over."""

from typing import Any, Final

import msgspec
from sqlalchemy import update

from channels.computing import queries
from channels.computing.models import ComputingOffer, ComputingRun, ComputingTemplate
from channels.computing.rules import RULES
from channels.computing.schemas import ReviewRun, RunView, SetOffer, WriteTemplate
from channels.computing.states import RUN, UNDER_WAY, ComputingRunState, RunAction
from channels.publishing import queries as publishing
from contracts.agreements.models import Agreement
from contracts.moments import Moment, follows
from kernel import lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.crypto import canonical
from kernel.db import locked, one
from kernel.errors import DomainError
from kernel.states import Role
from market.delivery import queries as deliveries
from market.delivery import uses
from market.delivery.queries import ScopedFile
from market.delivery.schemas import RecordUse
from market.orders.models import Order
from market.orders.rules import deadline
from rights.assets import queries as assets
from rights.assets.models import RevisionMeasure
from rights.assets.queries import RevisionFile

REVIEWED: Final = "review"


class Work(msgspec.Struct, frozen=True):
    """A run that was taken up, with all that its process needs to know; its table's files, in order."""

    files: tuple[RevisionFile | ScopedFile, ...]
    offer: SetOffer | None
    template: WriteTemplate | None
    question: dict[str, Any]
    party: str


async def begin(act: Act, run_id: str) -> Work | None:
    """Take a run up, or go on with one whose process died; None for one that is over, or whose licence is."""
    row = await locked(act.session, ComputingRun, run_id)
    if row.status in UNDER_WAY and not await _is_entitled(act, row):
        await _end(act, row, RunAction.FAIL)
        return None
    if row.status is ComputingRunState.QUEUED:
        await _advance(act, row, RunAction.START)
        row.started_at = act.at
    if row.status is not ComputingRunState.RUNNING:
        return None
    offer = await act.session.get(ComputingOffer, row.offer_id) if row.offer_id is not None else None
    template = await act.session.get(ComputingTemplate, row.template_id) if row.template_id is not None else None
    terms = msgspec.convert(offer.terms, SetOffer) if offer is not None else None
    content = msgspec.convert(template.content, WriteTemplate) if template is not None else None
    return Work(await _files(act, row), terms, content, row.question, row.buyer)


async def _file_name(act: Act, row: ComputingRun) -> str:
    """The registered file that the offer or the template of a run reads."""
    offer = await act.session.get(ComputingOffer, row.offer_id) if row.offer_id is not None else None
    if offer is not None:
        return str(offer.terms["file"])
    return str((await one(act.session, ComputingTemplate, row.template_id or "")).content["file"])


async def _files(act: Act, row: ComputingRun) -> tuple[RevisionFile | ScopedFile, ...]:
    """The files that are computed on: the registered one, or those made of it to the licence's scope.

    They were there when the run was asked for.
    """
    agreement, name = await one(act.session, Agreement, row.agreement_id), await _file_name(act, row)
    return await licensed_files(act, agreement, row.revision_id, name)


async def licensed_files(
    act: Act, agreement: Agreement, revision_id: str, name: str
) -> tuple[RevisionFile | ScopedFile, ...]:
    """What an agreement licenses of a registered file: itself, or the files that were made of it to the scope."""
    if agreement.scope_sha256 is not None:
        return tuple(await _scoped(act, revision_id, agreement, name))
    revision = await assets.revision(act.session, revision_id)
    return (next(each for each in revision.files if each.name == name),)


async def _scoped(act: Act, revision_id: str, agreement: Agreement, name: str) -> list[ScopedFile]:
    """What of a registered file is licensed, in files."""
    table = await publishing.scoped_table(act.session, agreement, revision_id, name)
    return [] if table is None else await publishing.scoped_files(act.session, table)


async def is_wanted(act: Act, run_id: str) -> bool:
    """Whether nobody has ended a run meanwhile, and its buyer may compute on the data still."""
    row = await one(act.session, ComputingRun, run_id)
    return row.status is ComputingRunState.RUNNING and await _is_entitled(act, row)


async def _is_entitled(act: Act, row: ComputingRun) -> bool:
    try:
        await deliveries.require_due(act, await one(act.session, Order, row.order_id))
    except DomainError:
        return False
    return True


async def finish(act: Act, run_id: str, answer: dict[str, Any]) -> None:
    """Take the result of a process: it is released, or waits for its provider; one that was cancelled is dropped."""
    row = await locked(act.session, ComputingRun, run_id)
    if row.status is not ComputingRunState.RUNNING:
        return
    row.answer, row.answer_sha256, row.ended_at = answer, canonical.sha256_hex(canonical.dumps(answer)), act.at
    template = await act.session.get(ComputingTemplate, row.template_id) if row.template_id is not None else None
    if template is not None and template.content["release"] == REVIEWED:
        row.due_at = deadline(act.today, RULES.at(act.today).body.review_working_days)
        await _advance(act, row, RunAction.HOLD, answer=row.answer_sha256)
        return
    try:
        await _release(act, row, Role.SYSTEM)
    except DomainError:  # Nobody is entitled to it any more: the answer stays here.
        row.answer = row.answer_sha256 = None
        await _end(act, row, RunAction.FAIL)


async def fail(act: Act, run_id: str) -> None:
    """Nothing came of a run; why is told to nobody, and the budget stays charged."""
    row = await locked(act.session, ComputingRun, run_id)
    if row.status is ComputingRunState.RUNNING:
        row.ended_at = act.at
        await _end(act, row, RunAction.FAIL)


async def cancel(act: Act, run_id: str) -> RunView:
    """The buyer gives a run up; what it cost is not given back."""
    row = await locked(act.session, ComputingRun, run_id)
    role = queries.role_of(row, act.actor)
    await lifecycle.advance(act, row, RUN, RunAction.CANCEL, role, parties=row.parties)
    row.due_at = row.answer = row.answer_sha256 = None
    return queries.run_view(row, act.actor)


async def release(act: Act, run_id: str, data: ReviewRun) -> RunView:
    """The provider has looked at a result and lets it go; raises what an order's delivery does if it is due no more."""
    row = await _to_review(act, run_id, RunAction.RELEASE)
    row.review_reason, row.reviewed_by = data.reason, act.actor.name
    await _release(act, row, Role.PROVIDER)
    return queries.run_view(row, act.actor)


async def refuse(act: Act, run_id: str, data: ReviewRun) -> RunView:
    """The provider has looked at a result and keeps it; the buyer is told the reason."""
    row = await _to_review(act, run_id, RunAction.REFUSE)
    row.review_reason, row.reviewed_by, row.due_at = data.reason, act.actor.name, None
    await lifecycle.advance(act, row, RUN, RunAction.REFUSE, Role.PROVIDER, parties=row.parties, reason=data.reason)
    return queries.run_view(row, act.actor)


async def time_over(act: Act, run_id: str) -> None:
    """A run that waited or worked too long has failed; one that nobody reviewed in time has lapsed."""
    row = await locked(act.session, ComputingRun, run_id)
    if row.due_at is None or row.due_at > act.at:
        return
    await _end(act, row, RunAction.LAPSE if row.status is ComputingRunState.IN_REVIEW else RunAction.FAIL)


@follows(Moment.SUCCEEDED)
async def pass_on(act: Act, agreement: Agreement) -> None:
    """What runs or waits for its review is of the data of whoever provides it now."""
    open_ = ComputingRun.status.in_((*UNDER_WAY, ComputingRunState.IN_REVIEW))
    of_it = update(ComputingRun).where(ComputingRun.agreement_id == agreement.id, open_)
    await act.session.execute(of_it.values(provider=agreement.provider))


async def _to_review(act: Act, run_id: str, action: RunAction) -> ComputingRun:
    row = await locked(act.session, ComputingRun, run_id)
    RUN.next(row.status, action, queries.role_of(row, act.actor))
    return row


async def _release(act: Act, row: ComputingRun, role: Role) -> None:
    """Let the buyer have an answer, and record the use that it was, so that it is confirmed by its digest."""
    order = await one(act.session, Order, row.order_id)
    handover = await deliveries.require_due(act, order)
    counted = await rows_of(act, handover.agreement, row.revision_id, await _file_name(act, row))
    use = RecordUse(
        environment=RULES.at(act.today).body.environment,
        description=f"受控计算 {row.id} · controlled computing {row.id}",
        result_sha256=str(row.answer_sha256),
        started_at=row.started_at or row.created_at,
        ended_at=row.ended_at or act.at,
        rows=counted,
    )
    recorded = await uses.record_computed(act.by(SYSTEM), order, handover.agreement, use)
    row.use_id, row.due_at = recorded.id, None
    facts = {"answer": row.answer_sha256, "use": recorded.id}
    by = act if role is Role.PROVIDER else act.by(SYSTEM)
    await lifecycle.advance(by, row, RUN, RunAction.RELEASE, role, parties=row.parties, **facts)


async def rows_of(act: Act, agreement: Agreement, revision_id: str, name: str) -> int | None:
    """How many rows of a registered file are computed on, as far as it is known."""
    if agreement.scope_sha256 is not None:
        return sum(file.rows for file in await _scoped(act, revision_id, agreement, name))
    measured = await act.session.get(RevisionMeasure, revision_id)
    return measured.record_count if measured is not None else None


async def _end(act: Act, row: ComputingRun, action: RunAction) -> None:
    row.due_at = None
    await _advance(act, row, action)


async def _advance(act: Act, row: ComputingRun, action: RunAction, **facts: Any) -> None:
    await lifecycle.advance(act.by(SYSTEM), row, RUN, action, Role.SYSTEM, parties=row.parties, **facts)
