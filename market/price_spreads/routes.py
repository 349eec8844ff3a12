"""Unequal prices for equal terms over HTTP."""

from typing import Annotated, Final

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.price_spreads import commands, queries
from market.price_spreads.schemas import DecideSpread, ExplainSpread, PricedDealView, PriceSpreadView

_READ: Final = allow("market:listing:supervise", "market:settlement:read")


@get("/v1/price-spreads", opt=_READ)
async def list_price_spreads(
    act: NamedDependency[Act],
    status: Annotated[
        str | None, QueryParameter(pattern=r"^(asked|answered|unanswered|justified|referred)$(?!\n)")
    ] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[PriceSpreadView]:
    """等条件价差列表 · Unequal prices for equal terms: one's own, or all of them for the offices."""
    return await queries.spreads(act, status, limit, cursor)


@get("/v1/price-spreads/{price_spread_id:str}", opt=_READ, responses=problems(NotFound))
async def get_price_spread(price_spread_id: FromPath[str], act: NamedDependency[Act]) -> PriceSpreadView:
    """等条件价差 · One entry, with whose move it is and until when."""
    return await queries.spread(act, ids.require("psp", price_spread_id))


@get("/v1/price-spreads/{price_spread_id:str}/deals", opt=_READ, responses=problems(NotFound))
async def list_spread_deals(
    price_spread_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[PricedDealView]:
    """等条件成交列表 · The deals on the same terms, the newest first."""
    return await queries.deals(act, ids.require("psp", price_spread_id), limit, cursor)


@post(
    "/v1/price-spreads/{price_spread_id:str}/answer",
    opt=allow("market:listing:write"),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor),
)
async def explain_price_spread(
    price_spread_id: FromPath[str], data: JSONBody[ExplainSpread], act: NamedDependency[Act]
) -> PriceSpreadView:
    """说明价差原因 · The provider says why equal terms are priced unequally."""
    return await commands.explain(act, ids.require("psp", price_spread_id), data)


@post(
    "/v1/price-spreads/{price_spread_id:str}/decision",
    opt=allow("market:listing:supervise"),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor),
)
async def decide_price_spread(
    price_spread_id: FromPath[str], data: JSONBody[DecideSpread], act: NamedDependency[Act]
) -> PriceSpreadView:
    """处理价差 · The operator takes the reason, asks again, or refers the matter to the regulator."""
    return await commands.decide(act, ids.require("psp", price_spread_id), data)


ROUTES = [list_price_spreads, get_price_spread, list_spread_deals, explain_price_spread, decide_price_spread]
