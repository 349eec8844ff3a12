"""The thread of an order over HTTP."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.http.description.media import ANY_FILE, gives
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.storage.download import Conditions, Download, range_response
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.messages import errors, of_orders
from market.messages.schemas import MessageView, PostMessage

_READ: Final = allow("market:order:read")


@post(
    "/v1/orders/{order_id:str}/messages",
    opt=_READ,
    responses=problems(NotFound, errors.MessagesTooMany, errors.AttachmentsTooLarge, IdempotencyKeyReused),
)
async def post_order_message(
    order_id: FromPath[str], data: JSONBody[PostMessage], once: NamedDependency[Once]
) -> Response[MessageView]:
    """订单留言 · Write to the other side of an order; the centre reads and writes here while a complaint is open."""
    return await once(of_orders.post, ids.require("ord", order_id), data)


@get("/v1/orders/{order_id:str}/messages", opt=_READ, responses=problems(NotFound))
async def list_order_messages(
    order_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[MessageView]:
    """订单留言列表 · What was written about an order, in its order."""
    return await of_orders.read(act, ids.require("ord", order_id), limit, cursor)


@get(
    "/v1/orders/{order_id:str}/messages/{message_id:str}/attachments/{number:int}",
    opt=_READ | gives(ANY_FILE),
    responses=problems(NotFound),
)
async def get_order_attachment(
    order_id: FromPath[str],
    message_id: FromPath[str],
    number: FromPath[int],
    request: Request[Actor, Any, Any],
    runtime: NamedDependency[Runtime],
    act: NamedDependency[Act],
) -> Response[Any]:
    """订单留言附件 · Read a file of a message about an order."""
    file = await of_orders.attachment(act, ids.require("ord", order_id), message_id, number)
    download = Download(file.storage_key, file.size_bytes, file.sha256, file.name, file.media_type)
    return await range_response(runtime.storage, download, Conditions.of(request.headers))


ROUTES = [post_order_message, list_order_messages, get_order_attachment]
