"""Reading ratings: everybody may, of what everybody may see."""

from typing import Final

from sqlalchemy import Select, select

from kernel import ids
from kernel.act import Act
from kernel.db import one
from kernel.errors import NotFound
from kernel.identity.models import Party
from kernel.identity.states import PartyState
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import fetch
from kernel.views.projection import shown
from market.listings import queries as listings
from market.orders import queries as orders
from market.orders.models import Order
from market.ratings.schemas import RatingFormulaView, RatingsPage, RatingView
from market.reputation import queries as reputation
from market.reputation import rules
from market.reputation.models import Rating
from market.reputation.schemas import RatingStanding

AUDIENCE: Final = Audience("rating", (Role.OPERATOR, Role.REGULATOR))
"""Who acts on a rating besides its two sides; reading is everybody's."""


def view(row: Rating) -> RatingView:
    """A rating as everybody reads it."""
    return shown(row, RatingView)


async def of_order(act: Act, order_id: str) -> RatingView:
    """An order's rating, for whoever may read the order; raises NotFound where there is none."""
    order = await one(act.session, Order, order_id)
    orders.AUDIENCE.require(act.actor, order.id, order.buyer, order.provider)
    row = await act.session.scalar(select(Rating).where(Rating.order_id == order.id))
    if row is None:
        raise NotFound(kind="rating", id=order_id)
    return view(row)


async def of_listing(act: Act, listing_id: str, limit: int, cursor: str | None) -> RatingsPage:
    """A listing's ratings, for whoever may see the listing; raises ListingUnavailable."""
    listing = await listings.visible(act, listing_id)
    standing = await reputation.of_listing(act.session, listing.id, act.today)
    return await _page(act, select(Rating).where(Rating.listing_id == listing.id), standing, limit, cursor)


async def of_provider(act: Act, party_id: str, limit: int, cursor: str | None) -> RatingsPage:
    """Everything that was said of a party that was ever admitted; raises NotFound for any other."""
    party = await one(act.session, Party, ids.require("pty", party_id))
    if party.status not in (PartyState.ADMITTED, PartyState.SUSPENDED):
        raise NotFound(kind="party", id=party_id)
    standing = await reputation.of_provider(act.session, party.id, act.today)
    return await _page(act, select(Rating).where(Rating.provider == party.id), standing, limit, cursor)


async def _page(
    act: Act, query: Select[Rating], standing: RatingStanding, limit: int, cursor: str | None
) -> RatingsPage:
    page = await fetch(act.session, query, Rating.id, limit=limit, cursor=cursor, newest_first=True)
    return RatingsPage(standing=standing, items=[view(row) for row in page.items], next=page.next)


async def formula(act: Act) -> RatingFormulaView:
    """The formula that is in force, and the mean that it goes by."""
    policy = rules.FORMULAS.at(act.today)
    frozen = await reputation.mean_in_force(act.session)
    return RatingFormulaView(
        rule=rules.FORMULA,
        formula_zh="星级：(C·m + Σr) / (C + n)，m 为每月冻结的市场均值；"
        "“与描述一致”：(p + z²/2n − z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)；均按银行家舍入",
        formula_en="stars: (C·m + Σr) / (C + n), m being the market's mean frozen monthly; "
        "as described: (p + z²/2n − z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n); both rounded half-even",
        weight=policy.body.weight,
        z=str(policy.body.z),
        mean=str(policy.body.mean_without_ratings if frozen is None else frozen.mean),
        mean_n=0 if frozen is None else frozen.n,
        mean_since=None if frozen is None else frozen.month,
        policy=policy.ref,
    )
