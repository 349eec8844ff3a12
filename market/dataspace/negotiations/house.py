"""A negotiation over the wire with a member is the centre's own negotiation: the same rounds, order and agreement.

It is one where we are the provider, the other side's connector is a member's own, and the data set is a listing. What
its messages do is done by the member; what our participant sends, by the participant. Any refusal of the centre's own
commands is a refusal of the message.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from contracts.agreements import commands as agreement_commands
from contracts.agreements.models import Agreement
from contracts.agreements.queries import of_order
from contracts.agreements.rules import signing_text
from contracts.agreements.schemas import DeclineAgreement, SignAgreement
from contracts.agreements.states import AgreementState
from contracts.approvals import commands as approvals
from contracts.signatures.messages import holds
from contracts.terms.binding import bound
from contracts.terms.conveyance import purposes
from contracts.terms.document import Terms, digest, parsed
from contracts.terms.price.amounts import exposure
from contracts.usage.odrl import URN
from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import Forbidden
from kernel.identity.models import Party, SigningKey
from kernel.rules.permissions import permissions_of
from kernel.states import Role
from market.dataspace.catalogue import records
from market.dataspace.messages import offers
from market.dataspace.models import DataspaceAgreement, DataspaceCounterparty, DataspaceNegotiation
from market.dataspace.negotiations import agreements
from market.dataspace.participants.queries import Caller
from market.dataspace.states import DataspaceSide
from market.negotiation import commands as negotiations
from market.negotiation.models import Negotiation
from market.negotiation.queries import round_of
from market.negotiation.schemas import (
    AcceptNegotiation,
    CounterNegotiation,
    EndNegotiation,
    ProposeNegotiation,
    RequestNegotiation,
)
from market.negotiation.states import OPEN
from market.offers.queries import listed_terms, visible
from rights.grants.vocabulary import words_at

OFFER: Final = f"{URN}:ofr_"
USE_CASE: Final = "Dataspace Protocol 2025-1"
"""What the consumer's use is called where its connector says no more than the protocol does."""


async def member(act: Act, party_id: str, key: str, *, needs: str = "contracts:agreement:sign") -> Act:
    """The act as a member's own, with what its roles permit; raises Forbidden for what they do not.

    Where the member gives the command itself it is the act of the key that gave it, so that whoever has approved is not
    taken for another than who acts; `key` names what acts where nobody of the member does.
    """
    party = await act.session.get_one(Party, party_id)
    roles = frozenset(Role(role) for role in party.roles)
    permissions = permissions_of(roles, act.today)
    if needs not in permissions:
        raise Forbidden(permission=needs)
    acting = act.actor.hand if act.actor.party == party_id and act.actor.hand is not None else key
    return act.by(Actor(party=party.id, key=acting, roles=roles, permissions=permissions, admitted=True))


def is_ours(row: DataspaceNegotiation, party_id: str | None) -> bool:
    """Whether a negotiation is one of the centre's own, with the member whose connector is at the other end."""
    provides = row.side is DataspaceSide.PROVIDER and party_id is not None
    return provides and records.listing_of(row.dataset_id) is not None


async def terms_of(act: Act, row: DataspaceNegotiation, consumer: str) -> Terms:
    """The last offer as terms between two: at the price of the offer that it names, else at the listing's."""
    listing_id = records.listing_of(row.dataset_id)
    assert listing_id is not None
    name = str(row.offer["@id"])
    if name.startswith(OFFER):
        base = parsed((await visible(act, name.removeprefix(f"{URN}:"))).terms)
    else:
        base = (await listed_terms(act, listing_id)).terms
    policy = offers.read(row.offer, base.licence.asset, words_at(act.today).version)
    # The protocol has no word for what the consumer declares: it declares the first purpose of what it asks for.
    declared = purposes(policy)[0]
    return msgspec.structs.replace(
        bound(msgspec.structs.replace(base, policy=policy), consumer, None, USE_CASE), purpose=declared
    )


async def requested(act: Act, row: DataspaceNegotiation, caller: Caller, message: Mapping[str, Any]) -> None:
    """The consumer asks: a negotiation is opened, or its next round made."""
    if not is_ours(row, caller.party_id):
        return
    assert caller.party_id is not None
    theirs = await member(act, caller.party_id, caller.id, needs="market:order:place")
    terms, name = await terms_of(theirs, row, caller.party_id), _message_id(caller, message)
    if row.negotiation_id is None:
        made = await negotiations.request(theirs, RequestNegotiation(terms=terms), message_id=name)
        row.negotiation_id = made.id
    else:
        await negotiations.counter(theirs, row.negotiation_id, CounterNegotiation(terms=terms), message_id=name)


