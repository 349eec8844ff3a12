"""Bids over HTTP."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from contracts.agreements.errors import SignatureInvalid, SigningKeyForeign
from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKey, IdempotencyKeyReused, Once, fingerprint
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.auctions import errors, queries
from market.auctions.bids import english, sealed
from market.auctions.schemas import BidView, CommitBid, CommitmentView, PlaceBid, RevealBid

Http = Request[Actor, Any, Any]
_READ: Final = allow("market:order:read")
_BID: Final = allow("market:order:place")


@post(
    "/v1/auctions/{auction_id:str}/bids",
    opt=_BID,
    responses=problems(
        NotFound,
        errors.AuctionNotOpen,
        errors.BidderLinked,
        errors.DepositMissing,
        errors.CurrencyDiffers,
        errors.BidTooLow,
        errors.BidsTooMany,
        IdempotencyKeyReused,
    ),
)
async def place_bid(
    auction_id: FromPath[str],
    data: JSONBody[PlaceBid],
    request: Http,
    idempotency_key: IdempotencyKey,
    runtime: NamedDependency[Runtime],
) -> Response[BidView]:
    """出价 · Bid in an open auction; a bid is never withdrawn, and one in the last minutes extends the auction."""
    print_ = fingerprint(request.method, request.url.path, await request.body())
    auction_id = ids.require("auc", auction_id)
    made = await english.place(runtime, request.user, auction_id, data, idempotency_key, print_)
    return Response(made, status_code=201)


@get("/v1/auctions/{auction_id:str}/bids", opt=_READ, responses=problems(NotFound))
async def list_bids(
    auction_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[BidView]:
    """出价记录 · The open bids in their order; who bids is told by a number only."""
    return await queries.bids(act, auction_id, limit, cursor)


@post(
    "/v1/auctions/{auction_id:str}/commitments",
    opt=_BID,
    responses=problems(
        NotFound,
        errors.AuctionNotOpen,
        errors.BidderLinked,
        errors.DepositMissing,
        errors.BidStands,
        SigningKeyForeign,
        SignatureInvalid,
        IdempotencyKeyReused,
    ),
)
async def commit_bid(
    auction_id: FromPath[str], data: JSONBody[CommitBid], once: NamedDependency[Once]
) -> Response[CommitmentView]:
    """密封出价 · Commit to a sealed bid by its signed digest, once and for good."""
    return await once(sealed.commit, ids.require("auc", auction_id), data)


@get("/v1/auctions/{auction_id:str}/commitments", opt=_READ, responses=problems(NotFound))
async def list_commitments(
    auction_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[CommitmentView]:
    """密封出价列表 · The sealed bids; amounts are told at the end."""
    return await queries.commitments(act, auction_id, limit, cursor)


@post(
    "/v1/auctions/{auction_id:str}/reveals",
    opt=_BID,
    responses=problems(
        NotFound,
        errors.AuctionNotOpen,
        errors.DepositMissing,
        errors.CurrencyDiffers,
        errors.BidStands,
        errors.RevealWrong,
        IdempotencyKeyReused,
    ),
)
async def reveal_bid(
    auction_id: FromPath[str], data: JSONBody[RevealBid], once: NamedDependency[Once]
) -> Response[CommitmentView]:
    """揭示出价 · Open a sealed bid after the closing; what is not revealed costs a part of the deposit."""
    return await once(sealed.reveal, ids.require("auc", auction_id), data)


ROUTES = [place_bid, list_bids, commit_bid, list_commitments, reveal_bid]
