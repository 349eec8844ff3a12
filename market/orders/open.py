"""Opening an order on whole terms, agreed between two or listed as a plan, with its agreement in the same unit."""

import msgspec

from contracts.agreements import commands as agreements
from contracts.policy.marks import plain
from contracts.terms.binding import bound
from contracts.terms.conveyance import purposes, term_days
from contracts.terms.document import Terms
from contracts.terms.errors import TermsContradictory
from contracts.terms.prices import Plan
from contracts.usage.licences import to_licence
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.db import locked, one
from kernel.errors import FieldError, NotFound
from kernel.text import Text
from market.listings.evidence import require_bundle, require_marks, terms_of
from market.listings.models import Listing
from market.listings.states import ListingState
from market.orders import rules
from market.orders.commands import deal
from market.orders.errors import ListingClosed, ListingHeld, OwnListing
from market.orders.models import Order
from market.orders.queries import view
from market.orders.schemas import OrderView, PlaceOrder
from market.orders.states import ORDER
from market.orders.trials import require_first_trial
from market.pricing.dues import upfront


async def open_order(
    act: Act, terms: Terms, *, negotiation_id: str | None = None, references: PlaceOrder | None = None
) -> Order:
    """The order of an accepted negotiation, or at a listed plan; its agreement is drafted, and it waits for signatures.

    `references` is an order that bears the buyer's own numbers. Raises NotFound, ListingClosed or ListingHeld for a
    product that is not sold, TermsContradictory for a revision that is not on offer, BundleFaulty, TrialUsed, and
    whatever the title or a gate refuses.
    """
    assert terms.consumer is not None
    row = await _product(act, terms)
    await require_bundle(act.session, row, terms.price, "/terms/price")
    await require_marks(act.session, row, terms.policy, act.at)
    await require_first_trial(act, terms)
    day, of_orders = act.today, rules.TERMS.at(act.today)
    licence, price = to_licence(terms.licence, term_days(terms.licence, day)), upfront(terms.price, day)
    told = {name: value for name, value in msgspec.to_builtins(licence).items() if name != "vocabulary"}
    told["marks"] = plain(terms.licence.marks)
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
        purpose=terms.purpose or purposes(terms.licence)[0],
        use_case=terms.use_case,
        amount_minor=price.minor,
        currency=price.currency,
        licence=told,
        terms=msgspec.to_builtins(of_orders.ref),
        negotiation_id=negotiation_id,
        payment_due_at=rules.deadline(day, of_orders.body.payment_working_days),
        placed_at=act.at,
        purchase_order_number=references and references.purchase_order_number,
        cost_centre=references and references.cost_centre,
    )
    parties = (order.buyer, order.provider)
    facts = {"listing": row.id, "negotiation": negotiation_id, "purpose": order.purpose, "use_case": order.use_case}
    await lifecycle.begin(act, order, ORDER, parties=parties, **facts)
    drafted = await agreements.draft(act, await deal(act.session, order, terms))
    order.agreement_id = drafted.id
    await act.session.flush()  # Whoever reads the order in this unit finds its agreement.
    return order


async def _product(act: Act, terms: Terms) -> Listing:
    """The listing that the terms are about, held still while it is sold."""
    if terms.listing is None:
        raise NotFound(kind="listing", id="-")
    row = await locked(act.session, Listing, ids.require("lst", terms.listing))
    if row.provider == terms.consumer:
        raise OwnListing(listing=row.id)
    if row.held_by is not None:
        raise ListingHeld(listing=row.id, held_by=row.held_by)
    if row.status is not ListingState.LISTED:
        raise ListingClosed(listing=row.id)
    policy, faults = terms.licence, []
    if (policy.asset, terms.provider) != (row.asset_id, row.provider):
        text = Text("与挂牌的资产或提供方不符", "It is not the asset, or not the provider, of the listing")
        faults.append(FieldError("/terms/listing", text, TermsContradictory.rule))
    if policy.revisions and row.revision_id not in policy.revisions:
        text = Text(f"挂牌所售版本为 {row.revision_id}", f"The listing sells the revision {row.revision_id}")
        faults.append(FieldError("/terms/policy/revisions", text, TermsContradictory.rule))
    if faults:
        raise TermsContradictory(errors=faults, count=len(faults))
    return row


async def place_at_plan(act: Act, data: PlaceOrder) -> OrderView:
    """Order a listing at its listed plan: its terms bind the buyer to the whole plan for the purpose that it declares.

    It is not the hot statement's work: what is due at the beginning is computed from the plan and the day. Whatever
    that statement refuses was refused before this is asked. Raises ListingClosed for a listing without a plan,
    TrialUsed, and whatever open_order refuses.
    """
    assert act.actor.party is not None
    listing = await one(act.session, Listing, ids.require("lst", data.listing_id))
    terms = terms_of(listing, act.today)
    if not isinstance(terms.price, Plan):
        raise ListingClosed(listing=listing.id)
    order = await open_order(act, bound(terms, act.actor.party, data.purpose, data.use_case), references=data)
    return view(order, act.actor)
