"""Interfaces, calls and test calls over HTTP; calls come in by their own door (channels.gateway.calls.door)."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from channels.gateway import commands, errors, queries, trying
from channels.gateway.schemas import (
    GatewayCallView,
    GatewayDayView,
    InterfaceView,
    OwnInterfaceView,
    RegisterInterface,
    TestAnswer,
    TestCall,
)
from channels.keys.routes import READS
from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.http.guards import allow, public
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.jobs.errors import ProcessingBusy, ProcessingTooCostly
from kernel.runtime import Runtime
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.listings.errors import ListingUnavailable

_OFFERS: Final = allow("market:delivery:prepare")
BODY_BYTES_MAX: Final = 5 * 1024 * 1024
"""A document of 2 MiB as a JSON text, whose quotes and line ends are written as escapes."""
_UPSTREAM: Final = (errors.UpstreamFailed, errors.UpstreamSilent)


@post(
    "/v1/assets/{asset_id:str}/api-interfaces",
    opt=_OFFERS,
    request_max_body_size=BODY_BYTES_MAX,
    responses=problems(
        NotFound,
        errors.InterfaceUnfit,
        errors.TooManyVersions,
        ProcessingBusy,
        ProcessingTooCostly,
        IdempotencyKeyReused,
    ),
)
async def register_api_interface(
    asset_id: FromPath[str],
    data: JSONBody[RegisterInterface],
    runtime: NamedDependency[Runtime],
    once: NamedDependency[Once],
) -> Response[OwnInterfaceView]:
    """登记产品接口 · A version of a product's interface: its upstream, and the OpenAPI that buyers call it by."""
    return await once(commands.register, ids.require("ast", asset_id), data, runtime.settings)


@get("/v1/assets/{asset_id:str}/api-interfaces", opt=_OFFERS, responses=problems(NotFound))
async def list_api_interfaces(
    asset_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[OwnInterfaceView]:
    """产品接口的版本 · The versions of the interface of one's own asset, the newest first; credentials are not told."""
    return await queries.versions(act, ids.require("ast", asset_id), limit, cursor)


@get("/v1/listings/{listing_id:str}/api-interface", opt=public(), responses=problems(ListingUnavailable, NotFound))
async def get_api_interface(listing_id: FromPath[str], act: NamedDependency[Act]) -> InterfaceView:
    """商品的接口 · What a product's interface offers, before it is bought."""
    _, row = await queries.of_listing(act, listing_id)
    return queries.view(row)


@get("/v1/listings/{listing_id:str}/openapi", opt=public(), responses=problems(ListingUnavailable, NotFound))
async def get_listing_openapi(
    listing_id: FromPath[str], act: NamedDependency[Act], runtime: NamedDependency[Runtime]
) -> dict[str, Any]:
    """商品的 OpenAPI 文档 · The OpenAPI document of a product, with the gateway as its server."""
    return await queries.document_of_listing(act, listing_id, _address(runtime))


@post(
    "/v1/listings/{listing_id:str}/api-test-calls",
    opt=allow("market:order:place"),
    status_code=200,
    responses=problems(
        ListingUnavailable,
        NotFound,
        errors.OperationUnknown,
        errors.NoTestCalls,
        ProcessingBusy,
        *_UPSTREAM,
    ),
)
async def try_api_interface(
    listing_id: FromPath[str],
    data: JSONBody[TestCall],
    request: Request[Actor, Any, Any],
    runtime: NamedDependency[Runtime],
) -> TestAnswer:
    """购前试用 · Call an operation once to see what it answers; a few are free each day, and none is charged."""
    return await trying.try_out(runtime, request.user, listing_id, data)


@get("/v1/agreements/{agreement_id:str}/openapi", opt=READS, responses=problems(NotFound))
async def get_agreement_openapi(
    agreement_id: FromPath[str], act: NamedDependency[Act], runtime: NamedDependency[Runtime]
) -> dict[str, Any]:
    """协议的 OpenAPI 文档 · The OpenAPI document by which an agreement's interface is called."""
    return await queries.document_of_agreement(act, ids.require("agr", agreement_id), _address(runtime))


@get("/v1/agreements/{agreement_id:str}/gateway-calls", opt=READS, responses=problems(NotFound))
async def list_gateway_calls(
    agreement_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[GatewayCallView]:
    """接口调用记录 · Who called what under an agreement, when and from where, and what became of it; newest first."""
    return await queries.calls(act, ids.require("agr", agreement_id), limit, cursor)


@get("/v1/agreements/{agreement_id:str}/gateway-days", opt=READS, responses=problems(NotFound))
async def list_gateway_days(
    agreement_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[GatewayDayView]:
    """日用量回执 · What the calls of each day came to, with the digest that the public log has; newest first."""
    return await queries.days(act, ids.require("agr", agreement_id), limit, cursor)


def _address(runtime: Runtime) -> str:
    return f"{runtime.settings.public_url}/gateway"


ROUTES = [
    register_api_interface,
    list_api_interfaces,
    get_api_interface,
    get_listing_openapi,
    try_api_interface,
    get_agreement_openapi,
    list_gateway_calls,
    list_gateway_days,
]
