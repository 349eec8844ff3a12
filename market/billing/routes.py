"""Bills over HTTP; paying one talks to a gateway and opens its own short units, as paying an order does."""

from datetime import datetime
from typing import Annotated, Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKey, IdempotencyKeyReused, Once, once
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.states import IllegalTransition
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.billing import commands, errors, queries
from market.billing.schemas import (
    AuditRevenue,
    BillDetail,
    BillView,
    DeclarationView,
    DeclareRevenue,
    UpcomingBill,
    UsageView,
    WriteOff,
)
from market.payments import commands as payments
from market.payments import errors as refusals
from market.payments.gateways.registry import gateway
from market.payments.routes import payment_id_of
from market.payments.schemas import OpenPayment, PaymentView

Http = Request[Actor, Any, Any]

_READ: Final = allow("market:order:read", "market:ledger:read")


@get("/v1/bills", opt=_READ)
async def list_bills(
    act: NamedDependency[Act],
    status: Annotated[str | None, QueryParameter(pattern=r"^(issued|overdue|paid|written_off)$(?!\n)")] = None,
    subscription_id: Annotated[str | None, QueryParameter(max_length=40)] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[BillView]:
    """账单列表 · The caller's bills, newest first."""
    return await queries.bills(act, status, subscription_id, limit, cursor)


@get("/v1/bills/{bill_id:str}", opt=_READ, responses=problems(NotFound))
async def get_bill(bill_id: FromPath[str], act: NamedDependency[Act]) -> BillDetail:
    """账单详情 · One bill with its lines, their traces and the usage that they were computed from."""
    return await queries.bill(act, ids.require("bil", bill_id))


@post(
    "/v1/bills/{bill_id:str}/payments",
    opt=allow("market:payment:open"),
    responses=problems(
        NotFound,
        errors.BillNotYours,
        errors.BillNotPayable,
        errors.BillPaymentPending,
        refusals.MethodUnavailable,
        refusals.PaymentRefused,
        refusals.GatewayUnavailable,
        IdempotencyKeyReused,
    ),
)
async def open_bill_payment(
    bill_id: FromPath[str],
    data: JSONBody[OpenPayment],
    request: Http,
    idempotency_key: IdempotencyKey,
    runtime: NamedDependency[Runtime],
    actor: NamedDependency[Actor],
) -> Response[PaymentView]:
    """支付账单 · Start paying what a bill still asks."""
    wanted = ids.require("bil", bill_id)
    gateway(runtime, data.method)  # What cannot be paid this way leaves no intent behind.
    async with runtime.act(actor) as act:
        stored = await once(request, act, lambda: commands.intend(act, wanted, data))
    view = await payments.complete_opening(runtime, actor, payment_id_of(stored))
    return Response(view, status_code=stored.status_code, headers=stored.headers)


@post(
    "/v1/bills/{bill_id:str}/collection",
    opt=allow("market:payment:open"),
    status_code=200,
    responses=problems(NotFound, errors.BillNotYours, errors.BillNotPayable, errors.BalanceEmpty, IdempotencyKeyReused),
)
async def collect_bill(bill_id: FromPath[str], once: NamedDependency[Once]) -> Response[BillView]:
    """以预付余额支付 · Pay a bill, after older ones, from the prepaid balance as far as it reaches."""
    return await once(commands.pay_from_balance, ids.require("bil", bill_id))


@post(
    "/v1/bills/{bill_id:str}/write-off",
    opt=allow("market:payment:confirm"),
    status_code=200,
    responses=problems(NotFound, IllegalTransition),
)
async def write_off_bill(bill_id: FromPath[str], data: JSONBody[WriteOff], act: NamedDependency[Act]) -> BillView:
    """核销账单 · The clearing officer gives up a bill that is overdue."""
    return await commands.write_off(act, ids.require("bil", bill_id), data)


@get("/v1/subscriptions/{subscription_id:str}/usage", opt=_READ, responses=problems(NotFound))
async def get_usage(
    subscription_id: FromPath[str],
    act: NamedDependency[Act],
    at: Annotated[datetime | None, QueryParameter(description="周期内的任一时间 · any moment of the period")] = None,
) -> UsageView:
    """用量与金额 · What was used in a period and what it comes to: the bill's lines, to the digit."""
    return await queries.usage(act, ids.require("sub", subscription_id), at)


@get("/v1/subscriptions/{subscription_id:str}/upcoming-bill", opt=_READ, responses=problems(NotFound))
async def get_upcoming_bill(subscription_id: FromPath[str], act: NamedDependency[Act]) -> UpcomingBill:
    """下期账单预览 · The next bill as it would be by what is known now."""
    return await queries.upcoming(act, ids.require("sub", subscription_id))


@get("/v1/subscriptions/{subscription_id:str}/declarations", opt=_READ, responses=problems(NotFound))
async def list_declarations(
    subscription_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[DeclarationView]:
    """收入申报记录 · What was declared under a subscription, and what audits found."""
    return await queries.declarations(act, ids.require("sub", subscription_id), limit, cursor)


@post(
    "/v1/subscriptions/{subscription_id:str}/declarations",
    opt=allow("market:payment:open"),
    responses=problems(
        NotFound, errors.BillNotYours, errors.RevenueFaulty, errors.DeclaredAlready, IdempotencyKeyReused
    ),
)
async def declare_revenue(
    subscription_id: FromPath[str], data: JSONBody[DeclareRevenue], once: NamedDependency[Once]
) -> Response[DeclarationView]:
    """申报收入 · The buyer declares what it earned in a period that is over."""
    return await once(commands.declare, ids.require("sub", subscription_id), data)


@post(
    "/v1/subscriptions/{subscription_id:str}/audits",
    opt=allow("market:payment:confirm"),
    responses=problems(
        NotFound,
        errors.RevenueFaulty,
        errors.AuditCostNotOwed,
        errors.AuditCostOfCentre,
        errors.AuditCostBilled,
        IdempotencyKeyReused,
    ),
)
async def audit_revenue(
    subscription_id: FromPath[str], data: JSONBody[AuditRevenue], once: NamedDependency[Once]
) -> Response[DeclarationView]:
    """收入审计 · The clearing officer enters what an audit found, with its cost where the buyer bears it."""
    return await once(commands.audit, ids.require("sub", subscription_id), data)


ROUTES = [
    list_bills,
    get_bill,
    open_bill_payment,
    collect_bill,
    write_off_bill,
    get_usage,
    get_upcoming_bill,
    list_declarations,
    declare_revenue,
    audit_revenue,
]
