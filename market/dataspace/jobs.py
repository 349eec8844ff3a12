"""Sending in the background, the clocks of processes, and transfers whose agreement has ended."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import or_, select

from contracts.agreements.models import Agreement
from contracts.agreements.states import AgreementState
from kernel.act import Act
from kernel.db import find_locked, unit
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from market.dataspace.messages.kinds import Kind
from market.dataspace.models import DataspaceAgreement, DataspaceTransfer
from market.dataspace.negotiations.effects import PROTOCOL as NEGOTIATIONS
from market.dataspace.processes import attempts, sending
from market.dataspace.processes.protocol import Protocol
from market.dataspace.states import TransferState
from market.dataspace.transfers.effects import PROTOCOL as TRANSFERS

PROTOCOLS: Final = {protocol.name: protocol for protocol in (NEGOTIATIONS, TRANSFERS)}
GOODBYE: Final = {NEGOTIATIONS.name: Kind.CONTRACT_TERMINATION, TRANSFERS.name: Kind.TRANSFER_TERMINATION}
BATCH: Final = 100


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
        for process_id in found:
            async with runtime.act() as act:
                await _late(act, protocol, process_id)


async def _late(act: Act, protocol: Protocol, process_id: str) -> None:
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
    for transfer_id in found:
        async with runtime.act() as act:
            await _uncovered(act, transfer_id)


async def _uncovered(act: Act, transfer_id: str) -> None:
    row = await find_locked(act.session, select(DataspaceTransfer).where(DataspaceTransfer.id == transfer_id))
    if row is None or TRANSFERS.machine.is_final(row.status):
        return
    agreement = await act.session.get_one(DataspaceAgreement, row.agreement_id)
    agreement.ended_at = agreement.ended_at or act.at
    await _over(act, TRANSFERS, row, "agreement-ended", f"the agreement {agreement.external_id} has ended")
