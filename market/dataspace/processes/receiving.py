"""Taking a message: found by the receiver's pid, once for each `@id`, in the order of the process's lock."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, or_, select

from kernel import ids
from kernel.act import Act
from kernel.crypto import canonical
from kernel.db import find_locked, lock_name
from kernel.states import IllegalTransition, Role, WrongActor
from market.dataspace.errors import MessageRefused, ParticipantUnknown, TransitionRefused
from market.dataspace.messages.kinds import Kind, faults_of
from market.dataspace.messages.shapes import fault
from market.dataspace.models import DataspaceReceived, DataspaceSent
from market.dataspace.participants.queries import Caller
from market.dataspace.processes import sending
from market.dataspace.processes.protocol import Protocol, move
from market.dataspace.states import DataspaceSide


def require(message: Any, kind: Kind) -> Mapping[str, Any]:
    """A received value as a message of a kind; raises MessageRefused naming every fault."""
    if faults := faults_of(message, kind):
        raise MessageRefused(errors=faults, why=f"{len(faults)} × {kind}")
    known: Mapping[str, Any] = message
    return known


async def find(act: Act, protocol: Protocol, caller: Caller, pid: str, *, lock: bool = True) -> Any:
    """The caller's process by the pid that we minted; raises ParticipantUnknown for anybody else's."""
    model = protocol.model
    query = select(model).where(
        model.participant == caller.participant,
        model.counterparty_id == caller.id,
        or_(
            and_(model.side == DataspaceSide.PROVIDER, model.provider_pid == pid),
            and_(model.side == DataspaceSide.CONSUMER, model.consumer_pid == pid),
        ),
    )
    row = await (find_locked(act.session, query) if lock else act.session.scalar(query))
    if row is None:
        raise ParticipantUnknown(kind=protocol.name, id=pid[:80])
    return row


async def state(act: Act, protocol: Protocol, caller: Caller, pid: str) -> dict[str, Any]:
    """Where a process of the caller's stands, on the wire; raises ParticipantUnknown for anybody else's."""
    row = await find(act, protocol, caller, pid, lock=False)
    sent = select(DataspaceSent.action).where(DataspaceSent.message_id == row.sending)
    return protocol.view(row, await act.session.scalar(sent) if row.sending is not None else None)


async def lock_pid(act: Act, caller: Caller, pid: str) -> None:
    """Take first messages of one process of the other side one after the other."""
    await lock_name(act.session, "dataspace", caller.id, pid)


async def opened_by(act: Act, protocol: Protocol, caller: Caller, side: DataspaceSide, pid: str) -> Any:
    """The process that the other side has opened under its pid, if it has."""
    model = protocol.model
    named = model.consumer_pid if side is DataspaceSide.PROVIDER else model.provider_pid
    query = select(model).where(
        model.participant == caller.participant, model.counterparty_id == caller.id, model.side == side, named == pid
    )
    return await find_locked(act.session, query)


async def was_taken(act: Act, caller: Caller, message: Mapping[str, Any], process_id: str) -> bool:
    """Whether this message had its effect before; raises MessageRefused where another process had it."""
    name = message.get("@id")
    if name is None:
        return False
    query = select(DataspaceReceived.process_id).where(
        DataspaceReceived.participant == caller.participant,
        DataspaceReceived.counterparty_id == caller.id,
        DataspaceReceived.message_id == name,
    )
    earlier = await act.session.scalar(query)
    if earlier not in (None, process_id):
        used = fault("/@id", "此 @id 已用于另一流程的消息", "This @id was used for a message of another process")
        raise MessageRefused(errors=[used], why="@id")
    return earlier is not None


async def take(
    act: Act, protocol: Protocol, caller: Caller, row: Any, action: StrEnum, message: Mapping[str, Any]
) -> DataspaceReceived:
    """Let a message have its effect on a locked process, and keep it; raises TransitionRefused.

    What we sent last may have arrived before its acknowledgement did: a message that only that explains shows it.
    """
    role = row.side.other.role
    sent = await sending.under_way(act, row)
    await require_step(act, protocol, row, action, str(message.get("@type")))
    _require_pids(row, message, first=row.status is protocol.machine.initial)
    received = keep(act, caller, row, message)
    row.last_message_id = message.get("@id")
    if action == "terminate":
        row.code = str(message.get("code") or "")[:400] or None
        row.reasons = [reason_text(one) for one in message.get("reason") or []]
    await move(act, protocol, row, action, role, str(message.get("@type")), message.get("@id"))
    if sent is not None and row.sending and (row.status, sent.action) not in protocol.machine.table:
        await sending.give_up(act, row)
    return received


async def require_step(act: Act, protocol: Protocol, row: Any, action: StrEnum, kind: str) -> None:
    """Raise TransitionRefused unless the other side may take a step now; see `take` for what is under way."""
    role = row.side.other.role
    sent = await sending.under_way(act, row)
    if sent is not None and _follows(protocol, row, sent.action, action, role):
        await sending.acknowledged(act, protocol, row, sent, None)
    try:
        protocol.machine.next(row.status, action, role)
    except (IllegalTransition, WrongActor) as problem:
        raise refusal(protocol, row, kind) from problem


def refusal(protocol: Protocol, row: Any, kind: str) -> TransitionRefused:
    """Why a process does not take a message now."""
    allowed = [str(one) for one in protocol.machine.actions(row.status, row.side.other.role)]
    return TransitionRefused(state=str(row.status).upper(), message=kind, allowed=allowed)


def reason_text(reason: Any) -> str:
    """A reason as text: the protocol lets it be anything."""
    if isinstance(reason, Mapping):
        reason = reason.get("message") or reason.get("@value") or canonical.dumps(dict(reason)).decode()
    return str(reason)[:400]


def _follows(protocol: Protocol, row: Any, sent: str | None, action: StrEnum, role: Role) -> bool:
    """Whether what came in can only follow what we sent: whoever names our pid has had the first message."""
    now = protocol.machine.table.get((row.status, action))
    if row.status is not protocol.machine.initial and now is not None and role in now.by:
        return False
    ours = next((s for (state, a), s in protocol.machine.table.items() if state == row.status and a == sent), None)
    theirs = protocol.machine.table.get((ours.to, action)) if ours is not None else None
    return theirs is not None and role in theirs.by


def _require_pids(row: Any, message: Mapping[str, Any], *, first: bool) -> None:
    """Both ends are named in every message after the first; the other's is learnt where it was not told yet."""
    own = "providerPid" if row.side is DataspaceSide.PROVIDER else "consumerPid"
    other = "consumerPid" if row.side is DataspaceSide.PROVIDER else "providerPid"
    known = [(other, row.other_pid)]
    if not first:  # Whoever sends the first message does not know our pid yet.
        known.append((own, row.own_pid))
    wrong = [name for name, pid in known if pid and message.get(name) != pid]
    if wrong:
        faults = [fault(f"/{name}", "与流程不符", "It is not that of the process") for name in wrong]
        raise MessageRefused(errors=faults, why=", ".join(wrong))
    sending.learn(row, str(message[other]))


def keep(act: Act, caller: Caller, row: Any, message: Mapping[str, Any]) -> DataspaceReceived:
    """Keep a message that has its effect, whole, with its digest."""
    body = dict(message)
    received = DataspaceReceived(
        id=ids.new("dmr"),
        participant=caller.participant,
        counterparty_id=caller.id,
        message_id=message.get("@id"),
        kind=str(message.get("@type")),
        process_id=row.id,
        body=body,
        sha256=digest(body),
        credential=caller.credential,
        at=act.at,
    )
    act.session.add(received)
    return received


def digest(message: Mapping[str, Any]) -> str:
    """The digest of a message's canonical form; raises MessageRefused for what has none."""
    try:
        return canonical.sha256_hex(canonical.dumps(dict(message)))
    except ValueError as problem:
        wrong = fault("", "含有无法规范化的数值", "A number in it has no canonical form (RFC 8785)")
        raise MessageRefused(errors=[wrong], why="RFC 8785") from problem
