"""Prepaid balances over HTTP; topping up talks to a gateway and opens its own short units, as paying an order does."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from kernel.act import Act
from kernel.actor import Actor
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKey, IdempotencyKeyReused, once
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.ledger.schemas import AccountLine
from market.payments import commands as payments
from market.payments import errors as refusals
from market.payments.gateways.registry import gateway
from market.payments.routes import payment_id_of
from market.payments.schemas import PaymentView
from market.prepaid import commands, errors, queries
from market.prepaid.schemas import PrepaidView, TopUp

Http = Request[Actor, Any, Any]


@post(
    "/v1/prepaid/top-ups",
    opt=allow("market:payment:open"),
    responses=problems(
        errors.TopUpOutOfBounds,
        refusals.MethodUnavailable,
        refusals.PaymentRefused,
        refusals.GatewayUnavailable,
        IdempotencyKeyReused,
    ),
)
async def top_up(
    data: JSONBody[TopUp],
    request: Http,
    idempotency_key: IdempotencyKey,
    runtime: NamedDependency[Runtime],
    actor: NamedDependency[Actor],
) -> Response[PaymentView]:
    """预付充值 · Start paying in advance: transfer instructions, or a page to pay by card."""
    gateway(runtime, data.method)  # What cannot be paid this way leaves no intent behind.
    async with runtime.act(actor) as act:
        stored = await once(request, act, lambda: commands.intend(act, data))
    view = await payments.complete_opening(runtime, actor, payment_id_of(stored))
    return Response(view, status_code=stored.status_code, headers=stored.headers)


@get("/v1/prepaid/balances", opt=allow("market:payment:open"))
async def list_prepaid(act: NamedDependency[Act]) -> list[PrepaidView]:
    """预付余额 · The caller's prepaid balances, by currency."""
    return await queries.balances(act)


@get("/v1/prepaid/statement", opt=allow("market:payment:open"))
async def get_prepaid_statement(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[AccountLine]:
    """预付明细 · The postings of the caller's prepaid balance, oldest first."""
    return await queries.statement(act, limit, cursor)


ROUTES = [top_up, list_prepaid, get_prepaid_statement]
