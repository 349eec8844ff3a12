"""Quotes: what ordering a listing would come to now, found by ordering it and taking all of it back."""

import base64
import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select

from contracts.terms.conveyance import territory
from contracts.terms.document import digest
from kernel import ids
from kernel.act import Act
from kernel.crypto import canonical
from kernel.db import lock_name
from kernel.money import MoneyView
from kernel.postgres.gathering import in_unit
from kernel.time.clock import timestamp
from kernel.views.audience import own_party
from market.listings.queries import visible
from market.mandates import queries, rules
from market.mandates.errors import OrderQuotesTooMany, PriceNotFixed
from market.mandates.models import OrderQuote
from market.mandates.schemas import AskQuote, OrderQuoteView
from market.orders.commands import ordered
from market.orders.models import Order
from market.orders.placing.place import PLACE, place
from market.orders.schemas import PlaceOrder
from market.pricing.errors import PriceOnRequest

TYPE = "liutong.order-quote.v1"


async def quote(act: Act, data: AskQuote) -> OrderQuoteView:
    """Say what an order would cost and on which terms, and keep that word for the published minutes.

    Raises ListingUnavailable, OrderQuotesTooMany, PriceNotFixed, and whatever refuses the order itself.
    """
    buyer, table = own_party(act.actor), rules.RULES.at(act.today).body
    await visible(act, data.listing_id)
    await lock_name(act.session, "order-quotes", buyer)
    count = select(func.count()).where(OrderQuote.buyer == buyer, OrderQuote.expires_at > act.at)
    if int(await act.session.scalar(count) or 0) >= table.quotes_max:
        raise OrderQuotesTooMany(limit=table.quotes_max, minutes=table.quote_minutes)
    row = await _tried(act, data, act.at + timedelta(minutes=table.quote_minutes))
    act.session.add(row)
    await act.session.flush()
    text = canonical.dumps(_content(row)).decode()
    signature = base64.b64encode(act.issuer.signer.sign(text.encode())).decode()
    return queries.quote_view(row, text, act.issuer.method, signature)


async def _tried(act: Act, data: AskQuote, until: Any) -> OrderQuote:
    """The quote of an order that was made in a savepoint, of which nothing remains."""
    quote_id = ids.new("oqt")
    savepoint = await act.session.begin_nested()
    try:
        order = await place_order(act, data, quote_id)
        terms = ordered(order)
        return OrderQuote(
            id=quote_id,
            buyer=order.buyer,
            provider=order.provider,
            listing_id=order.listing_id,
            revision_id=order.revision_id,
            purpose=data.purpose,
            use_case=data.use_case,
            places=list(territory(terms.licence)),
            amount_minor=order.amount_minor,
            currency=order.currency,
            terms_digest=digest(terms),
            expires_at=until,
            created_at=act.at,
        )
    finally:
        await savepoint.rollback()


async def place_order(act: Act, data: AskQuote, because: str) -> Order:
    """Order a listing as a request for it does, in this unit; `because` is the id of what it is ordered for.

    Raises PriceNotFixed, and whatever refuses the order.
    """
    body = PlaceOrder(listing_id=data.listing_id, purpose=data.purpose, use_case=data.use_case)
    statement, print_ = await in_unit(act.session, PLACE), hashlib.sha256(because.encode()).digest()
    try:
        placed = await place(statement, act.actor, body, key=f"{because}/order", fingerprint=print_, at=act.at)
    except PriceOnRequest as problem:
        raise PriceNotFixed(listing=data.listing_id) from problem
    if placed is None:
        raise PriceNotFixed(listing=data.listing_id)
    return await act.session.get_one(Order, placed[0].id)


def _content(row: OrderQuote) -> dict[str, Any]:
    price: MoneyView = row.price.view()
    return {
        "type": TYPE,
        "id": row.id,
        "buyer": row.buyer,
        "provider": row.provider,
        "listing": row.listing_id,
        "revision": row.revision_id,
        "purpose": row.purpose,
        "use_case": row.use_case,
        "price": {"amount": price.amount, "currency": price.currency},
        "terms_digest": row.terms_digest,
        "expires_at": timestamp(row.expires_at),
    }


async def forget(act: Act, quote_id: str) -> bool:
    """Drop a quote that has run out; says whether it had."""
    gone = delete(OrderQuote).where(OrderQuote.id == quote_id, OrderQuote.expires_at <= act.at).returning(OrderQuote.id)
    return await act.session.scalar(gone) is not None
