"""Publishing and withdrawing public offers, and holding one still while somebody accepts it."""

from datetime import datetime

from sqlalchemy import select

from contracts.approvals import commands as approvals
from contracts.terms.document import Terms, digest, plain
from contracts.terms.odrl import given
from contracts.terms.price.amounts import exposure
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import hold, locked
from kernel.errors import NotFound
from kernel.states import Role
from kernel.time.clock import timestamp
from market.listings.errors import ListingUnavailable, NotYourListing
from market.listings.queries import sees
from market.offers import checks, queries, rules
from market.offers.errors import OfferClosed, OfferNotYours, OffersTooMany
from market.offers.models import Offer
from market.offers.schemas import OfferView, PublishOffer, WithdrawOffer
from market.offers.states import OFFER, OfferAction, OfferState
from rights.grants.box import Exclusivity
from rights.grants.vocabulary import ANYONE


async def publish(act: Act, listing_id: str, data: PublishOffer) -> OfferView:
    """Publish terms for one's own listing; at most five stand at a time, and none beyond the provider's title.

    Raises NotYourListing, OffersTooMany, ExpiryImpossible, and whatever contracts.terms.odrl and market.offers.checks
    refuse.
    """
    with given(data.terms, data.odrl_terms) as terms:
        return await _publish(act, listing_id, data, terms)


async def _publish(act: Act, listing_id: str, data: PublishOffer, terms: Terms) -> OfferView:
    row = await checks.product(act, listing_id, lock=True)
    if row.provider != act.actor.party:
        raise NotYourListing if sees(act.actor, row) else ListingUnavailable(id=listing_id)
    table = rules.RULES.at(act.today).body
    checks.require_expiry(act.at, data.expires_at, table)
    if await queries.count_open(act, row.id) >= table.offers_open_max:
        raise OffersTooMany(limit=table.offers_open_max)
    await checks.require(act, terms, row, None)
    await approvals.require(act, row.provider, digest(terms), exposure(terms, act.today))
    offer = Offer(
        id=ids.new("ofr"),
        provider=row.provider,
        listing_id=row.id,
        title_zh=data.title_zh,
        title_en=data.title_en,
        terms=plain(terms),
        terms_digest=digest(terms),
        addressed=addressed(terms),
        seats=data.seats if terms.licence.exclusivity is Exclusivity.ORDINARY else 1,
        taken=0,
        expires_at=data.expires_at,
        end_reason=None,
        published_at=act.at,
    )
    facts = {"listing": row.id, "terms": offer.terms_digest, "expires_at": timestamp(offer.expires_at)}
    await lifecycle.begin(act, offer, OFFER, parties=(offer.provider, *(offer.addressed or ())), **facts)
    return queries.view(act, offer)


def addressed(terms: Terms) -> list[str] | None:
    """The parties that public terms are for, or None for everybody."""
    named = {one for rule in terms.licence.permissions for one in rule.recipients}
    return None if ANYONE in named else sorted(one.removeprefix("party:") for one in named)


async def withdraw_offer(act: Act, offer_id: str, data: WithdrawOffer) -> OfferView:
    """Take one's own offer back; raises OfferNotYours, or OfferClosed for one that nobody can take any more."""
    await queries.visible(act, offer_id)
    row = await locked(act.session, Offer, offer_id)
    if row.provider != act.actor.party:
        raise OfferNotYours
    require_open(row, act.after_waiting())
    row.end_reason = data.reason
    await _move(act, row, OfferAction.WITHDRAW, Role.PROVIDER, reason=data.reason)
    return queries.view(act, row)


async def held(act: Act, offer_id: str) -> Offer:
    """An offer, held still until the unit ends: alone where there are seats to count, else beside all who take it.

    Whoever asks whether it is open reads the moment anew under this lock (`Act.after_waiting`). Raises NotFound.
    """
    row = await act.session.get(Offer, offer_id)
    if row is None:
        raise NotFound(kind="offer", id=offer_id)
    query = select(Offer).where(Offer.id == offer_id).execution_options(populate_existing=True)
    if row.seats is None:
        return (await act.session.scalars(query.with_for_update(read=True))).one()
    row = (await act.session.scalars(query.with_for_update())).one()
    hold(act.session, row)
    return row


def require_open(row: Offer, at: datetime) -> None:
    """Raise OfferClosed, naming the state, for what was withdrawn or taken, or whose time was over at a moment."""
    if row.status is not OfferState.OPEN:
        raise OfferClosed(offer=row.id, state=str(row.status), since=timestamp(row.status_changed_at))
    if row.expires_at <= at:
        raise OfferClosed(offer=row.id, state=str(OfferState.EXPIRED), since=timestamp(row.expires_at))


async def count_taken(act: Act, row: Offer) -> None:
    """Give one seat of an offer that is held, where it counts them; with the last it is taken."""
    if row.seats is None:
        return
    row.taken += 1
    if row.taken == row.seats:
        parties = (row.provider, *(row.addressed or ()))
        await lifecycle.advance(act.by(SYSTEM), row, OFFER, OfferAction.FILL, Role.SYSTEM, parties=parties)


async def expire(act: Act, offer_id: str) -> bool:
    """Write down that an offer's time is over; says whether it is."""
    row = await locked(act.session, Offer, offer_id)
    if row.status is not OfferState.OPEN or row.expires_at > act.at:
        return False
    await _move(act.by(SYSTEM), row, OfferAction.EXPIRE, Role.SYSTEM)
    return True


async def withdraw_with_listing(act: Act, offer_id: str) -> bool:
    """Take back what was offered for a listing that is off the shelf for good; says whether it was."""
    row = await locked(act.session, Offer, offer_id)
    if row.status is not OfferState.OPEN:
        return False
    row.end_reason = "商品已下架 · the listing is delisted"
    await _move(act.by(SYSTEM), row, OfferAction.WITHDRAW, Role.SYSTEM, reason=row.end_reason)
    return True


async def _move(act: Act, row: Offer, action: OfferAction, role: Role, **facts: str) -> None:
    parties = (row.provider, *(row.addressed or ()))
    await lifecycle.advance(act, row, OFFER, action, role, parties=parties, **facts)
