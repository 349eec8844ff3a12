"""What happens to an order after it is placed: agreement, payment, delivery, acceptance, settlement."""

from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements import commands as agreements
from contracts.agreements.gates import Offer, Score
from contracts.agreements.licensing import agreed_policy, settle_term
from contracts.agreements.models import Agreement
from contracts.agreements.queries import signatures
from contracts.agreements.queries import view as agreement_view
from contracts.agreements.rules import Deal, FileFacts
from contracts.agreements.schemas import AgreementView
from contracts.agreements.states import STANDING, AgreementState
from contracts.policy.rules import computing_only, from_terms, marks_of, vocabularies
from contracts.terms.binding import bound, offered, priced
from contracts.terms.conveyance import leaves_the_country, opens_at, stays, territory
from contracts.terms.document import Delivery, Terms
from contracts.usage.tree import UsagePolicy
from kernel import lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from kernel.money import Money
from kernel.states import Role
from kernel.time.clock import day_in_china
from market.listings.models import Listing
from market.listings.rules import GATES
from market.orders import queries, rules
from market.orders.errors import AgreementNotInForce, OrderNotOpen
from market.orders.models import Order
from market.orders.schemas import OrderView
from market.orders.states import ORDER, OrderAction, OrderState
from rights.assets.queries import revision
from valuation.quality.models import Scorecard

COLLECTION: Final = "LT-ORD-11"
"""The rule of the buyer's collecting."""

SILENCE: Final = "LT-ORD-06"
"""The rule that accepts for a silent buyer; its entry in the log cites it."""


async def step(act: Act, row: Order, action: OrderAction, role: Role, **facts: Any) -> None:
    """Move an order; both parties see the entry."""
    parties = (row.buyer, row.provider)
    await lifecycle.advance(act, row, ORDER, action, role, parties=parties, **facts)


async def agree(act: Act, order_id: str) -> AgreementView:
    """Draft the order's agreement, or give the one that it has; either party may ask for it."""
    row = await locked(act.session, Order, order_id)
    queries.AUDIENCE.require(act.actor, row.id, row.buyer, row.provider)
    if row.agreement_id is not None:
        drafted = await act.session.get_one(Agreement, row.agreement_id)
        signed = await signatures(act.session, drafted.id)
    elif row.status is OrderState.PLACED:
        drafted = await agreements.draft(act, await deal(act.session, row, ordered(row)))
        row.agreement_id, signed = drafted.id, []
        await act.session.flush()  # Whoever reads the order in this unit finds its agreement.
    else:
        raise OrderNotOpen(order=row.id, state=str(row.status))
    return agreement_view(act, drafted, signed)


async def deal(session: AsyncSession, row: Order, terms: Terms) -> Deal:
    """The agreement's facts: the terms that both agree to, and the files of the revision that was ordered."""
    content = await revision(session, row.revision_id)
    return Deal(
        order_id=row.id,
        terms=terms,
        revision_id=row.revision_id,
        certificate_id=row.certificate_id,
        content_sha256=content.content_sha256,
        title_zh=row.title_zh,
        title_en=row.title_en,
        files=tuple(FileFacts(f.name, f.sha256, f.size_bytes, f.storage_key) for f in content.files),
        inspection_working_days=rules.TERMS.version(row.terms["version"]).body.inspection_working_days,
        due=Money(row.amount_minor, row.currency),
        offer=msgspec.to_builtins(await _offer(session, row, terms.licence)),
    )


def ordered(row: Order) -> Terms:
    """What was ordered from a listing, as terms: its licence for the one purpose declared, at its price."""
    licence = from_terms(row.licence, vocabularies().at(day_in_china(row.placed_at)))
    computing = computing_only(licence, vocabularies().version(licence.vocabulary).body)
    terms = offered(
        licence,
        provider=row.provider,
        asset=row.asset_id,
        revision=row.revision_id,
        price=priced(Money(row.amount_minor, row.currency) if row.amount_minor else None),
        delivery=Delivery.COMPUTING if computing else Delivery.FILES,
        listing=row.listing_id,
        marks=marks_of(row.licence),
    )
    return bound(terms, row.buyer, row.purpose, row.use_case)


