"""Terms of a trade's listing for its buyer, the order that they open, and both signatures."""

from typing import Any

import msgspec

from contracts.policy.rules import from_terms, vocabularies
from contracts.terms.binding import bound, offered, priced
from contracts.terms.document import Delivery, Terms
from contracts.usage.tree import Duty
from kernel.money import Money
from kernel.time.clock import day_in_china
from market.listings.models import Listing
from market.orders.models import Order
from market.orders.open import open_order
from tests.market.trade import LICENCE, Trade


async def terms_of(trade: Trade, *, price: Money | None = None, duties: tuple[Duty, ...] = (), **licence: Any) -> Terms:
    """Terms of the trade's listing for its buyer, with duties beside those of the licence."""
    async with trade.runtime.sessions() as session:
        listing = await session.get_one(Listing, trade.listing_id)
    vocabulary = vocabularies().at(day_in_china(trade.runtime.clock.now()))
    offer = offered(
        from_terms({**LICENCE, **licence}, vocabulary),
        provider=listing.provider,
        asset=listing.asset_id,
        revision=listing.revision_id,
        price=priced(price),
        delivery=Delivery.FILES,
        listing=listing.id,
    )
    terms = bound(offer, str(trade.buyer.party), "internal-analysis", "延误")
    policy = msgspec.structs.replace(terms.policy, duties=(*terms.policy.duties, *duties))
    return msgspec.structs.replace(terms, policy=policy)


async def opened(trade: Trade, terms: Terms, negotiation: str = "neg_1") -> Order:
    """The order that such terms open."""
    async with trade.runtime.act() as act:
        return await open_order(act, terms, negotiation_id=negotiation)


async def signed(trade: Trade, order: Order) -> dict[str, Any]:
    """The order's agreement, signed by both."""
    agreement = (await trade.buyer.get(f"/v1/agreements/{order.agreement_id}")).json()
    await trade.sign(agreement, "provider")
    return await trade.sign(agreement, "buyer")


async def received(trade: Trade, order: Any) -> None:
    """What was ordered, by its id, fetched and receipted and accepted by the buyer."""
    links = (await trade.buyer.post(f"/v1/orders/{order.id}/links", {})).json()
    for file in links["files"]:
        assert (await trade.buyer.get(file["url"])).status_code == 200
    files = [{"name": file["name"], "sha256": file["sha256"]} for file in links["files"]]
    assert (await trade.buyer.post(f"/v1/orders/{order.id}/receipt", {"files": files})).status_code == 201
    assert (await trade.buyer.post(f"/v1/orders/{order.id}/acceptance")).status_code == 200
