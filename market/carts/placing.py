"""Pricing a cart, and placing it: every line is ordered by the statement that orders a single listing.

What a line would be refused for is found by ordering it in a savepoint. Whoever only looks has all of it taken back;
whoever places has it kept, unless any line has a fault: then nothing is ordered.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import select

from contracts.agreements.licensing import terms_of
from contracts.agreements.models import Agreement
from contracts.approvals import commands as approvals
from contracts.approvals.schemas import ApprovalView
from contracts.terms.document import digest
from contracts.terms.price.amounts import exposure
from contracts.terms.prices import OnRequest, PriceTerms
from kernel import lifecycle
from kernel.act import Act
from kernel.errors import DomainError, FieldError
from kernel.money import Money
from kernel.postgres.gathering import in_unit
from kernel.states import Role
from market.carts import rules
from market.carts.errors import CartAltered, CartTotalChanged, faulty, other_currency, price_changed
from market.carts.models import Cart, CartLine
from market.carts.states import CART, CartAction
from market.listings.models import Listing
from market.orders import commands as orders
from market.orders.models import Order
from market.orders.open import place_at_plan
from market.orders.placing.place import PLACE, place
from market.orders.schemas import PlaceOrder
from market.payments.gateways.references import reference_of
from market.pricing.dues import upfront

Parts = tuple[str, Money | None]
"""The digest of the terms of an order, and the most that they can come to."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A line with its listing, what ordering it now led to, and what stands against it."""

    line: CartLine
    listing: Listing
    price: PriceTerms | None
    due: Money | None
    part: Parts | None
    order_id: str | None
    faults: tuple[FieldError, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """All lines of a cart as they stand now."""

    lines: tuple[Tried, ...]

    @property
    def faults(self) -> list[FieldError]:
        """Every fault of every line."""
        return [fault for one in self.lines for fault in one.faults]

    @property
    def total(self) -> Money | None:
        """What is due at the beginning of all lines; None where one has no price, or there are several currencies."""
        amounts = [one.due for one in self.lines if one.due is not None]
        return rules.summed(amounts) if len(amounts) == len(self.lines) else None

    @property
    def exposure(self) -> Money | None:
        """The most that all lines can come to together; None where a line has a fault, or nothing is paid."""
        parts = [one.part for one in self.lines if one.part is not None]
        amounts = [amount for _, amount in parts if amount is not None]
        return rules.summed(amounts) if len(parts) == len(self.lines) and amounts else None

    @property
    def digest(self) -> str:
        """What approval is given to."""
        priced = ((one.line, one.price or OnRequest()) for one in self.lines)
        return rules.digest((line.listing_id, line.purpose, line.use_case, price) for line, price in priced)


async def lines_of(act: Act, cart_id: str) -> Sequence[CartLine]:
    """The lines in the order in which they were put."""
    query = select(CartLine).where(CartLine.cart_id == cart_id).order_by(CartLine.n)
    return (await act.session.scalars(query)).all()


async def look(act: Act, cart: Cart) -> Review:
    """Order every line and take all of it back; gives what it would have come to."""
    lines = await lines_of(act, cart.id)
    savepoint = await act.session.begin_nested()
    try:
        return await _try(act, cart, lines)
    finally:
        await savepoint.rollback()


async def approve(act: Act, cart: Cart, said: str) -> ApprovalView:
    """Say yes to a purchase, by its digest, as one whom the buyer's own rule names.

    Raises CartFaulty, CartAltered and what approval raises.
    """
    review = await look(act, cart)
    if review.faults:
        raise faulty(cart.id, review.faults)
    if review.digest != said:
        raise CartAltered(said=said, digest=review.digest)
    return await approvals.approve_amount(act, review.digest, review.exposure)


async def place_cart(act: Act, cart: Cart, expected: Money) -> None:
    """Order every line of a cart that the caller has locked, or nothing, and ask approval by the sum.

    Raises CartFaulty with every fault of every line, CartTotalChanged, ApprovalMissing and ApprovalVoid.
    """
    CART.next(cart.status, CartAction.PLACE, Role.BUYER)
    review = await _try(act, cart, await lines_of(act, cart.id))
    if review.faults or not review.lines:
        raise faulty(cart.id, review.faults)
    total = review.total
    if total is None or (total.minor, total.currency) != (expected.minor, expected.currency):
        raise CartTotalChanged(expected=str(expected), total=str(total))
    parts = [one.part for one in review.lines if one.part is not None]
    await approvals.use_for_parts(act, cart.buyer, review.digest, review.exposure, parts, placed=cart.id)
    for one in review.lines:
        one.line.order_id = one.order_id
    cart.total_minor, cart.currency, cart.placed_at, cart.due_at = total.minor, total.currency, act.at, None
    cart.transfer_reference = reference_of(cart.id)
    facts = {
        "orders": [one.order_id for one in review.lines],
        "total": str(total),
        "purchase_order_number": cart.purchase_order_number,
        "cost_centre": cart.cost_centre,
    }
    await lifecycle.advance(act, cart, CART, CartAction.PLACE, Role.BUYER, parties=[cart.buyer], **facts)


async def _try(act: Act, cart: Cart, lines: Sequence[CartLine]) -> Review:
    """Order the lines, each in its savepoint, in the order of their listings, so that two carts never wait in circles.

    Every fault is collected, also those that only show beside other lines.
    """
    tried = {line.n: await _try_line(act, cart, line) for line in sorted(lines, key=lambda one: one.listing_id)}
    made: list[Tried] = []
    first: str | None = None
    for line in lines:
        one = tried[line.n]
        if one.due is not None and one.due.minor:
            first = first or one.due.currency
            if one.due.currency != first:
                fault = other_currency(line.n, one.due.currency, first)
                one = Tried(line, one.listing, one.price, one.due, one.part, one.order_id, (*one.faults, fault))
        made.append(one)
    return Review(tuple(made))


async def _try_line(act: Act, cart: Cart, line: CartLine) -> Tried:
    listing = await act.session.get_one(Listing, line.listing_id)
    price = listing.price_terms
    priced = None if price is None or isinstance(price, OnRequest) else price
    due = None if priced is None else upfront(priced, act.today)
    faults = list(_changed(act, line, price))
    order_id: str | None = None
    part: Parts | None = None
    try:
        async with act.session.begin_nested():
            order = await _order(act, cart, line)
            order_id, part = order.id, await _part(act, order)
            due = Money(order.amount_minor, order.currency)  # Whatever the price has become meanwhile.
    except DomainError as refusal:
        faults += _of_line(line.n, refusal)
    return Tried(line, listing, price, due, part, order_id, tuple(faults))


async def _order(act: Act, cart: Cart, line: CartLine) -> Order:
    """The order of a line with its agreement drafted, as two requests for a single order make them."""
    data = PlaceOrder(
        listing_id=line.listing_id,
        purpose=line.purpose,
        use_case=line.use_case,
        purchase_order_number=cart.purchase_order_number,
        cost_centre=cart.cost_centre,
    )
    key = f"{cart.id}/{line.n}"
    statement = await in_unit(act.session, PLACE)
    print_ = hashlib.sha256(key.encode()).digest()
    placed = await place(statement, act.actor, data, key=key, fingerprint=print_, at=act.at)
    if placed is None:
        return await act.session.get_one(Order, (await place_at_plan(act, data)).id)
    order_id = placed[0].id
    await orders.agree(act, order_id)
    return await act.session.get_one(Order, order_id)


async def _part(act: Act, order: Order) -> Parts:
    agreement = await act.session.get_one(Agreement, order.agreement_id)
    terms = terms_of(agreement, act.at)
    assert terms is not None  # An order's agreement is never one from before there were terms.
    return digest(terms), exposure(terms, act.today)


def _changed(act: Act, line: CartLine, price: PriceTerms | None) -> Iterator[FieldError]:
    then = msgspec.convert(line.price, PriceTerms)
    if price is not None and price != then and not isinstance(price, OnRequest):
        yield price_changed(line.n, *rules.prices_said(then, price, act.today))


_OF_THE_LISTING: Final = "/listing_id"


def _of_line(n: int, refusal: DomainError) -> list[FieldError]:
    """A refusal as faults of a line: its own, or the sentence of the whole where it lists none."""
    here = f"/lines/{n}"
    own = [FieldError(f"{here}{one.pointer}", one.detail, one.rule or refusal.rule) for one in refusal.errors]
    return own or [FieldError(f"{here}{_OF_THE_LISTING}", refusal.sentence, refusal.rule)]
