"""Requests for quotation over HTTP."""

from typing import Annotated, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from contracts.agreements.errors import MembershipLapsed, PartySuspended, ProviderWithoutRights
from contracts.agreements.routes import NOT_GRANTABLE
from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.listings.errors import NotYourListing
from market.offers.routes import NOT_OFFERABLE
from market.orders.errors import ListingHeld, OwnListing
from market.pricing.errors import TrialUsed
from market.requests import clarifications, commands, errors, queries, quotes
from market.requests.schemas import (
    AnswerClarification,
    AskClarification,
    AwardQuote,
    ClarificationView,
    CreateRequest,
    EndRequest,
    MatchesView,
    QuotationView,
    QuoteView,
    SubmitQuote,
    WithdrawQuote,
)

_READ: Final = allow("market:order:read")
_BUY: Final = allow("market:order:place")
_QUOTE: Final = allow("market:listing:write")
_Own = Annotated[bool, QueryParameter(description="只看本单位的询价 · one's own requests only")]


@post(
    "/v1/quotation-requests",
    opt=_BUY,
    responses=problems(errors.WantUnclear, errors.QuotesTooMany, errors.OwnRequest, NotFound, IdempotencyKeyReused),
)
async def create_quotation_request(
    data: JSONBody[CreateRequest], once: NamedDependency[Once]
) -> Response[QuotationView]:
    """起草询价 · Draft a request for quotation: what is wanted, and until when providers may quote."""
    return await once(commands.create, data)


