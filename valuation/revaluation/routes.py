"""Revaluations over HTTP."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.problems import problems
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from valuation.revaluation import queries
from valuation.revaluation.schemas import RevaluationView


@get(
    "/v1/engagements/{engagement_id:str}/revaluations",
    opt=allow("valuation:engagement:read"),
    responses=problems(NotFound),
)
async def list_revaluations(
    engagement_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[RevaluationView]:
    """自动重估 · What was computed anew of a report, from which causes, and what changed."""
    return await queries.revaluations(act, engagement_id, limit, cursor)


ROUTES = [list_revaluations]
