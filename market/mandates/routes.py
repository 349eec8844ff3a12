"""Mandates, quotes and agents' orders over HTTP, for the principal alone."""

from typing import Annotated, Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from contracts.agreements.errors import MembershipLapsed, SignatureInvalid, SigningKeyForeign
from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import DomainError, NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKey, IdempotencyKeyReused, Once, once
from kernel.http.problems import problems
from kernel.states import IllegalTransition
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.listings.errors import ListingUnavailable
from market.mandates import commands, errors, queries
from market.mandates.orders import deciding, placing, quotes
from market.mandates.schemas import (
    ApproveMandateOrder,
    AskMandateOrder,
    AskQuote,
    DraftMandate,
    MandateOrderView,
    MandateSummary,
    MandateUsage,
    MandateView,
    OrderQuoteView,
    RejectMandateOrder,
    RevokeMandate,
    SignMandate,
)
from market.orders import errors as orders
from rights.classification.errors import AbovePriceCap, QualityTooLow, RightsInDispute
from rights.title.errors import RightRemarked

Http = Request[Actor, Any, Any]

_SIGNS: Final = allow("contracts:agreement:sign")
_PLACES: Final = allow("market:order:place")
_READS: Final = allow("market:order:read")

REFUSED_ORDERS: Final[tuple[type[DomainError], ...]] = (
    orders.OwnListing,
    orders.ListingClosed,
    orders.SellerWithoutRights,
    orders.ListingHeld,
    orders.ListingLapsed,
    orders.PurposeNotOffered,
    MembershipLapsed,
    QualityTooLow,
    AbovePriceCap,
    RightRemarked,
    RightsInDispute,
    errors.PriceNotFixed,
)
"""Why a listing is not ordered, whoever asks."""


@post(
    "/v1/mandates", opt=_SIGNS, responses=problems(errors.MandateFaulty, errors.MandatesTooMany, IdempotencyKeyReused)
)
async def draft_mandate(data: JSONBody[DraftMandate], once: NamedDependency[Once]) -> Response[MandateView]:
    """拟定委托书 · Draft what a software agent may order for you; nothing may be ordered before you have signed it."""
    return await once(commands.draft, data)


