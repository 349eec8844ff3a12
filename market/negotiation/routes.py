"""Negotiation over HTTP."""

from typing import Annotated, Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from contracts.agreements.errors import MembershipLapsed, PartySuspended, ProviderWithoutRights
from contracts.agreements.routes import NOT_GRANTABLE
from contracts.approvals import errors as approvals
from contracts.approvals.schemas import ApprovalView
from contracts.terms.errors import OfferExceeded, RecipientNotAddressed
from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import DomainError, NotFound
from kernel.http.description.media import ANY_FILE, gives
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.states import WrongActor
from kernel.storage.download import Conditions, Download, range_response
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.listings.errors import NotYourListing
from market.messages.errors import AttachmentsTooLarge, MessagesTooMany
from market.messages.schemas import MessageView, PostMessage
from market.negotiation import commands, errors, messages, queries
from market.negotiation.schemas import (
    AcceptNegotiation,
    ApproveNegotiation,
    CounterNegotiation,
    EndNegotiation,
    NegotiationSummary,
    NegotiationView,
    ProposeNegotiation,
    RequestNegotiation,
    RoundsDifference,
    TakeOffer,
)
from market.offers.errors import OfferClosed, OwnOffer
from market.offers.routes import NOT_OFFERABLE
from market.orders.errors import ListingHeld, OwnListing
from market.pricing.errors import PriceOnRequest, TrialUsed

Number = Annotated[int | None, QueryParameter(ge=1, le=1000, description="轮次 · number of a round")]

_READ = allow("market:order:read")
_MOVE = allow("contracts:agreement:sign")
CLOSED: Final[tuple[type[DomainError], ...]] = (errors.NegotiationClosed, errors.NegotiationExpired)
AGREED: Final[tuple[type[DomainError], ...]] = (
    OfferClosed,
    OwnListing,
    ListingHeld,
    PartySuspended,
    MembershipLapsed,
    ProviderWithoutRights,
    PriceOnRequest,
    TrialUsed,
    *NOT_GRANTABLE,
)
"""Why what was accepted cannot become an order and an agreement."""


@post(
    "/v1/negotiations",
    opt=allow("market:order:place"),
    responses=problems(
        *NOT_OFFERABLE,
        NotFound,
        OwnOffer,
        OfferClosed,
        RecipientNotAddressed,
        OfferExceeded,
        errors.RoundsTooMany,
        IdempotencyKeyReused,
    ),
)
async def request_negotiation(
    data: JSONBody[RequestNegotiation], once: NamedDependency[Once]
) -> Response[NegotiationView]:
    """请求要约 · Ask a provider for the terms of its offer, or for terms of one's own; it owes an answer."""
    return await once(commands.request, data)


@post(
    "/v1/private-offers",
    opt=allow("market:listing:write"),
    responses=problems(*NOT_OFFERABLE, NotFound, NotYourListing, OwnOffer, errors.RoundsTooMany, IdempotencyKeyReused),
)
async def propose_negotiation(
    data: JSONBody[ProposeNegotiation], once: NamedDependency[Once]
) -> Response[NegotiationView]:
    """私下要约 · Offer terms for one's own listing to the consumer that they name; it owes an answer."""
    return await once(commands.propose, data)


@post(
    "/v1/offers/{offer_id:str}/acceptance",
    opt=allow("market:order:place"),
    responses=problems(
        *NOT_OFFERABLE, *AGREED, NotFound, OwnOffer, RecipientNotAddressed, OfferExceeded, IdempotencyKeyReused
    ),
)
async def take_offer(
    offer_id: FromPath[str], data: JSONBody[TakeOffer], once: NamedDependency[Once]
) -> Response[NegotiationView]:
    """承诺公开要约 · Accept a public offer at once: the order is there, and its agreement waits for signatures."""
    return await once(commands.take, ids.require("ofr", offer_id), data)


