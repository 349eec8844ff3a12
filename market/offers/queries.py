"""Reading public offers: everybody sees those to the public, and the parties that are named those to them."""

from typing import Final

from sqlalchemy import ColumnElement, Select, func, or_, select

from contracts.terms.document import digest, parsed
from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.listings.evidence import terms_of
from market.listings.models import Listing
from market.listings.states import ListingState
from market.offers.checks import product
from market.offers.models import Offer
from market.offers.schemas import ListedTerms, OfferView
from market.offers.states import OFFER, OfferState

AUDIENCE: Final = Audience("offer", (Role.REGULATOR, Role.AUDITOR, Role.OPERATOR))
"""Who may see an offer that is not to the public, or whose listing is off the shelf, besides those that it names."""


async def visible(act: Act, offer_id: str) -> Offer:
    """An offer, for whoever may see it; raises NotFound for anybody else."""
    row = await one(act.session, Offer, ids.require("ofr", offer_id))
    listing = await one(act.session, Listing, row.listing_id)
    if row.addressed is not None or listing.status is not ListingState.LISTED:
        AUDIENCE.require(act.actor, offer_id, row.provider, *(row.addressed or ()))
    return row


async def offer(act: Act, offer_id: str) -> OfferView:
    """One offer."""
    return view(act, await visible(act, offer_id))


def state_of(act: Act, row: Offer) -> OfferState:
    """Where an offer stands at the act's moment: one whose time is over has expired, whenever the sweep comes."""
    return OfferState.EXPIRED if row.status is OfferState.OPEN and row.expires_at <= act.at else row.status


def view(act: Act, row: Offer) -> OfferView:
    """An offer for the wire."""
    state = state_of(act, row)
    return shown(row, OfferView, terms=parsed(row.terms), status=state, allowed_actions=_allowed(row, state, act.actor))


def _allowed(row: Offer, state: OfferState, actor: Actor) -> list[str]:
    if actor.party == row.provider:
        return [str(action) for action in OFFER.actions(state, Role.PROVIDER)]
    takes = state is OfferState.OPEN and "market:order:place" in actor.permissions
    return ["take"] if takes and (row.addressed is None or actor.party in row.addressed) else []


async def listed_terms(act: Act, listing_id: str) -> ListedTerms:
    """A listing's licence at its price as terms; raises ListingUnavailable and ListingClosed."""
    terms = terms_of(await product(act, listing_id), act.today)
    return ListedTerms(terms, digest(terms))


async def of_listing(act: Act, listing_id: str, limit: int, cursor: str | None) -> Page[OfferView]:
    """The offers of a listing that the actor may take now; its provider sees those that are over too."""
    own = Offer.provider == act.actor.party if act.actor.party is not None else None
    open_now = (Offer.status == OfferState.OPEN) & (Offer.expires_at > act.at)
    query = select(Offer).join(Listing, Listing.id == Offer.listing_id)
    query = query.where(Offer.listing_id == ids.require("lst", listing_id))
    query = query.where(open_now if own is None else or_(own, open_now)).where(_seen(act.actor))
    rows = await fetch(act.session, query, Offer.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: view(act, row))


def _seen(actor: Actor) -> ColumnElement[bool]:
    public = Offer.addressed.is_(None) & (Listing.status == ListingState.LISTED)
    return or_(public, AUDIENCE.among(actor, Offer.provider, Offer.addressed))


async def count_open(act: Act, listing_id: str) -> int:
    """How many offers of a listing can be taken now."""
    query: Select[int] = select(func.count()).where(
        Offer.listing_id == listing_id, Offer.status == OfferState.OPEN, Offer.expires_at > act.at
    )
    return int(await act.session.scalar(query) or 0)
