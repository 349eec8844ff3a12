"""Service levels over HTTP."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow, public
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.listings.errors import ListingUnavailable, NotYourListing
from market.service_levels import errors, outages, queries
from market.service_levels.schemas import (
    AnnounceMaintenance,
    EnterOutage,
    ServiceOutageView,
    ServiceRecordView,
    ServiceWindowView,
)


@get(
    "/v1/agreements/{agreement_id:str}/service-levels",
    opt=allow("contracts:agreement:sign", "market:order:read", "market:ledger:read"),
    responses=problems(NotFound),
)
async def list_service_windows(
    agreement_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[ServiceWindowView]:
    """服务水平记录 · What was measured of an agreement's objectives, window by window, and what was credited."""
    return await queries.windows(act, ids.require("agr", agreement_id), limit, cursor)


@get("/v1/listings/{listing_id:str}/service-levels", opt=public(), responses=problems(ListingUnavailable))
async def get_service_record(listing_id: FromPath[str], act: NamedDependency[Act]) -> ServiceRecordView:
    """商品的服务记录 · How often a listing's objectives were kept."""
    return await queries.record(act, listing_id)


@post(
    "/v1/listings/{listing_id:str}/maintenance",
    opt=allow("market:listing:write"),
    responses=problems(
        ListingUnavailable,
        NotYourListing,
        errors.MaintenanceTooLate,
        errors.MaintenanceTooLong,
        errors.OutageTimesWrong,
        IdempotencyKeyReused,
    ),
)
async def announce_maintenance(
    listing_id: FromPath[str], data: JSONBody[AnnounceMaintenance], once: NamedDependency[Once]
) -> Response[ServiceOutageView]:
    """维护公告 · The provider announces maintenance: accesses in that time count neither way."""
    return await once(outages.announce, listing_id, data)


@post(
    "/v1/service-outages",
    opt=allow("market:listing:supervise"),
    responses=problems(errors.OutageTimesWrong, IdempotencyKeyReused),
)
async def enter_service_outage(data: JSONBody[EnterOutage], once: NamedDependency[Once]) -> Response[ServiceOutageView]:
    """停机登记 · The centre enters when it was down itself: accesses in that time count neither way."""
    return await once(outages.enter, data)


@get("/v1/service-outages", opt=public())
async def list_service_outages(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[ServiceOutageView]:
    """停机与维护 · Announced maintenance and outages of the centre, the newest first."""
    return await outages.outages(act, limit, cursor)


ROUTES = [
    list_service_windows,
    get_service_record,
    announce_maintenance,
    enter_service_outage,
    list_service_outages,
]