@get("/v1/negotiations", opt=_READ)
async def list_negotiations(
    act: NamedDependency[Act],
    status: Annotated[str | None, QueryParameter(pattern=r"^(requested|offered|accepted|terminated)$(?!\n)")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[NegotiationSummary]:
    """磋商列表 · One's own negotiations on either side, newest first, with whose move it is and until when."""
    return await queries.negotiations(act, status, limit, cursor)


@get("/v1/negotiations/{negotiation_id:str}", opt=_READ, responses=problems(NotFound))
async def get_negotiation(negotiation_id: FromPath[str], act: NamedDependency[Act]) -> NegotiationView:
    """磋商 · One negotiation with every round of it, for both sides and the centre's officers."""
    return await queries.negotiation(act, negotiation_id)


@post(
    "/v1/negotiations/{negotiation_id:str}/rounds",
    opt=_MOVE,
    responses=problems(
        *NOT_OFFERABLE, *CLOSED, NotFound, errors.NotYourMove, errors.RoundsTooMany, IdempotencyKeyReused
    ),
)
async def counter_negotiation(
    negotiation_id: FromPath[str], data: JSONBody[CounterNegotiation], once: NamedDependency[Once]
) -> Response[NegotiationView]:
    """还价 · Answer with other terms, when it is one's move; they take the place of those that stand."""
    return await once(commands.counter, ids.require("neg", negotiation_id), data)


@post(
    "/v1/negotiations/{negotiation_id:str}/acceptance",
    opt=_MOVE,
    responses=problems(
        *NOT_OFFERABLE,
        *AGREED,
        *CLOSED,
        NotFound,
        errors.NotYourMove,
        errors.RoundSuperseded,
        IdempotencyKeyReused,
    ),
)
async def accept_negotiation(
    negotiation_id: FromPath[str], data: JSONBody[AcceptNegotiation], once: NamedDependency[Once]
) -> Response[NegotiationView]:
    """承诺 · Accept what the other side said last, by its digest: order and agreement come of it."""
    return await once(commands.accept, ids.require("neg", negotiation_id), data)


@post(
    "/v1/negotiations/{negotiation_id:str}/rejection",
    opt=_MOVE,
    status_code=200,
    responses=problems(*CLOSED, NotFound, errors.NotYourMove),
)
async def reject_negotiation(
    negotiation_id: FromPath[str], data: JSONBody[EndNegotiation], act: NamedDependency[Act]
) -> NegotiationView:
    """拒绝 · Say no to what the other side said last, for good and with a reason."""
    return await commands.reject(act, ids.require("neg", negotiation_id), data)


@post(
    "/v1/negotiations/{negotiation_id:str}/withdrawal",
    opt=_MOVE,
    status_code=200,
    responses=problems(*CLOSED, NotFound, WrongActor, errors.RoundBinding),
)
async def withdraw_negotiation(
    negotiation_id: FromPath[str], data: JSONBody[EndNegotiation], act: NamedDependency[Act]
) -> NegotiationView:
    """撤回 · Take one's own last round back before it is accepted, and end the negotiation with a reason."""
    return await commands.withdraw(act, ids.require("neg", negotiation_id), data)


@get("/v1/negotiations/{negotiation_id:str}/difference", opt=_READ, responses=problems(NotFound))
async def compare_rounds(
    negotiation_id: FromPath[str], act: NamedDependency[Act], old: Number = None, new: Number = None
) -> RoundsDifference:
    """条件对比 · What became of the terms from a round to a later one, as data and in words; at last, by default."""
    return await queries.difference(act, negotiation_id, old, new)


@post(
    "/v1/negotiations/{negotiation_id:str}/approvals",
    opt=_MOVE,
    responses=problems(
        *CLOSED,
        NotFound,
        errors.RoundSuperseded,
        approvals.NoApprovalRule,
        approvals.ApproverForeign,
        approvals.ApprovedAlready,
        IdempotencyKeyReused,
    ),
)
async def approve_negotiation(
    negotiation_id: FromPath[str], data: JSONBody[ApproveNegotiation], once: NamedDependency[Once]
) -> Response[ApprovalView]:
    """审批现行条件 · Say yes inside one's own party to what stands now; the other side does not see it."""
    return await once(commands.approve, ids.require("neg", negotiation_id), data)


@post(
    "/v1/negotiations/{negotiation_id:str}/messages",
    opt=_MOVE,
    responses=problems(NotFound, MessagesTooMany, AttachmentsTooLarge, IdempotencyKeyReused),
)
async def post_negotiation_message(
    negotiation_id: FromPath[str], data: JSONBody[PostMessage], once: NamedDependency[Once]
) -> Response[MessageView]:
    """留言 · Write to the other side, with files that one has uploaded; it is never edited."""
    return await once(messages.post, ids.require("neg", negotiation_id), data)


@get("/v1/negotiations/{negotiation_id:str}/messages", opt=_READ, responses=problems(NotFound))
async def list_negotiation_messages(
    negotiation_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[MessageView]:
    """留言列表 · What the two sides wrote to each other, in its order."""
    return await messages.thread(act, negotiation_id, limit, cursor)


@get(
    "/v1/negotiations/{negotiation_id:str}/messages/{message_id:str}/attachments/{number:int}",
    opt=_READ | gives(ANY_FILE),
    responses=problems(NotFound),
)
async def get_negotiation_attachment(
    negotiation_id: FromPath[str],
    message_id: FromPath[str],
    number: FromPath[int],
    request: Request[Actor, Any, Any],
    runtime: NamedDependency[Runtime],
    act: NamedDependency[Act],
) -> Response[Any]:
    """留言附件 · Read a file of a message, for both sides and the centre's officers."""
    file = await messages.attachment(act, negotiation_id, message_id, number)
    download = Download(file.storage_key, file.size_bytes, file.sha256, file.name, file.media_type)
    return await range_response(runtime.storage, download, Conditions.of(request.headers))


ROUTES = [
    request_negotiation,
    propose_negotiation,
    take_offer,
    list_negotiations,
    get_negotiation,
    counter_negotiation,
    accept_negotiation,
    reject_negotiation,
    withdraw_negotiation,
    compare_rounds,
    approve_negotiation,
    post_negotiation_message,
    list_negotiation_messages,
    get_negotiation_attachment,
]