@get("/v1/quotation-requests", opt=_READ)
async def list_quotation_requests(
    act: NamedDependency[Act], own: _Own = False, limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[QuotationView]:
    """需求大厅 · The demand board, newest first: public requests, and those that name one's own party."""
    return await queries.requests(act, own=own, limit=limit, cursor=cursor)


@get("/v1/quotation-requests/{rfq_id:str}", opt=_READ, responses=problems(NotFound))
async def get_quotation_request(rfq_id: FromPath[str], act: NamedDependency[Act]) -> QuotationView:
    """询价 · One request, for whoever may see it."""
    return await queries.request(act, rfq_id)


@get("/v1/quotation-requests/{rfq_id:str}/matches", opt=_BUY, responses=problems(NotFound))
async def match_quotation_request(rfq_id: FromPath[str], act: NamedDependency[Act]) -> MatchesView:
    """供需匹配 · The listings that fit best, with every part of their scores, for the buyer."""
    return await queries.matches(act, rfq_id)


@post(
    "/v1/quotation-requests/{rfq_id:str}/opening",
    opt=_BUY,
    status_code=200,
    responses=problems(NotFound, errors.RequestNotYours, errors.WantUnclear, IllegalTransition),
)
async def open_quotation_request(rfq_id: FromPath[str], act: NamedDependency[Act]) -> QuotationView:
    """发布询价 · Put a draft on the board; providers whose listings match are told."""
    return await commands.open_(act, ids.require("rfq", rfq_id))


@post(
    "/v1/quotation-requests/{rfq_id:str}/cancellation",
    opt=_BUY,
    status_code=200,
    responses=problems(NotFound, errors.RequestNotYours, IllegalTransition),
)
async def cancel_quotation_request(
    rfq_id: FromPath[str], data: JSONBody[EndRequest], act: NamedDependency[Act]
) -> QuotationView:
    """取消询价 · Give a request up before its closing, with a reason."""
    return await commands.cancel(act, ids.require("rfq", rfq_id), data)


@post(
    "/v1/quotation-requests/{rfq_id:str}/no-award",
    opt=_BUY,
    status_code=200,
    responses=problems(NotFound, errors.RequestNotYours, IllegalTransition),
)
async def decline_quotes(rfq_id: FromPath[str], data: JSONBody[EndRequest], act: NamedDependency[Act]) -> QuotationView:
    """不授标 · Award nothing after the closing, with a reason."""
    return await commands.decline(act, ids.require("rfq", rfq_id), data)


@post(
    "/v1/quotation-requests/{rfq_id:str}/quotes",
    opt=_QUOTE,
    responses=problems(
        *NOT_OFFERABLE,
        NotFound,
        NotYourListing,
        errors.RequestNotOpen,
        errors.OwnRequest,
        errors.QuoteGiven,
        errors.QuotesTooMany,
        errors.QuoteUnfit,
        IdempotencyKeyReused,
    ),
)
async def submit_quote(
    rfq_id: FromPath[str], data: JSONBody[SubmitQuote], once: NamedDependency[Once]
) -> Response[QuoteView]:
    """报价 · Quote whole terms for an open request, about a listing of one's own."""
    return await once(quotes.submit, ids.require("rfq", rfq_id), data)


@get("/v1/quotation-requests/{rfq_id:str}/quotes", opt=_READ, responses=problems(NotFound))
async def list_quotes(
    rfq_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[QuoteView]:
    """报价列表 · The buyer sees all, sealed ones from the closing; a provider sees its own."""
    return await queries.quotes(act, rfq_id, limit, cursor)


@get("/v1/quotes/{quote_id:str}", opt=_READ, responses=problems(NotFound))
async def get_quote(quote_id: FromPath[str], act: NamedDependency[Act]) -> QuoteView:
    """报价详情 · One quote, for its provider, and for the buyer once it is opened."""
    return await queries.quote(act, quote_id)


@post(
    "/v1/quotes/{quote_id:str}/revisions",
    opt=_QUOTE,
    responses=problems(
        *NOT_OFFERABLE,
        NotFound,
        NotYourListing,
        errors.QuoteNotYours,
        errors.RequestNotOpen,
        errors.QuotesTooMany,
        errors.QuoteUnfit,
        IllegalTransition,
        IdempotencyKeyReused,
    ),
)
async def revise_quote(
    quote_id: FromPath[str], data: JSONBody[SubmitQuote], once: NamedDependency[Once]
) -> Response[QuoteView]:
    """修改报价 · Put other terms in the place of one's own, until the closing."""
    return await once(quotes.revise, ids.require("quo", quote_id), data)


@post(
    "/v1/quotes/{quote_id:str}/withdrawal",
    opt=_QUOTE,
    status_code=200,
    responses=problems(NotFound, errors.QuoteNotYours, errors.RequestNotOpen, IllegalTransition),
)
async def withdraw_quote(
    quote_id: FromPath[str], data: JSONBody[WithdrawQuote], act: NamedDependency[Act]
) -> QuoteView:
    """撤回报价 · Take one's own quote back before the closing; after it the quote stands."""
    return await quotes.withdraw(act, ids.require("quo", quote_id), data)


@post(
    "/v1/quotes/{quote_id:str}/award",
    opt=_BUY,
    responses=problems(
        *NOT_OFFERABLE,
        NotFound,
        errors.RequestNotYours,
        errors.RequestDecided,
        errors.QuotesSealed,
        errors.QuoteChanged,
        OwnListing,
        ListingHeld,
        PartySuspended,
        MembershipLapsed,
        ProviderWithoutRights,
        TrialUsed,
        *NOT_GRANTABLE,
        IdempotencyKeyReused,
    ),
)
async def award_quote(
    quote_id: FromPath[str], data: JSONBody[AwardQuote], once: NamedDependency[Once]
) -> Response[QuoteView]:
    """授标 · Take a quote by its digest after the closing: order and agreement come of it, the others are lost."""
    return await once(quotes.award, ids.require("quo", quote_id), data)


@post(
    "/v1/quotation-requests/{rfq_id:str}/clarifications",
    opt=_QUOTE,
    responses=problems(NotFound, errors.RequestNotOpen, errors.OwnRequest, errors.QuotesTooMany, IdempotencyKeyReused),
)
async def ask_clarification(
    rfq_id: FromPath[str], data: JSONBody[AskClarification], once: NamedDependency[Once]
) -> Response[ClarificationView]:
    """请求澄清 · Ask the buyer; question and answer are read by all who may quote."""
    return await once(clarifications.ask, ids.require("rfq", rfq_id), data)


@get("/v1/quotation-requests/{rfq_id:str}/clarifications", opt=_READ, responses=problems(NotFound))
async def list_clarifications(
    rfq_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[ClarificationView]:
    """澄清列表 · Questions and answers in their order; who asked is not told."""
    return await queries.clarifications(act, rfq_id, limit, cursor)


@post(
    "/v1/quotation-requests/{rfq_id:str}/clarifications/{clarification_id:str}/answer",
    opt=_BUY,
    status_code=200,
    responses=problems(NotFound, errors.RequestNotYours, errors.RequestNotOpen, errors.ClarificationAnswered),
)
async def answer_clarification(
    rfq_id: FromPath[str],
    clarification_id: FromPath[str],
    data: JSONBody[AnswerClarification],
    act: NamedDependency[Act],
) -> ClarificationView:
    """答复澄清 · Answer a question once, to all, while the request is open."""
    return await clarifications.answer(act, ids.require("rfq", rfq_id), clarification_id, data)


ROUTES = [
    create_quotation_request,
    list_quotation_requests,
    get_quotation_request,
    match_quotation_request,
    open_quotation_request,
    cancel_quotation_request,
    decline_quotes,
    submit_quote,
    list_quotes,
    get_quote,
    revise_quote,
    withdraw_quote,
    award_quote,
    ask_clarification,
    list_clarifications,
    answer_clarification,
]
