"""What follows a step of a transfer."""

import hashlib
import secrets
from enum import StrEnum
from typing import Any

from kernel.act import Act
from kernel.actor import Actor
from kernel.states import Role
from market.dataspace.errors import DataAddressNeeded
from market.dataspace.messages import writing
from market.dataspace.messages.kinds import Kind
from market.dataspace.models import DataspaceAgreement, DataspaceTransfer
from market.dataspace.participants import naming
from market.dataspace.participants import queries as participants
from market.dataspace.participants.schemas import Standing
from market.dataspace.processes import sending
from market.dataspace.processes.protocol import Protocol
from market.dataspace.states import TRANSFER, DataspaceSide, TransferAction, TransferState
from market.delivery.errors import DataDestroyed, DeliveryNotDue
from market.delivery.queries import require_due
from market.orders.models import Order


async def entered(act: Act, row: DataspaceTransfer, action: StrEnum, role: Role) -> None:
    """Close the data where it is no longer to be fetched, and start what a standing rule starts by itself."""
    if row.status in (TransferState.SUSPENDED, TransferState.COMPLETED, TransferState.TERMINATED):
        row.token_sha256 = row.data_address = None
    resumed = action is TransferAction.START and role is Role.BUYER
    if resumed:
        row.address_due = True
    elif action is TransferAction.START:
        row.address_due = False
    asked = action is TransferAction.REQUEST or resumed
    if asked and row.side is DataspaceSide.PROVIDER:
        agreement = await act.session.get_one(DataspaceAgreement, row.agreement_id)
        standing = await participants.automation_of(act.session, row.participant)
        if agreement.order_id is not None and Standing.START in standing and await _is_due(act, agreement.order_id):
            await start(act.by(Actor(party=row.participant, key="standing", admitted=True)), row, None)


async def start(act: Act, row: DataspaceTransfer, address: dict[str, Any] | None) -> None:
    """Send the start with an address: the provider's own, or the centre's for data that it holds, with a fresh token.

    A consumer resumes and gives none; the provider answers with a fresh one. Raises DataAddressNeeded.
    """
    pids = {"providerPid": row.provider_pid, "consumerPid": row.consumer_pid}
    path = f"transfers/{row.other_pid}/start"
    if row.side is DataspaceSide.CONSUMER:
        await sending.send(act, PROTOCOL, row, TransferAction.START, Kind.TRANSFER_START, path, **pids)
        return
    known = address or await _ours(act, row)
    if row.status is TransferState.STARTED and row.address_due:
        # The consumer resumed already: this tells it where, and the state stays.
        await sending.queue(act, PROTOCOL, row, None, Kind.TRANSFER_START, path, **pids, dataAddress=known)
        row.address_due = False
        return
    await sending.send(act, PROTOCOL, row, TransferAction.START, Kind.TRANSFER_START, path, **pids, dataAddress=known)


async def _is_due(act: Act, order_id: str) -> bool:
    """Whether the order entitles its buyer now; where it does not yet, its provider starts when it does."""
    try:
        await require_due(act, await act.session.get_one(Order, order_id))
    except (DeliveryNotDue, DataDestroyed):
        return False
    return True


async def _ours(act: Act, row: DataspaceTransfer) -> dict[str, Any]:
    agreement = await act.session.get_one(DataspaceAgreement, row.agreement_id)
    if agreement.order_id is None:
        raise DataAddressNeeded
    token = secrets.token_urlsafe(32)
    row.token_sha256 = hashlib.sha256(token.encode()).digest()
    endpoint = f"{naming.root(act.issuer.public_url, row.participant)}/data/{row.id}"
    return writing.data_address(endpoint, token)


PROTOCOL = Protocol("transfer", DataspaceTransfer, TRANSFER, "transfers", writing.TRANSFER, entered)
