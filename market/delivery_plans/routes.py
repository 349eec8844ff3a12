"""Delivery plans and parts over HTTP."""

from typing import Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.delivery_plans import commands, errors, queries
from market.delivery_plans.schemas import (
    AnswerDeliveryPlan,
    DeliveryPartView,
    DeliveryPlanView,
    ProposeDeliveryPlan,
)

_READ: Final = allow("market:order:read")


@post(
    "/v1/orders/{order_id:str}/delivery-plans",
    opt=_READ,
    responses=problems(
        NotFound,
        errors.OrderIndivisible,
        errors.DeliveryPlanFaulty,
        errors.DeliveryPlanOpen,
        errors.DeliveryPlansTooMany,
        IdempotencyKeyReused,
    ),
)
async def propose_delivery_plan(
    order_id: FromPath[str], data: JSONBody[ProposeDeliveryPlan], once: NamedDependency[Once]
) -> Response[DeliveryPlanView]:
    """提出分批交付 · Propose, before an order is paid, to have it delivered in parts; the other side answers."""
    return await once(commands.propose, ids.require("ord", order_id), data)


@get("/v1/orders/{order_id:str}/delivery-plans", opt=_READ, responses=problems(NotFound))
async def list_delivery_plans(
    order_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[DeliveryPlanView]:
    """分批交付计划列表 · The plans of an order, the newest first."""
    return await queries.plans(act, ids.require("ord", order_id), limit, cursor)


@get("/v1/delivery-plans/{delivery_plan_id:str}", opt=_READ, responses=problems(NotFound))
async def get_delivery_plan(delivery_plan_id: FromPath[str], act: NamedDependency[Act]) -> DeliveryPlanView:
    """分批交付计划 · One plan."""
    return await queries.plan(act, ids.require("dpl", delivery_plan_id))


@post(
    "/v1/delivery-plans/{delivery_plan_id:str}/answer",
    opt=_READ,
    status_code=200,
    responses=problems(
        NotFound,
        IllegalTransition,
        WrongActor,
        errors.NotYoursToAnswerPlan,
        errors.DeliveryPlanLate,
        errors.OrderIndivisible,
    ),
)
async def answer_delivery_plan(
    delivery_plan_id: FromPath[str], data: JSONBody[AnswerDeliveryPlan], act: NamedDependency[Act]
) -> DeliveryPlanView:
    """答复分批交付计划 · Agree to the other side's plan, decline it, or withdraw one's own."""
    return await commands.answer(act, ids.require("dpl", delivery_plan_id), data)


@get("/v1/orders/{order_id:str}/delivery-parts", opt=_READ, responses=problems(NotFound))
async def list_delivery_parts(
    order_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[DeliveryPartView]:
    """交付批次列表 · The parts of an order's delivery, the first one first."""
    return await queries.parts(act, ids.require("ord", order_id), limit, cursor)


@get("/v1/delivery-parts/{delivery_part_id:str}", opt=_READ, responses=problems(NotFound))
async def get_delivery_part(delivery_part_id: FromPath[str], act: NamedDependency[Act]) -> DeliveryPartView:
    """交付批次 · One part of an order's delivery."""
    return await queries.part(act, ids.require("prt", delivery_part_id))


ROUTES = [
    propose_delivery_plan,
    list_delivery_plans,
    get_delivery_plan,
    answer_delivery_plan,
    list_delivery_parts,
    get_delivery_part,
]
