"""What the two sides do: open, answer, accept, reject, withdraw; and what the clock does where they do nothing."""

from typing import Final

from contracts.approvals import commands as approvals
from contracts.approvals.schemas import ApprovalView
from contracts.services import commands as services
from contracts.terms.binding import bound
from contracts.terms.document import Terms, parsed
from contracts.terms.errors import TermsContradictory
from contracts.terms.odrl import given
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked
from kernel.errors import FieldError, Forbidden, NotFound
from kernel.identity.models import Party
from kernel.identity.states import PartyState
from kernel.log.record import record
from kernel.states import Role
from kernel.text import Text
from kernel.time.clock import end_of_day_in_china, timestamp
from kernel.time.workdays import add_working_days
from market.negotiation import opening, queries, rounds
from market.negotiation.errors import RoundBinding, RoundSuperseded
from market.negotiation.models import Negotiation
from market.negotiation.rounds import Said, Standing, standing
from market.negotiation.schemas import (
    AcceptNegotiation,
    ApproveNegotiation,
    CounterNegotiation,
    EndNegotiation,
    NegotiationView,
    ProposeNegotiation,
    RequestNegotiation,
    TakeOffer,
)
from market.negotiation.states import NEGOTIATION, OPEN, EndCode, NegotiationAction
from market.offers import commands as offers
from market.offers import queries as offer_queries
from market.offers.models import Offer
from market.offers.rules import RULES
from market.orders.open import open_order

PLACES: Final = "market:order:place"
"""What a consumer's acceptance needs by whatever door it comes: an order is placed with it."""

_ONE_OF_TWO = Text(
    "offer_id 与 terms（或 odrl_terms）择一；按要约提出的须写明 purpose",
    "Give offer_id with a purpose, or terms (or odrl_terms)",
)


async def request(act: Act, data: RequestNegotiation, *, message_id: str | None = None) -> NegotiationView:
    """A consumer asks for an offer's terms, or for its own; the provider owes an answer.

    Raises TermsContradictory unless one of the two is given, OwnOffer, OfferClosed, RoundsTooMany, and whatever
    market.offers.checks refuses.
    """
    own = data.terms is not None or data.odrl_terms is not None
    if (data.offer_id is None) is not own or (data.offer_id is not None and data.purpose is None):
        raise TermsContradictory(errors=[FieldError("/offer_id", _ONE_OF_TWO, TermsContradictory.rule)], count=1)
    consumer = act.actor.party or ""
    if data.offer_id is None:
        with given(data.terms, data.odrl_terms) as terms:
            return await _requested(act, data, terms, consumer, None, message_id)
    offer = await _open_offer(act, data.offer_id)
    terms = bound(parsed(offer.terms), consumer, data.purpose, data.use_case)
    return await _requested(act, data, terms, consumer, offer, message_id)


async def _requested(
    act: Act, data: RequestNegotiation, terms: Terms, consumer: str, offer: Offer | None, message_id: str | None
) -> NegotiationView:
    said = Said(terms, data.expires_at, data.withdrawable, data.note, message_id)
    return await queries.view(act, await opening.opened(act, said, consumer, Role.BUYER, offer))


async def propose(act: Act, data: ProposeNegotiation, *, message_id: str | None = None) -> NegotiationView:
    """A provider offers terms to one consumer, whom they name; it owes an answer.

    Raises NotFound for a consumer that is not admitted here, NotYourListing, OwnOffer, RoundsTooMany, and whatever
    market.offers.checks refuses.
    """
    with given(data.terms, data.odrl_terms) as terms:
        consumer = terms.consumer
        if consumer is None:
            text = Text("私下要约须指定使用方", "A private offer names its consumer")
            raise TermsContradictory(errors=[FieldError("/terms/consumer", text, TermsContradictory.rule)], count=1)
        party = await act.session.get(Party, consumer)
        if party is None or party.status is not PartyState.ADMITTED:
            raise NotFound(kind="party", id=consumer)
        said = Said(terms, data.expires_at, data.withdrawable, data.note, message_id)
        row = await opening.opened(act, said, consumer, Role.PROVIDER, None)
        return await queries.view(act, row)


