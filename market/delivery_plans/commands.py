"""Proposing a delivery in parts, agreeing on it, releasing a part on its day, and what ends parts and their order."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import func, select

from contracts.agreements import licensing
from contracts.agreements.models import Agreement
from contracts.moments import Moment, follows
from contracts.obligations.commands import delivered
from contracts.obligations.occurrences import put_off
from contracts.terms.prices import Plan
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.money import Money
from kernel.states import Role
from kernel.time.clock import start_of_day_in_china, timestamp
from market.delivery_plans import queries, rules
from market.delivery_plans.errors import (
    WHY_INDIVISIBLE,
    DeliveryPlanFaulty,
    DeliveryPlanLate,
    DeliveryPlanOpen,
    DeliveryPlansTooMany,
    NotYoursToAnswerPlan,
    OrderIndivisible,
)
from market.delivery_plans.models import DeliveryPart, DeliveryPlan
from market.delivery_plans.schemas import AnswerDeliveryPlan, DeliveryPlanView, ProposeDeliveryPlan
from market.delivery_plans.states import (
    DELIVERY_PART,
    DELIVERY_PLAN,
    OPEN,
    TO_COME,
    PartAction,
    PartState,
    PlanAction,
    PlanState,
)
from market.orders import commands as orders
from market.orders.models import Order
from market.orders.queries import AUDIENCE as ORDER_AUDIENCE
from market.orders.rules import deadline
from market.orders.states import OrderState

RELEASED: Final = "LT-PRT-02"
"""The rule by which a part is released, inspected and accepted by itself."""

ENDED: Final = "LT-PRT-04"
"""The rule by which what is open of an order's parts ends with it."""


SETTLED: Final[list[Callable[[Act, Order], Awaitable[None]]]] = []
"""What follows, in the same unit, once an order in parts is settled; who comes after plans registers."""


async def propose(act: Act, order_id: str, data: ProposeDeliveryPlan) -> DeliveryPlanView:
    """One side of an order proposes to have it delivered in parts; the other answers before the order is to be paid.

    Raises OrderIndivisible saying why, DeliveryPlanFaulty, DeliveryPlanOpen and DeliveryPlansTooMany.
    """
    order = await locked(act.session, Order, order_id)
    ORDER_AUDIENCE.require_party(act.actor, order_id, order.buyer, order.provider)
    agreement, table = await _divisible(act, order), rules.RULES.at(act.today)
    await _require_room(act, order, table.body)
    names = [file["name"] for file in agreement.files]
    price = Money(order.amount_minor, order.currency)
    days = rules.days_of(act.today, licensing.ends_on(agreement, act.at), table.body)
    if faults := rules.plan_faults(data.parts, names, price, days, table.body):
        raise DeliveryPlanFaulty(errors=faults, count=len(faults))
    row = DeliveryPlan(
        id=ids.new("dpl"),
        order_id=order.id,
        agreement_id=agreement.id,
        proposed_by=act.actor.party or "",
        reason=data.reason,
        answer=None,
        parts=msgspec.to_builtins(data.parts),
        policy=msgspec.to_builtins(table.ref),
        due_at=min(deadline(act.today, table.body.answer_working_days), order.payment_due_at),
        created_at=act.at,
    )
    facts = {"order": order.id, "agreement": agreement.digest, "parts": row.parts, "rule": rules.PLANNED}
    await lifecycle.begin(act, row, DELIVERY_PLAN, parties=_parties(order), **facts)
    return queries.plan_view(row, order, act)


async def _require_room(act: Act, order: Order, table: rules.PlanTable) -> None:
    earlier = select(DeliveryPlan).where(DeliveryPlan.order_id == order.id)
    open_ = await act.session.scalar(earlier.where(DeliveryPlan.status == PlanState.PROPOSED))
    if open_ is not None and open_.due_at is not None:
        raise DeliveryPlanOpen(plan=open_.id, until=timestamp(open_.due_at))
    count = select(func.count()).where(DeliveryPlan.order_id == order.id)
    if int(await act.session.scalar(count) or 0) >= table.plans_max:
        raise DeliveryPlansTooMany(limit=table.plans_max)


