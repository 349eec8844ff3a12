"""Deliveries over HTTP, and the one route that hands out files."""

from typing import Annotated, Any

from litestar import Request, Response, get, post, route
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.http.description.media import ANY_FILE, gives
from kernel.http.guards import allow, public
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.states import IllegalTransition
from kernel.storage import links, names
from kernel.storage.download import Download, FileUnavailable, range_response
from kernel.storage.errors import LinkExpired, LinkInvalid
from kernel.storage.keys import open_keyring
from market.delivery import commands, queries
from market.delivery.errors import DeliveryMissing, DeliveryNotDue, DownloadStopped, NotFetched, ReceiptMismatch
from market.delivery.schemas import ConfirmReceipt, DeliveryView, LinksView

Http = Request[Actor, Any, Any]


def _signed(name: str, note: str) -> Any:
    return QueryParameter(name=name, max_length=100, required=False, description=note)


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
    responses=problems(DeliveryMissing, DeliveryNotDue),
)
async def open_links(
    order_id: FromPath[str], runtime: NamedDependency[Runtime], act: NamedDependency[Act]
) -> LinksView:
    """下载链接 · Signed links to the files of a paid order; ask again when they have expired."""
    return await commands.links(
        act,
        ids.require("ord", order_id),
        keyring=open_keyring(runtime.settings),
        public_url=runtime.settings.public_url,
        ttl_seconds=runtime.settings.link_ttl_seconds,
    )


@post(
    "/v1/orders/{order_id:str}/receipt",
    opt=allow("market:delivery:receive"),
    responses=problems(
        DeliveryMissing, DeliveryNotDue, IllegalTransition, ReceiptMismatch, NotFetched, IdempotencyKeyReused
    ),
)
async def confirm_receipt(
    order_id: FromPath[str],
    data: JSONBody[ConfirmReceipt],
    runtime: NamedDependency[Runtime],
    once: NamedDependency[Once],
) -> Response[DeliveryView]:
    """确认收货 · Confirm what arrived by its digests; the centre issues the receipt."""
    order = ids.require("ord", order_id)
    return await once(commands.confirm_receipt, order, data)


@route(
    "/files/{file_id:str}",
    http_method=["GET", "HEAD"],
    opt=public() | gives(ANY_FILE),
    responses=problems(LinkExpired, LinkInvalid, DownloadStopped, FileUnavailable),
)
async def fetch_file(
    file_id: FromPath[str],
    request: Http,
    runtime: NamedDependency[Runtime],
    exp: Annotated[str, _signed("exp", "到期时间 · expiry, seconds since 1970")] = "",
    sp: Annotated[str, _signed("sp", "r")] = "",
    kid: Annotated[str, _signed("kid", "密钥编号 · key id")] = "",
    sig: Annotated[str, _signed("sig", "签名 · signature")] = "",
) -> Response[Any]:
    """下载文件 · Fetch a file with its signed link: GET, also in ranges, and HEAD.

    Everything is checked at every request, so a refund stops a download at its next range. The unit ends before the
    first byte is sent: a slow reader holds no transaction.
    """
    clock = runtime.clock
    async with runtime.act() as act:
        file, handover = await queries.file_to_fetch(act.session, file_id)
        signature = {"exp": exp, "sp": sp, "kid": kid, "sig": sig}
        links.verify(
            signature,
            file.id,
            handover.order.buyer,
            handover.order.id,
            keyring=open_keyring(runtime.settings),
            at=clock.now(),
        )
        if not handover.is_due(clock.now()):
            raise DownloadStopped
        byte_range = request.headers.get("range")
        response = await range_response(
            runtime.storage,
            Download(file.storage_key, file.size_bytes, file.sha256, file.name, names.media_type(file.name)),
            range_header=byte_range,
            if_range=request.headers.get("if-range"),
            head=request.method == "HEAD",
        )
        commands.note_download(act, file, request.method, byte_range, response.status_code or 200)
    return response


ROUTES = [get_delivery, prepare_delivery, open_links, confirm_receipt, fetch_file]