async def take(act: Act, offer_id: str, data: TakeOffer) -> NegotiationView:
    """A consumer accepts a public offer at once: the negotiation is accepted, and its order and agreement are there.

    Raises OfferClosed for one that is over by the moment at which the offer is held, OwnOffer, the refusals of
    contracts.terms.binding, and those of the order.
    """
    consumer = act.actor.party or ""
    await offer_queries.visible(act, offer_id)
    offer = await offers.held(act, offer_id)
    offers.require_open(offer, at := act.after_waiting())
    opening.require_other(offer.listing_id, offer.provider, consumer)
    terms = bound(parsed(offer.terms), consumer, data.purpose, data.use_case)
    said = Said(terms, offer.expires_at, withdrawable=True, note="")
    row = await opening.begin(act, said, (offer.provider, consumer), offer.listing_id, Role.PROVIDER, offer)
    made = await queries.round_of(act.session, row)
    await _conclude(act, Standing(row, made, Role.BUYER, at), terms, offer)
    return await queries.view(act, row)


async def counter(
    act: Act, negotiation_id: str, data: CounterNegotiation, *, message_id: str | None = None
) -> NegotiationView:
    """Whoever's move it is answers with other terms; the round before is superseded, and the other side owes an answer.

    Raises NotYourMove, NegotiationClosed, RoundsTooMany, and whatever market.offers.checks refuses.
    """
    here = await standing(act, negotiation_id)
    with given(data.terms, data.odrl_terms) as terms:
        await rounds.add(act, here, Said(terms, data.expires_at, data.withdrawable, data.note, message_id))
    return await queries.view(act, here.row)


async def accept(act: Act, negotiation_id: str, data: AcceptNegotiation) -> NegotiationView:
    """Whoever's move it is accepts the other side's last round by its digest; order and agreement come with it.

    The moment is read under the lock: what waited past the expiry is refused. Raises NotYourMove, NegotiationClosed,
    Forbidden for a consumer that may not place orders, RoundSuperseded, OfferClosed where the offer behind has no seat
    left, and the refusals of the order.
    """
    seen = await queries.visible(act, negotiation_id)
    offer = await offers.held(act, seen.offer_id) if seen.offer_id is not None else None
    here = await standing(act, negotiation_id)
    rounds.require_move(act, here)
    if here.role is Role.BUYER and PLACES not in act.actor.permissions:
        raise Forbidden(permission=PLACES)
    if here.last.terms_digest != data.terms_digest:
        raise RoundSuperseded(round=here.last.n, digest=here.last.terms_digest)
    if offer is not None and offer.seats is not None:
        offers.require_open(offer, here.at)
    await _conclude(act, here, parsed(here.last.terms), offer)
    return await queries.view(act, here.row)


async def reject(act: Act, negotiation_id: str, data: EndNegotiation) -> NegotiationView:
    """Whoever owes an answer says no for good, with its reason."""
    here = await standing(act, negotiation_id)
    rounds.require_move(act, here)
    await _end(act, here.row, NegotiationAction.REJECT, here.role, EndCode.REJECTED, data.reason)
    return await queries.view(act, here.row)


async def withdraw(act: Act, negotiation_id: str, data: EndNegotiation) -> NegotiationView:
    """Take one's own last round back before it is accepted; raises RoundBinding for one that said it would stand."""
    here = await standing(act, negotiation_id)
    if here.row.owner != act.actor.party and not here.last.withdrawable:
        raise RoundBinding(round=here.last.n, until=f"{here.row.due_at}")
    await _end(act, here.row, NegotiationAction.WITHDRAW, here.role, EndCode.WITHDRAWN, data.reason)
    return await queries.view(act, here.row)


