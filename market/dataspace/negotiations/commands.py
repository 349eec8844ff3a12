"""What a participant does in a negotiation: each is one message, sent once the protocol allows it."""

from typing import Any

from contracts.agreements.commands import signed_by_own
from contracts.usage.reading import read as decidable
from kernel.act import Act
from kernel.db import one
from kernel.errors import FieldError, InvalidInput
from kernel.text import Text
from market.dataspace.catalogue import queries as catalogue
from market.dataspace.errors import CounterpartyClosed, OfferNotMade
from market.dataspace.messages import offers
from market.dataspace.messages.kinds import Kind
from market.dataspace.messages.shapes import OFFER
from market.dataspace.models import DataspaceCounterparty, DataspaceNegotiation, DataspaceSent
from market.dataspace.negotiations import agreements, drafting, house, queries, receiving
from market.dataspace.negotiations.effects import PROTOCOL
from market.dataspace.negotiations.schemas import (
    DataspaceNegotiationView,
    EndProcess,
    MakeOffer,
    OpenNegotiation,
    SignDataspaceAgreement,
    VerifyDataspaceAgreement,
)
from market.dataspace.participants import naming
from market.dataspace.participants import queries as participants
from market.dataspace.processes import sending
from market.dataspace.processes.protocol import begin
from market.dataspace.states import NEGOTIATION, DataspaceNegotiationAction, DataspaceNegotiationState, DataspaceSide
from rights.grants.vocabulary import words_at


async def open_(act: Act, data: OpenNegotiation, *, public_url: str) -> DataspaceNegotiationView:
    """Begin a negotiation: a consumer requests, a provider offers; the other side learns of it by this message."""
    counterparty = await one(act.session, DataspaceCounterparty, data.counterparty_id)
    participants.AUDIENCE.require_party(act.actor, counterparty.id, counterparty.participant)
    if not counterparty.active:
        raise CounterpartyClosed(counterparty=counterparty.id)
    await participants.participant(act.session, counterparty.participant)
    provides = data.side is DataspaceSide.PROVIDER
    offer = await _offer(act, counterparty.participant, data.side, data.dataset_id, data.offer)
    minted = (sending.urn(), None) if provides else (None, sending.urn())
    row = receiving.new(act, counterparty, data.side, minted, offer, offered_by=data.side)
    await begin(act, PROTOCOL, row)
    await house.require_approved(act, row)
    action, kind, path = _FIRST[data.side]
    pids = {"providerPid": row.provider_pid, "consumerPid": row.consumer_pid}
    here = naming.base(public_url, row.participant)
    await sending.send(act, PROTOCOL, row, action, kind, path, **pids, callbackAddress=here, offer=offer)
    return await queries.view(act, row)


_FIRST = {
    DataspaceSide.PROVIDER: (DataspaceNegotiationAction.OFFER, Kind.CONTRACT_OFFER, "negotiations/offers"),
    DataspaceSide.CONSUMER: (DataspaceNegotiationAction.REQUEST, Kind.CONTRACT_REQUEST, "negotiations/request"),
}


async def _offer(
    act: Act, participant: str, side: DataspaceSide, dataset_id: str, given: dict[str, Any] | None
) -> dict[str, Any]:
    """What is offered or asked for, in the protocol's form; raises PolicyInexpressible for what no gate decides.

    A provider that says nothing offers what it has published; a consumer asks for the protocol's plain `use`.
    """
    asset = dataset_id[:60]
    if side is DataspaceSide.PROVIDER:
        dataset = await catalogue.dataset(act, participant, dataset_id)
        asset = dataset.asset
        if given is None and not dataset.offers:
            raise OfferNotMade(dataset=dataset_id, offer="-", offers=[])
        given = dict(dataset.offers[0]) if given is None else given
    plain = {"permission": [{"action": "use"}]}
    offer = {"@id": sending.urn(), **(given or plain), "@type": "Offer", "target": dataset_id}
    if faults := list(OFFER(offer, "/offer")):
        raise InvalidInput(errors=faults)
    decidable(offers.read(offer, asset, words_at(act.today).version))
    return offer


async def offer(act: Act, negotiation_id: str, data: MakeOffer) -> DataspaceNegotiationView:
    """Offer terms in answer to a request, or ask for others in answer to an offer."""
    row = await queries.own(act, PROTOCOL, negotiation_id)
    action, kind, _ = _FIRST[row.side]
    NEGOTIATION.next(row.status, action, row.side.role)
    again: dict[str, Any] = {name: row.offer[name] for name in ("@id", *offers.SAID) if name in row.offer}
    made = await _offer(act, row.participant, row.side, row.dataset_id, data.offer or again)
    folder = "offers" if row.side is DataspaceSide.PROVIDER else "request"
    row.offer, row.offered_by, row.agreement_id = made, str(row.side), None
    await house.require_approved(act, row)
    await _send(act, row, action, kind, folder, offer=made)
    return await queries.view(act, row)


async def _send(
    act: Act, row: DataspaceNegotiation, action: DataspaceNegotiationAction, kind: Kind, folder: str, **fields: Any
) -> DataspaceSent:
    pids = {"providerPid": row.provider_pid, "consumerPid": row.consumer_pid}
    path = f"negotiations/{row.other_pid}/{folder}"
    return await sending.send(act, PROTOCOL, row, action, kind, path, **pids, **fields)


