"""What time does to negotiations and offers: those that are over are written down, who owes an answer is told."""

from datetime import timedelta

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.listings.models import Listing
from market.listings.states import ListingState
from market.negotiation import commands
from market.negotiation.models import Negotiation
from market.negotiation.states import OPEN
from market.offers import commands as offers
from market.offers.models import Offer
from market.offers.states import OfferState


@sweep("market.negotiation.expire", every=timedelta(seconds=30))
async def expire(runtime: Runtime) -> None:
    """Write down the end of negotiations that were not answered in time."""
    query = select(Negotiation.id).where(Negotiation.status.in_(OPEN), Negotiation.due_at <= runtime.clock.now())
    await each(runtime, query.order_by(Negotiation.due_at), commands.expire)


@sweep("market.negotiation.remind", every=timedelta(minutes=5))
async def remind(runtime: Runtime) -> None:
    """Tell whoever owes an answer that it is due soon."""
    now = runtime.clock.now()
    query = select(Negotiation.id).where(
        Negotiation.status.in_(OPEN),
        Negotiation.reminded_at.is_(None),
        Negotiation.remind_at <= now,
        Negotiation.due_at > now,
    )
    await each(runtime, query.order_by(Negotiation.remind_at), commands.remind)


@sweep("market.offer.expire", every=timedelta(seconds=30))
async def expire_offers(runtime: Runtime) -> None:
    """Write down the end of public offers whose time is over, or whose listing is off the shelf for good."""
    query = select(Offer.id).where(Offer.status == OfferState.OPEN, Offer.expires_at <= runtime.clock.now())
    await each(runtime, query.order_by(Offer.expires_at), offers.expire)
    gone = select(Offer.id).join(Listing, Listing.id == Offer.listing_id)
    gone = gone.where(Offer.status == OfferState.OPEN, Listing.status == ListingState.DELISTED)
    await each(runtime, gone.order_by(Offer.id), offers.withdraw_with_listing)
