"""Opening an order on terms that two have agreed to, with its agreement drafted in the same unit."""

import msgspec

from contracts.terms.binding import price_of
from contracts.terms.conveyance import purposes, term_days
from contracts.terms.document import Terms
from contracts.usage.licences import to_licence
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.db import locked
from kernel.errors import NotFound
from market.listings.models import Listing
from market.listings.states import ListingState
from market.orders import commands, rules
from market.orders.errors import ListingClosed, OwnListing
from market.orders.models import Order
from market.orders.states import ORDER


async def open_order(act: Act, terms: Terms, *, negotiation_id: str) -> Order:
    """The order of an accepted negotiation; its agreement is drafted, and the order waits for the signatures.

    Raises NotFound or ListingClosed for a product that is not sold, and whatever the title or a gate refuses.
    """
    if terms.consumer is None or terms.listing is None:
        raise NotFound(kind="listing", id="-")
    row = await locked(act.session, Listing, terms.listing)
    if row.provider == terms.consumer:
        raise OwnListing(listing=row.id)
    if row.status is not ListingState.LISTED:
        raise ListingClosed(listing=row.id)
    day, of_orders, price = act.today, rules.TERMS.at(act.today), price_of(terms)
    licence = to_licence(terms.policy, term_days(terms.policy, day))
    order = Order(
        id=ids.new("ord"),
        buyer=terms.consumer,
        provider=terms.provider,
        listing_id=row.id,
        asset_id=row.asset_id,
        revision_id=row.revision_id,
        certificate_id=row.certificate_id,
        title_zh=row.title_zh,
        title_en=row.title_en,
        purpose=terms.purpose or purposes(terms.policy)[0],
        use_case=terms.use_case,
        amount_minor=price.minor if price else 0,
        currency=price.currency if price else "CNY",
        licence={name: value for name, value in msgspec.to_builtins(licence).items() if name != "vocabulary"},
        terms=msgspec.to_builtins(of_orders.ref),
        payment_due_at=rules.deadline(day, of_orders.body.payment_working_days),
        placed_at=act.at,
    )
    facts = {"listing": row.id, "negotiation": negotiation_id, "purpose": order.purpose, "use_case": order.use_case}
    await lifecycle.begin(act, order, ORDER, parties=(order.buyer, order.provider), **facts)
    await commands.agree(act, order.id)
    return order