async def _divisible(act: Act, order: Order) -> Agreement:
    """The agreement of an order that can be delivered in parts now; raises OrderIndivisible saying why it cannot."""
    agreement = None if order.agreement_id is None else await act.session.get(Agreement, order.agreement_id)
    why: str | None = None
    if order.in_parts:
        why = "parts"
    elif order.status is not OrderState.PLACED or agreement is None or order.payment_due_at <= act.at:
        why = "state"
    elif not agreement.files:
        why = "stays"
    elif agreement.scope_sha256 is not None:
        why = "scope"
    elif order.amount_minor == 0:
        why = "free"
    elif order.licence.get("updates") == "included":
        why = "updates"
    else:
        terms = licensing.terms_of(agreement, act.at)
        why = "price-plan" if terms is not None and isinstance(terms.price, Plan) else None
    if why is not None or agreement is None:
        raise OrderIndivisible(order=order.id, state=str(order.status), why=WHY_INDIVISIBLE[why or "state"])
    return agreement


async def answer(act: Act, plan_id: str, data: AnswerDeliveryPlan) -> DeliveryPlanView:
    """The other side agrees or declines, or whoever proposed it withdraws it; an agreed plan makes the parts.

    Raises NotYoursToAnswerPlan, DeliveryPlanLate and OrderIndivisible.
    """
    seen = await one(act.session, DeliveryPlan, plan_id)
    order = await locked(act.session, Order, seen.order_id)
    queries.AUDIENCE.require_party(act.actor, plan_id, order.buyer, order.provider)
    row = await locked(act.session, DeliveryPlan, plan_id)
    role, action = queries.role_of(order, act, queries.AUDIENCE, plan_id), PlanAction(data.answer)
    DELIVERY_PLAN.next(row.status, action, role)
    if (action is PlanAction.WITHDRAW) is not (row.proposed_by == act.actor.party):
        raise NotYoursToAnswerPlan
    if row.due_at is not None and row.due_at <= act.after_waiting():
        raise DeliveryPlanLate(plan=row.id, due_at=timestamp(row.due_at))
    agreement = await _divisible(act, order) if action is PlanAction.AGREE else None
    row.answer, row.due_at = data.reason, None
    await lifecycle.advance(act, row, DELIVERY_PLAN, action, role, parties=_parties(order), reason=data.reason)
    if agreement is not None:
        order.in_parts = True
        await _divide(act, order, row)
        await follow_plan(act, agreement)
    return queries.plan_view(row, order, act)


async def _divide(act: Act, order: Order, row: DeliveryPlan) -> None:
    parts = queries.planned(row)
    money = rules.amounts(Money(order.amount_minor, order.currency), parts)
    for n, (part, share) in enumerate(zip(parts, money, strict=True), start=1):
        made = DeliveryPart(
            id=ids.new("prt"),
            plan_id=row.id,
            order_id=order.id,
            n=n,
            files=part.files,
            amount_minor=share.minor,
            currency=share.currency,
            available_at=start_of_day_in_china(part.from_day),
            collect_due_at=None,
            inspection_due_at=None,
            receipt_id=None,
            statement_id=None,
            complaint_id=None,
            disputed_minor=None,
            received_at=None,
            accepted_at=None,
        )
        facts = {"plan": row.id, "order": order.id, "amount": str(share)}
        await lifecycle.begin(act, made, DELIVERY_PART, parties=_parties(order), **facts)


@follows(Moment.IN_FORCE)
async def follow_plan(act: Act, agreement: Agreement) -> None:
    """What its contract owes is not due before the last part's day, whichever of plan and signatures comes first."""
    parts = [] if agreement.order_id is None else await queries.of_order(act.session, agreement.order_id)
    if parts and agreement.in_force_at is not None:
        await put_off(act, agreement, parts[-1].available_at + timedelta(days=1), plan=parts[-1].plan_id)


async def lapse(act: Act, plan_id: str) -> bool:
    """Who did not answer has not agreed; says whether it was still open."""
    seen = await one(act.session, DeliveryPlan, plan_id)
    order = await locked(act.session, Order, seen.order_id)
    row = await locked(act.session, DeliveryPlan, plan_id)
    if row.due_at is None or row.due_at > act.at:
        return False
    await _lapse(act, row, order)
    return True


async def _lapse(act: Act, row: DeliveryPlan, order: Order) -> None:
    row.due_at = None
    mine = act.by(SYSTEM)
    await lifecycle.advance(mine, row, DELIVERY_PLAN, PlanAction.LAPSE, Role.SYSTEM, parties=_parties(order))