async def accept(act: Act, negotiation_id: str) -> DataspaceNegotiationView:
    """Accept the provider's last offer; what no gate decides is not accepted."""
    row = await queries.own(act, PROTOCOL, negotiation_id)
    NEGOTIATION.next(row.status, DataspaceNegotiationAction.ACCEPT, row.side.role)
    decidable(offers.read(row.offer, row.dataset_id[:60], words_at(act.today).version))
    await _send(act, row, DataspaceNegotiationAction.ACCEPT, Kind.EVENT, "events", eventType="ACCEPTED")
    return await queries.view(act, row)


async def draft(act: Act, negotiation_id: str) -> DataspaceNegotiationView:
    """Write the last offer as the agreement that the provider then signs; again, it is the same one."""
    row = await queries.own(act, PROTOCOL, negotiation_id)
    NEGOTIATION.next(row.status, DataspaceNegotiationAction.AGREE, row.side.role)
    await drafting.draft(act, row)
    return await queries.view(act, row)


async def agree(act: Act, negotiation_id: str, data: SignDataspaceAgreement) -> DataspaceNegotiationView:
    """Sign the drafted agreement with one's registered key and send it.

    Raises AgreementNotDrafted, SigningKeyForeign and SignatureInvalid; nothing is stored then.
    """
    row = await queries.own(act, PROTOCOL, negotiation_id)
    NEGOTIATION.next(row.status, DataspaceNegotiationAction.AGREE, row.side.role)
    agreement = await agreements.of_negotiation(act, row)
    key = await signed_by_own(act, data.signing_key_id, data.signature, agreement.signing_text)
    if not any(one_["side"] == str(row.side) for one_ in agreement.evidence):  # Else it is sent again as it was signed.
        await house.signed(act, agreement, key, data.signature)
    signed = {"public_key": key.public_key, "signature": data.signature}
    more = {agreements.SIGNATURE: signed, agreements.SIGNED: agreement.signing_text}
    kind, body = Kind.CONTRACT_AGREEMENT, agreement.body
    sent = await _send(act, row, DataspaceNegotiationAction.AGREE, kind, "agreement", agreement=body, **more)
    word = agreements.message_sent(agreement, sent)
    agreements.add(agreement, agreements.by_key(act, row.side, key, data.signature, word))
    return await queries.view(act, row)


async def verify(act: Act, negotiation_id: str, data: VerifyDataspaceAgreement) -> DataspaceNegotiationView:
    """Confirm the provider's agreement: with one's registered key, or by the connector's word alone."""
    row = await queries.own(act, PROTOCOL, negotiation_id)
    NEGOTIATION.next(row.status, DataspaceNegotiationAction.VERIFY, row.side.role)
    agreement = await agreements.of_negotiation(act, row)
    decidable(offers.read(agreement.body, row.dataset_id[:60], words_at(act.today).version))
    more: dict[str, Any] = {}
    key = None
    if data.signing_key_id is not None or data.signature is not None:
        if data.signing_key_id is None or data.signature is None:
            text = Text("签名须同时给出密钥与签名", "A signature is a key and what it signed: give both")
            raise InvalidInput(errors=[FieldError("/signature", text)])
        key = await signed_by_own(act, data.signing_key_id, data.signature, agreement.signing_text)
        more = {agreements.SIGNATURE: {"public_key": key.public_key, "signature": data.signature}}
    folder, action = "agreement/verification", DataspaceNegotiationAction.VERIFY
    sent = await _send(act, row, action, Kind.VERIFICATION, folder, **more)
    if key is not None and data.signature is not None:
        word = agreements.message_sent(agreement, sent)
        agreements.add(agreement, agreements.by_key(act, row.side, key, data.signature, word))
    return await queries.view(act, row)


async def finalize(act: Act, negotiation_id: str) -> DataspaceNegotiationView:
    """Close the negotiation: with its acknowledgement the agreement is concluded."""
    row = await queries.own(act, PROTOCOL, negotiation_id)
    await _send(act, row, DataspaceNegotiationAction.FINALIZE, Kind.EVENT, "events", eventType="FINALIZED")
    return await queries.view(act, row)


async def terminate(act: Act, negotiation_id: str, data: EndProcess) -> DataspaceNegotiationView:
    """End the negotiation, where the protocol's diagram lets this side.

    A first message that never arrived is withdrawn: nobody has to be told.
    """
    row = await queries.own(act, PROTOCOL, negotiation_id)
    if row.status is DataspaceNegotiationState.INITIATED:
        await sending.give_up(act, row)
        await sending.end(act, PROTOCOL, row, data.code or "withdrawn", list(data.reasons))
        return await queries.view(act, row)
    row.code, row.reasons = data.code, list(data.reasons)
    kind, reasons = Kind.CONTRACT_TERMINATION, list(data.reasons)
    await _send(act, row, DataspaceNegotiationAction.TERMINATE, kind, "termination", code=data.code, reason=reasons)
    return await queries.view(act, row)