def _message_id(caller: Caller, message: Mapping[str, Any]) -> str | None:
    name = message.get("@id")
    return f"{caller.id}/{name}" if name is not None else None


async def require_approved(act: Act, row: DataspaceNegotiation) -> None:
    """Raise what the provider's own rule lacks for the offer that the row now holds, before anybody is told of it."""
    caller = await act.session.get_one(DataspaceCounterparty, row.counterparty_id)
    if not is_ours(row, caller.party_id):
        return
    ours = await member(act, row.participant, row.id)
    terms = await terms_of(ours, row, caller.party_id or "")
    await approvals.require(ours, row.participant, digest(terms), exposure(terms, ours.today))


async def offered(act: Act, row: DataspaceNegotiation) -> None:
    """The provider's own round, once the other side has it; the first of it opens the negotiation."""
    caller = await act.session.get_one(DataspaceCounterparty, row.counterparty_id)
    if not is_ours(row, caller.party_id):
        return
    ours = await member(act, row.participant, row.id)
    if row.negotiation_id is None:
        terms = await terms_of(ours, row, caller.party_id or "")
        row.negotiation_id = (await negotiations.propose(ours, ProposeNegotiation(terms=terms))).id
        return
    here = await act.session.get_one(Negotiation, row.negotiation_id)
    terms = await terms_of(ours, row, here.consumer)
    await negotiations.counter(ours, row.negotiation_id, CounterNegotiation(terms=terms))


async def accepted(act: Act, row: DataspaceNegotiation, by: str) -> None:
    """Either side accepts the other's last round: order and agreement are there."""
    if row.negotiation_id is None:
        return
    here = await act.session.get_one(Negotiation, row.negotiation_id)
    last = await round_of(act.session, here)
    theirs = await member(act, by, row.id)
    await negotiations.accept(theirs, row.negotiation_id, AcceptNegotiation(terms_digest=last.terms_digest))


async def drafted(act: Act, row: DataspaceNegotiation) -> Agreement | None:
    """The centre's agreement of a negotiation, accepted by the provider now if the consumer's request stands."""
    if row.negotiation_id is None:
        return None
    here = await act.session.get_one(Negotiation, row.negotiation_id)
    if here.order_id is None:
        await accepted(act, row, row.participant)
    assert here.order_id is not None
    return await of_order(act.session, here.order_id)


def name_of(agreement: Agreement) -> tuple[str, str]:
    """What the centre's agreement is called on the wire, and the text that its sides sign."""
    return f"{URN}:{agreement.id}", signing_text(agreement.id, agreement.digest)


async def made_over_the_wire(act: Act, agreement: DataspaceAgreement) -> None:
    """Let the centre's own agreement say how each side made it on the wire, now that both have."""
    made = agreements.made(agreement)
    if agreement.house_agreement_id is not None and holds(made):
        await agreement_commands.note_wire(act, agreement.house_agreement_id, made)


async def signed(act: Act, agreement: DataspaceAgreement, key: SigningKey, signature: str) -> None:
    """A side's signature over the centre's agreement; with the second it is in force."""
    if agreement.house_agreement_id is None:
        return
    theirs = await member(act, key.party_id, agreement.id)
    body = SignAgreement(signing_key_id=key.id, signature=signature)
    await agreement_commands.sign(theirs, agreement.house_agreement_id, body)


async def ended(act: Act, row: DataspaceNegotiation, role: Role, reason: str) -> None:
    """What the wire has ended is ended here too: the open round, or the agreement that nobody will sign any more."""
    if row.negotiation_id is None:
        return
    here = await act.session.get_one(Negotiation, row.negotiation_id)
    by = here.consumer if role is Role.BUYER else here.provider
    theirs = await member(act, by, row.id)
    if here.status in OPEN:
        body = EndNegotiation(reason=reason[:400])
        owes = here.owner == by
        await (negotiations.reject if owes else negotiations.withdraw)(theirs, here.id, body)
        return
    agreement = await of_order(act.session, here.order_id) if here.order_id is not None else None
    if agreement is not None and agreement.status in (AgreementState.DRAFTED, AgreementState.SIGNED_BY_ONE):
        await agreement_commands.decline(theirs, agreement.id, DeclineAgreement(reason=reason[:400]))
