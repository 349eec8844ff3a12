"""Opening a cart, putting lines into it and taking them out, giving it up, and what ends with an order of it."""

import msgspec
from sqlalchemy import delete, func, select

from contracts.agreements.licensing import terms_of
from contracts.agreements.models import Agreement
from contracts.approvals import commands as approvals
from contracts.terms.document import digest
from contracts.terms.prices import OnRequest
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import lock_name, locked, one
from kernel.errors import NotFound
from kernel.money import Money
from kernel.states import Role
from market.carts import queries, rules
from market.carts.errors import CartClosed, CartFull, CartsTooMany
from market.carts.models import Cart, CartLine
from market.carts.placing import place_cart
from market.carts.schemas import CartView, OpenCart, PlaceCart, PutLine
from market.carts.states import CART, CartAction, CartState
from market.listings.models import Listing
from market.listings.queries import sees
from market.orders.models import Order
from market.pricing.errors import PriceOnRequest


async def open_cart(act: Act, data: OpenCart) -> CartView:
    """Open a cart; raises CartsTooMany."""
    buyer, table = act.actor.party or "", rules.RULES.at(act.today).body
    await lock_name(act.session, "carts", buyer)
    count = select(func.count()).where(Cart.buyer == buyer, Cart.status == CartState.OPEN)
    if int(await act.session.scalar(count) or 0) >= table.carts_max:
        raise CartsTooMany(limit=table.carts_max)
    row = Cart(
        id=ids.new("bsk"),
        buyer=buyer,
        purchase_order_number=data.purchase_order_number,
        cost_centre=data.cost_centre,
        lines_added=0,
        total_minor=None,
        currency=None,
        transfer_reference=None,
        due_at=rules.due_at(act.at, table),
        opened_at=act.at,
        placed_at=None,
    )
    await lifecycle.begin(act, row, CART, parties=[buyer])
    return await queries.view(act, row)


async def order_ended(act: Act, order: Order) -> None:
    """What was said yes to as part of a purchase, for an order of it that ended unpaid, is used up with that order.

    Its agreement has ended before, as a signature that uses it locks that first.
    """
    cart_id = await act.session.scalar(select(CartLine.cart_id).where(CartLine.order_id == order.id))
    agreement = None if cart_id is None else await act.session.get(Agreement, order.agreement_id)
    terms = None if agreement is None else terms_of(agreement, act.at)
    if cart_id is not None and terms is not None:
        await approvals.void_part(act, order.buyer, digest(terms), placed=cart_id, ended=order.id)


async def put(act: Act, cart_id: str, data: PutLine) -> CartView:
    """Put a listing into an open cart at its price of now; a line for the same purpose gives way to it.

    Raises NotFound for what the buyer cannot see, PriceOnRequest, CartClosed and CartFull.
    """
    row = await _open(act, cart_id)
    listing = await one(act.session, Listing, ids.require("lst", data.listing_id))
    if not sees(act.actor, listing):
        raise NotFound(kind="listing", id=data.listing_id)
    price = listing.price_terms
    if price is None or isinstance(price, OnRequest):
        raise PriceOnRequest
    same = (CartLine.cart_id == row.id, CartLine.listing_id == listing.id, CartLine.purpose == data.purpose)
    await act.session.execute(delete(CartLine).where(*same))
    most = rules.RULES.at(act.today).body.lines_max
    if int(await act.session.scalar(select(func.count()).where(CartLine.cart_id == row.id)) or 0) >= most:
        raise CartFull(limit=most)
    row.lines_added += 1
    act.session.add(
        CartLine(
            cart_id=row.id,
            n=row.lines_added,
            listing_id=listing.id,
            purpose=data.purpose,
            use_case=data.use_case,
            price=msgspec.to_builtins(price),
            order_id=None,
            added_at=act.at,
        )
    )
    await act.session.flush()
    return await queries.view(act, row)


async def take_out(act: Act, cart_id: str, n: int) -> CartView:
    """Take a line out of an open cart; raises NotFound and CartClosed."""
    row = await _open(act, cart_id)
    gone = await act.session.scalar(
        delete(CartLine).where(CartLine.cart_id == row.id, CartLine.n == n).returning(CartLine.n)
    )
    if gone is None:
        raise NotFound(kind="cart", id=f"{cart_id}/{n}")
    return await queries.view(act, row)


async def discard(act: Act, cart_id: str) -> CartView:
    """Its buyer gives a cart up; raises IllegalTransition for one that is closed."""
    row = await _own(act, cart_id)
    await lifecycle.advance(act, row, CART, CartAction.DISCARD, Role.BUYER, parties=[row.buyer])
    row.due_at = None
    return await queries.view(act, row)


async def checkout(act: Act, cart_id: str, data: PlaceCart) -> CartView:
    """Place every line as an order, all or nothing; see market.carts.placing.place_cart."""
    row = await _own(act, cart_id)
    await place_cart(act, row, Money.of(data.total, "/total"))
    await act.session.flush()
    return await queries.view(act, row)


async def abandon(act: Act, cart_id: str) -> bool:
    """Clear a cart that nobody has touched for long; says whether it was."""
    row = await locked(act.session, Cart, cart_id)
    if row.status is not CartState.OPEN or row.due_at is None or row.due_at > act.at:
        return False
    row.due_at = None
    await lifecycle.advance(act.by(SYSTEM), row, CART, CartAction.ABANDON, Role.SYSTEM, parties=[row.buyer])
    return True


async def _own(act: Act, cart_id: str) -> Cart:
    row = await locked(act.session, Cart, cart_id)
    queries.AUDIENCE.require_party(act.actor, cart_id, row.buyer)
    return row


async def _open(act: Act, cart_id: str) -> Cart:
    """An open cart of the buyer's for change, its clock begun anew."""
    row = await _own(act, cart_id)
    if row.status is not CartState.OPEN:
        raise CartClosed(cart=cart_id, state=str(row.status))
    row.due_at = rules.due_at(act.at, rules.RULES.at(act.today).body)
    return row
