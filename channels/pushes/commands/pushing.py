"""Beginning a push, and from there to its end; whatever ends it is asked here, under the row's lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

import msgspec

from channels.pushes import queries, rules
from channels.pushes.commands import targets
from channels.pushes.errors import PushTargetNotReady, PushTooLate, PushUnderWay
from channels.pushes.models import Push, PushObject, PushTarget
from channels.pushes.schemas import BeginPush, PushTargetView, PushView
from channels.pushes.states import PUSH, UNDER_WAY, PushAction, PushState, PushTargetState
from contracts.agreements.queries import of_order
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM, Actor
from kernel.db import locked, one
from kernel.errors import DomainError
from kernel.jobs.queue import enqueue
from kernel.states import Role
from kernel.time.clock import timestamp
from market.delivery import commands as deliveries
from market.delivery.commands import Opening
from market.delivery.fetching import require_files_due
from market.delivery.models import DeliveryFile
from valuation.quality.scoring.parts import problem_of

PUSH_JOB: Final = "channels.push"
"""The job that goes on with a push."""

ABORT: Final = "channels.push.abort"
"""The job that takes back what is left at a store of a push that is over."""


class Verdict(StrEnum):
    """What is to become of a push that a worker has in hand."""

    GO_ON = "go-on"
    STOP = "stop"
    ABORT = "abort"


@dataclass(frozen=True, slots=True)
class Work:
    """A push that a worker has taken up: its objects in their order, each with its file."""

    push: Push
    target: PushTarget
    agreement_digest: str
    objects: Sequence[tuple[PushObject, DeliveryFile]]


async def begin(act: Act, target_id: str, data: BeginPush) -> PushView:
    """Open a revision to be pushed to a target of one's own: one use of the licence, as its links are.

    Raises NotFound for others than the buyer, PushTargetNotReady, PushUnderWay, and what refuses the buyer its files.
    """
    target = await locked(act.session, PushTarget, target_id)
    queries.TARGETS.require_party(act.actor, target_id, target.buyer)
    if target.status is not PushTargetState.READY:
        raise PushTargetNotReady(state=str(target.status))
    if (busy := await queries.under_way(act.session, target_id)) is not None:
        raise PushUnderWay(push=busy.id)
    return await queries.view(act.session, await _begin(act, target, data.revision_id, data.place), act.actor)


async def _begin(act: Act, target: PushTarget, revision_id: str | None, place: str | None) -> Push:
    numbers = rules.RULES.at(act.today).body
    opening = await deliveries.open_revision(
        act,
        target.order_id,
        ttl_seconds=numbers.days_max * 24 * 3600,
        revision_id=revision_id,
        place=place if place is not None else target.place,
    )
    row = _row(act, target, opening.revision_id)
    row.release_id, row.due_at = opening.release_id, act.at + timedelta(days=numbers.days_max)
    facts = {"target": target.id, "revision": row.revision_id, "agreement": opening.agreement.digest}
    await lifecycle.begin(act, row, PUSH, parties=row.parties, order=row.order_id, **facts)
    act.session.add_all(_objects(row, target, opening, numbers))
    await enqueue(act.session, PUSH_JOB, {"push": row.id})
    await act.session.flush()  # The objects are read back in this unit.
    return row


def _row(act: Act, target: PushTarget, revision_id: str) -> Push:
    return Push(
        id=ids.new("psh"),
        target_id=target.id,
        order_id=target.order_id,
        agreement_id=target.agreement_id,
        buyer=target.buyer,
        provider=target.provider,
        revision_id=revision_id,
        release_id=None,
        attempts=0,
        next_attempt_at=None,
        worker=None,
        lease_until=None,
        problem=None,
        manifest_sha256=None,
        due_at=None,
        created_at=act.at,
        started_at=None,
        ended_at=None,
    )


def _objects(row: Push, target: PushTarget, opening: Opening, numbers: rules.PushRules) -> list[PushObject]:
    folder = rules.folder(target.prefix, row.revision_id)
    return [
        PushObject(
            id=ids.new("pso"),
            push_id=row.id,
            n=n,
            delivery_file_id=file.id,
            key=f"{folder}data/{file.name}",
            size_bytes=file.size_bytes,
            part_bytes=numbers.part_bytes_of(file.size_bytes),
            parts_done=0,
            upload_id=None,
            written_at=None,
            verified_at=None,
        )
        for n, file in enumerate(opening.files)
    ]


async def follow(act: Act, target_id: str) -> None:
    """Push a revision that has reached the buyer since to a target that follows; what refuses it is kept as failed."""
    target = await locked(act.session, PushTarget, target_id)
    revision = await queries.next_revision(act.session, target)
    if target.status is not PushTargetState.READY or revision is None:
        return
    if await queries.under_way(act.session, target_id) is not None:
        return
    buyer = act.by(Actor(party=target.buyer, key=target.made_by, admitted=True))
    try:
        async with act.session.begin_nested():
            await _begin(buyer, target, revision, None)
    except DomainError as problem:
        row = _row(act, target, revision)
        row.problem, row.ended_at = msgspec.to_builtins(problem_of(problem)), act.at
        await lifecycle.begin_in(act, row, PUSH, PushState.FAILED, parties=row.parties, problem=problem.code())


async def take_up(act: Act, push_id: str, worker: str) -> Work | None:
    """Take a push in hand; None for one that is over, or that another worker has."""
    row = await locked(act.session, Push, push_id)
    if row.status not in UNDER_WAY or (row.lease_until is not None and row.lease_until >= act.at):
        return None
    if row.status is PushState.PLANNED:
        row.started_at = act.at
        await _advance(act, row, PushAction.START)
    row.worker, row.next_attempt_at = worker, None
    _lease(act, row)
    target = await one(act.session, PushTarget, row.target_id)
    agreement = await of_order(act.session, row.order_id)
    assert agreement is not None
    return Work(row, target, agreement.digest, await queries.objects(act.session, row.id))


def _lease(act: Act, row: Push) -> None:
    row.lease_until = act.at + timedelta(seconds=rules.RULES.at(act.today).body.lease_seconds)


async def verdict(act: Act, push_id: str, worker: str, files: Sequence[DeliveryFile]) -> Verdict:
    """Whether a worker goes on: nobody has ended the push or taken it over, and its files may be had still.

    What ends the buyer's downloads ends it, and this notes it.
    """
    row = await one(act.session, Push, push_id)
    if row.status in UNDER_WAY:
        try:
            await require_files_due(act, files)
        except DomainError as problem:
            return await _revoke(act, push_id, problem)
    if row.status not in UNDER_WAY:
        return Verdict.ABORT
    if row.worker != worker:
        return Verdict.STOP
    seconds = rules.RULES.at(act.today).body.lease_seconds
    if row.lease_until is None or row.lease_until < act.at + timedelta(seconds=seconds / 2):
        _lease(act, row)
    return Verdict.GO_ON


async def _revoke(act: Act, push_id: str, problem: DomainError) -> Verdict:
    row = await locked(act.session, Push, push_id)
    if row.status in UNDER_WAY:
        row.problem = msgspec.to_builtins(problem_of(problem))
        await _end(act, row, PushAction.REVOKE, problem=problem.code())
    return Verdict.ABORT


async def start_verifying(act: Act, push_id: str) -> None:
    """All objects are there; now they are read back."""
    row = await locked(act.session, Push, push_id)
    if row.status is PushState.UPLOADING:
        await _advance(act, row, PushAction.VERIFY)


async def finish(act: Act, push_id: str, manifest_sha256: str) -> None:
    """The manifest is written: what it names is there."""
    row = await locked(act.session, Push, push_id)
    if row.status is PushState.VERIFYING:
        row.manifest_sha256, row.problem = manifest_sha256, None
        await _end(act, row, PushAction.FINISH, manifest_sha256=manifest_sha256)


async def give_up(act: Act, push_id: str, worker: str, problem: DomainError) -> Verdict:
    """Nothing more comes of a push, says the worker that has it in hand."""
    row = await locked(act.session, Push, push_id)
    if row.status in UNDER_WAY and row.worker != worker:
        return Verdict.STOP
    await _fail(act, row, problem)
    return Verdict.ABORT


async def _fail(act: Act, row: Push, problem: DomainError) -> None:
    if row.status in UNDER_WAY:
        row.problem = msgspec.to_builtins(problem_of(problem))
        await _end(act, row, PushAction.FAIL, problem=problem.code())


async def postpone(act: Act, push_id: str, worker: str, problem: DomainError) -> Verdict:
    """The store could not be reached: tried again after a while, which grows; after the last attempt it has failed."""
    row = await locked(act.session, Push, push_id)
    if row.status not in UNDER_WAY:
        return Verdict.ABORT
    if row.worker != worker:
        return Verdict.STOP
    row.attempts += 1
    delay = rules.RULES.at(act.today).body.retry_after(row.attempts)
    if delay is None:
        await _fail(act, row, problem)
        return Verdict.ABORT
    row.problem = msgspec.to_builtins(problem_of(problem))
    row.next_attempt_at, row.worker, row.lease_until = act.at + delay, None, None
    await enqueue(act.session, PUSH_JOB, {"push": row.id}, delay=delay)
    return Verdict.STOP


async def time_over(act: Act, push_id: str) -> None:
    """A push that came to no end in the time that it may take has failed."""
    row = await locked(act.session, Push, push_id)
    if row.due_at is not None and row.due_at <= act.at:
        await _fail(act, row, PushTooLate(since=timestamp(row.created_at)))


async def cancel(act: Act, push_id: str) -> PushView:
    """The buyer gives a push up; what was written stays, and what was on its way is taken back."""
    row = await locked(act.session, Push, push_id)
    queries.PUSHES.require_party(act.actor, push_id, row.buyer)
    await _end(act, row, PushAction.CANCEL, Role.BUYER)
    return await queries.view(act.session, row, act.actor)


async def remove_target(act: Act, target_id: str) -> PushTargetView:
    """Remove a target of one's own and wipe its credential; a push to it is cancelled.

    Raises NotFound for others than the buyer, and IllegalTransition for one that is over.
    """
    row = await locked(act.session, PushTarget, target_id)
    queries.TARGETS.require_party(act.actor, target_id, row.buyer)
    await _remove(act, row, Role.BUYER)
    return queries.target_view(row, act.actor)


async def close_target(act: Act, target_id: str) -> None:
    """Remove a target whose agreement is over."""
    row = await locked(act.session, PushTarget, target_id)
    if row.status in queries.SERVED:
        await _remove(act.by(SYSTEM), row, Role.SYSTEM)


async def _remove(act: Act, row: PushTarget, role: Role) -> None:
    busy = await queries.under_way(act.session, row.id)
    if busy is not None:
        await _end(act, await locked(act.session, Push, busy.id), PushAction.CANCEL, role)
    await targets.drop(act, row, role)


async def _end(act: Act, row: Push, action: PushAction, role: Role = Role.SYSTEM, **facts: Any) -> None:
    await _advance(act, row, action, role, **facts)
    row.due_at = row.next_attempt_at = row.lease_until = None
    row.ended_at = act.at


async def _advance(act: Act, row: Push, action: PushAction, role: Role = Role.SYSTEM, **facts: Any) -> None:
    by = act.by(SYSTEM) if role is Role.SYSTEM else act
    await lifecycle.advance(by, row, PUSH, action, role, parties=row.parties, order=row.order_id, **facts)
