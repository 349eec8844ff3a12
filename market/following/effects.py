"""What a step in the register does to listings and licences, told to the holder before it takes the step."""

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from market.following import deliveries
from market.following.listings import FOLLOWS
from market.listings.holding import OPEN
from market.listings.models import Listing
from market.orders.models import Order
from market.orders.states import ENTITLING
from rights.registrations.effects import Effect, Step, source

OTHER_CONTENT: Final = "LT-LST-04"
"""The rule by which a listing is held whose content no certificate covers any more."""


@source
async def on_listings(session: AsyncSession, asset_id: str, step: Step) -> list[Effect]:
    """Each open listing of the asset goes on, or is held from the day of the new certificate."""
    query = select(Listing.id).where(Listing.asset_id == asset_id, Listing.status.in_(OPEN)).order_by(Listing.id)
    return [_listing(listing_id, step) for listing_id in await session.scalars(query)]


def _listing(listing_id: str, step: Step) -> Effect:
    if step == "update":
        return Effect(
            listing_id,
            "goes-on",
            "商品继续销售：新版本按同一数据合同评分并通过挂牌条件后，商品即以新版本销售，此前仍销售原版本",
            "It goes on being sold: with the new revision once that is scored by the same contract and has passed the"
            " gates, and with the present one until then",
            FOLLOWS,
        )
    return Effect(
        listing_id,
        "held",
        "变更证书签发之日起，商品所售版本不再为证书所登记，商品中止销售；变更期间继续销售。请为变更后的版本评分并重新挂牌，"
        "以缩短停售时间",
        "From the day of the new certificate no certificate covers what it sells, and it is held; until then it is sold"
        " as before. Score the changed revision and list it anew, to keep the gap short",
        OTHER_CONTENT,
    )


@source
async def on_licences(session: AsyncSession, asset_id: str, step: Step) -> list[Effect]:
    """How many licences with updates go on, or keep what they have got."""
    count = select(func.count()).where(
        Order.asset_id == asset_id,
        Order.status.in_(ENTITLING),
        Order.licence["updates"].as_string() == "included",
    )
    number = await session.scalar(count)
    if not number:
        return []
    if step == "update":
        zh, en = f"{number} 份含更新的许可将获得新版本", f"{number} licences that include updates get the new revision"
        return [Effect(asset_id, "goes-on", zh, en, deliveries.REACHES)]
    return [
        Effect(
            asset_id,
            "ends",
            f"{number} 份含更新的许可保有已交付的版本至期满，变更后的数据不属于其更新",
            f"{number} licences that include updates keep what has reached them to their end; the changed data is no"
            " update of theirs",
            deliveries.REACHES,
        )
    ]
