"""What of an asset's quality is shown to buyers: the scorecards that the shelf or an order of their own names."""

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from market.listings.models import Listing
from market.listings.states import ListingState
from market.orders.models import Order
from valuation.quality.access.ports import shop_window


@shop_window
async def shown(session: AsyncSession, party: str | None, scorecards: Select[str]) -> bool:
    """Whether a product on the shelf, or one that the party ordered at any time, names one of the scorecards."""
    ordered = exists().where(Order.listing_id == Listing.id, Order.buyer == party)
    query = select(Listing.id).where(
        Listing.scorecard_id.in_(scorecards), or_(Listing.status == ListingState.LISTED, ordered)
    )
    return await session.scalar(query.limit(1)) is not None
