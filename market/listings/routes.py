"""Listings over HTTP: providers bring them, reviewers judge them, everybody finds them."""

from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, QueryParameter

from contracts.policy.errors import TermInexpressible
from contracts.terms.errors import TermsContradictory
from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow, public
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.listings import commands, gating, queries
from market.listings.errors import (
    REFUSALS,
    CursorOfAnotherQuery,
    DeliveryContradictsLicence,
    FilterUnknown,
    ListingUnavailable,
    ListingUnderNotice,
    NotYourListing,
    ReviewerNotIndependent,
    VolumeBelowData,
)
from market.listings.finding.asking import QueryParameters, provide_asked
from market.listings.schemas import (
    CreateListing,
    DelistListing,
    GatesView,
    ListingLine,
    ListingView,
    ReviewListing,
    SearchPage,
    SuperviseListing,
)
from market.listings.states import ListingState
from market.marks.errors import MarksUnsuitable
from market.price_bands.schemas import PriceBandView
from market.pricing.errors import BundleFaulty
from rights.classification.errors import ClassificationMissing
from rights.grants.errors import GrantInexpressible
from rights.title import errors as title

TITLE = (
    ClassificationMissing,
    GrantInexpressible,
    title.GrantExceedsTitle,
    title.ExclusiveFieldTaken,
    title.RightRemarked,
    title.UpstreamExceeded,
    title.HoldersMustConsent,
)
"""Why the rights do not carry what is offered."""


@post(
    "/v1/listings",
    opt=allow("market:listing:write"),
    responses=problems(
        BundleFaulty, NotFound, TermInexpressible, DeliveryContradictsLicence, TermsContradictory, IdempotencyKeyReused
    ),
)
async def create_listing(data: JSONBody[CreateListing], once: NamedDependency[Once]) -> Response[ListingView]:
    """新建商品 · Describe a data product; it is a draft until it is submitted."""
    return await once(commands.create, data)


@post(
    "/v1/listings/{listing_id:str}/submission",
    opt=allow("market:listing:write"),
    status_code=200,
    responses=problems(
        ListingUnavailable,
        NotYourListing,
        IllegalTransition,
        VolumeBelowData,
        BundleFaulty,
        MarksUnsuitable,
        ListingUnderNotice,
        *REFUSALS.values(),
        *TITLE,
    ),
)
async def submit_listing(listing_id: FromPath[str], act: NamedDependency[Act]) -> ListingView:
    """提交审核 · Ask the gates and submit for review; a refusal names its rule."""
    return await commands.submit(act, ids.require("lst", listing_id))


@post(
    "/v1/listings/{listing_id:str}/review",
    opt=allow("market:listing:review"),
    status_code=200,
    responses=problems(
        ListingUnavailable,
        ReviewerNotIndependent,
        IllegalTransition,
        WrongActor,
        VolumeBelowData,
        BundleFaulty,
        MarksUnsuitable,
        ListingUnderNotice,
        *REFUSALS.values(),
        *TITLE,
    ),
)
async def review_listing(
    listing_id: FromPath[str], data: JSONBody[ReviewListing], act: NamedDependency[Act]
) -> ListingView:
    """上架审核 · Approve or reject a submitted product."""
    return await commands.review(act, ids.require("lst", listing_id), data)


@post(
    "/v1/listings/{listing_id:str}/delisting",
    opt=allow("market:listing:write"),
    status_code=200,
    responses=problems(ListingUnavailable, NotYourListing, IllegalTransition),
)
async def delist_listing(
    listing_id: FromPath[str], data: JSONBody[DelistListing], act: NamedDependency[Act]
) -> ListingView:
    """下架 · Take one's own product off the shelf; orders already placed go on."""
    return await commands.delist(act, ids.require("lst", listing_id), data)


@post(
    "/v1/listings/{listing_id:str}/supervision",
    opt=allow("market:listing:supervise"),
    status_code=200,
    responses=problems(
        ListingUnavailable,
        IllegalTransition,
        VolumeBelowData,
        BundleFaulty,
        MarksUnsuitable,
        ListingUnderNotice,
        *REFUSALS.values(),
        *TITLE,
    ),
)
async def supervise_listing(
    listing_id: FromPath[str], data: JSONBody[SuperviseListing], act: NamedDependency[Act]
) -> ListingView:
    """监管处置 · Suspend, resume or delist a product, with a reason."""
    return await commands.supervise(act, ids.require("lst", listing_id), data)


@get(
    "/v1/listings",
    opt=public(),
    dependencies={"asked": Provide(provide_asked, sync_to_thread=False)},
    responses=problems(FilterUnknown, CursorOfAnotherQuery),
)
async def search_listings(
    act: NamedDependency[Act],
    asked: NamedDependency[QueryParameters],
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> SearchPage:
    """检索商品 · Find products by Chinese and English words, best first; without words, the newest.

    Each facet (`theme`, `sector`, …) leaves what has one of the values given for it, and `price_max` what is not above
    an amount; a plan counts with what a period of it costs at the least (`price_from`), what is on request with
    nothing.
    `sort=price` begins with the lowest amount in `currency`, what shows none in it comes last. A cursor belongs to the
    words, filters and order that it was given for. How many there are of each value: `GET /v1/listings/facets`.
    """
    return await queries.listings(act, asked.wanted(act.at), limit, cursor)


@get(
    "/v1/listings/in-any-state",
    opt=allow("market:listing:write", "market:listing:review", "market:listing:supervise"),
)
async def list_listings_in_any_state(
    act: NamedDependency[Act],
    status: Annotated[ListingState | None, QueryParameter(description="状态 · state")] = None,
    asset_id: Annotated[str | None, QueryParameter(max_length=40, description="数据资产 · id of the asset")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[ListingLine]:
    """自有商品列表 · Your own products whatever their state, newest first; offices that review or watch see all."""
    return await queries.in_any_state(act, status, asset_id, limit, cursor)


@get("/v1/listings/{listing_id:str}", opt=public(), responses=problems(ListingUnavailable))
async def get_listing(listing_id: FromPath[str], act: NamedDependency[Act]) -> ListingView:
    """商品详情 · A product with its sample, row count, freshness, score, price and licence."""
    return await queries.listing(act, listing_id)


@get(
    "/v1/listings/{listing_id:str}/gates",
    opt=allow("market:listing:write", "market:listing:review", "market:listing:supervise"),
    responses=problems(ListingUnavailable),
)
async def get_listing_gates(listing_id: FromPath[str], act: NamedDependency[Act]) -> GatesView:
    """闸门检查 · What each gate says of your own product as things stand now; nothing is submitted by asking."""
    return await gating.gates_now(act, listing_id)


@get("/v1/listings/{listing_id:str}/price-band", opt=public(), responses=problems(ListingUnavailable))
async def get_price_band(listing_id: FromPath[str], act: NamedDependency[Act]) -> PriceBandView:
    """价格参考区间 · What a price is seen beside: realised trades of like data, and appraisals that stand."""
    return await queries.price_band(act, listing_id)


ROUTES = [
    create_listing,
    submit_listing,
    review_listing,
    delist_listing,
    supervise_listing,
    search_listings,
    list_listings_in_any_state,
    get_listing,
    get_listing_gates,
    get_price_band,
]
