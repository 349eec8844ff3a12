"""What a participant does in a transfer, and how the data is fetched."""

import hashlib
from typing import Any

from sqlalchemy import select

from kernel.act import Act
from kernel.actor import SYSTEM, Actor
from kernel.db import find_locked, one
from kernel.errors import FieldError
from kernel.identity.models import Party
from kernel.identity.states import PartyState
from kernel.storage.links import Keyring
from kernel.webhooks.rules import url_fault
from market.dataspace.errors import ConnectorAddressRefused, ConnectorUnknown, TransferFormatUnknown
from market.dataspace.messages import writing
from market.dataspace.messages.kinds import Kind
from market.dataspace.models import DataspaceAgreement, DataspaceTransfer
from market.dataspace.negotiations.queries import AGREEMENTS
from market.dataspace.negotiations.schemas import EndProcess
from market.dataspace.participants import naming
from market.dataspace.processes import sending
from market.dataspace.processes.protocol import begin
from market.dataspace.states import DataspaceSide, TransferAction, TransferState
from market.dataspace.transfers import effects, queries, receiving
from market.dataspace.transfers.effects import PROTOCOL
from market.dataspace.transfers.schemas import DataspaceTransferView, OpenTransfer, OwnDataAddress, StartTransfer
from market.delivery import commands as delivery
from market.delivery.queries import require_due
from market.delivery.schemas import LinksView
from market.orders.models import Order


async def open_(act: Act, data: OpenTransfer, *, public_url: str, keyring: Keyring) -> DataspaceTransferView:
    """Ask the provider for the data of an agreement in which one is the consumer."""
    agreement = await one(act.session, DataspaceAgreement, data.agreement_id)
    AGREEMENTS.require_party(act.actor, agreement.id, agreement.participant)
    covered = agreement if agreement.side is DataspaceSide.CONSUMER else None
    queries.require_standing(covered, agreement.external_id)
    if data.format != writing.PULL:
        raise TransferFormatUnknown(format=data.format)
    row = receiving.new(act, agreement, data.format, None, sending.urn())
    await begin(act, PROTOCOL, row)
    await sending.send(
        act,
        PROTOCOL,
        row,
        TransferAction.REQUEST,
        Kind.TRANSFER_REQUEST,
        "transfers/request",
        consumerPid=row.consumer_pid,
        agreementId=agreement.external_id,
        format=data.format,
        callbackAddress=naming.base(public_url, row.participant),
    )
    return await queries.view(act, row, keyring)


async def start(
    act: Act, transfer_id: str, data: StartTransfer, *, keyring: Keyring, sandbox: bool
) -> DataspaceTransferView:
    """Start what was requested, or resume what was suspended."""
    row = await queries.own(act, transfer_id)
    if row.side is DataspaceSide.PROVIDER:
        agreement = await one(act.session, DataspaceAgreement, row.agreement_id)
        queries.require_standing(agreement, agreement.external_id)
        if agreement.order_id is not None:
            await require_due(act, await act.session.get_one(Order, agreement.order_id))
    await effects.start(act, row, _address(data.data_address, sandbox=sandbox))
    return await queries.view(act, row, keyring)


def _address(given: OwnDataAddress | None, *, sandbox: bool) -> dict[str, Any] | None:
    if given is None:
        return None
    if (fault := url_fault(given.endpoint, sandbox=sandbox)) is not None:
        raise ConnectorAddressRefused(errors=[FieldError("/data_address/endpoint", fault, "LT-GEN-06")])
    return writing.data_address(given.endpoint, given.token)


async def suspend(act: Act, transfer_id: str, data: EndProcess, *, keyring: Keyring) -> DataspaceTransferView:
    """Pause a transfer; its address stops to work."""
    kind = Kind.TRANSFER_SUSPENSION
    return await _step(act, transfer_id, TransferAction.SUSPEND, kind, "suspension", data, keyring)


async def complete(act: Act, transfer_id: str, *, keyring: Keyring) -> DataspaceTransferView:
    """Say that all has been fetched."""
    kind = Kind.TRANSFER_COMPLETION
    return await _step(act, transfer_id, TransferAction.COMPLETE, kind, "completion", EndProcess(), keyring)


async def terminate(act: Act, transfer_id: str, data: EndProcess, *, keyring: Keyring) -> DataspaceTransferView:
    """End a transfer; one of which the other side does not know yet is withdrawn."""
    row = await queries.own(act, transfer_id)
    if row.status is TransferState.INITIATED:
        await sending.give_up(act, row)
        await sending.end(act, PROTOCOL, row, data.code or "withdrawn", list(data.reasons))
        return await queries.view(act, row, keyring)
    kind = Kind.TRANSFER_TERMINATION
    return await _step(act, transfer_id, TransferAction.TERMINATE, kind, "termination", data, keyring)


async def _step(
    act: Act,
    transfer_id: str,
    action: TransferAction,
    kind: Kind,
    folder: str,
    data: EndProcess,
    keyring: Keyring,
) -> DataspaceTransferView:
    row = await queries.own(act, transfer_id)
    pids = {"providerPid": row.provider_pid, "consumerPid": row.consumer_pid}
    why = {"code": data.code, "reason": list(data.reasons)}
    await sending.send(act, PROTOCOL, row, action, kind, f"transfers/{row.other_pid}/{folder}", **pids, **why)
    if action is not TransferAction.COMPLETE:
        row.code, row.reasons = data.code, list(data.reasons)
    return await queries.view(act, row, keyring)


async def fetch(
    act: Act, participant: str, transfer_id: str, authorization: str, *, keyring: Keyring, public_url: str
) -> LinksView:
    """Open the data of a started transfer to whoever holds its token: one use of the licence, asked of the gate.

    Raises ConnectorUnknown for any other token, a counterparty that is closed or a buyer that is not admitted now, and
    whatever the delivery refuses.
    """
    scheme, _, rest = authorization.strip().partition(" ")
    token = rest.strip() if scheme.lower() == "bearer" and rest else authorization.strip()
    query = select(DataspaceTransfer).where(
        DataspaceTransfer.id == transfer_id,
        DataspaceTransfer.participant == participant,
        DataspaceTransfer.token_sha256 == hashlib.sha256(token.encode()).digest(),
    )
    row = await find_locked(act.session, query) if token else None
    if row is None or not await sending.may_reach(act, row):
        raise ConnectorUnknown
    if row.status is not TransferState.STARTED:
        # Whoever knows the token has the message that brought it, although its acknowledgement is not here yet.
        sent = await sending.under_way(act, row)
        if sent is None or sent.kind != Kind.TRANSFER_START:
            raise ConnectorUnknown
        await sending.acknowledged(act.by(SYSTEM), PROTOCOL, row, sent, None)
    agreement = await act.session.get_one(DataspaceAgreement, row.agreement_id)
    if agreement.order_id is None:
        raise ConnectorUnknown
    order = await act.session.get_one(Order, agreement.order_id)
    if (await act.session.get_one(Party, order.buyer)).status is not PartyState.ADMITTED:
        raise ConnectorUnknown  # As for every other token and key of a party that is suspended.
    buyer = act.by(Actor(party=order.buyer, key=row.id, admitted=True))
    return await delivery.links(
        buyer, order.id, keyring=keyring, public_url=public_url, ttl_seconds=3600, serves="holder"
    )