async def expire(act: Act, negotiation_id: str) -> bool:
    """Write down that a negotiation's time is over; says whether it is."""
    row = await locked(act.session, Negotiation, negotiation_id)
    if row.status not in OPEN or not queries.is_over(row, act.at):
        return False
    code = EndCode(row.on_due or EndCode.LAPSED)
    await _end(act.by(SYSTEM), row, NegotiationAction.EXPIRE, Role.SYSTEM, code, None)
    return True


async def remind(act: Act, negotiation_id: str) -> bool:
    """Tell whoever owes an answer once that it is due soon, and until when; says whether it was told."""
    row = await locked(act.session, Negotiation, negotiation_id)
    over = row.status not in OPEN or queries.is_over(row, act.at)
    if over or row.reminded_at is not None or row.remind_at is None or row.remind_at > act.at or row.due_at is None:
        return False
    row.reminded_at = act.at
    facts = {"owner": row.owner, "due_at": timestamp(row.due_at), "round": row.last_round}
    record(act.by(SYSTEM), "market.negotiation.reminded", row.id, parties=row.parties, facts=facts)
    return True


async def approve(act: Act, negotiation_id: str, data: ApproveNegotiation) -> ApprovalView:
    """Say yes inside one's party to what stands now; raises RoundSuperseded for what does not."""
    here = await standing(act, negotiation_id)
    if here.last.terms_digest != data.terms_digest:
        raise RoundSuperseded(round=here.last.n, digest=here.last.terms_digest)
    return await approvals.approve(act, parsed(here.last.terms))


async def _open_offer(act: Act, offer_id: str) -> Offer:
    """An offer that is open now and that the actor may answer."""
    await offer_queries.visible(act, offer_id)
    offer = await offers.held(act, offer_id)
    offers.require_open(offer, act.after_waiting())
    return offer


async def _conclude(act: Act, here: Standing, terms: Terms, offer: Offer | None) -> None:
    """Freeze the terms, open the order with its agreement, and give the offer's seat; all in this unit or nothing."""
    row = here.row
    await rounds.require_approval(act, terms)
    if terms.policy is None:
        await _conclude_service(act, here, terms)
        return
    order = await open_order(act, terms, negotiation_id=row.id)
    if offer is not None:
        await offers.count_taken(act, offer)
    _close(row)
    row.order_id, row.terms_digest = order.id, here.last.terms_digest
    facts = {"round": here.last.n, "terms": here.last.terms_digest, "order": order.id}
    await rounds.step(act, row, NegotiationAction.ACCEPT, here.role, **facts, agreement=order.agreement_id)
    await act.session.flush()


async def _conclude_service(act: Act, here: Standing, terms: Terms) -> None:
    """The same of a contract on services: an agreement to sign, and no order."""
    row, days = here.row, RULES.at(act.today).body.answer_working_days
    due_at = end_of_day_in_china(add_working_days(act.today, days).on)
    agreement = await services.draft(act, terms, due_at)
    await act.session.flush()
    _close(row)
    row.agreement_id, row.terms_digest = agreement.id, here.last.terms_digest
    facts = {"round": here.last.n, "terms": here.last.terms_digest, "agreement": agreement.id}
    await rounds.step(act, row, NegotiationAction.ACCEPT, here.role, **facts)
    await act.session.flush()


def _close(row: Negotiation) -> None:
    """Nobody owes an answer any more."""
    row.owner = row.due_at = row.on_due = row.remind_at = None


async def _end(
    act: Act, row: Negotiation, action: NegotiationAction, role: Role, code: EndCode, reason: str | None
) -> None:
    """End a negotiation without an agreement."""
    NEGOTIATION.next(row.status, action, role)  # Whoever may not is told so before anything is set.
    _close(row)
    row.end_code, row.reason = str(code), reason
    await rounds.step(act, row, action, role, code=str(code), reason=reason or "")
    await act.session.flush()
