"""Subscriptions over HTTP."""

from typing import Annotated, Final

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.problems import problems
from kernel.states import IllegalTransition
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.subscriptions import commands, errors, queries
from market.subscriptions.schemas import EndSubscription, SetCollection, SubscriptionView

_READ: Final = allow("market:order:read", "market:ledger:read")
_OWN: Final = problems(NotFound, errors.SubscriptionNotYours, errors.SubscriptionOver)


@get("/v1/subscriptions", opt=_READ)
async def list_subscriptions(
    act: NamedDependency[Act],
    status: Annotated[
        str | None, QueryParameter(pattern=r"^(active|trialing|past_due|suspended|cancelled|ended)$(?!\n)")
    ] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[SubscriptionView]:
    """订阅列表 · The caller's subscriptions, newest first."""
    return await queries.subscriptions(act, status, limit, cursor)


@get("/v1/subscriptions/{subscription_id:str}", opt=_READ, responses=problems(NotFound))
async def get_subscription(subscription_id: FromPath[str], act: NamedDependency[Act]) -> SubscriptionView:
    """订阅详情 · One subscription, with its plan and its present period."""
    return queries.view(await queries.visible_subscription(act, ids.require("sub", subscription_id)))


@post(
    "/v1/subscriptions/{subscription_id:str}/cancellation",
    opt=allow("market:payment:open"),
    status_code=200,
    responses=_OWN,
)
async def cancel_subscription(
    subscription_id: FromPath[str], data: JSONBody[EndSubscription], act: NamedDependency[Act]
) -> SubscriptionView:
    """取消订阅 · The buyer gives a subscription up; it runs to the end of its period."""
    return await commands.cancel(act, ids.require("sub", subscription_id), data)


@post(
    "/v1/subscriptions/{subscription_id:str}/conversion",
    opt=allow("market:payment:open"),
    status_code=200,
    responses=problems(NotFound, errors.SubscriptionNotYours, errors.SubscriptionOver, IllegalTransition),
)
async def convert_subscription(subscription_id: FromPath[str], act: NamedDependency[Act]) -> SubscriptionView:
    """试用转订 · The buyer makes a subscription of its trial; silence makes none."""
    return await commands.convert(act, ids.require("sub", subscription_id))


@put(
    "/v1/subscriptions/{subscription_id:str}/collection",
    opt=allow("market:payment:open"),
    responses=problems(NotFound, errors.SubscriptionNotYours, errors.SubscriptionOver, errors.SpendLimitFaulty),
)
async def set_collection(
    subscription_id: FromPath[str], data: JSONBody[SetCollection], act: NamedDependency[Act]
) -> SubscriptionView:
    """付款方式与限额 · Bills or the prepaid balance, and the most that a period's uses may come to."""
    return await commands.set_collection(act, ids.require("sub", subscription_id), data)


ROUTES = [list_subscriptions, get_subscription, cancel_subscription, convert_subscription, set_collection]
