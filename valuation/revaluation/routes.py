"""Revaluations over HTTP."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.actor import Actor
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
    engagement_id: FromPath[str],
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[RevaluationView]:
    """自动重估 · What was computed anew of a report, from which causes, and what changed."""
    return await queries.revaluations(session, actor, engagement_id, limit, cursor)


ROUTES = [list_revaluations]
