"""Messages of a negotiation as they come in, from either side; each has its effect once."""

from collections.abc import Mapping
from typing import Any

from contracts.signatures.messages import is_about
from contracts.usage.errors import PolicyInexpressible
from contracts.usage.reading import read as decidable
from kernel import ids
from kernel.act import Act
from kernel.crypto import canonical
from market.dataspace.catalogue import queries as catalogue
from market.dataspace.errors import AgreementDiffers, MessageRefused, ParticipantUnknown
from market.dataspace.messages import offers
from market.dataspace.messages.kinds import Kind
from market.dataspace.messages.shapes import fault
from market.dataspace.models import DataspaceCounterparty, DataspaceNegotiation
from market.dataspace.negotiations import agreements, drafting, house, signatures
from market.dataspace.negotiations.effects import PROTOCOL
from market.dataspace.participants import naming
from market.dataspace.participants.queries import Caller
from market.dataspace.processes import receiving, sending
from market.dataspace.processes.protocol import begin
from market.dataspace.states import DataspaceNegotiationAction, DataspaceSide
from rights.grants.vocabulary import words_at

Answer = tuple[int, dict[str, Any]]
"""The status and the body of an answer."""


async def opened(act: Act, caller: Caller, sent: Any, kind: Kind) -> Answer:
    """A first message: a consumer's request for a data set of ours, or a provider's offer to us."""
    message = receiving.require(sent, kind)
    side = DataspaceSide.PROVIDER if kind is Kind.CONTRACT_REQUEST else DataspaceSide.CONSUMER
    named, other = ("consumerPid", "providerPid") if side is DataspaceSide.PROVIDER else ("providerPid", "consumerPid")
    if message.get("callbackAddress") is None:
        extra = fault(
            f"/{other}", "首条消息须给出 callbackAddress", "A first message gives its callbackAddress instead"
        )
        raise MessageRefused(errors=[extra], why=other)
    pid = str(message[named])
    await receiving.lock_pid(act, caller, pid)
    row = await receiving.opened_by(act, PROTOCOL, caller, side, pid)
    if row is not None:
        if await receiving.was_taken(act, caller, message, row.id):
            return 201, PROTOCOL.view(row)
        raise receiving.refusal(PROTOCOL, row, str(kind))
    offer = dict(message["offer"])
    if side is DataspaceSide.PROVIDER:
        await _require_decidable(act, caller.participant, offer)
    row = await _begin(act, caller, side, message, offer)
    action = DataspaceNegotiationAction.REQUEST if side is DataspaceSide.PROVIDER else DataspaceNegotiationAction.OFFER
    await receiving.take(act, PROTOCOL, caller, row, action, message)
    await house.requested(act, row, caller, message)
    if side is DataspaceSide.PROVIDER:
        await drafting.accept_public(act, row)
    return 201, PROTOCOL.view(row)


def new(
    act: Act,
    counterparty: DataspaceCounterparty,
    side: DataspaceSide,
    pids: tuple[str | None, str | None],
    offer: dict[str, Any],
    *,
    offered_by: DataspaceSide,
) -> DataspaceNegotiation:
    """A negotiation with a counterparty; `pids` are the provider's and the consumer's, as far as they are known."""
    return DataspaceNegotiation(
        id=ids.new("dng"),
        participant=counterparty.participant,
        counterparty_id=counterparty.id,
        side=side,
        provider_pid=pids[0],
        consumer_pid=pids[1],
        callback_address=None,
        dataset_id=str(offer["target"]),
        offer=offer,
        offered_by=str(offered_by),
        negotiation_id=None,
        agreement_id=None,
        last_message_id=None,
        sending=None,
        failure=None,
        code=None,
        reasons=[],
        due_at=None,
        created_at=act.at,
    )


async def _begin(
    act: Act, caller: Caller, side: DataspaceSide, message: Mapping[str, Any], offer: dict[str, Any]
) -> DataspaceNegotiation:
    address = str(message["callbackAddress"]).rstrip("/")
    if not naming.same_origin(address, caller.address):
        text = fault(
            "/callbackAddress",
            f"须与登记的地址 {caller.address} 同源",
            f"It is of the same origin as the address that is known: {caller.address}",
        )
        raise MessageRefused(errors=[text], why="callbackAddress")
    provider_pid = sending.urn() if side is DataspaceSide.PROVIDER else str(message["providerPid"])
    consumer_pid = str(message["consumerPid"]) if side is DataspaceSide.PROVIDER else sending.urn()
    row = new(act, caller.counterparty, side, (provider_pid, consumer_pid), offer, offered_by=side.other)
    row.callback_address = address
    await begin(act, PROTOCOL, row)
    # Each message names both pids; in the first the other side cannot know ours yet.
    return row


async def _require_decidable(act: Act, participant: str, offer: Mapping[str, Any]) -> None:
    """Raise MessageRefused for a data set that is not there, or a policy that no gate could decide."""
    try:
        dataset = await catalogue.dataset(act, participant, str(offer["target"]))
    except ParticipantUnknown as problem:
        unknown = fault("/offer/target", "没有此数据集", "There is no such data set")
        raise MessageRefused(errors=[unknown], why="target") from problem
    try:
        decidable(offers.read(offer, dataset.asset, words_at(act.today).version))
    except PolicyInexpressible as problem:
        faults = [fault(f"/offer{one.pointer}", one.detail.zh, one.detail.en) for one in problem.errors]
        raise MessageRefused(errors=faults, why="policy") from problem


