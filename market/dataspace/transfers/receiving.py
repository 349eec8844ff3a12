"""Messages of a transfer as they come in, from either side; each has its effect once."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import select

from kernel import ids
from kernel.act import Act
from kernel.storage.links import Keyring
from kernel.storage.sealing import seal
from market.dataspace.errors import MessageRefused, TransferFormatUnknown
from market.dataspace.messages.kinds import Kind
from market.dataspace.messages.shapes import fault
from market.dataspace.messages.writing import PULL
from market.dataspace.models import DataspaceAgreement, DataspaceTransfer
from market.dataspace.negotiations.effects import finalized
from market.dataspace.participants import naming
from market.dataspace.participants.queries import Caller
from market.dataspace.processes import receiving, sending
from market.dataspace.processes.protocol import begin
from market.dataspace.states import DataspaceSide, TransferAction, TransferState
from market.dataspace.transfers import queries
from market.dataspace.transfers.effects import PROTOCOL

Answer = tuple[int, dict[str, Any]]


async def requested(act: Act, caller: Caller, sent: Any) -> Answer:
    """A consumer asks for the data of an agreement; asked again under its pid, it is the same transfer."""
    message = receiving.require(sent, Kind.TRANSFER_REQUEST)
    pid = str(message["consumerPid"])
    await receiving.lock_pid(act, caller, pid)
    row = await receiving.opened_by(act, PROTOCOL, caller, DataspaceSide.PROVIDER, pid)
    if row is not None:
        return 200, PROTOCOL.view(row)
    if message["format"] != PULL:
        raise TransferFormatUnknown(format=str(message["format"])[:100])
    name = str(message["agreementId"])
    query = select(DataspaceAgreement).where(
        DataspaceAgreement.participant == caller.participant,
        DataspaceAgreement.counterparty_id == caller.id,
        DataspaceAgreement.side == DataspaceSide.PROVIDER,
        DataspaceAgreement.external_id == name,
    )
    found = await act.session.scalar(query)
    if found is not None and found.concluded_at is None:
        await finalized(act, found)
    agreement = queries.require_standing(found, name)
    address = str(message["callbackAddress"]).rstrip("/")
    if not naming.same_origin(address, caller.address):
        other = fault("/callbackAddress", "须与登记的地址同源", f"It is of the same origin as {caller.address}")
        raise MessageRefused(errors=[other], why="callbackAddress")
    row = new(act, agreement, str(message["format"]), sending.urn(), pid)
    row.callback_address = address
    await begin(act, PROTOCOL, row)
    await receiving.take(act, PROTOCOL, caller, row, TransferAction.REQUEST, message)
    return 201, PROTOCOL.view(row)


def new(
    act: Act, agreement: DataspaceAgreement, format_: str, provider_pid: str | None, consumer_pid: str | None
) -> DataspaceTransfer:
    """A transfer under an agreement, on the side that its participant has in it."""
    return DataspaceTransfer(
        id=ids.new("dtr"),
        participant=agreement.participant,
        counterparty_id=agreement.counterparty_id,
        side=agreement.side,
        provider_pid=provider_pid,
        consumer_pid=consumer_pid,
        callback_address=None,
        dataset_id=agreement.dataset_id,
        agreement_id=agreement.id,
        format=format_,
        token_sha256=None,
        data_address=None,
        address_due=False,
        last_message_id=None,
        sending=None,
        failure=None,
        code=None,
        reasons=[],
        due_at=None,
        created_at=act.at,
    )


async def _known(
    act: Act, caller: Caller, pid: str, sent: Any, kind: Kind
) -> tuple[DataspaceTransfer, Mapping[str, Any], bool]:
    row: DataspaceTransfer = await receiving.find(act, PROTOCOL, caller, pid)
    message = receiving.require(sent, kind)
    return row, message, await receiving.was_taken(act, caller, message, row.id)


async def started(act: Act, caller: Caller, pid: str, sent: Any, keyring: Keyring) -> Answer:
    """A provider starts or resumes with the data's address; a consumer may only resume.

    The provider answers a consumer's resumption with a start of its own, which brings the fresh address.
    """
    row, message, repeated = await _known(act, caller, pid, sent, Kind.TRANSFER_START)
    if repeated:
        return 200, PROTOCOL.view(row)
    if row.side is DataspaceSide.CONSUMER and row.status is TransferState.STARTED and row.address_due:
        receiving.keep(act, caller, row, message)
        row.last_message_id, row.address_due = message.get("@id"), False
    else:
        await receiving.take(act, PROTOCOL, caller, row, TransferAction.START, message)
    address = message.get("dataAddress")
    if row.side is DataspaceSide.CONSUMER and address is not None:
        row.data_address = seal(keyring, queries.ADDRESS, msgspec.json.encode(address).decode())
    return 200, PROTOCOL.view(row)


_STEPS = {
    Kind.TRANSFER_COMPLETION: TransferAction.COMPLETE,
    Kind.TRANSFER_SUSPENSION: TransferAction.SUSPEND,
    Kind.TRANSFER_TERMINATION: TransferAction.TERMINATE,
}


async def stepped(act: Act, caller: Caller, pid: str, sent: Any, kind: Kind) -> Answer:
    """The other side completes, suspends or ends the transfer."""
    row, message, repeated = await _known(act, caller, pid, sent, kind)
    if not repeated:
        await receiving.take(act, PROTOCOL, caller, row, _STEPS[kind], message)
    return 200, PROTOCOL.view(row)


async def state(act: Act, caller: Caller, pid: str) -> Answer:
    """Where a transfer of the caller's stands."""
    return 200, await receiving.state(act, PROTOCOL, caller, pid)
