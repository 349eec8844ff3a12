"""Deliveries over HTTP, and the one route that hands out files."""

from typing import Annotated, Any, Final, Literal

from litestar import Request, Response, get, post, route
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from contracts.metering.schemas import Access, AccessDecisionView
from contracts.usage.errors import AccessRefused
from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import PreconditionFailed
from kernel.http.description.media import ANY_FILE, gives
from kernel.http.guards import allow, public
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.states import IllegalTransition
from kernel.storage.download import Conditions, range_response
from kernel.storage.encryption.errors import FileDestroyed, KeysUnavailable
from kernel.storage.errors import FileUnavailable, LinkExpired, LinkInvalid
from kernel.storage.keys import open_keyring
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.delivery import access, commands, queries, receiving, uses
from market.delivery.errors import (
    DataDestroyed,
    DataStays,
    DeliveryMissing,
    DeliveryNotDue,
    DownloadStopped,
    FilesHandedOut,
    LinkOfAnother,
    NotFetched,
    ReceiptMismatch,
    RevisionNotDelivered,
    UseNotShown,
    UseOutsideLicence,
)
from market.delivery.fetching import file_of, require_files_due, require_handed_out, require_link, watch
from market.delivery.schemas import ConfirmReceipt, DeliveryUpdateView, DeliveryView, LinksView, RecordUse
from market.delivery_plans.errors import DeliveredInParts, PartNotReleased

Http = Request[Actor, Any, Any]


Serves = Annotated[
    Literal["buyer", "holder"],
    QueryParameter(
        description="供谁使用：buyer 须附买方密钥；holder 供不能发送密钥的读取工具，短时有效"
        " · buyer: opened with the buyer's key; holder: for reading tools that cannot send one, for a short while"
    ),
]
RevisionAsked = Annotated[
    str | None,
    QueryParameter(name="revision_id", max_length=40, description="数据版本，缺省为最新 · a revision, else the newest"),
]
Place = Annotated[
    str | None,
    QueryParameter(
        name="place",
        max_length=60,
        description="使用地（CN-15、HK…），缺省为买方注册地 · where it is used, else where the buyer is registered",
    ),
]


def _signed(name: str, note: str) -> Any:
    return QueryParameter(name=name, max_length=100, required=False, description=note)


Expiry = Annotated[str, _signed("exp", "到期时间 · expiry, seconds since 1970")]
Permission = Annotated[str, _signed("sp", "r")]
KeyId = Annotated[str, _signed("kid", "密钥编号 · key id")]
Recipient = Annotated[str, _signed("to", "链接所服务的主体 · the party that it serves, whose key is sent")]
Signature = Annotated[str, _signed("sig", "签名 · signature")]

UNOPENED: Final = (
    *(DeliveryMissing, DeliveryNotDue, DataDestroyed, DataStays, RevisionNotDelivered, PartNotReleased, AccessRefused),
)
"""Why a revision is not opened to its buyer."""
UNFETCHED: Final = (
    *(LinkExpired, LinkInvalid, LinkOfAnother, DataDestroyed, FileDestroyed, DownloadStopped),
    *(FileUnavailable, KeysUnavailable),
)
"""Why a signed link opens nothing."""


@get("/v1/orders/{order_id:str}/delivery", opt=allow("market:order:read"), responses=problems(DeliveryMissing))
async def get_delivery(order_id: FromPath[str], act: NamedDependency[Act]) -> DeliveryView:
    """交付 · The delivery of an order, for its buyer and its provider."""
    return await queries.delivery_of(act, ids.require("ord", order_id))


@post(
    "/v1/orders/{order_id:str}/delivery",
    opt=allow("market:delivery:prepare"),
    responses=problems(DeliveryMissing, DeliveryNotDue, IdempotencyKeyReused),
)
async def prepare_delivery(order_id: FromPath[str], once: NamedDependency[Once]) -> Response[DeliveryView]:
    """准备交付 · Prepare the delivery of an order that one has sold; it is released when the order is paid."""
    order = ids.require("ord", order_id)
    return await once(commands.prepare_own, order)


