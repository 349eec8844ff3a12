"""Stripe's balance transactions over HTTP: for the clearing officer; whoever may read the books may look on."""

from typing import Annotated, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.stripe_balance import commands, errors, queries
from market.stripe_balance.schemas import (
    ArriveTransaction,
    ExplainTransaction,
    StripeReadingView,
    StripeTransactionView,
)

_READ: Final = allow("market:ledger:read")
_WRITE: Final = allow("market:payment:confirm")
_STEP: Final = (NotFound, IllegalTransition, WrongActor, IdempotencyKeyReused)


@get("/v1/stripe-transactions", opt=_READ)
async def list_stripe_transactions(
    act: NamedDependency[Act],
    status: Annotated[
        str | None,
        QueryParameter(pattern=r"^(received|unexplained|proposed|in-transit|matched|explained|arrived|failed)$(?!\n)"),
    ] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[StripeTransactionView]:
    """渠道余额流水 · What moved on the balance at Stripe: the officer's queue is what is not explained."""
    return await queries.transactions(act, status, limit, cursor)


@get("/v1/stripe-transactions/{stripe_transaction_id:str}", opt=_READ, responses=problems(NotFound))
async def get_stripe_transaction(
    stripe_transaction_id: FromPath[str], act: NamedDependency[Act]
) -> StripeTransactionView:
    """流水明细 · One balance transaction, and the entries that it proves."""
    return await queries.transaction(act, ids.require("stx", stripe_transaction_id))


@post(
    "/v1/stripe-transactions/{stripe_transaction_id:str}/explanation",
    opt=_WRITE,
    status_code=200,
    responses=problems(errors.ExplanationDiffers, errors.EntryProvenBefore, *_STEP),
)
async def explain_stripe_transaction(
    stripe_transaction_id: FromPath[str], data: JSONBody[ExplainTransaction], once: NamedDependency[Once]
) -> Response[StripeTransactionView]:
    """说明流水 · The officer says what moved: entries that are booked already, or a cost; another one approves."""
    return await once(commands.explain, ids.require("stx", stripe_transaction_id), data)


@post(
    "/v1/stripe-transactions/{stripe_transaction_id:str}/explanation/approval",
    opt=_WRITE,
    status_code=200,
    responses=problems(errors.OtherOfficerNeeded, errors.ExplanationDiffers, errors.EntryProvenBefore, *_STEP),
)
async def approve_stripe_explanation(
    stripe_transaction_id: FromPath[str], once: NamedDependency[Once]
) -> Response[StripeTransactionView]:
    """确认说明 · Another officer agrees with what was said, and it is booked."""
    return await once(commands.approve, ids.require("stx", stripe_transaction_id))


@post(
    "/v1/stripe-transactions/{stripe_transaction_id:str}/explanation/refusal",
    opt=_WRITE,
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor),
)
async def refuse_stripe_explanation(
    stripe_transaction_id: FromPath[str], act: NamedDependency[Act]
) -> StripeTransactionView:
    """不认可说明 · An officer does not agree, or takes it back: the transaction is unexplained again."""
    return await commands.refuse(act, ids.require("stx", stripe_transaction_id))


@post(
    "/v1/stripe-transactions/{stripe_transaction_id:str}/arrival",
    opt=_WRITE,
    status_code=200,
    responses=problems(errors.ArrivalDiffers, *_STEP),
)
async def arrive_stripe_transaction(
    stripe_transaction_id: FromPath[str], data: JSONBody[ArriveTransaction], once: NamedDependency[Once]
) -> Response[StripeTransactionView]:
    """确认到账 · The officer says which line of the bank's statement a payout of Stripe's came with."""
    return await once(commands.arrive, ids.require("stx", stripe_transaction_id), data)


@get("/v1/stripe-readings", opt=_READ)
async def list_stripe_readings(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[StripeReadingView]:
    """渠道余额核对 · Readings of the balance, the newest first: what Stripe holds, and what its transactions sum to."""
    return await queries.readings(act, limit, cursor)


ROUTES = [
    list_stripe_transactions,
    get_stripe_transaction,
    explain_stripe_transaction,
    approve_stripe_explanation,
    refuse_stripe_explanation,
    arrive_stripe_transaction,
    list_stripe_readings,
]
