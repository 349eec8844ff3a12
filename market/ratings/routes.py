"""Ratings over HTTP."""

from typing import Final

from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow, public
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit
from market.listings.errors import ListingUnavailable
from market.ratings import commands, errors, queries
from market.ratings.schemas import (
    AnswerRating,
    GiveRating,
    RatingFormulaView,
    RatingsPage,
    RatingView,
    WithdrawRatingText,
)

_BUYER: Final = allow("market:order:place")


@post(
    "/v1/orders/{order_id:str}/rating",
    opt=_BUYER,
    responses=problems(
        NotFound, errors.RatingNotYours, errors.RatingNotVerified, errors.RatingRepeated, IdempotencyKeyReused
    ),
)
async def give_rating(
    order_id: FromPath[str], data: JSONBody[GiveRating], once: NamedDependency[Once]
) -> Response[RatingView]:
    """评价订单 · The buyer rates what it accepted, once; it can be edited until the provider answers."""
    return await once(commands.give, ids.require("ord", order_id), data)


@get("/v1/orders/{order_id:str}/rating", opt=allow("market:order:read"), responses=problems(NotFound))
async def get_order_rating(order_id: FromPath[str], act: NamedDependency[Act]) -> RatingView:
    """订单的评价 · The rating of an order, for whoever may read the order."""
    return await queries.of_order(act, ids.require("ord", order_id))


@put("/v1/ratings/{rating_id:str}", opt=_BUYER, responses=problems(NotFound, errors.RatingClosed))
async def edit_rating(rating_id: FromPath[str], data: JSONBody[GiveRating], act: NamedDependency[Act]) -> RatingView:
    """修改评价 · The buyer edits its rating, until the provider has answered."""
    return await commands.edit(act, ids.require("rtg", rating_id), data)


@post(
    "/v1/ratings/{rating_id:str}/answer",
    opt=allow("market:listing:write"),
    status_code=200,
    responses=problems(NotFound, errors.RatingAnswered),
)
async def answer_rating(
    rating_id: FromPath[str], data: JSONBody[AnswerRating], act: NamedDependency[Act]
) -> RatingView:
    """答复评价 · The provider answers a rating, once."""
    return await commands.answer(act, ids.require("rtg", rating_id), data)


@post(
    "/v1/ratings/{rating_id:str}/text-withdrawal",
    opt=allow("market:listing:supervise"),
    status_code=200,
    responses=problems(NotFound, errors.RatingWithoutText),
)
async def withdraw_rating_text(
    rating_id: FromPath[str], data: JSONBody[WithdrawRatingText], act: NamedDependency[Act]
) -> RatingView:
    """撤下违法文字 · The centre takes unlawful words away, with a reason; the stars stay."""
    return await commands.withdraw_text(act, ids.require("rtg", rating_id), data)


@get("/v1/listings/{listing_id:str}/ratings", opt=public(), responses=problems(ListingUnavailable))
async def list_listing_ratings(
    listing_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> RatingsPage:
    """商品的评价 · The ratings of a product, the newest first, with the figures that they make."""
    return await queries.of_listing(act, listing_id, limit, cursor)


@get("/v1/parties/{party_id:str}/ratings", opt=public(), responses=problems(NotFound))
async def list_provider_ratings(
    party_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> RatingsPage:
    """提供方的评价 · The ratings of everything that a provider sold, with the figures that they make."""
    return await queries.of_provider(act, party_id, limit, cursor)


@get("/v1/rating-formula", opt=public())
async def get_rating_formula(act: NamedDependency[Act]) -> RatingFormulaView:
    """评价公式 · The published formula of ratings with its numbers, and the market's mean of this month."""
    return await queries.formula(act)


ROUTES = [
    give_rating,
    get_order_rating,
    edit_rating,
    answer_rating,
    withdraw_rating_text,
    list_listing_ratings,
    list_provider_ratings,
    get_rating_formula,
]
