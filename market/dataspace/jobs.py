"""Sending in the background, the clocks of processes, and transfers whose agreement or counterparty is no more."""

from datetime import timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import delete, or_, select

from contracts.agreements.models import Agreement
from contracts.agreements.states import AgreementState
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, unit
from kernel.jobs.batches import each_in_unit
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from kernel.time.clock import SystemClock
from market.dataspace.messages.kinds import Kind
from market.dataspace.models import DataspaceAgreement, DataspaceTokenName, DataspaceTransfer
from market.dataspace.negotiations.effects import PROTOCOL as NEGOTIATIONS
from market.dataspace.participants import commands as participants
from market.dataspace.processes import attempts, sending
from market.dataspace.processes.protocol import Protocol, move
from market.dataspace.states import TransferAction, TransferState
from market.dataspace.transfers.effects import PROTOCOL as TRANSFERS

PROTOCOLS: Final = {protocol.name: protocol for protocol in (NEGOTIATIONS, TRANSFERS)}
GOODBYE: Final = {NEGOTIATIONS.name: Kind.CONTRACT_TERMINATION, TRANSFERS.name: Kind.TRANSFER_TERMINATION}
BATCH: Final = 100
CLOSED_CODE: Final = "counterparty-closed"
RUNNING: Final = {
    NEGOTIATIONS.name: [NEGOTIATIONS.machine.initial],
    TRANSFERS.name: [TRANSFERS.machine.initial, TransferState.STARTED],
}
"""What does not stay as it is without its counterparty; all else waits for its clock."""


@job(sending.SEND)
async def send(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Make one attempt to hand a message over."""
    await attempts.attempt(runtime, PROTOCOLS, str(payload["sent"]), int(payload["attempt"]))


@sweep("market.dataspace.clocks", timedelta(seconds=30))
async def clocks(runtime: Runtime) -> None:
    """End every process whose state has waited too long, and tell the other side."""
    for protocol in PROTOCOLS.values():
        async with unit(runtime.sessions) as session:
            late = select(protocol.model.id).where(protocol.model.due_at <= runtime.clock.now())
            found = list(await session.scalars(late.order_by(protocol.model.due_at).limit(BATCH)))
        await each_in_unit(runtime, found, partial(_late, protocol))


async def _late(protocol: Protocol, act: Act, process_id: str) -> None:
    row = await find_locked(act.session, select(protocol.model).where(protocol.model.id == process_id))
    if row is not None and row.due_at is not None and row.due_at <= act.at:
        why = f"no message in the state {str(row.status).upper()} until {row.due_at.isoformat()}"
        await _over(act, protocol, row, "timeout", why)


async def _over(act: Act, protocol: Protocol, row: Any, code: str, why: str) -> None:
    """End a process from here; the other side is told where it knows of it."""
    await sending.give_up(act, row)
    await sending.end(act, protocol, row, code, [why])
    if row.other_pid is None:
        return
    pids = {"providerPid": row.provider_pid, "consumerPid": row.consumer_pid}
    path = f"{protocol.path}/{row.other_pid}/termination"
    if await sending.may_reach(act, row):
        await sending.queue(act, protocol, row, None, GOODBYE[protocol.name], path, **pids, code=code, reason=[why])


@sweep("market.dataspace.token-names", timedelta(minutes=5))
async def forget(runtime: Runtime) -> None:
    """Forget the names of self-issued tokens that are too old to be sent again; theirs is real time."""
    async with unit(runtime.sessions) as session:
        await session.execute(delete(DataspaceTokenName).where(DataspaceTokenName.expires_at < SystemClock().now()))


@job(participants.CLOSED)
async def closed(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Suspend what runs with a closed counterparty, and stop trying what is on its way to it."""
    counterparty, by = str(payload["counterparty"]), str(payload["by"])
    for protocol in PROTOCOLS.values():
        model = protocol.model
        held = or_(model.sending.is_not(None), model.status.in_(RUNNING[protocol.name]))
        query = select(model.id).where(model.counterparty_id == counterparty, held).order_by(model.id).limit(BATCH)
        while True:
            async with unit(runtime.sessions) as session:
                found = list(await session.scalars(query))
            for process_id in found:
                async with runtime.act() as act:
                    await _cut(act, protocol, process_id, by)
            if not found:
                break


async def _cut(act: Act, protocol: Protocol, process_id: str, by: str) -> None:
    """Leave a process as it is without its counterparty: a transfer that runs pauses, by the side that has closed.

    Nobody is told, since nothing is sent to who is closed. A process of which the other side never learnt ends.
    """
    row = await find_locked(act.session, select(protocol.model).where(protocol.model.id == process_id))
    if row is None:
        return
    await sending.give_up(act, row)
    if row.status is protocol.machine.initial:
        await sending.end(act, protocol, row, CLOSED_CODE, ["the counterparty is closed"])
    elif row.status is TransferState.STARTED:
        row.code, row.reasons = CLOSED_CODE, ["the counterparty is closed"]
        role = row.side.role if row.participant == by else row.side.other.role
        await move(act.by(SYSTEM), protocol, row, TransferAction.SUSPEND, role, "", None)


@sweep("market.dataspace.entitlements", timedelta(seconds=15))
async def entitlements(runtime: Runtime) -> None:
    """End the transfers of agreements that are over: nothing is fetched under them any more."""
    open_states = [state for state in TransferState if not TRANSFERS.machine.is_final(state)]
    over = or_(
        DataspaceAgreement.ended_at.is_not(None),
        Agreement.status.in_([AgreementState.TERMINATED, AgreementState.EXPIRED, AgreementState.DECLINED]),
    )
    async with unit(runtime.sessions) as session:
        query = (
            select(DataspaceTransfer.id)
            .join(DataspaceAgreement, DataspaceAgreement.id == DataspaceTransfer.agreement_id)
            .outerjoin(Agreement, Agreement.id == DataspaceAgreement.house_agreement_id)
            .where(DataspaceTransfer.status.in_(open_states), over)
        )
        found = list(await session.scalars(query.limit(BATCH)))
    await each_in_unit(runtime, found, _uncovered)


async def _uncovered(act: Act, transfer_id: str) -> None:
    row = await find_locked(act.session, select(DataspaceTransfer).where(DataspaceTransfer.id == transfer_id))
    if row is None or TRANSFERS.machine.is_final(row.status):
        return
    agreement = await act.session.get_one(DataspaceAgreement, row.agreement_id)
    agreement.ended_at = agreement.ended_at or act.at
    await _over(act, TRANSFERS, row, "agreement-ended", f"the agreement {agreement.external_id} has ended")
