"""Market evidence over HTTP."""

from datetime import date
from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.problems import problems
from kernel.time.clock import Clock
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from valuation.appraisal.errors import BaseDateOutside, InputsFaulty, RuleSetNotInForce, ScorecardMismatch
from valuation.market_evidence import queries
from valuation.market_evidence.schemas import ComparableView, Kind, NearView, PickComparables, PickedView

Session = NamedDependency[AsyncSession]
Time = NamedDependency[Clock]
Who = NamedDependency[Actor]
WORK = "valuation:appraisal:write"

Mode = Annotated[str, QueryParameter(max_length=40, description="交易方式 · mode of trade")]
OneKind = Annotated[Kind | None, QueryParameter(description="成交或挂牌 · realised or asking")]


@get("/v1/comparables", opt=allow(WORK, "kernel:party:read"), responses=problems())
async def list_comparables(
    session: Session,
    kind: OneKind = None,
    mode: Annotated[str | None, QueryParameter(max_length=40, description="交易方式 · mode of trade")] = None,
    field: Annotated[str | None, QueryParameter(max_length=100, description="领域 · field")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[ComparableView]:
    """市场案例登记 · Realised trades and asking prices, for valuers and those who watch; the parties are not shown."""
    return await queries.comparables(session, kind, mode, field, limit, cursor)


@get(
    "/v1/assets/{asset_id:str}/comparables",
    opt=allow(WORK),
    responses=problems(NotFound, InputsFaulty, BaseDateOutside, RuleSetNotInForce),
)
async def find_near_comparables(
    asset_id: FromPath[str],
    act: NamedDependency[Act],
    mode: Mode = "one-off",
    currency: Annotated[str, QueryParameter(pattern=r"^[A-Z]{3}$(?!\n)", description="币种 · currency")] = "CNY",
    base_date: Annotated[date | None, QueryParameter(description="基准日 · base date")] = None,
    kind: OneKind = None,
) -> NearView:
    """可比案例检索 · What lies nearest to an asset, why, and a robust band of the prices; none is guessed."""
    return await queries.near(act, asset_id, mode, currency, base_date, kind)


@post(
    "/v1/assets/{asset_id:str}/market-inputs",
    opt=allow(WORK),
    status_code=200,
    responses=problems(NotFound, InputsFaulty, ScorecardMismatch, BaseDateOutside, RuleSetNotInForce),
)
async def pick_comparables(
    asset_id: FromPath[str], data: JSONBody[PickComparables], act: NamedDependency[Act]
) -> PickedView:
    """选用可比案例 · Turn comparables into the inputs of the market approach, with provenance; nothing is stored."""
    return await queries.picked(act, asset_id, data)


ROUTES = [list_comparables, find_near_comparables, pick_comparables]