@post(
    "/v1/orders/{order_id:str}/links",
    opt=allow("market:delivery:receive"),
    status_code=200,
    responses=problems(*UNOPENED),
)
async def open_links(
    order_id: FromPath[str],
    runtime: NamedDependency[Runtime],
    act: NamedDependency[Act],
    serves: Serves = "buyer",
    revision_id: RevisionAsked = None,
    place: Place = None,
) -> LinksView:
    """下载链接 · Signed links to the newest revision that reached the buyer; ask again when they have expired.

    Each opening is one use of the licence and of all the revision's rows; fetching with the links takes nothing more.
    """
    return await commands.links(
        act,
        ids.require("ord", order_id),
        keyring=open_keyring(runtime.settings),
        public_url=runtime.settings.public_url,
        ttl_seconds=runtime.settings.link_ttl_seconds,
        serves=serves,
        revision_id=revision_id,
        place=place,
    )


@get("/v1/orders/{order_id:str}/delivery/updates", opt=allow("market:order:read"), responses=problems(DeliveryMissing))
async def list_delivery_updates(
    order_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[DeliveryUpdateView]:
    """交付的更新 · The later revisions that reached an order's buyer, for its buyer and its provider."""
    return await queries.updates(act, ids.require("ord", order_id), limit, cursor)


@post(
    "/v1/orders/{order_id:str}/receipt",
    opt=allow("market:delivery:receive"),
    responses=problems(
        DeliveryMissing,
        DeliveryNotDue,
        DataDestroyed,
        IllegalTransition,
        ReceiptMismatch,
        NotFetched,
        UseNotShown,
        DeliveredInParts,
        IdempotencyKeyReused,
    ),
)
async def confirm_receipt(
    order_id: FromPath[str],
    data: JSONBody[ConfirmReceipt],
    once: NamedDependency[Once],
) -> Response[DeliveryView]:
    """确认收货 · Confirm what arrived, or the results of uses, by their digests; the centre issues the receipt."""
    order = ids.require("ord", order_id)
    return await once(receiving.confirm_receipt, order, data)


@post(
    "/v1/orders/{order_id:str}/uses",
    opt=allow("market:delivery:prepare"),
    responses=problems(
        DeliveryMissing,
        DeliveryNotDue,
        DataDestroyed,
        FilesHandedOut,
        UseOutsideLicence,
        AccessRefused,
        IdempotencyKeyReused,
    ),
)
async def record_use(
    order_id: FromPath[str], data: JSONBody[RecordUse], once: NamedDependency[Once]
) -> Response[DeliveryView]:
    """记录计算 · Record a use of data that stays where it is, with the digest of the result handed to the buyer."""
    return await once(uses.record_use, ids.require("ord", order_id), data)


@post(
    "/v1/orders/{order_id:str}/decisions",
    opt=allow("market:order:read"),
    status_code=200,
    responses=problems(DeliveryMissing, DeliveryNotDue),
)
async def decide_access(
    order_id: FromPath[str], data: JSONBody[Access], act: NamedDependency[Act]
) -> AccessDecisionView:
    """使用判定 · What the agreement's policy would say of an access, and why; nothing is used by asking."""
    return await access.decision(act, ids.require("ord", order_id), data)


@route(
    "/files/{file_id:str}",
    http_method=["GET", "HEAD"],
    opt=public() | gives(ANY_FILE),
    responses=problems(*UNFETCHED, PreconditionFailed),
)
async def fetch_file(
    file_id: FromPath[str],
    request: Http,
    runtime: NamedDependency[Runtime],
    exp: Expiry = "",
    sp: Permission = "",
    kid: KeyId = "",
    to: Recipient = "",
    sig: Signature = "",
) -> Response[Any]:
    """下载文件 · Fetch a file with its signed link: GET, also in ranges, and HEAD.

    Everything is checked at every request, and twice a second while it is under way, so a refund or a revocation ends a
    download within a second. The unit ends before the first byte is sent: a slow reader holds no transaction.
    """
    async with runtime.act() as act:
        file, handover = await queries.file_to_fetch(act.session, file_id)
        signature = {"exp": exp, "sp": sp, "kid": kid, "to": to, "sig": sig}
        require_link(act, request.user, file.id, handover, signature, open_keyring(runtime.settings))
        await require_handed_out(act, handover, [file.name])
        byte_range = request.headers.get("range")
        response = await range_response(
            runtime.storage,
            file_of(file),
            Conditions.of(request.headers),
            head=request.method == "HEAD",
            watch=watch(runtime, lambda act: require_files_due(act, [file])),
        )
        commands.note_download(act, file, request.method, byte_range, response.status_code or 200)
    return response


ROUTES = [
    get_delivery,
    list_delivery_updates,
    prepare_delivery,
    open_links,
    record_use,
    decide_access,
    confirm_receipt,
    fetch_file,
]
