"""Opening a negotiation: what it is about, between whom, and its first round."""

from contracts.terms.document import Terms
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.db import lock_name
from kernel.errors import FieldError, NotFound
from kernel.identity.models import Party
from kernel.identity.states import PartyState
from kernel.states import Role
from kernel.text import Text
from market.listings.errors import NotYourListing
from market.listings.models import Listing
from market.negotiation import queries, rounds
from market.negotiation.errors import RoundsTooMany
from market.negotiation.models import Negotiation
from market.negotiation.rounds import Said
from market.negotiation.states import NEGOTIATION, NegotiationState, RoundKind
from market.offers import checks
from market.offers.errors import OwnOffer, TermsOfOtherListing
from market.offers.models import Offer
from market.offers.rules import OF_LISTING, RULES


def require_other(listing_id: str, provider: str, consumer: str) -> None:
    """Raise OwnOffer for whoever would deal with itself."""
    if provider == consumer:
        raise OwnOffer(listing=listing_id)


async def opened(act: Act, said: Said, consumer: str, role: Role, offer: Offer | None) -> Negotiation:
    """Open a negotiation with its first round, having asked everything that is asked of a round."""
    product = await _subject(act, said.terms, consumer, role)
    provider = said.terms.provider if product is None else product.provider
    table = RULES.at(act.today).body
    checks.require_expiry(act.at, said.expires_at, table)
    await lock_name(act.session, "negotiation", provider, consumer)
    if await queries.count_open(act, provider, consumer) >= table.open_between_two_max:
        raise RoundsTooMany(limit=table.open_between_two_max, what=f"{provider} / {consumer}")
    await checks.require_between(act, said.terms, product, (provider, consumer))
    await rounds.require_approval(act, said.terms)
    return await begin(act, said, (provider, consumer), None if product is None else product.id, role, offer)


async def _subject(act: Act, terms: Terms, consumer: str, role: Role) -> Listing | None:
    """The listing that is negotiated about, or None for a contract on services; who opens is a side of it.

    Raises OwnOffer, NotYourListing, and NotFound for a provider of services that is not admitted here.
    """
    if terms.policy is not None:
        product: Listing = await checks.product(act, terms.listing)
        require_other(product.id, product.provider, consumer)
        if role is Role.PROVIDER and act.actor.party != product.provider:
            raise NotYourListing
        return product
    if role is Role.PROVIDER and act.actor.party != terms.provider:
        raise TermsOfOtherListing(errors=[_speaks_for_itself(act.actor.party)], count=1, listing="-")
    party = await act.session.get(Party, terms.provider)
    if party is None or party.status is not PartyState.ADMITTED:
        raise NotFound(kind="party", id=terms.provider)
    return None


def _speaks_for_itself(party: str | None) -> FieldError:
    text = Text(f"由提供服务的一方提出，应为 {party}", f"Whoever offers a service provides it: {party}")
    return FieldError("/terms/provider", text, OF_LISTING)


async def begin(
    act: Act, said: Said, sides: tuple[str, str], listing_id: str | None, role: Role, offer: Offer | None
) -> Negotiation:
    """Write a negotiation and its first round, by `role`."""
    provider, consumer = sides
    by, kind, state = (
        (provider, RoundKind.OFFER, NegotiationState.OFFERED)
        if role is Role.PROVIDER
        else (consumer, RoundKind.REQUEST, NegotiationState.REQUESTED)
    )
    row = Negotiation(
        id=ids.new("neg"),
        provider=provider,
        consumer=consumer,
        listing_id=listing_id,
        offer_id=None if offer is None else offer.id,
        end_code=None,
        reason=None,
        last_round=1,
        terms_digest=None,
        order_id=None,
        initiated_by=by,
        opened_at=act.at,
    )
    rounds.hand_over(row, role, said, act.at, act)
    facts = {"listing": listing_id or "-", "round": 1}
    await lifecycle.begin_in(act, row, NEGOTIATION, state, parties=sides, **facts)
    rounds.write(act, row, by, kind, said)
    await act.session.flush()
    return row