async def release(act: Act, part_id: str) -> bool:
    """Hand out a part of a paid order on its day, and start the clock of its collecting; says whether it was so."""
    seen = await one(act.session, DeliveryPart, part_id)
    order = await locked(act.session, Order, seen.order_id)
    row = await locked(act.session, DeliveryPart, part_id)
    if row.status is not PartState.PLANNED or row.available_at > act.at or order.status is not OrderState.PAID:
        return False
    agreement = await one(act.session, Agreement, order.agreement_id or "")
    row.collect_due_at = orders.collection_due(order, orders.collectable(act, agreement))
    due = timestamp(row.collect_due_at)
    await step(act.by(SYSTEM), order, row, PartAction.RELEASE, Role.SYSTEM, rule=RELEASED, collect_due_at=due)
    return True


async def step(act: Act, order: Order, row: DeliveryPart, action: PartAction, role: Role, **facts: Any) -> None:
    """Move a part; both parties of its order see the entry.

    Once nothing is still to come and something has come, what the contract owes is delivered.
    """
    await lifecycle.advance(act, row, DELIVERY_PART, action, role, parties=_parties(order), order=order.id, **facts)
    if action in (PartAction.RECEIVE, PartAction.REFUND):
        states = {each.status for each in await queries.of_order(act.session, order.id)}
        if not states & set(TO_COME) and states & {PartState.RECEIVED, PartState.ACCEPTED}:
            proof = {"document": row.receipt_id} if row.receipt_id else {"statement": f"{row.id}: {row.status}"}
            await delivered(act, order.agreement_id or "", proof)


async def went_back(act: Act, order: Order, row: DeliveryPart, refund: str) -> None:
    """All of a part's money went back out of escrow: it is closed, and its order perhaps over; both are locked."""
    await step(act.by(SYSTEM), order, row, PartAction.REFUND, Role.SYSTEM, refund=refund)
    await complete(act, order)


async def complete(act: Act, order: Order) -> None:
    """Settle an order, whose row is locked, once no part is open and something was accepted.

    Where all went back nothing was: a refund that empties the escrow ends the order as any other.
    """
    states = [row.status for row in await queries.of_order(act.session, order.id)]
    if order.status is OrderState.PAID and PartState.ACCEPTED in states and not set(states) & set(OPEN):
        await orders.complete_in_parts(act, order, rule=RELEASED)
        for follow in SETTLED:
            await follow(act, order)


@follows(Moment.ENDED)
async def overtaken(act: Act, agreement: Agreement) -> None:
    """Where the agreement ends, a plan waits for no answer and nothing that is open is delivered any more.

    Where its order goes on, as when a licence is over, what was received is inspected and paid for all the same.
    """
    if agreement.order_id is None:
        return
    order = await locked(act.session, Order, agreement.order_id)
    waiting = select(DeliveryPlan.id).where(
        DeliveryPlan.order_id == order.id, DeliveryPlan.status == PlanState.PROPOSED
    )
    for plan_id in (await act.session.scalars(waiting)).all():
        await _lapse(act, await locked(act.session, DeliveryPlan, plan_id), order)
    open_ = select(DeliveryPart.id).where(DeliveryPart.order_id == order.id, DeliveryPart.status.in_(OPEN))
    for part_id in (await act.session.scalars(open_.order_by(DeliveryPart.n))).all():
        row = await locked(act.session, DeliveryPart, part_id)
        if order.status is OrderState.PAID:
            await _cut_short(act.by(SYSTEM), order, row)
        else:
            await step(act.by(SYSTEM), order, row, PartAction.END, Role.SYSTEM, rule=ENDED)


async def _cut_short(act: Act, order: Order, row: DeliveryPart) -> None:
    """End the time to collect a part: its own clock takes what was fetched as received, and sends the rest back."""
    if row.status is PartState.PLANNED:
        row.collect_due_at = act.at
        await step(act, order, row, PartAction.RELEASE, Role.SYSTEM, rule=ENDED, collect_due_at=timestamp(act.at))
    elif row.status is PartState.RELEASED and row.collect_due_at is not None:
        row.collect_due_at = min(row.collect_due_at, act.at)


def _parties(order: Order) -> tuple[str, str]:
    return order.buyer, order.provider
