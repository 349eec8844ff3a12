"""Carts over HTTP, for the buyer alone; the payment of a purchase talks to a gateway as that of an order does."""

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from contracts.approvals import errors as approvals
from contracts.approvals.schemas import ApprovalView
from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import locked, one
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKey, IdempotencyKeyReused, Once, once
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.states import IllegalTransition
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.carts import commands, errors, paying, placing, queries
from market.carts.models import Cart
from market.carts.schemas import (
    ApproveCart,
    CartSummary,
    CartView,
    OpenCart,
    PlaceCart,
    PurchasePaymentsView,
    PutLine,
)
from market.payments.commands import complete_opening
from market.payments.errors import MethodUnavailable
from market.payments.gateways.registry import gateway
from market.pricing.errors import PriceOnRequest

Http = Request[Actor, Any, Any]

_PLACES: Final = allow("market:order:place")


@post("/v1/carts", opt=_PLACES, responses=problems(errors.CartsTooMany, IdempotencyKeyReused))
async def open_cart(data: JSONBody[OpenCart], once: NamedDependency[Once]) -> Response[CartView]:
    """新建购物车 · Open a cart for listings of several providers, with your own purchase-order number."""
    return await once(commands.open_cart, data)


@get("/v1/carts", opt=_PLACES)
async def list_carts(
    act: NamedDependency[Act],
    status: Annotated[str | None, QueryParameter(pattern=r"^(open|placed|discarded|abandoned)$(?!\n)")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[CartSummary]:
    """购物车列表 · Your carts and purchases, the newest first."""
    return await queries.carts(act, status, limit, cursor)


@get("/v1/carts/{cart_id:str}", opt=_PLACES, responses=problems(NotFound))
async def get_cart(cart_id: FromPath[str], act: NamedDependency[Act]) -> CartView:
    """购物车 · A cart, priced now, with every fault of every line; or a purchase with its orders."""
    return await queries.cart(act, ids.require("bsk", cart_id))


@post(
    "/v1/carts/{cart_id:str}/lines",
    opt=_PLACES,
    responses=problems(NotFound, errors.CartClosed, errors.CartFull, PriceOnRequest, IdempotencyKeyReused),
)
async def put_cart_line(
    cart_id: FromPath[str], data: JSONBody[PutLine], once: NamedDependency[Once]
) -> Response[CartView]:
    """加入购物车 · Put a listing into a cart for a purpose, at its price of now."""
    return await once(commands.put, ids.require("bsk", cart_id), data)


@post(
    "/v1/carts/{cart_id:str}/lines/{number:int}/removal",
    opt=_PLACES,
    status_code=200,
    responses=problems(NotFound, errors.CartClosed),
)
async def take_cart_line_out(cart_id: FromPath[str], number: FromPath[int], act: NamedDependency[Act]) -> CartView:
    """移出购物车 · Take a line out of a cart."""
    return await commands.take_out(act, ids.require("bsk", cart_id), number)


@post(
    "/v1/carts/{cart_id:str}/approvals",
    opt=allow("contracts:agreement:sign"),
    responses=problems(
        NotFound,
        errors.CartFaulty,
        errors.CartAltered,
        approvals.NoApprovalRule,
        approvals.ApproverForeign,
        approvals.ApprovedAlready,
        IdempotencyKeyReused,
    ),
)
async def approve_cart(
    cart_id: FromPath[str], data: JSONBody[ApproveCart], once: NamedDependency[Once]
) -> Response[ApprovalView]:
    """审批购物车 · Say yes, as one whom your party's rule names, to a purchase as a whole."""
    return await once(_approve, ids.require("bsk", cart_id), data)


async def _approve(act: Act, cart_id: str, data: ApproveCart) -> ApprovalView:
    row = await locked(act.session, Cart, cart_id)
    queries.AUDIENCE.require_party(act.actor, cart_id, row.buyer)
    return await placing.approve(act, row, data.digest)


@post(
    "/v1/carts/{cart_id:str}/placement",
    opt=_PLACES,
    responses=problems(
        NotFound,
        errors.CartFaulty,
        errors.CartTotalChanged,
        approvals.ApprovalMissing,
        approvals.ApprovalVoid,
        IllegalTransition,
        IdempotencyKeyReused,
    ),
)
async def place_cart(
    cart_id: FromPath[str], data: JSONBody[PlaceCart], once: NamedDependency[Once]
) -> Response[CartView]:
    """合并下单 · Place every line of a cart as an order with its agreement drafted, all or nothing."""
    return await once(commands.checkout, ids.require("bsk", cart_id), data)


@post(
    "/v1/carts/{cart_id:str}/discard",
    opt=_PLACES,
    status_code=200,
    responses=problems(NotFound, IllegalTransition),
)
async def discard_cart(cart_id: FromPath[str], act: NamedDependency[Act]) -> CartView:
    """丢弃购物车 · Give a cart up."""
    return await commands.discard(act, ids.require("bsk", cart_id))


@post(
    "/v1/carts/{cart_id:str}/payments",
    opt=allow("market:payment:open"),
    responses=problems(NotFound, errors.CartNotPayable, MethodUnavailable, IdempotencyKeyReused),
)
async def pay_cart(
    cart_id: FromPath[str],
    request: Http,
    idempotency_key: IdempotencyKey,
    runtime: NamedDependency[Runtime],
    actor: NamedDependency[Actor],
) -> Response[PurchasePaymentsView]:
    """合并付款 · Pay every order of a purchase by one bank transfer under one reference."""
    ids.require("bsk", cart_id)
    gateway(runtime, "bank_transfer")  # What cannot be paid this way leaves no intent behind.
    async with runtime.act(actor) as act:
        stored = await once(request, act, lambda: paying.intend(act, cart_id))
        row = await one(act.session, Cart, cart_id)
    content: Any = stored.content
    asked = (
        content
        if isinstance(content, PurchasePaymentsView)
        else msgspec.json.decode(content, type=PurchasePaymentsView)
    )
    opened = [await complete_opening(runtime, actor, each.id) for each in asked.payments]
    return Response(paying.purchase_view(row, opened), status_code=stored.status_code, headers=stored.headers)


ROUTES = [
    open_cart,
    list_carts,
    get_cart,
    put_cart_line,
    take_cart_line_out,
    approve_cart,
    place_cart,
    discard_cart,
    pay_cart,
]