@get("/v1/mandates", opt=_READS)
async def list_mandates(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[MandateSummary]:
    """委托书列表 · Your mandates, the newest first."""
    return await queries.mandates(act, limit, cursor)


@get("/v1/mandates/{mandate_id:str}", opt=_READS, responses=problems(NotFound))
async def get_mandate(mandate_id: FromPath[str], act: NamedDependency[Act]) -> MandateView:
    """委托书 · A mandate with its document and what is signed of it."""
    return await queries.mandate(act, ids.require("mnd", mandate_id))


@get("/v1/mandates/{mandate_id:str}/usage", opt=_READS, responses=problems(NotFound))
async def get_mandate_usage(mandate_id: FromPath[str], act: NamedDependency[Act]) -> MandateUsage:
    """委托书用量 · What of budget and count is used up, reserved and left."""
    return await queries.usage(act, ids.require("mnd", mandate_id))


@post(
    "/v1/mandates/{mandate_id:str}/signatures",
    opt=_SIGNS,
    responses=problems(
        NotFound,
        errors.MandateFaulty,
        errors.MandateNotInForce,
        SigningKeyForeign,
        SignatureInvalid,
        IllegalTransition,
        IdempotencyKeyReused,
    ),
)
async def sign_mandate(
    mandate_id: FromPath[str], data: JSONBody[SignMandate], once: NamedDependency[Once]
) -> Response[MandateView]:
    """签署委托书 · Sign the mandate's RFC 8785 bytes with a registered key; it is in force from its first moment on."""
    return await once(commands.sign, ids.require("mnd", mandate_id), data)


@post(
    "/v1/mandates/{mandate_id:str}/revocation",
    opt=_SIGNS,
    status_code=200,
    responses=problems(NotFound, IllegalTransition),
)
async def revoke_mandate(
    mandate_id: FromPath[str], data: JSONBody[RevokeMandate], act: NamedDependency[Act]
) -> MandateView:
    """撤销委托书 · End a mandate at once; what was ordered under it stays ordered."""
    return await commands.revoke(act, ids.require("mnd", mandate_id), data)


@post(
    "/v1/order-quotes",
    opt=_PLACES,
    responses=problems(NotFound, ListingUnavailable, errors.OrderQuotesTooMany, *REFUSED_ORDERS, IdempotencyKeyReused),
)
async def quote_order(data: JSONBody[AskQuote], once: NamedDependency[Once]) -> Response[OrderQuoteView]:
    """订单报价 · What ordering a listing costs and on which terms, signed by the centre; nothing is ordered."""
    return await once(quotes.quote, data)


@post(
    "/v1/mandates/{mandate_id:str}/orders",
    opt=_PLACES,
    responses=problems(
        NotFound,
        errors.AgentSignatureInvalid,
        errors.AgentSignatureStale,
        errors.OrderQuoteOver,
        errors.OrderQuoteDiffers,
        errors.OutsideMandate,
        errors.AbovePerOrder,
        errors.MandateNotInForce,
        errors.MandateBudgetSpent,
        errors.MandateCountReached,
        *REFUSED_ORDERS,
        IdempotencyKeyReused,
    ),
)
async def place_mandate_order(
    mandate_id: FromPath[str],
    data: JSONBody[AskMandateOrder],
    request: Http,
    idempotency_key: IdempotencyKey,
    act: NamedDependency[Act],
) -> Response[MandateOrderView]:
    """智能体下单 · Order at a quote under a mandate by the agent's signature, or reserve and wait for approval."""
    named = ids.require("mnd", mandate_id)
    return await once(request, act, lambda: placing.order(act, named, data, key=idempotency_key))


@get("/v1/mandates/{mandate_id:str}/orders", opt=_READS, responses=problems(NotFound))
async def list_mandate_orders(
    mandate_id: FromPath[str],
    act: NamedDependency[Act],
    status: Annotated[str | None, QueryParameter(pattern=r"^(awaiting_approval|placed|rejected|lapsed)$(?!\n)")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[MandateOrderView]:
    """智能体订单列表 · What agents have ordered under a mandate, the newest first."""
    return await queries.orders(act, ids.require("mnd", mandate_id), status, limit, cursor)


@get("/v1/mandate-orders/{mandate_order_id:str}", opt=_READS, responses=problems(NotFound))
async def get_mandate_order(mandate_order_id: FromPath[str], act: NamedDependency[Act]) -> MandateOrderView:
    """智能体订单 · An order that an agent asked for, with what is signed to approve it."""
    return await queries.order(act, ids.require("mor", mandate_order_id))


@post(
    "/v1/mandate-orders/{mandate_order_id:str}/approval",
    opt=_PLACES,
    status_code=200,
    responses=problems(
        NotFound,
        errors.MandateApprovalOver,
        errors.ApprovedByAgent,
        errors.OutsideMandate,
        errors.AbovePerOrder,
        errors.MandateNotInForce,
        errors.OrderQuoteOver,
        SigningKeyForeign,
        SignatureInvalid,
        IllegalTransition,
        *REFUSED_ORDERS,
    ),
)
async def approve_mandate_order(
    mandate_order_id: FromPath[str], data: JSONBody[ApproveMandateOrder], act: NamedDependency[Act]
) -> MandateOrderView:
    """批准智能体订单 · Approve by the principal's signature what is above the mandate's line; the order is placed."""
    return await deciding.approve(act, ids.require("mor", mandate_order_id), data)


@post(
    "/v1/mandate-orders/{mandate_order_id:str}/rejection",
    opt=_PLACES,
    status_code=200,
    responses=problems(NotFound, IllegalTransition),
)
async def reject_mandate_order(
    mandate_order_id: FromPath[str], data: JSONBody[RejectMandateOrder], act: NamedDependency[Act]
) -> MandateOrderView:
    """否决智能体订单 · Let it not be placed; what was reserved is free again."""
    return await deciding.reject(act, ids.require("mor", mandate_order_id), data)


ROUTES = [
    draft_mandate,
    list_mandates,
    get_mandate,
    get_mandate_usage,
    sign_mandate,
    revoke_mandate,
    quote_order,
    place_mandate_order,
    list_mandate_orders,
    get_mandate_order,
    approve_mandate_order,
    reject_mandate_order,
]
