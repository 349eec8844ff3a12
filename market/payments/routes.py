"""Payments over HTTP.

Opening and cancelling talk to a gateway and therefore open their own short units; no other route here does.
"""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.http.description.media import takes
from kernel.http.guards import allow, public
from kernel.http.idempotency import IdempotencyKey, IdempotencyKeyReused, Once, once
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.orders.errors import AgreementNotInForce
from market.payments import commands, errors, inbox, queries
from market.payments.gateways.registry import gateway
from market.payments.schemas import (
    ConfirmTransfer,
    InboxEventView,
    OpenPayment,
    PaymentView,
    WebhookAnswer,
)

Http = Request[Actor, Any, Any]
Session = NamedDependency[AsyncSession]
Caller = NamedDependency[Actor]


@post(
    "/v1/orders/{order_id:str}/payments",
    opt=allow("market:payment:open"),
    responses=problems(
        errors.AlreadyPaid,
        errors.OrderNotPayable,
        AgreementNotInForce,
        errors.PaymentPending,
        errors.MethodUnavailable,
        errors.PaymentRefused,
        errors.GatewayUnavailable,
        IdempotencyKeyReused,
    ),
)
async def open_payment(
    order_id: FromPath[str],
    data: JSONBody[OpenPayment],
    request: Http,
    idempotency_key: IdempotencyKey,
    runtime: NamedDependency[Runtime],
    actor: Caller,
) -> Response[PaymentView]:
    """发起支付 · Start paying an order: transfer instructions, or a page to pay by card."""
    ids.require("ord", order_id)
    gateway(runtime, data.method)  # What cannot be paid this way leaves no intent behind.
    async with runtime.act(actor) as act:
        stored = await once(request, act, lambda: commands.intend(act, order_id, data))
    view = await commands.complete_opening(runtime, actor, payment_id_of(stored))
    return Response(view, status_code=stored.status_code, headers=stored.headers)


def payment_id_of(stored: Response[Any]) -> str:
    """The payment of a first or of a replayed answer."""
    content = stored.content
    view = content if isinstance(content, PaymentView) else msgspec.json.decode(content, type=PaymentView)
    return view.id


@get("/v1/payments", opt=allow("market:payment:open", "market:payment:confirm", "market:payment:read"))
async def list_payments(
    act: NamedDependency[Act],
    status: Annotated[
        str | None, QueryParameter(pattern=r"^(opened|succeeded|failed|cancelled|refunded)$(?!\n)")
    ] = None,
    order_id: Annotated[str | None, QueryParameter(max_length=40)] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[PaymentView]:
    """支付列表 · The caller's payments; all of them for the clearing officer."""
    return await queries.payments(act, status, order_id, limit, cursor)


@get("/v1/payments/{payment_id:str}", opt=allow("market:payment:open", "market:payment:confirm", "market:payment:read"))
async def get_payment(payment_id: FromPath[str], act: NamedDependency[Act]) -> PaymentView:
    """支付详情 · One payment."""
    return await queries.payment(act, ids.require("pay", payment_id))


@post(
    "/v1/payments/{payment_id:str}/confirm",
    opt=allow("market:payment:confirm"),
    status_code=200,
    responses=problems(
        errors.AmountMismatch,
        errors.NotBankTransfer,
        errors.BankReferenceUsed,
        IllegalTransition,
        IdempotencyKeyReused,
    ),
)
async def confirm_transfer(
    payment_id: FromPath[str], data: JSONBody[ConfirmTransfer], once: NamedDependency[Once]
) -> Response[PaymentView]:
    """确认到账 · The clearing officer confirms a bank transfer; the amount must match to the minor unit."""
    wanted = ids.require("pay", payment_id)
    return await once(commands.confirm_transfer, wanted, data)


@post(
    "/v1/payments/{payment_id:str}/cancel",
    opt=allow("market:payment:open"),
    status_code=200,
    responses=problems(errors.PaymentInProgress, errors.GatewayUnavailable, IllegalTransition, WrongActor),
)
async def cancel_payment(payment_id: FromPath[str], runtime: NamedDependency[Runtime], actor: Caller) -> PaymentView:
    """取消支付 · Give an open payment up, to pay in another way."""
    return await commands.cancel(runtime, actor, ids.require("pay", payment_id))


@post(
    "/v1/webhooks/stripe",
    opt=public() | takes("application/json"),
    status_code=200,
    responses=problems(errors.WebhookNotSetUp, errors.WebhookRefused),
)
async def take_stripe_event(
    request: Http, runtime: NamedDependency[Runtime], act: NamedDependency[Act]
) -> WebhookAnswer:
    """Stripe 回调 · Take a signed event of Stripe's; sending it again changes nothing."""
    body, signature = await request.body(), request.headers.get("stripe-signature")
    event = inbox.read_stripe_event(runtime.settings, body, signature)
    return await inbox.take(act, event, live=not runtime.settings.sandbox)


@get("/v1/inbox", opt=allow("market:inbox:read"))
async def list_inbox(
    session: Session,
    status: Annotated[str | None, QueryParameter(pattern=r"^(received|handled|dead)$(?!\n)")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[InboxEventView]:
    """收件箱 · Events that gateways reported; the dead ones need a person."""
    return await queries.inbox(session, status, limit, cursor)


@post(
    "/v1/inbox/{event_id:str}/revive",
    opt=allow("market:inbox:read"),
    status_code=200,
    responses=problems(IllegalTransition, WrongActor),
)
async def revive_event(event_id: FromPath[str], act: NamedDependency[Act]) -> InboxEventView:
    """重试事件 · Try a dead event again after its cause was mended."""
    return await inbox.revive(act, ids.require("evt", event_id))


ROUTES = [
    open_payment,
    list_payments,
    get_payment,
    confirm_transfer,
    cancel_payment,
    take_stripe_event,
    list_inbox,
    revive_event,
]
