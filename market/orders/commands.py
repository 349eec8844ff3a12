"""What happens to an order after it is placed: agreement, payment, delivery, acceptance, settlement."""

from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements import commands as agreements
from contracts.agreements.models import Agreement
from contracts.agreements.queries import signatures
from contracts.agreements.queries import view as agreement_view
from contracts.agreements.rules import Deal, FileFacts
from contracts.agreements.schemas import AgreementView
from contracts.agreements.standing import Offer, Score, settle_term
from contracts.agreements.states import AgreementState
from contracts.policy.rules import computing_only, from_terms, vocabularies
from contracts.policy.schemas import Policy as Licence
from contracts.policy.schemas import Vocabulary
from kernel import lifecycle
from kernel.actor import SYSTEM, Actor
from kernel.db import locked
from kernel.jobs.queue import enqueue
from kernel.money import Money
from kernel.rules.policy import Policy
from kernel.states import Role
from kernel.time.clock import Clock, day_in_china
from market.listings.models import Listing
from market.listings.rules import GATES, leaves_the_country
from market.orders import queries, rules
from market.orders.errors import AgreementNotInForce, OrderNotOpen
from market.orders.models import Order
from market.orders.schemas import OrderView
from market.orders.states import ORDER, OrderAction, OrderState
from rights.assets.queries import revision
from valuation.quality.models import Scorecard

SILENCE: Final = "LT-ORD-06"
"""The rule that accepts for a silent buyer; its entry in the log cites it."""


async def step(
    session: AsyncSession, row: Order, action: OrderAction, actor: Actor, role: Role, at: datetime, **facts: Any
) -> None:
    """Move an order; both parties see the entry."""
    parties = (row.buyer, row.provider)
    await lifecycle.advance(session, row, ORDER, action, actor, role, at=at, parties=parties, **facts)


async def agree(session: AsyncSession, actor: Actor, order_id: str, *, clock: Clock) -> AgreementView:
    """Draft the order's agreement, or give the one that it has; either party may ask for it."""
    row = await locked(session, Order, order_id)
    queries.visible(row, actor)
    if row.agreement_id is not None:
        drafted = await session.get_one(Agreement, row.agreement_id)
    elif row.status is OrderState.PLACED:
        drafted = await agreements.draft(session, actor, await _deal(session, row), at=clock.now())
        row.agreement_id = drafted.id
        await session.flush()  # Whoever reads the order in this unit finds its agreement.
    else:
        raise OrderNotOpen(order=row.id, state=str(row.status))
    return agreement_view(drafted, await signatures(session, drafted.id), actor)


async def _deal(session: AsyncSession, row: Order) -> Deal:
    """The agreement's facts: price and licence of the order, files of the revision that was ordered."""
    content = await revision(session, row.revision_id)
    day = day_in_china(row.placed_at)
    terms = rules.TERMS.version(row.terms["version"]).body
    vocabulary = vocabularies().at(day)
    licence = from_terms(row.licence, vocabulary)
    return Deal(
        order_id=row.id,
        listing_id=row.listing_id,
        asset_id=row.asset_id,
        revision_id=row.revision_id,
        certificate_id=row.certificate_id,
        content_sha256=content.content_sha256,
        title_zh=row.title_zh,
        title_en=row.title_en,
        provider=row.provider,
        consumer=row.buyer,
        files=tuple(FileFacts(f.name, f.sha256, f.size_bytes, f.storage_key) for f in content.files),
        price=Money(row.amount_minor, row.currency),
        offered=licence,
        purpose=row.purpose,
        use_case=row.use_case,
        inspection_working_days=terms.inspection_working_days,
        offer=msgspec.to_builtins(await _offer(session, row, licence, vocabulary)),
    )


async def _offer(session: AsyncSession, row: Order, licence: Licence, vocabulary: Policy[Vocabulary]) -> Offer:
    """What the gates ask of the market: where the data may go, how it is delivered, and how good it was found."""
    listing = await session.get_one(Listing, row.listing_id)
    card = await session.get(Scorecard, listing.scorecard_id) if listing.scorecard_id is not None else None
    gates = GATES.at(day_in_china(row.placed_at)).body
    return Offer(
        exported=leaves_the_country(licence.territory),
        computing_only=computing_only(licence, vocabulary.body),
        score=None if card is None else Score(card.score, card.scored_at, gates.score_min, gates.score_days_max),
    )


async def require_agreement(session: AsyncSession, row: Order) -> Agreement:
    """The order's agreement in force; raises AgreementNotInForce. Payments ask this before they open."""
    found = await session.get(Agreement, row.agreement_id) if row.agreement_id is not None else None
    if found is None or found.status is not AgreementState.IN_FORCE:
        raise AgreementNotInForce(order=row.id)
    return found


async def mark_paid(
    session: AsyncSession, order_id: str, payment_id: str, *, clock: Clock, actor: Actor = SYSTEM
) -> Order:
    """The order's money is in escrow; the caller has booked it in the same unit."""
    row, now = await locked(session, Order, order_id), clock.now()
    ORDER.next(row.status, OrderAction.PAY, Role.SYSTEM)  # A closed order is told as such, whatever its agreement.
    await require_agreement(session, row)
    await step(session, row, OrderAction.PAY, actor, Role.SYSTEM, now, payment=payment_id)
    row.payment_id, row.paid_at = payment_id, now
    return row


async def mark_delivered(session: AsyncSession, row: Order, *, clock: Clock, actor: Actor = SYSTEM) -> None:
    """The buyer has receipted every file; from here its inspection period runs (民法典 art. 620)."""
    now = clock.now()
    terms = rules.TERMS.version(row.terms["version"]).body
    due = rules.deadline(day_in_china(now), terms.inspection_working_days)
    await step(session, row, OrderAction.DELIVER, actor, Role.SYSTEM, now, inspection_due_at=due.isoformat())
    row.delivered_at, row.inspection_due_at = now, due


async def accept(session: AsyncSession, actor: Actor, order_id: str, *, clock: Clock) -> OrderView:
    """The buyer accepts what was delivered; settlement follows by a job of the same unit."""
    row = await locked(session, Order, order_id)
    await _accept(session, row, actor, queries.visible(row, actor), clock.now(), silent=False)
    return queries.view(row, actor)


async def accept_silently(session: AsyncSession, order_id: str, *, clock: Clock) -> bool:
    """Silence to the end of the inspection period is conformity (民法典 art. 621); says whether it applied."""
    row, now = await locked(session, Order, order_id), clock.now()
    if row.status is not OrderState.DELIVERED or row.inspection_due_at is None or row.inspection_due_at > now:
        return False
    await _accept(session, row, SYSTEM, Role.SYSTEM, now, silent=True)
    return True


async def _accept(session: AsyncSession, row: Order, actor: Actor, role: Role, at: datetime, *, silent: bool) -> None:
    facts = {"rule": SILENCE} if silent else {}
    await step(session, row, OrderAction.ACCEPT, actor, role, at, **facts)
    row.accepted_at = at
    await enqueue(session, "market.settle", {"order_id": row.id}, dedupe=f"settle/{row.id}")


async def mark_settled(session: AsyncSession, row: Order, settlement_id: str, *, at: datetime) -> None:
    """The order's money has left escrow; the licence's term begins, and with it its last day is known."""
    await step(session, row, OrderAction.SETTLE, SYSTEM, Role.SYSTEM, at, settlement=settlement_id)
    row.settled_at = at
    agreement = await require_agreement(session, row)
    last = rules.last_day(at, agreement.term_days)
    await settle_term(session, agreement, last, at=at)
