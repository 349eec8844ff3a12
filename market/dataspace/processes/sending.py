"""Sending: one message of a process at a time, with fixed bytes, until it is acknowledged or refused."""

import hashlib
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import uuid4

import msgspec
from sqlalchemy import select

from kernel import ids
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, one
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from kernel.states import Role, WrongActor
from market.dataspace import rules
from market.dataspace.errors import CounterpartyClosed, MessageUnderWay
from market.dataspace.messages import writing
from market.dataspace.messages.kinds import Kind
from market.dataspace.models import DataspaceCounterparty, DataspaceSent
from market.dataspace.processes.protocol import Protocol, move
from market.dataspace.states import DataspaceSide

SEND: Final = "market.dataspace.send"
"""The job that makes one attempt; its payload is {sent, attempt}."""


def urn() -> str:
    """A fresh name for a process or a message."""
    return f"urn:uuid:{uuid4()}"


async def send(
    act: Act, protocol: Protocol, row: Any, action: StrEnum, kind: Kind, path: str, **fields: Any
) -> DataspaceSent:
    """Queue a message that takes a step once the other side has it.

    Raises MessageUnderWay, IllegalTransition and WrongActor; nothing is queued that the protocol would not allow now.
    """
    if row.sending is not None:
        raise MessageUnderWay(message=row.sending, failure=row.failure or "-")
    role = row.side.role
    protocol.machine.next(row.status, action, role)
    if not rules.may_send(row.status, action, row.side):
        raise WrongActor(machine=protocol.machine.name, action=str(action), allowed=[str(row.side.other)])
    return await queue(act, protocol, row, action, kind, path, **fields)


async def queue(
    act: Act, protocol: Protocol, row: Any, action: StrEnum | None, kind: Kind, path: str, **fields: Any
) -> DataspaceSent:
    """Queue a message; one without an action only tells the other side what has happened here."""
    counterparty = await one(act.session, DataspaceCounterparty, row.counterparty_id)
    if not counterparty.active:
        raise CounterpartyClosed(counterparty=counterparty.id)
    name = urn()
    body = msgspec.json.encode(writing.message(kind, name, **fields))
    sent = DataspaceSent(
        id=ids.new("dms"),
        process_kind=protocol.name,
        process_id=row.id,
        counterparty_id=row.counterparty_id,
        message_id=name,
        kind=str(kind),
        action=str(action) if action is not None else None,
        url=f"{(row.callback_address or counterparty.address).rstrip('/')}/{path}",
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        outcome="pending",
        attempts=0,
        next_attempt_at=act.at,
        last_status=None,
        last_failure=None,
        created_at=act.at,
    )
    act.session.add(sent)
    if action is not None:
        row.sending = name
    await act.session.flush()
    await attempt_later(act, sent, None)
    return sent


async def may_reach(act: Act, row: Any) -> bool:
    """Whether anything is sent to the other side at all."""
    return (await one(act.session, DataspaceCounterparty, row.counterparty_id)).active


async def attempt_later(act: Act, sent: DataspaceSent, delay: timedelta | None) -> None:
    """Queue the next attempt of a message."""
    payload = {"sent": sent.id, "attempt": sent.attempts}
    await enqueue(act.session, SEND, payload, delay=delay, dedupe=f"{SEND}/{sent.id}/{sent.attempts}")


async def under_way(act: Act, row: Any) -> DataspaceSent | None:
    """The message of a process that is on its way, locked."""
    if row.sending is None:
        return None
    return await find_locked(act.session, select(DataspaceSent).where(DataspaceSent.message_id == row.sending))


async def acknowledged(act: Act, protocol: Protocol, row: Any, sent: DataspaceSent, pid: str | None) -> None:
    """The other side has a message: its step is taken now. `pid` is the other's, where its answer told it."""
    sent.outcome, sent.next_attempt_at = "acknowledged", None
    if sent.action is None:
        return
    row.sending = row.failure = None
    learn(row, pid)
    action = _action(protocol, sent.action)
    if sent.kind in ONCE_READ:
        sent.body = None
    if (row.status, action) not in protocol.machine.table:
        row.failure = "overtaken"
        return
    await move(act.by(SYSTEM), protocol, row, action, row.side.role, sent.kind, sent.message_id)


def learn(row: Any, pid: str | None) -> None:
    """Keep the other side's pid when it is first told; one that is known stays."""
    if pid is not None and row.other_pid is None:
        if row.side is DataspaceSide.PROVIDER:
            row.consumer_pid = pid
        else:
            row.provider_pid = pid


async def refused(act: Act, protocol: Protocol, row: Any, sent: DataspaceSent, why: str) -> None:
    """The other side will never take a message: the process stays as it is and its owner is told.

    A process of which the other side would have learnt by this message only ends with it.
    """
    sent.outcome, sent.next_attempt_at = "refused", None
    row.sending, row.failure = None, why[:400]
    told = {"process": row.id, "message": sent.kind, "message_id": sent.message_id, "why": why[:400]}
    record(act.by(SYSTEM), "market.dataspace_message.refused", row.id, parties=[row.participant], facts=told)
    if row.status is protocol.machine.initial:
        await end(act, protocol, row, "refused", [why[:400]])


async def end(act: Act, protocol: Protocol, row: Any, code: str, reasons: list[str]) -> None:
    """End a process from here, whoever's turn it is."""
    row.code, row.reasons = code, reasons
    action = _action(protocol, "terminate")
    await move(act.by(SYSTEM), protocol, row, action, Role.SYSTEM, "", None)


def _action(protocol: Protocol, name: str) -> StrEnum:
    """An action of the machine by its name."""
    found: StrEnum = next(action for _, action in protocol.machine.table if action == name)
    return found


ONCE_READ: Final = (str(Kind.TRANSFER_START),)
"""Kinds that hold a token: their bytes are kept until the other side has them, and only their digest after."""


async def give_up(act: Act, row: Any) -> None:
    """Stop trying what is on its way: the process has ended without it."""
    sent = await under_way(act, row)
    if sent is not None:
        sent.outcome, sent.next_attempt_at = "given_up", None
    row.sending = None
