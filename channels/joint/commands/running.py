"""From the queue to a result: begun, joined elsewhere, then released, kept for both reviews, or over."""

from typing import Any

import msgspec

from channels.computing.commands.running import licensed_files, rows_of
from channels.computing.rules import RULES as COMPUTING
from channels.computing.schemas import SetOffer
from channels.joint import queries
from channels.joint.commands.stopping import stop
from channels.joint.errors import JointNotInForce
from channels.joint.models import JointAgreement, JointRun, Side
from channels.joint.queries import JoinedSet
from channels.joint.rules import RULES
from channels.joint.schemas import JointContent, JointReason, JointRunView
from channels.joint.states import IN_REVIEW, JOINT_RUN, JointRunAction, JointRunState
from contracts.agreements.models import Agreement
from kernel import lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.crypto import canonical
from kernel.db import locked, one
from kernel.states import Role
from market.delivery import queries as deliveries
from market.delivery import uses
from market.delivery.queries import Handover, ScopedFile
from market.delivery.schemas import RecordUse
from market.orders.models import Order
from market.orders.rules import deadline
from rights.assets.queries import RevisionFile

Files = tuple[RevisionFile | ScopedFile, ...]


class SideWork(msgspec.Struct, frozen=True):
    """The files of one side's table, its column of identifiers, its offer, and the sets to compare its set with."""

    files: Files
    key_column: str
    offer: SetOffer | None
    earlier: tuple[Files, ...]


class Work(msgspec.Struct, frozen=True):
    """A run that was taken up, with all that its process needs to know."""

    a: SideWork
    b: SideWork
    content: JointContent
    template: str | None
    question: dict[str, Any]
    party: str


async def begin(act: Act, run_id: str) -> Work | None:
    """Take a run up, or go on with one whose process died; None for one that is over or has to be."""
    row = await locked(act.session, JointRun, run_id)
    if row.status not in (JointRunState.QUEUED, JointRunState.RUNNING):
        return None
    joint = await one(act.session, JointAgreement, row.joint_agreement_id)
    if not await _is_entitled(act, joint):
        await stop(act, row)
        return None
    if row.status is JointRunState.QUEUED:
        await _advance(act, row, JointRunAction.START)
        row.started_at = act.at
    agreements = [await one(act.session, Agreement, side.agreement_id) for side in joint.sides]
    offers = await queries.offers_of(act.session, (agreements[0], agreements[1]))
    a, b = [
        await _side(act, joint, row, side, agreement, offer)
        for side, agreement, offer in zip(joint.sides, agreements, offers, strict=True)
    ]
    return Work(a, b, queries.content_of(joint), row.template, row.question, row.buyer)


async def _side(
    act: Act, joint: JointAgreement, row: JointRun, side: Side, agreement: Agreement, offer: SetOffer | None
) -> SideWork:
    content, revision_id = queries.content_side(joint, side.name), _revision(row, side)
    earlier = []
    if row.template is not None:
        this = JoinedSet(agreement, revision_id, content.file)
        sets = await queries.earlier_sets(act.session, joint, side, this, row.id)
        earlier = [await licensed_files(act, each.agreement, each.revision_id, each.file) for each in sets]
    files = await licensed_files(act, agreement, revision_id, content.file)
    return SideWork(files, content.key_column, offer, tuple(earlier))


def _revision(row: JointRun, side: Side) -> str:
    return row.a_revision_id if side.name == "a" else row.b_revision_id


async def _is_entitled(act: Act, joint: JointAgreement) -> bool:
    return queries.binds(joint, act.at) and await queries.is_entitled(act, joint)


async def is_wanted(act: Act, run_id: str) -> bool:
    """Whether nobody has ended a run meanwhile; one to which nobody is entitled any more is stopped."""
    row = await one(act.session, JointRun, run_id)
    if row.status is not JointRunState.RUNNING:
        return False
    joint = await one(act.session, JointAgreement, row.joint_agreement_id)
    if await _is_entitled(act, joint):
        return True
    row = await locked(act.session, JointRun, run_id)
    if row.status is JointRunState.RUNNING:
        await stop(act, row)
    return False


async def finish(act: Act, run_id: str, answer: dict[str, Any]) -> None:
    """Take the result of a process: it is released, or waits for both reviews; one that was ended is dropped."""
    row = await locked(act.session, JointRun, run_id)
    if row.status is not JointRunState.RUNNING:
        return
    joint = await one(act.session, JointAgreement, row.joint_agreement_id)
    if not await _is_entitled(act, joint):
        await stop(act, row)
        return
    row.answer, row.answer_sha256, row.ended_at = answer, canonical.sha256_hex(canonical.dumps(answer)), act.at
    if row.template is not None:
        row.due_at = deadline(act.today, RULES.at(act.today).body.review_working_days)
        await _advance(act, row, JointRunAction.HOLD, answer=row.answer_sha256)
        return
    await _record_uses(act, row, joint)
    await _advance(act, row, JointRunAction.RELEASE, **_released(row))


