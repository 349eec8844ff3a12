"""Auctions over HTTP."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from contracts.agreements.errors import (
    MembershipLapsed,
    PartySuspended,
    ProviderWithoutRights,
    SignatureInvalid,
    SigningKeyForeign,
)
from contracts.agreements.routes import NOT_GRANTABLE
from contracts.approvals.errors import ApprovalMissing, ApprovalVoid
from contracts.terms.errors import OfferExceeded, RecipientNotAddressed, TermsContradictory
from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.auctions import commands, deposits, errors, queries
from market.auctions.bids import routes as bids_routes
from market.auctions.record import routes as record_routes
from market.auctions.schemas import (
    AuctionView,
    BidderView,
    ConfirmDeposit,
    CreateAuction,
    EndAuction,
    MarkView,
    RegisterBidder,
    ReturnDeposit,
    SignConfirmation,
)
from market.listings.errors import NotYourListing
from market.offers.routes import NOT_OFFERABLE
from market.orders.errors import ListingClosed, ListingHeld
from market.payments.errors import BankReferenceUsed

Http = Request[Actor, Any, Any]
_READ: Final = allow("market:order:read")
_SELL: Final = allow("market:listing:write")
_BID: Final = allow("market:order:place")
_CLEAR: Final = allow("market:payment:confirm")


@post(
    "/v1/auctions",
    opt=_SELL,
    responses=problems(*NOT_OFFERABLE, NotFound, NotYourListing, errors.AuctionFaulty, IdempotencyKeyReused),
)
async def create_auction(data: JSONBody[CreateAuction], once: NamedDependency[Once]) -> Response[AuctionView]:
    """起草竞价 · Draft an auction of a listing: English, sealed first price, or Vickrey."""
    return await once(commands.create, data)


@get("/v1/auctions", opt=_READ)
async def list_auctions(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[AuctionView]:
    """竞价公告 · Auctions that are announced, newest first, and one's own drafts."""
    return await queries.auctions(act, limit, cursor)


@get("/v1/auctions/{auction_id:str}", opt=_READ, responses=problems(NotFound))
async def get_auction(auction_id: FromPath[str], act: NamedDependency[Act]) -> AuctionView:
    """竞价 · One auction, with the least that may be bid now."""
    return await queries.auction(act, auction_id)


@post(
    "/v1/auctions/{auction_id:str}/notice",
    opt=_SELL,
    status_code=200,
    responses=problems(NotFound, errors.AuctionNotYours, IllegalTransition),
)
async def announce_auction(auction_id: FromPath[str], act: NamedDependency[Act]) -> AuctionView:
    """发布公告 · Announce an auction at least seven days before it opens; its figures never change after."""
    return await commands.announce(act, ids.require("auc", auction_id))


@post(
    "/v1/auctions/{auction_id:str}/withdrawal",
    opt=_SELL,
    status_code=200,
    responses=problems(NotFound, errors.AuctionNotYours, IllegalTransition, WrongActor),
)
async def withdraw_auction(
    auction_id: FromPath[str], data: JSONBody[EndAuction], act: NamedDependency[Act]
) -> AuctionView:
    """撤回竞价 · The seller gives its auction up before it opens; deposits go back."""
    return await commands.withdraw(act, ids.require("auc", auction_id), data)


@post(
    "/v1/auctions/{auction_id:str}/annulment",
    opt=allow("market:listing:supervise"),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor),
)
async def annul_auction(
    auction_id: FromPath[str], data: JSONBody[EndAuction], act: NamedDependency[Act]
) -> AuctionView:
    """认定无效 · An officer voids an auction, for collusion for one; deposits go back."""
    return await commands.annul(act, ids.require("auc", auction_id), data)


@post(
    "/v1/auctions/{auction_id:str}/bidders",
    opt=_BID,
    responses=problems(
        NotFound,
        errors.AuctionNotOpen,
        errors.BidderLinked,
        errors.BidderRegistered,
        errors.BidsTooMany,
        OfferExceeded,
        RecipientNotAddressed,
        IdempotencyKeyReused,
    ),
)
async def register_bidder(
    auction_id: FromPath[str], data: JSONBody[RegisterBidder], once: NamedDependency[Once]
) -> Response[BidderView]:
    """竞买登记 · Register to bid; the deposit is paid to the centre before the first bid."""
    return await once(commands.register, ids.require("auc", auction_id), data)


@get("/v1/auctions/{auction_id:str}/bidders", opt=_READ, responses=problems(NotFound))
async def list_bidders(
    auction_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[BidderView]:
    """竞买登记列表 · One's own registration; the offices see all."""
    return await queries.bidders(act, auction_id, limit, cursor)


@post(
    "/v1/auction-bidders/{bidder_id:str}/deposit",
    opt=_CLEAR,
    responses=problems(NotFound, IllegalTransition, errors.DepositMismatch, BankReferenceUsed, IdempotencyKeyReused),
)
async def confirm_deposit(
    bidder_id: FromPath[str], data: JSONBody[ConfirmDeposit], once: NamedDependency[Once]
) -> Response[BidderView]:
    """确认保证金到账 · The clearing officer saw a deposit arrive; its bidder may bid."""
    return await once(deposits.confirm, ids.require("bdr", bidder_id), data)


@post(
    "/v1/auction-bidders/{bidder_id:str}/deposit-return",
    opt=_CLEAR,
    responses=problems(NotFound, IllegalTransition, BankReferenceUsed, IdempotencyKeyReused),
)
async def confirm_deposit_return(
    bidder_id: FromPath[str], data: JSONBody[ReturnDeposit], once: NamedDependency[Once]
) -> Response[BidderView]:
    """确认保证金退还 · The clearing officer sent a deposit back, as far as it was not forfeited."""
    return await once(deposits.confirm_return, ids.require("bdr", bidder_id), data)


@post(
    "/v1/auctions/{auction_id:str}/confirmation-signatures",
    opt=allow("contracts:agreement:sign"),
    responses=problems(
        NotFound,
        errors.AuctionNotOpen,
        errors.AuctionNotYours,
        errors.ConfirmedAlready,
        SigningKeyForeign,
        SignatureInvalid,
        ApprovalMissing,
        ApprovalVoid,
        ListingClosed,
        ListingHeld,
        TermsContradictory,
        PartySuspended,
        MembershipLapsed,
        ProviderWithoutRights,
        *NOT_GRANTABLE,
        IdempotencyKeyReused,
    ),
)
async def sign_auction_confirmation(
    auction_id: FromPath[str], data: JSONBody[SignConfirmation], once: NamedDependency[Once]
) -> Response[AuctionView]:
    """签署成交确认书 · Seller and winner sign the sale; with the second signature order and agreement are there."""
    return await once(commands.sign, ids.require("auc", auction_id), data)


@get("/v1/auctions/{auction_id:str}/marks", opt=_READ, responses=problems(NotFound))
async def list_auction_marks(auction_id: FromPath[str], act: NamedDependency[Act]) -> list[MarkView]:
    """串通线索 · What may be collusion, for the offices alone."""
    return await queries.marks(act, auction_id)


ROUTES = [
    create_auction,
    list_auctions,
    get_auction,
    announce_auction,
    withdraw_auction,
    annul_auction,
    register_bidder,
    list_bidders,
    confirm_deposit,
    confirm_deposit_return,
    sign_auction_confirmation,
    list_auction_marks,
    *bids_routes.ROUTES,
    *record_routes.ROUTES,
]
