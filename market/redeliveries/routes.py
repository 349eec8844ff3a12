"""Redeliveries over HTTP."""

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
from market.redeliveries import commands, errors, queries
from market.redeliveries.schemas import AnswerRedeliveryRequest, AskRedelivery, DeliverAgain, RedeliveryView

_READ: Final = allow("market:order:read")
_STEP: Final = (NotFound, IllegalTransition, WrongActor, errors.RedeliveryLate)


@post(
    "/v1/orders/{order_id:str}/redeliveries",
    opt=_READ,
    responses=problems(
        NotFound,
        errors.RedeliveryUntimely,
        errors.RedeliveryOpen,
        errors.RedeliveriesTooMany,
        IdempotencyKeyReused,
    ),
)
async def ask_redelivery(
    order_id: FromPath[str], data: JSONBody[AskRedelivery], once: NamedDependency[Once]
) -> Response[RedeliveryView]:
    """请求重新交付 · The buyer does not take what was delivered and asks for it again."""
    return await once(commands.ask, ids.require("ord", order_id), data)


@post(
    "/v1/delivery-parts/{delivery_part_id:str}/redeliveries",
    opt=_READ,
    responses=problems(
        NotFound,
        errors.RedeliveryUntimely,
        errors.RedeliveryOpen,
        errors.RedeliveriesTooMany,
        IdempotencyKeyReused,
    ),
)
async def ask_part_redelivery(
    delivery_part_id: FromPath[str], data: JSONBody[AskRedelivery], once: NamedDependency[Once]
) -> Response[RedeliveryView]:
    """请求重新交付一批 · The buyer does not take a part that it has received, and asks for it again."""
    return await once(commands.ask_for_part, ids.require("prt", delivery_part_id), data)


@get("/v1/orders/{order_id:str}/redeliveries", opt=_READ, responses=problems(NotFound))
async def list_redeliveries(
    order_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[RedeliveryView]:
    """重新交付列表 · The redeliveries of an order, the newest first."""
    return await queries.of_order(act, ids.require("ord", order_id), limit, cursor)


@get("/v1/redeliveries/{redelivery_id:str}", opt=_READ, responses=problems(NotFound))
async def get_redelivery(redelivery_id: FromPath[str], act: NamedDependency[Act]) -> RedeliveryView:
    """重新交付 · One redelivery."""
    return await queries.redelivery(act, ids.require("rdl", redelivery_id))


@post("/v1/redeliveries/{redelivery_id:str}/answer", opt=_READ, status_code=200, responses=problems(*_STEP))
async def answer_redelivery_request(
    redelivery_id: FromPath[str], data: JSONBody[AnswerRedeliveryRequest], act: NamedDependency[Act]
) -> RedeliveryView:
    """答复重新交付请求 · The provider agrees to deliver again, or declines."""
    return await commands.answer(act, ids.require("rdl", redelivery_id), data)


@post(
    "/v1/redeliveries/{redelivery_id:str}/delivery",
    opt=_READ,
    status_code=200,
    responses=problems(*_STEP, errors.RedeliveryOfComplaint, errors.RedeliveryUnfit),
)
async def deliver_again(
    redelivery_id: FromPath[str], data: JSONBody[DeliverAgain], act: NamedDependency[Act]
) -> RedeliveryView:
    """重新交付 · The provider delivers again; the buyer's inspection begins anew."""
    return await commands.deliver(act, ids.require("rdl", redelivery_id), data)


ROUTES = [
    ask_redelivery,
    ask_part_redelivery,
    list_redeliveries,
    get_redelivery,
    answer_redelivery_request,
    deliver_again,
]
