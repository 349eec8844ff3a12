"""An agent's order: its signature, what its mandate allows, the charge and the order, in one unit of work."""

from collections.abc import Sequence
from datetime import timedelta

from contracts.terms.document import digest
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.db import lock_name
from kernel.http.idempotency import IdempotencyKeyReused
from kernel.money import Money, MoneyView
from kernel.time.clock import timestamp
from market.listings.models import Listing
from market.mandates import errors, queries, rules
from market.mandates.models import Mandate, MandateOrder, OrderQuote
from market.mandates.orders.charging import charge, require_in_force
from market.mandates.orders.quotes import place_order
from market.mandates.schemas import AskMandateOrder, AskQuote, MandateOrderView
from market.mandates.states import MANDATE_ORDER, MandateOrderState
from market.orders.commands import ordered
from market.orders.models import Order
from rights.classification.queries import latest


async def order(act: Act, mandate_id: str, data: AskMandateOrder, *, key: str) -> MandateOrderView:
    """Order at a quote under a mandate, or reserve for it and wait for a person; one key is one order for ever.

    Nothing remains of what is refused. Raises NotFound, AgentSignatureInvalid and AgentSignatureStale, OrderQuoteOver
    and OrderQuoteDiffers, OutsideMandate and AbovePerOrder with everything in which it goes beyond, MandateNotInForce,
    MandateBudgetSpent, MandateCountReached, IdempotencyKeyReused, and whatever refuses the order itself.
    """
    mandate = await queries.own(act, mandate_id)
    _require_agent(mandate, data, key)
    await lock_name(act.session, "mandate-order", mandate_id, key)
    earlier = await queries.by_key(act.session, mandate_id, key)
    if earlier is not None:
        if (earlier.quote_id, earlier.amount) != (data.quote_id, _amount(data.amount)):
            raise IdempotencyKeyReused
        return queries.order_view(earlier)
    _require_now(act, data)
    quote = await queries.quote(act, data.quote_id)
    _require_quoted(act, quote, data)
    require_in_force(mandate, act.at)
    await require_within(act, mandate, quote, quote.places)
    await charge(act, mandate_id, quote.price)
    row = _row(act, mandate, quote, data, key)
    if mandate.human_above_minor is not None and row.amount_minor > mandate.human_above_minor:
        row.due_at = act.at + timedelta(hours=rules.RULES.at(act.today).body.approve_hours)
        await lifecycle.begin(act, row, MANDATE_ORDER, parties=[row.principal], **_facts(row))
        return queries.order_view(row)
    row.order_id = (await place(act, row)).id
    state = MandateOrderState.PLACED
    await lifecycle.begin_in(act, row, MANDATE_ORDER, state, parties=[row.principal], **_facts(row))
    return queries.order_view(row)


def _require_agent(mandate: Mandate, data: AskMandateOrder, key: str) -> None:
    text = rules.order_text(mandate.id, data.quote_id, key, data.amount, data.at)
    if not rules.is_by_agent(mandate.agent_jkt, data.public_key, data.signature, text):
        raise errors.AgentSignatureInvalid(jkt=mandate.agent_jkt, signing_text=text)


def _require_now(act: Act, data: AskMandateOrder) -> None:
    seconds = rules.RULES.at(act.today).body.clock_seconds
    if not rules.is_now(rules.moment(data.at), act.at, seconds):
        raise errors.AgentSignatureStale(signed_at=data.at, now=timestamp(act.at), seconds=seconds)


def _require_quoted(act: Act, quote: OrderQuote, data: AskMandateOrder) -> None:
    if quote.expires_at <= act.at:
        raise errors.OrderQuoteOver(quote=quote.id)
    amount = _amount(data.amount)
    if amount != quote.price:
        raise errors.OrderQuoteDiffers(quote=quote.id, price=str(quote.price), amount=str(amount))


async def require_within(act: Act, mandate: Mandate, asked: OrderQuote | Order, places: Sequence[str]) -> None:
    """Raise OutsideMandate or AbovePerOrder, with everything in which what is asked for goes beyond the mandate.

    `places` are those that its licence reaches; the grade of the data is the one that it has now.
    """
    content = mandate.content
    listing = await act.session.get_one(Listing, asked.listing_id)
    declared = await latest(act.session, listing.asset_id)
    bounds = rules.Bounds(
        sellers=content["sellers"],
        purposes=content["purposes"],
        max_grade=content["max_grade"],
        places=content["territory"],
        per_order=mandate.money(mandate.per_order_minor),
    )
    grade = rules.GRADES[-1] if declared is None else declared.level
    price = Money(asked.amount_minor, asked.currency)
    faults = rules.beyond(bounds, rules.Purchase(asked.provider, asked.purpose, grade, places, price))
    if faults:
        raise errors.beyond(mandate.id, faults)


def _row(act: Act, mandate: Mandate, quote: OrderQuote, data: AskMandateOrder, key: str) -> MandateOrder:
    return MandateOrder(
        id=ids.new("mor"),
        mandate_id=mandate.id,
        principal=mandate.principal,
        key=key,
        quote_id=quote.id,
        listing_id=quote.listing_id,
        purpose=quote.purpose,
        use_case=quote.use_case,
        terms_digest=quote.terms_digest,
        amount_minor=quote.amount_minor,
        currency=quote.currency,
        signed_at=data.at,
        public_key=data.public_key,
        signature=data.signature,
        order_id=None,
        recredited_minor=0,
        due_at=None,
        decided_at=None,
        decided_by=None,
        reason=None,
        created_at=act.at,
    )


def _facts(row: MandateOrder) -> dict[str, str | None]:
    """What the log keeps: the agent's own words and its signature over them."""
    return {
        "mandate": row.mandate_id,
        "quote": row.quote_id,
        "key": row.key,
        "amount": str(row.amount),
        "at": row.signed_at,
        "public_key": row.public_key,
        "signature": row.signature,
        "order": row.order_id,
    }


async def place(act: Act, row: MandateOrder) -> Order:
    """Order what was quoted; raises OrderQuoteOver where it is sold at another price or on other terms by now."""
    data = AskQuote(listing_id=row.listing_id, purpose=row.purpose, use_case=row.use_case)
    placed = await place_order(act, data, row.id)
    if (placed.amount_minor, placed.currency, digest(ordered(placed))) != (
        row.amount_minor,
        row.currency,
        row.terms_digest,
    ):
        raise errors.OrderQuoteOver(quote=row.quote_id)
    return placed


def _amount(view: MoneyView) -> Money:
    return Money.of(view, "/amount")