async def fail(act: Act, run_id: str) -> None:
    """Nothing came of a run; why is told to nobody, and what it cost stays charged."""
    row = await locked(act.session, JointRun, run_id)
    if row.status is JointRunState.RUNNING:
        row.ended_at, row.due_at = act.at, None
        await _advance(act, row, JointRunAction.FAIL)


async def cancel(act: Act, run_id: str) -> JointRunView:
    """The buyer gives a run up; what it cost is not given back."""
    row = await locked(act.session, JointRun, run_id)
    role = queries.role_of(row, act.actor, queries.RUNS)
    await lifecycle.advance(act, row, JOINT_RUN, JointRunAction.CANCEL, role, parties=row.parties)
    row.due_at = row.answer = None  # Its digest stays: who reviews it may have seen it.
    return await queries.view_of_run(act, row)


async def approve(act: Act, run_id: str, data: JointReason) -> JointRunView:
    """A provider has looked at a result and lets it go; with the second one it is released.

    Raises what an order's delivery does where either is due no more, and JointNotInForce.
    """
    row, side, joint = await _to_review(act, run_id, JointRunAction.APPROVE)
    if queries.reviewed_by(row, act.actor) is not None:
        return await queries.view_of_run(act, row)
    is_second = row.status is JointRunState.REVIEWED_BY_ONE
    _note(row, side, act, data.reason)
    if is_second:
        await _record_uses(act, row, joint)
        row.due_at = None
    facts = {"side": side.name, "reason": data.reason, **(_released(row) if is_second else {})}
    await lifecycle.advance(act, row, JOINT_RUN, JointRunAction.APPROVE, Role.PROVIDER, parties=row.parties, **facts)
    return await queries.view_of_run(act, row)


async def refuse(act: Act, run_id: str, data: JointReason) -> JointRunView:
    """A provider has looked at a result and keeps it from everybody; the others are told the reason."""
    row, side, _ = await _to_review(act, run_id, JointRunAction.REFUSE)
    _note(row, side, act, data.reason)
    row.due_at = row.answer = None
    facts = {"side": side.name, "reason": data.reason}
    await lifecycle.advance(act, row, JOINT_RUN, JointRunAction.REFUSE, Role.PROVIDER, parties=row.parties, **facts)
    return await queries.view_of_run(act, row)


async def time_over(act: Act, run_id: str) -> None:
    """A run that waited or worked too long has failed; one that not both reviewed in time has lapsed."""
    row = await locked(act.session, JointRun, run_id)
    if row.due_at is None or row.due_at > act.at:
        return
    row.due_at = None
    if row.status in IN_REVIEW:
        row.answer = None
        await _advance(act, row, JointRunAction.LAPSE)
        return
    row.ended_at = act.at
    await _advance(act, row, JointRunAction.FAIL)


async def _to_review(act: Act, run_id: str, action: JointRunAction) -> tuple[JointRun, Side, JointAgreement]:
    row = await locked(act.session, JointRun, run_id)
    JOINT_RUN.next(row.status, action, queries.role_of(row, act.actor, queries.RUNS))
    joint = await one(act.session, JointAgreement, row.joint_agreement_id)
    return row, queries.own_side(joint, act.actor), joint


def _note(row: JointRun, side: Side, act: Act, reason: str) -> None:
    if side.name == "a":
        row.a_review_reason, row.a_reviewed_by = reason, act.actor.name
    else:
        row.b_review_reason, row.b_reviewed_by = reason, act.actor.name


async def _record_uses(act: Act, row: JointRun, joint: JointAgreement) -> None:
    """Record the use that a result is of each side's order, so that its buyer confirms both by the same digest."""
    sides = []
    for side in sorted(joint.sides, key=lambda each: each.order_id):
        order = await one(act.session, Order, side.order_id)
        sides.append((side, order, await deliveries.require_due(act, order)))  # The one that is over is the reason.
    if not await _is_entitled(act, joint):  # A buyer may be suspended, an agreement have passed to another provider.
        raise JointNotInForce(joint_agreement=joint.id, state=str(joint.status))
    recorded = {}
    for side, order, handover in sides:
        use = await _use(act, row, joint, side, handover)
        recorded[side.name] = (await uses.record_computed(act.by(SYSTEM), order, handover.agreement, use)).id
    row.a_use_id, row.b_use_id, row.due_at = recorded["a"], recorded["b"], None


async def _use(act: Act, row: JointRun, joint: JointAgreement, side: Side, handover: Handover) -> RecordUse:
    file = queries.content_side(joint, side.name).file
    return RecordUse(
        environment=COMPUTING.at(act.today).body.environment,
        description=f"联合计算 {row.id} · joint computing {row.id}",
        result_sha256=str(row.answer_sha256),
        started_at=row.started_at or row.created_at,
        ended_at=row.ended_at or act.at,
        rows=await rows_of(act, handover.agreement, _revision(row, side), file),
    )


def _released(row: JointRun) -> dict[str, Any]:
    return {"answer": row.answer_sha256, "a_use": row.a_use_id, "b_use": row.b_use_id}


async def _advance(act: Act, row: JointRun, action: JointRunAction, **facts: Any) -> None:
    await lifecycle.advance(act.by(SYSTEM), row, JOINT_RUN, action, Role.SYSTEM, parties=row.parties, **facts)
