"""Channel keys over HTTP."""

from typing import Final

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from channels.keys import commands, queries
from channels.keys.errors import ChannelKeyOver, TooManyChannelKeys
from channels.keys.schemas import (
    ChannelKeyView,
    ChannelUseView,
    NewChannelKeyView,
    ShareProfile,
    TakeChannelKey,
)
from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.delivery.errors import DataDestroyed, DataStays, DeliveryMissing, DeliveryNotDue

READS: Final = allow("channels:key:read")
WRITES: Final = allow("channels:key:write")
PROFILE_RECIPIENT: Final = "share-profile"
_DUE: Final = (DeliveryMissing, DeliveryNotDue, DataDestroyed, DataStays, TooManyChannelKeys)


@post(
    "/v1/orders/{order_id:str}/channel-keys",
    opt=WRITES,
    responses=problems(*_DUE, IdempotencyKeyReused),
)
async def take_channel_key(
    order_id: FromPath[str],
    data: JSONBody[TakeChannelKey],
    once: NamedDependency[Once],
    runtime: NamedDependency[Runtime],
) -> Response[NewChannelKeyView]:
    """领取通道密钥 · Take a key for a recipient under the order's agreement; it is shown this once."""
    order = ids.require("ord", order_id)
    return await once(commands.take, order, data, public_url=runtime.settings.public_url)


@get("/v1/orders/{order_id:str}/channel-keys", opt=READS, responses=problems(NotFound))
async def list_channel_keys(
    order_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[ChannelKeyView]:
    """通道密钥 · The order's channel keys, newest first, without their secrets; for its buyer and its provider."""
    return await queries.of_order(act, ids.require("ord", order_id), limit, cursor)


@get("/v1/orders/{order_id:str}/share-profile", opt=WRITES, responses=problems(*_DUE))
async def get_share_profile(
    order_id: FromPath[str], act: NamedDependency[Act], runtime: NamedDependency[Runtime]
) -> Response[ShareProfile]:
    """数据共享配置文件 · A profile file for clients of Delta Sharing, with a channel key of its own.

    Each download takes one more key and shows it this once; whoever downloads too many is told to revoke some.
    """
    order, wanted = ids.require("ord", order_id), TakeChannelKey(recipient=PROFILE_RECIPIENT)
    made = await commands.take(act, order, wanted, public_url=runtime.settings.public_url)
    assert made.profile is not None  # It is left out of stored answers only.
    saved = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{order}.share"'}
    return Response(made.profile, headers=saved)


@post(
    "/v1/channel-keys/{channel_key_id:str}/replacement",
    opt=WRITES,
    responses=problems(NotFound, ChannelKeyOver, *_DUE, IdempotencyKeyReused),
)
async def replace_channel_key(
    channel_key_id: FromPath[str], once: NamedDependency[Once], runtime: NamedDependency[Runtime]
) -> Response[NewChannelKeyView]:
    """更换通道密钥 · Put a new key in place of one, which serves on for the published overlap."""
    key = ids.require("chk", channel_key_id)
    return await once(commands.replace, key, public_url=runtime.settings.public_url)


@delete("/v1/channel-keys/{channel_key_id:str}", opt=WRITES, status_code=204, responses=problems(NotFound))
async def revoke_channel_key(channel_key_id: FromPath[str], act: NamedDependency[Act]) -> None:
    """撤销通道密钥 · End a channel key at once: its next request, and its next byte range, are refused."""
    await commands.revoke(act, ids.require("chk", channel_key_id))


@get("/v1/channel-keys/{channel_key_id:str}/uses", opt=READS, responses=problems(NotFound))
async def list_channel_uses(
    channel_key_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[ChannelUseView]:
    """通道使用记录 · What was asked with a key, from where and when, newest first; refused requests too."""
    return await queries.uses(act, ids.require("chk", channel_key_id), limit, cursor)


ROUTES = [
    take_channel_key,
    list_channel_keys,
    get_share_profile,
    replace_channel_key,
    revoke_channel_key,
    list_channel_uses,
]