async def _known(
    act: Act, caller: Caller, pid: str, sent: Any, kind: Kind
) -> tuple[DataspaceNegotiation, Mapping[str, Any], bool]:
    """The negotiation that a message is about, locked; the message; and whether it had its effect before."""
    row: DataspaceNegotiation = await receiving.find(act, PROTOCOL, caller, pid)
    message = receiving.require(sent, kind)
    return row, message, await receiving.was_taken(act, caller, message, row.id)


async def offered_again(act: Act, caller: Caller, pid: str, sent: Any, kind: Kind) -> Answer:
    """A counter-offer: a consumer's request in answer to our offer, or a provider's offer in answer to our request."""
    row, message, repeated = await _known(act, caller, pid, sent, kind)
    if repeated:
        return 200, PROTOCOL.view(row)
    offer = dict(message["offer"])
    if str(offer["target"]) != row.dataset_id:
        other = fault("/offer/target", "标的不可变更", f"The negotiation is about {row.dataset_id}")
        raise MessageRefused(errors=[other], why="target")
    if row.side is DataspaceSide.PROVIDER:
        await _require_decidable(act, row.participant, offer)
    action = DataspaceNegotiationAction.REQUEST if kind is Kind.CONTRACT_REQUEST else DataspaceNegotiationAction.OFFER
    await receiving.require_step(act, PROTOCOL, row, action, str(message["@type"]))
    # What was drafted of the offer before is none of this one.
    row.offer, row.offered_by, row.agreement_id = offer, str(row.side.other), None
    await receiving.take(act, PROTOCOL, caller, row, action, message)
    await house.requested(act, row, caller, message)
    return 200, PROTOCOL.view(row)


async def agreed(act: Act, caller: Caller, pid: str, sent: Any, public_url: str) -> Answer:
    """A provider's agreement: kept if it says what was offered last, between the two that offered it."""
    row, message, repeated = await _known(act, caller, pid, sent, Kind.CONTRACT_AGREEMENT)
    if repeated:
        return 200, PROTOCOL.view(row)
    body = dict(message["agreement"])
    ours = {naming.did(public_url, row.participant), row.participant}
    differing = {
        "/agreement/target": str(body["target"]) != row.dataset_id,
        "/agreement/assigner": str(body["assigner"]) != caller.did,
        "/agreement/assignee": str(body["assignee"]) not in ours,
        "/agreement": not offers.same(body, row.offer),
    }
    await receiving.require_step(act, PROTOCOL, row, DataspaceNegotiationAction.AGREE, str(message["@type"]))
    if any(differing.values()):
        faults = [
            fault(at, "与最后要约不一致", "It is not what was last offered") for at, bad in differing.items() if bad
        ]
        raise AgreementDiffers(errors=faults)
    signed = message.get(agreements.SIGNED)
    about = is_about(signed, body["@id"], canonical.digest(body))
    agreement = agreements.new(act, row, body, str(signed) if about else None)
    await agreements.require_new(act, agreement)
    act.session.add(agreement)
    await act.session.flush()
    row.agreement_id = agreement.id
    received = await receiving.take(act, PROTOCOL, caller, row, DataspaceNegotiationAction.AGREE, message)
    await signatures.note(act, agreement, caller, received, row.side.other)
    return 200, PROTOCOL.view(row)


async def verified(act: Act, caller: Caller, pid: str, sent: Any) -> Answer:
    """A consumer's verification of our agreement, with its signature or as its connector's word."""
    row, message, repeated = await _known(act, caller, pid, sent, Kind.VERIFICATION)
    if repeated:
        return 200, PROTOCOL.view(row)
    await receiving.require_step(act, PROTOCOL, row, DataspaceNegotiationAction.VERIFY, str(message["@type"]))
    agreement = await agreements.of_negotiation(act, row)
    received = await receiving.take(act, PROTOCOL, caller, row, DataspaceNegotiationAction.VERIFY, message)
    key = await signatures.note(act, agreement, caller, received, row.side.other)
    await house.made_over_the_wire(act, agreement)
    if key is not None:
        await house.signed(act, agreement, key, (agreements.claimed(message) or ("", ""))[1])
    return 200, PROTOCOL.view(row)


async def event(act: Act, caller: Caller, pid: str, sent: Any) -> Answer:
    """A consumer accepts our offer, or a provider finalises what we have verified."""
    row, message, repeated = await _known(act, caller, pid, sent, Kind.EVENT)
    if repeated:
        return 200, PROTOCOL.view(row)
    accepts = message["eventType"] == "ACCEPTED"
    action = DataspaceNegotiationAction.ACCEPT if accepts else DataspaceNegotiationAction.FINALIZE
    await receiving.take(act, PROTOCOL, caller, row, action, message)
    if accepts and caller.party_id is not None:
        await house.accepted(act, row, caller.party_id)
    return 200, PROTOCOL.view(row)


async def terminated(act: Act, caller: Caller, pid: str, sent: Any) -> Answer:
    """The other side ends the negotiation."""
    row, message, repeated = await _known(act, caller, pid, sent, Kind.CONTRACT_TERMINATION)
    if not repeated:
        await receiving.take(act, PROTOCOL, caller, row, DataspaceNegotiationAction.TERMINATE, message)
    return 200, PROTOCOL.view(row)


async def state(act: Act, caller: Caller, pid: str) -> Answer:
    """Where a negotiation of the caller's stands."""
    return 200, await receiving.state(act, PROTOCOL, caller, pid)
