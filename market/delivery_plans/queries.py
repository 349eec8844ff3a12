"""Reading delivery plans and parts, for whoever may read their order."""

from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import one
from kernel.errors import NotFound
from kernel.money import Money
from kernel.states import Role
from kernel.time.clock import timestamp
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.delivery_plans import rules
from market.delivery_plans.errors import DeliveredInParts, PartNotReleased
from market.delivery_plans.models import DeliveryPart, DeliveryPlan
from market.delivery_plans.schemas import DeliveryPartView, DeliveryPlanView, PlannedPart, PlannedPartView
from market.delivery_plans.states import DELIVERY_PART, DELIVERY_PLAN, HANDED_OUT, PartState, PlanState
from market.orders import queries as orders
from market.orders.models import Order

AUDIENCE = Audience("delivery_plan", orders.AUDIENCE.offices)
"""Who may see a plan: who may see its order."""

PARTS = Audience("delivery_part", orders.AUDIENCE.offices)
"""Who may see a part: who may see its order."""


def planned(row: DeliveryPlan) -> list[PlannedPart]:
    """The parts of a plan as they were proposed."""
    return msgspec.convert(row.parts, list[PlannedPart])


def role_of(order: Order, act: Act, audience: Audience, object_id: str) -> Role:
    """What the actor is to what an order is delivered by; raises NotFound for strangers."""
    role = audience.role(act.actor, buyer=order.buyer, provider=order.provider)
    if role is None:
        raise NotFound(kind=audience.kind, id=object_id)
    return role


def plan_view(row: DeliveryPlan, order: Order, act: Act) -> DeliveryPlanView:
    """A plan with what the actor may do to it."""
    role_of(order, act, AUDIENCE, row.id)
    actions: list[str] = []
    open_ = row.status is PlanState.PROPOSED and row.due_at is not None and act.at < row.due_at
    if open_ and act.actor.party in (order.buyer, order.provider):
        mine = act.actor.party == row.proposed_by
        actions = [str(each) for each in DELIVERY_PLAN.actions(row.status, Role.BUYER) if (each == "withdraw") is mine]
    parts = planned(row)
    price = Money(order.amount_minor, order.currency)
    told = [
        PlannedPartView(part.files, part.from_day, part.weight, money.view())
        for part, money in zip(parts, rules.amounts(price, parts), strict=True)
    ]
    return shown(row, DeliveryPlanView, parts=told, allowed_actions=actions)


def part_view(row: DeliveryPart, order: Order, act: Act) -> DeliveryPartView:
    """A part with what the actor may do to it."""
    role = role_of(order, act, PARTS, row.id)
    actions = [str(action) for action in DELIVERY_PART.actions(row.status, role)]
    return shown(row, DeliveryPartView, amount=row.money.view(), allowed_actions=actions)


async def plan(act: Act, plan_id: str) -> DeliveryPlanView:
    """One plan; raises NotFound for strangers."""
    row = await one(act.session, DeliveryPlan, plan_id)
    return plan_view(row, await one(act.session, Order, row.order_id), act)


async def part(act: Act, part_id: str) -> DeliveryPartView:
    """One part; raises NotFound for strangers."""
    row = await one(act.session, DeliveryPart, part_id)
    return part_view(row, await one(act.session, Order, row.order_id), act)


async def plans(act: Act, order_id: str, limit: int, cursor: str | None) -> Page[DeliveryPlanView]:
    """The plans of an order, the newest first; raises NotFound for strangers."""
    order = await _order(act, order_id)
    query = select(DeliveryPlan).where(DeliveryPlan.order_id == order_id)
    rows = await fetch(act.session, query, DeliveryPlan.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: plan_view(row, order, act))


async def parts(act: Act, order_id: str, limit: int, cursor: str | None) -> Page[DeliveryPartView]:
    """The parts of an order in their order; raises NotFound for strangers."""
    order = await _order(act, order_id)
    query = select(DeliveryPart).where(DeliveryPart.order_id == order_id)
    rows = await fetch(act.session, query, DeliveryPart.n, limit=limit, cursor=cursor)
    return rows.of(lambda row: part_view(row, order, act))


async def _order(act: Act, order_id: str) -> Order:
    order = await one(act.session, Order, order_id)
    orders.AUDIENCE.require(act.actor, order_id, order.buyer, order.provider)
    return order


async def of_order(session: AsyncSession, order_id: str) -> Sequence[DeliveryPart]:
    """The parts of an order in their order; none where it is delivered as a whole."""
    query = select(DeliveryPart).where(DeliveryPart.order_id == order_id)
    return (await session.scalars(query.order_by(DeliveryPart.n))).all()


async def handed_out(session: AsyncSession, order: Order) -> Collection[str] | None:
    """The names of the files that may be fetched of an order in parts; None where all may."""
    if not order.in_parts:
        return None
    rows = await of_order(session, order.id)
    return {name for row in rows if row.status in HANDED_OUT for name in row.files}


async def require_released(session: AsyncSession, order: Order) -> Collection[str] | None:
    """The same, where something may be; raises PartNotReleased with the day of the next part."""
    names = await handed_out(session, order)
    if names is None or names:
        return names
    raise await not_released(session, order)


async def not_released(session: AsyncSession, order: Order) -> PartNotReleased:
    """Why nothing, or a file, of an order in parts is not handed out yet, with the day of the next part."""
    first = await session.scalar(
        select(func.min(DeliveryPart.available_at)).where(
            DeliveryPart.order_id == order.id, DeliveryPart.status == PartState.PLANNED
        )
    )
    return PartNotReleased(order=order.id, next="-" if first is None else timestamp(first))


async def require_whole(session: AsyncSession, order: Order) -> None:
    """Raise DeliveredInParts, naming them, for an order of which one part has to be named."""
    if order.in_parts:
        raise DeliveredInParts(order=order.id, parts=[row.id for row in await of_order(session, order.id)])
