"""Ending an order over HTTP: the buyer or the provider gives it up, the clearing officer sends its money back."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kernel import ids
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from market.endings import commands as endings
from market.orders.errors import RefundNotYours
from market.orders.schemas import CancelOrder, OrderView, RefundOrder


@post(
    "/v1/orders/{order_id:str}/cancellation",
    opt=allow("market:order:read"),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor, IdempotencyKeyReused),
)
async def cancel_order(
    order_id: FromPath[str], data: JSONBody[CancelOrder], once: NamedDependency[Once]
) -> Response[OrderView]:
    """取消订单 · The buyer gives up an order that is not paid, or its provider withdraws from it, with a reason."""
    return await once(endings.cancel, ids.require("ord", order_id), data)


@post(
    "/v1/orders/{order_id:str}/refund",
    opt=allow("market:order:read"),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, RefundNotYours, IdempotencyKeyReused),
)
async def refund_order(
    order_id: FromPath[str], data: JSONBody[RefundOrder], once: NamedDependency[Once]
) -> Response[OrderView]:
    """退款 · The clearing officer sends the whole price back before acceptance."""
    return await once(endings.refund, ids.require("ord", order_id), data)


ROUTES = [cancel_order, refund_order]
