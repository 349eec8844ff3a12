"""Portfolios over HTTP."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.errors import InvalidInput, NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import Cursor, Limit, Page
from valuation.appraisal.errors import BaseDateOutside, RuleSetNotInForce
from valuation.portfolio import commands, errors, queries
from valuation.portfolio.schemas import PortfolioAppraisalView, PortfolioItemView, PortfolioRunView, ValuePortfolio

Session = NamedDependency[AsyncSession]

_READ = allow("valuation:appraisal:write", "valuation:audit:read")


@post(
    "/v1/portfolio-runs",
    opt=allow("valuation:appraisal:write"),
    status_code=202,
    responses=problems(errors.PortfolioFaulty, BaseDateOutside, RuleSetNotInForce, IdempotencyKeyReused),
)
async def start_portfolio_run(
    data: JSONBody[ValuePortfolio], once: NamedDependency[Once]
) -> Response[PortfolioRunView]:
    """发起组合估值 · Value many assets in one run, in the background: what they share counts once."""
    return await once(commands.start, data)


@get("/v1/portfolio-runs", opt=_READ, responses=problems(InvalidInput))
async def list_portfolio_runs(
    act: NamedDependency[Act], limit: Limit = 50, cursor: Cursor = None
) -> Page[PortfolioRunView]:
    """组合估值列表 · Runs, newest first: one's own, or all for those who watch."""
    return await queries.portfolio_runs(act, limit, cursor)


@get("/v1/portfolio-runs/{run_id:str}", opt=_READ, responses=problems(NotFound))
async def get_portfolio_run(run_id: FromPath[str], act: NamedDependency[Act]) -> PortfolioRunView:
    """组合估值 · A run with its progress, and its result with the trace and what changed since the run before."""
    return await queries.portfolio_run(act, run_id)


@get("/v1/portfolio-runs/{run_id:str}/items", opt=_READ, responses=problems(NotFound, InvalidInput))
async def list_portfolio_items(
    run_id: FromPath[str], act: NamedDependency[Act], limit: Limit = 50, cursor: Cursor = None
) -> Page[PortfolioItemView]:
    """组合明细 · The assets of a run with their figures or faults."""
    return await queries.items(act, run_id, limit, cursor)


@get("/v1/portfolio-runs/{run_id:str}/items/{number:int}/appraisal", opt=_READ, responses=problems(NotFound))
async def get_portfolio_appraisal(
    run_id: FromPath[str], number: FromPath[int], act: NamedDependency[Act]
) -> PortfolioAppraisalView:
    """组合明细的估值 · The whole appraisal of one asset of a run with its trace, computed again and compared."""
    return await queries.item_appraisal(act, run_id, number)


@post(
    "/v1/portfolio-runs/{run_id:str}/cancellation",
    opt=allow("valuation:appraisal:write"),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor),
)
async def cancel_portfolio_run(run_id: FromPath[str], act: NamedDependency[Act]) -> PortfolioRunView:
    """取消组合估值 · Stop a run that has not ended; what it valued is kept."""
    return await commands.cancel(act, run_id)


ROUTES = [
    start_portfolio_run,
    list_portfolio_runs,
    get_portfolio_run,
    list_portfolio_items,
    get_portfolio_appraisal,
    cancel_portfolio_run,
]