async def _offer(session: AsyncSession, row: Order, policy: UsagePolicy) -> Offer:
    """What the gates ask of the market: where the data may go, how it is delivered, and how good it was found."""
    scored = select(Scorecard.score, Scorecard.scored_at).join(Listing, Listing.scorecard_id == Scorecard.id)
    card = (await session.execute(scored.where(Listing.id == row.listing_id))).first()
    gates = GATES.at(day_in_china(row.placed_at)).body
    return Offer(
        exported=leaves_the_country(territory(policy)),
        computing_only=stays(policy),
        score=None if card is None else Score(card.score, card.scored_at, gates.score_min, gates.score_days_max),
    )


async def require_agreement(session: AsyncSession, row: Order) -> Agreement:
    """The order's agreement in force; raises AgreementNotInForce. Payments ask this before they open."""
    agreement = await session.get(Agreement, row.agreement_id) if row.agreement_id is not None else None
    if agreement is None or agreement.status is not AgreementState.IN_FORCE:
        raise AgreementNotInForce(order=row.id)
    return agreement


async def _binding(session: AsyncSession, row: Order) -> Agreement:
    """The order's agreement that binds, suspended or not: money that is here and data that are due do not wait for it.

    Raises AgreementNotInForce.
    """
    agreement = await session.get(Agreement, row.agreement_id) if row.agreement_id is not None else None
    if agreement is None or agreement.status not in STANDING:
        raise AgreementNotInForce(order=row.id)
    return agreement


async def mark_paid(act: Act, row: Order, payment_id: str) -> None:
    """The order's money is in escrow; the caller has booked it in the same unit."""
    ORDER.next(row.status, OrderAction.PAY, Role.SYSTEM)  # A closed order is told as such, whatever its agreement.
    agreement = await _binding(act.session, row)
    await step(act, row, OrderAction.PAY, Role.SYSTEM, payment=payment_id)
    row.payment_id, row.paid_at = payment_id, act.at
    start_collection(row, collectable(act, agreement))


async def open_free(act: Act, order_id: str) -> bool:
    """Where nothing is to be paid the data are due once both have signed; says whether it was so."""
    row = await locked(act.session, Order, order_id)
    if row.amount_minor or row.status is not OrderState.PLACED:
        return False
    agreement = await _binding(act.session, row)
    await step(act.by(SYSTEM), row, OrderAction.PAY, Role.SYSTEM)
    row.paid_at = act.at
    start_collection(row, collectable(act, agreement))
    return True


def collectable(act: Act, agreement: Agreement) -> datetime:
    """Since when the buyer may collect: what is licensed for a later time cannot be fetched before."""
    return max(act.at, opens_at(agreed_policy(agreement, act.at)) or act.at)


def start_collection(row: Order, at: datetime) -> None:
    """Set the clock of the buyer's collecting; the parts of a delivery have clocks of their own."""
    if row.in_parts:
        return
    terms = _collecting(row, at)
    if terms.collection_working_days is None or terms.reminder_working_days is None:
        return
    row.remind_at = rules.deadline(day_in_china(at), terms.reminder_working_days)
    row.collect_due_at = rules.deadline(day_in_china(at), terms.collection_working_days)


def collection_due(row: Order, at: datetime) -> datetime:
    """Until when what may be collected since a moment waits for its buyer."""
    terms = _collecting(row, at)
    return rules.deadline(day_in_china(at), terms.collection_working_days or terms.inspection_working_days)


def _collecting(row: Order, at: datetime) -> rules.OrderTerms:
    """The terms that the order was placed under; from before collecting was thought of, those of today."""
    own = rules.TERMS.version(row.terms["version"]).body
    return own if own.collection_working_days is not None else rules.TERMS.at(day_in_china(at)).body


async def remind(act: Act, order_id: str) -> bool:
    """Tell the buyer once that its data waits, and until when (催告); says whether it was told."""
    row = await locked(act.session, Order, order_id)
    if row.status is not OrderState.PAID or row.reminded_at is not None or row.collect_due_at is None:
        return False
    row.reminded_at = act.at
    facts = {"rule": COLLECTION, "collect_due_at": row.collect_due_at.isoformat()}
    record(act.by(SYSTEM), "market.order.reminded", row.id, parties=(row.buyer, row.provider), facts=facts)
    return True


