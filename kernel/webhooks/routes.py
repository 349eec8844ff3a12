"""Events over HTTP: their feed, and the addresses that a party has them sent to."""

from typing import Annotated

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from kernel import ids
from kernel.act import Act
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.states import IllegalTransition
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from kernel.webhooks import commands, errors, feed, queries
from kernel.webhooks.schemas import (
    CreateWebhook,
    EventView,
    NewWebhookView,
    RotationView,
    WebhookDeliveryView,
    WebhookTestView,
    WebhookView,
)

OWNER = allow("kernel:webhook:write")


@get("/v1/events", opt=allow("kernel:event:read", admitted=False))
async def list_events(
    act: NamedDependency[Act],
    after: Annotated[
        int, QueryParameter(ge=-1, description="最后已读事件的 index · index of the last event read")
    ] = -1,
    subject: Annotated[str | None, QueryParameter(max_length=40)] = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[EventView]:
    """事件流 · What happened to the party's affairs after an index; `next` is the `after` of the next page."""
    return await feed.events(act, after, subject, limit)


@post(
    "/v1/webhooks",
    opt=OWNER,
    responses=problems(
        errors.WebhookAddressRefused, errors.WebhookKindUnknown, errors.WebhookLimitReached, IdempotencyKeyReused
    ),
)
async def create_webhook(
    data: JSONBody[CreateWebhook],
    once: NamedDependency[Once],
    runtime: NamedDependency[Runtime],
) -> Response[NewWebhookView]:
    """新建回调 · Have one's own events posted to an address; the secret is shown in this answer only."""
    return await once(commands.create, data, sandbox=runtime.settings.sandbox)


@get("/v1/webhooks", opt=OWNER)
async def list_webhooks(act: NamedDependency[Act]) -> list[WebhookView]:
    """本方回调 · The party's own addresses."""
    return await queries.webhooks(act)


@get("/v1/webhooks/{webhook_id:str}", opt=OWNER)
async def get_webhook(webhook_id: FromPath[str], act: NamedDependency[Act]) -> WebhookView:
    """回调 · One address."""
    return await queries.webhook(act, ids.require("whk", webhook_id))


@delete("/v1/webhooks/{webhook_id:str}", opt=OWNER, status_code=204)
async def remove_webhook(webhook_id: FromPath[str], act: NamedDependency[Act]) -> None:
    """删除回调 · Take an address away."""
    await commands.remove(act, ids.require("whk", webhook_id))


@post("/v1/webhooks/{webhook_id:str}/rotation", opt=OWNER, responses=problems(IdempotencyKeyReused))
async def rotate_secret(webhook_id: FromPath[str], once: NamedDependency[Once]) -> Response[RotationView]:
    """轮换密钥 · A new secret, shown in this answer only; for a day messages carry both signatures."""
    return await once(commands.rotate, ids.require("whk", webhook_id))


@post(
    "/v1/webhooks/{webhook_id:str}/test",
    opt=OWNER,
    status_code=202,
    responses=problems(errors.WebhookDisabled, IdempotencyKeyReused),
)
async def test_webhook(webhook_id: FromPath[str], once: NamedDependency[Once]) -> Response[WebhookTestView]:
    """测试回调 · Send a test message along the whole way: log, queue, network."""
    endpoint_id = ids.require("whk", webhook_id)
    return await once(commands.send_test, endpoint_id)


@post(
    "/v1/webhooks/{webhook_id:str}/activation",
    opt=OWNER,
    status_code=200,
    responses=problems(IllegalTransition),
)
async def enable_webhook(webhook_id: FromPath[str], act: NamedDependency[Act]) -> WebhookView:
    """重新启用 · Take up an address again that was given up; nothing that happened meanwhile is left out."""
    return await commands.enable(act, ids.require("whk", webhook_id))


@get("/v1/webhooks/{webhook_id:str}/deliveries", opt=OWNER)
async def list_deliveries(
    webhook_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[WebhookDeliveryView]:
    """投递记录 · What became of the messages to an address, newest first."""
    return await queries.deliveries(act, ids.require("whk", webhook_id), limit, cursor)


ROUTES = [
    list_events,
    create_webhook,
    list_webhooks,
    get_webhook,
    remove_webhook,
    rotate_secret,
    test_webhook,
    enable_webhook,
    list_deliveries,
]
