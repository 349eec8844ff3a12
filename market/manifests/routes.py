"""Manifests over HTTP: compared, carried out, and listed, for the party whose products they are."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.manifests import commands, queries
from market.manifests.errors import ManifestPlanStale, ManifestsRefused
from market.manifests.schemas import (
    AppliedManifestView,
    ApplyManifests,
    ManifestApplication,
    ManifestPlan,
    PlanManifests,
)

_WRITES = allow("market:listing:write")


@post("/v1/manifests/plan", opt=_WRITES, status_code=200, responses=problems(NotFound))
async def plan_manifests(data: JSONBody[PlanManifests], act: NamedDependency[Act]) -> ManifestPlan:
    """比对清单 · What would be done so that products are as manifests say, and all that stands against it.

    Every gate is asked as if it were done, and nothing is. A field that a manifest says is set; one that was applied
    before and is said no longer goes back to its default; any other is left alone.
    """
    return await commands.plan(act, data)


@post(
    "/v1/manifests/applications",
    opt=_WRITES,
    responses=problems(NotFound, ManifestPlanStale, ManifestsRefused, IdempotencyKeyReused),
)
async def apply_manifests(data: JSONBody[ApplyManifests], once: NamedDependency[Once]) -> Response[ManifestApplication]:
    """执行清单 · Carry a plan out as a whole, or nothing of it.

    A draft is changed in place; what was judged is replaced by a new product, and leaves the shelf when that is there.
    """
    return await once(commands.apply, data)


@get("/v1/manifests", opt=_WRITES)
async def list_manifests(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[AppliedManifestView]:
    """清单列表 · What was applied last under each name, with the product that it led to."""
    return await queries.manifests(act, limit, cursor)


ROUTES = [plan_manifests, apply_manifests, list_manifests]