async def start_late_collection(act: Act, order_id: str) -> bool:
    """Give an order that was paid before there was a clock the whole of its period from now."""
    row = await locked(act.session, Order, order_id)
    if row.status is not OrderState.PAID or row.collect_due_at is not None or row.in_parts:
        return False
    start_collection(row, act.at)
    return True


async def mark_delivered(act: Act, row: Order, **more: str) -> None:
    """The buyer has receipted what it bought; from here its inspection period runs (民法典 art. 620)."""
    due = inspection_due(row, act.at)
    await step(act, row, OrderAction.DELIVER, Role.SYSTEM, inspection_due_at=due.isoformat(), **more)
    row.delivered_at, row.inspection_due_at = act.at, due


def inspection_due(row: Order, at: datetime) -> datetime:
    """The end of the inspection of what was delivered at a moment."""
    return rules.deadline(day_in_china(at), rules.TERMS.version(row.terms["version"]).body.inspection_working_days)


async def accept(act: Act, order_id: str) -> OrderView:
    """The buyer accepts what was delivered; settlement follows by a job of the same unit."""
    row = await locked(act.session, Order, order_id)
    await _accept(act, row, queries.role_of(row, act.actor))
    return queries.view(row, act.actor)


async def accept_silently(act: Act, order_id: str) -> bool:
    """Silence to the end of the inspection period is conformity (民法典 art. 621); says whether it applied.

    Whoever has complained is not silent.
    """
    row = await locked(act.session, Order, order_id)
    if row.complaint_id is not None:
        return False
    if row.status is not OrderState.DELIVERED or row.inspection_due_at is None or row.inspection_due_at > act.at:
        return False
    await _accept(act.by(SYSTEM), row, Role.SYSTEM, rule=SILENCE)
    return True


async def accept_by_outcome(act: Act, row: Order, rule: str, complaint: str) -> None:
    """What became of a complaint leaves the buyer with what was delivered; the caller has locked the order."""
    await _accept(act.by(SYSTEM), row, Role.SYSTEM, rule=rule, complaint=complaint)


def hold(row: Order, complaint_id: str, disputed: Money) -> None:
    """Stop the acceptance by silence, and have settlement keep the disputed part; the caller has locked the order."""
    row.complaint_id, row.disputed_minor = complaint_id, disputed.minor


def let_go(row: Order, inspection_due_at: datetime) -> None:
    """The complaint is over; an inspection that still runs lasts at least until then."""
    row.complaint_id = row.disputed_minor = None
    extend_inspection(row, inspection_due_at)


def extend_inspection(row: Order, until: datetime) -> None:
    """Have an inspection that still runs last at least until then; the caller has locked the order."""
    if row.status is OrderState.DELIVERED and row.inspection_due_at is not None:
        row.inspection_due_at = max(row.inspection_due_at, until)


async def _accept(act: Act, row: Order, role: Role, **facts: str) -> None:
    await step(act, row, OrderAction.ACCEPT, role, **facts)
    row.accepted_at = act.at
    await enqueue(act.session, "market.settle", {"order_id": row.id}, dedupe=f"settle/{row.id}")


async def complete_in_parts(act: Act, row: Order, *, rule: str) -> None:
    """The parts of a delivery are over and the money of those that were accepted is shared out; the order is locked."""
    mine = act.by(SYSTEM)
    await step(mine, row, OrderAction.DELIVER, Role.SYSTEM, rule=rule)
    await step(mine, row, OrderAction.ACCEPT, Role.SYSTEM, rule=rule)
    row.delivered_at = row.accepted_at = act.at
    await mark_settled(act, row, None)


async def mark_settled(act: Act, row: Order, settlement_id: str | None) -> None:
    """The order's money, if any, has left escrow; the licence's term begins, and with it its last day is known."""
    await step(act.by(SYSTEM), row, OrderAction.SETTLE, Role.SYSTEM, settlement=settlement_id)
    row.settled_at = act.at
    agreement = await act.session.get_one(Agreement, row.agreement_id)
    await settle_term(act, agreement, rules.last_day(act.at, agreement.term_days))
