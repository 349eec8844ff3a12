"""Reading carts; they are their buyer's alone."""

from collections.abc import Iterable
from typing import Final

import msgspec
from sqlalchemy import select

from contracts.terms.prices import PriceTerms
from kernel.act import Act
from kernel.db import one
from kernel.money import Money, MoneyView
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.carts import rules
from market.carts.models import Cart, CartLine
from market.carts.placing import Tried, lines_of, look
from market.carts.schemas import CartLineView, CartSummary, CartView, LineFault
from market.carts.states import CART, CartState
from market.listings.models import Listing
from market.orders.models import Order

AUDIENCE: Final = Audience("cart")
"""Only the buyer knows what it is about to buy; each order has an audience of its own."""


async def cart(act: Act, cart_id: str) -> CartView:
    """A cart, priced now; raises NotFound for anybody but its buyer."""
    row = await one(act.session, Cart, cart_id)
    AUDIENCE.require_party(act.actor, cart_id, row.buyer)
    return await view(act, row)


async def carts(act: Act, status: str | None, limit: int, cursor: str | None) -> Page[CartSummary]:
    """One's own carts and purchases, the newest first."""
    query = select(Cart).where(Cart.buyer == act.actor.party)
    if status is not None:
        query = query.where(Cart.status == CartState(status))
    rows = await fetch(act.session, query, Cart.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: shown(row, CartSummary, allowed_actions=_allowed(row), total=_total(row)))


async def view(act: Act, row: Cart) -> CartView:
    """A cart for the wire: what is open is priced now, and what was placed is shown as it was."""
    if row.status is CartState.OPEN:
        review = await look(act, row)
        lines, total = [_tried(one) for one in review.lines], review.total
        most, said = review.exposure, review.digest
    else:
        kept = await lines_of(act, row.id)
        lines = [await _placed(act, line) for line in kept]
        total, most = None, None
        said = rules.digest((one.listing_id, one.purpose, one.use_case, _price(one)) for one in kept)
    return shown(
        row,
        CartView,
        allowed_actions=_allowed(row),
        total=_total(row) or (total and total.view()),
        lines=lines,
        digest=said,
        exposure=most and most.view(),
    )


def _allowed(row: Cart) -> list[str]:
    return [str(action) for action in CART.actions(row.status, Role.BUYER)]


def _total(row: Cart) -> MoneyView | None:
    if row.total_minor is None or row.currency is None:
        return None
    return Money(row.total_minor, row.currency).view()


def _price(line: CartLine) -> PriceTerms:
    price: PriceTerms = msgspec.convert(line.price, PriceTerms)
    return price


def _tried(one: Tried) -> CartLineView:
    line = one.line
    return shown(
        line,
        CartLineView,
        provider=one.listing.provider,
        title_zh=one.listing.title_zh,
        title_en=one.listing.title_en,
        price_then=_price(line),
        price=one.price,
        due=one.due and one.due.view(),
        order_id=None,
        faults=list(_faults(one)),
    )


def _faults(one: Tried) -> Iterable[LineFault]:
    return (LineFault(fault.pointer, fault.detail, fault.rule) for fault in one.faults)


async def _placed(act: Act, line: CartLine) -> CartLineView:
    order = None if line.order_id is None else await act.session.get_one(Order, line.order_id)
    listing = await act.session.get_one(Listing, line.listing_id)
    return shown(
        line,
        CartLineView,
        provider=listing.provider if order is None else order.provider,
        title_zh=listing.title_zh if order is None else order.title_zh,
        title_en=listing.title_en if order is None else order.title_en,
        price_then=_price(line),
        price=None if order is None else _price(line),
        due=None if order is None else Money(order.amount_minor, order.currency).view(),
        faults=[],
    )
