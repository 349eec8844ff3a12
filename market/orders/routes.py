"""Orders and entitlements over HTTP."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.errors import MembershipLapsed, PartySuspended, ProviderWithoutRights
from contracts.agreements.routes import NOT_GRANTABLE
from contracts.agreements.schemas import AgreementView
from contracts.policy.errors import TermInexpressible
from contracts.terms.errors import OfferExceeded, RecipientNotAddressed, TermsContradictory
from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKey, IdempotencyKeyReused, Once, fingerprint, once
from kernel.http.problems import problems
from kernel.postgres.gathering import gatherer
from kernel.runtime import Runtime
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.marks.errors import MarksUnsuitable
from market.orders import commands, errors, queries
from market.orders.open import place_at_plan
from market.orders.placing.place import PLACE, place
from market.orders.schemas import EntitlementView, OrderView, PlaceOrder
from market.pricing.errors import BundleFaulty, PriceOnRequest, TrialUsed
from rights.classification.errors import AbovePriceCap, QualityTooLow, RightsInDispute
from rights.classification.schemas import GateSheetView
from rights.title.errors import RightRemarked

Http = Request[Actor, Any, Any]
Session = NamedDependency[AsyncSession]


@post(
    "/v1/orders",
    opt=allow("market:order:place"),
    responses=problems(
        NotFound,
        errors.OwnListing,
        errors.ListingClosed,
        errors.SellerWithoutRights,
        errors.ListingHeld,
        errors.ListingLapsed,
        MembershipLapsed,
        QualityTooLow,
        AbovePriceCap,
        RightRemarked,
        RightsInDispute,
        errors.PurposeNotOffered,
        PriceOnRequest,
        BundleFaulty,
        MarksUnsuitable,
        TrialUsed,
        IdempotencyKeyReused,
    ),
)
async def place_order(
    data: JSONBody[PlaceOrder],
    request: Http,
    idempotency_key: IdempotencyKey,
    runtime: NamedDependency[Runtime],
) -> Response[OrderView]:
    """下单 · Order a listing at its price, for one of the purposes that its licence offers."""
    print_ = fingerprint(request.method, request.url.path, await request.body())
    placed = await place(
        gatherer(runtime, PLACE), request.user, data, key=idempotency_key, fingerprint=print_, at=runtime.clock.now()
    )
    if placed is None:
        async with runtime.act(request.user) as act:
            return await once(request, act, lambda: place_at_plan(act, data))
    view, replayed = placed
    return Response(view, status_code=201, headers={"Idempotency-Replayed": "true"} if replayed else {})


@get("/v1/orders/{order_id:str}", opt=allow("market:order:read"), responses=problems(NotFound))
async def get_order(order_id: FromPath[str], act: NamedDependency[Act]) -> OrderView:
    """订单 · One order, for its parties and the centre's officers."""
    return await queries.order(act, ids.require("ord", order_id))


@get("/v1/orders/{order_id:str}/gates", opt=allow("market:order:read"), responses=problems(NotFound))
async def get_order_gates(order_id: FromPath[str], act: NamedDependency[Act]) -> list[GateSheetView]:
    """闸门记录 · What the gates said of an order when it was agreed and at each signature."""
    return await queries.gates(act, ids.require("ord", order_id))


@get("/v1/orders", opt=allow("market:order:read"))
async def list_orders(
    act: NamedDependency[Act],
    status: Annotated[
        str | None,
        QueryParameter(pattern=r"^(placed|paid|delivered|accepted|settled|cancelled|expired|refunded)$(?!\n)"),
    ] = None,
    purchase_order_number: Annotated[
        str | None,
        QueryParameter(
            name="purchase_order_number",
            max_length=40,
            description="买方的采购订单号 · the number of the buyer's own purchase order",
        ),
    ] = None,
    cost_centre: Annotated[
        str | None, QueryParameter(name="cost_centre", max_length=40, description="买方的成本中心 · its cost centre")
    ] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[OrderView]:
    """订单列表 · One's own orders as buyer or provider, newest first; officers see all."""
    only = queries.OrderFilter(status, purchase_order_number, cost_centre)
    return await queries.orders(act, only, limit, cursor)


@post(
    "/v1/orders/{order_id:str}/agreement",
    opt=allow("contracts:agreement:sign"),
    responses=problems(
        NotFound,
        errors.OrderNotOpen,
        OfferExceeded,
        RecipientNotAddressed,
        TermsContradictory,
        TermInexpressible,
        PartySuspended,
        MembershipLapsed,
        ProviderWithoutRights,
        *NOT_GRANTABLE,
        IdempotencyKeyReused,
    ),
)
async def draft_agreement(order_id: FromPath[str], once: NamedDependency[Once]) -> Response[AgreementView]:
    """拟定协议 · Draft the order's agreement, or give the one that it has."""
    return await once(commands.agree, ids.require("ord", order_id))


@post(
    "/v1/orders/{order_id:str}/acceptance",
    opt=allow("market:order:read"),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor, IdempotencyKeyReused),
)
async def accept_order(order_id: FromPath[str], once: NamedDependency[Once]) -> Response[OrderView]:
    """验收 · The buyer accepts what was delivered; settlement follows."""
    return await once(commands.accept, ids.require("ord", order_id))


@get("/v1/entitlements/{order_id:str}", opt=allow("market:order:read"), responses=problems(NotFound))
async def get_entitlement(order_id: FromPath[str], request: Http, runtime: NamedDependency[Runtime]) -> EntitlementView:
    """使用权核验 · Whether the caller, as the order's buyer, may fetch its data now; one statement, cheap to poll."""
    return await queries.entitlement_view(
        gatherer(runtime, queries.ENTITLEMENT), ids.require("ord", order_id), request.user.party, at=runtime.clock.now()
    )


ROUTES = [
    place_order,
    get_order,
    get_order_gates,
    list_orders,
    draft_agreement,
    accept_order,
    get_entitlement,
]
