"""Formats on demand over HTTP."""

from typing import Any, Final

from litestar import Request, Response, delete, get, post, route
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from channels.formats import commands, fetching, queries
from channels.formats.errors import ConversionNotMade, TableNotDelivered, TooManyConversions
from channels.formats.schemas import (
    AskConversion,
    ConversionDownloadView,
    ConversionLinkView,
    TableConversionView,
)
from channels.keys.routes import READS
from channels.publishing.errors import PublicationFailed, ScopeNotMade, TablesInPreparation
from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound, PreconditionFailed
from kernel.http.description.media import ANY_FILE, gives
from kernel.http.guards import allow, public
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.states import IllegalTransition
from kernel.storage.keys import open_keyring
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.delivery.errors import DataDestroyed, DataStays, DeliveryMissing, DeliveryNotDue, RevisionNotDelivered
from market.delivery.routes import (
    UNFETCHED,
    UNOPENED,
    Expiry,
    KeyId,
    Permission,
    Place,
    Recipient,
    Serves,
    Signature,
)
from market.delivery_plans.errors import PartNotReleased

_ASKS: Final = allow("market:delivery:receive")
_UNASKED: Final = (
    *(DeliveryMissing, DeliveryNotDue, DataDestroyed, DataStays, RevisionNotDelivered, PartNotReleased),
    *(TableNotDelivered, PublicationFailed, ScopeNotMade, TooManyConversions, IdempotencyKeyReused),
)


@post("/v1/orders/{order_id:str}/table-conversions", opt=_ASKS, responses=problems(*_UNASKED))
async def ask_table_conversion(
    order_id: FromPath[str], data: JSONBody[AskConversion], once: NamedDependency[Once]
) -> Response[TableConversionView]:
    """按需格式 · Have a delivered table made as CSV, JSON Lines, Parquet or XLSX; asking is no use of the licence."""
    return await once(commands.ask, ids.require("ord", order_id), data)


@get("/v1/orders/{order_id:str}/table-conversions", opt=READS, responses=problems(NotFound))
async def list_table_conversions(
    order_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[TableConversionView]:
    """格式转换 · The conversions of an order, newest first, with their digests; for its buyer and its provider."""
    return await queries.of_order(act, ids.require("ord", order_id), limit, cursor)


@get("/v1/table-conversions/{table_conversion_id:str}", opt=READS, responses=problems(NotFound))
async def get_table_conversion(table_conversion_id: FromPath[str], act: NamedDependency[Act]) -> TableConversionView:
    """格式转换进度 · One conversion: how far it is, its file's digest, or why there is none."""
    return await queries.conversion(act, ids.require("tcv", table_conversion_id))


@get("/v1/table-conversions/{table_conversion_id:str}/downloads", opt=READS, responses=problems(NotFound))
async def list_conversion_downloads(
    table_conversion_id: FromPath[str],
    act: NamedDependency[Act],
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[ConversionDownloadView]:
    """转换文件的下载记录 · Every answered request for a converted file, newest first."""
    return await queries.downloads(act, ids.require("tcv", table_conversion_id), limit, cursor)


@delete(
    "/v1/table-conversions/{table_conversion_id:str}",
    opt=_ASKS,
    responses=problems(NotFound, IllegalTransition),
)
async def remove_table_conversion(table_conversion_id: FromPath[str], act: NamedDependency[Act]) -> None:
    """放弃转换 · Give a conversion up while it is made, or remove its file; links to it open nothing from now on."""
    await commands.remove(act, ids.require("tcv", table_conversion_id))


@post(
    "/v1/table-conversions/{table_conversion_id:str}/links",
    opt=_ASKS,
    status_code=200,
    responses=problems(NotFound, ConversionNotMade, *UNOPENED, TablesInPreparation, ScopeNotMade),
)
async def open_table_conversion(
    table_conversion_id: FromPath[str],
    runtime: NamedDependency[Runtime],
    act: NamedDependency[Act],
    serves: Serves = "buyer",
    place: Place = None,
) -> ConversionLinkView:
    """转换文件链接 · A signed link to a converted file; opening it is one use of the licence, as opening files is."""
    return await commands.link(
        act,
        ids.require("tcv", table_conversion_id),
        keyring=open_keyring(runtime.settings),
        public_url=runtime.settings.public_url,
        ttl_seconds=runtime.settings.link_ttl_seconds,
        serves=serves,
        place=place,
    )


@route(
    "/table-conversions/{table_conversion_id:str}",
    http_method=["GET", "HEAD"],
    opt=public() | gives(ANY_FILE),
    responses=problems(*UNFETCHED, PreconditionFailed),
)
async def fetch_table_conversion(
    table_conversion_id: FromPath[str],
    request: Request[Actor, Any, Any],
    runtime: NamedDependency[Runtime],
    exp: Expiry = "",
    sp: Permission = "",
    kid: KeyId = "",
    to: Recipient = "",
    sig: Signature = "",
) -> Response[Any]:
    """下载转换文件 · Fetch a converted file with its signed link, whole or a range of it."""
    parameters = {"exp": exp, "sp": sp, "kid": kid, "to": to, "sig": sig}
    return await fetching.fetched(runtime, request, table_conversion_id, parameters)


ROUTES: Final = [
    ask_table_conversion,
    list_table_conversions,
    get_table_conversion,
    list_conversion_downloads,
    remove_table_conversion,
    open_table_conversion,
    fetch_table_conversion,
]
