"""Appraisals over HTTP."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.clock import Clock
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.problems import problems
from kernel.idempotency import IdempotencyKey, IdempotencyKeyReused, once
from kernel.identity.actor import Actor
from kernel.runtime import Runtime
from valuation.appraisal import commands, errors, queries
from valuation.appraisal.schemas import AppraisalView, AppraiseAsset

Session = NamedDependency[AsyncSession]


@post(
    "/v1/assets/{asset_id:str}/appraisals",
    opt=allow("valuation:appraisal:write"),
    responses=problems(
        NotFound,
        errors.ConflictOfInterest,
        errors.InputsFaulty,
        errors.ScorecardMismatch,
        errors.BaseDateOutside,
        errors.RuleSetNotInForce,
        IdempotencyKeyReused,
    ),
)
async def appraise_asset(
    asset_id: FromPath[str],
    data: JSONBody[AppraiseAsset],
    request: Request[Actor, Any, Any],
    idempotency_key: IdempotencyKey,
    session: Session,
    clock: NamedDependency[Clock],
    runtime: NamedDependency[Runtime],
    actor: NamedDependency[Actor],
) -> Response[AppraisalView]:
    """评估数据资产 · Value an asset by the cost approach, with every step of the computation in the result."""
    return await once(
        request,
        session,
        clock.now(),
        lambda: commands.appraise(session, actor, asset_id, data, clock=clock, issuer=runtime.issuer),
    )


@get(
    "/v1/appraisals/{appraisal_id:str}",
    opt=allow("valuation:appraisal:write", "valuation:quality:run", "market:listing:review", "kernel:party:read"),
    responses=problems(NotFound),
)
async def get_appraisal(appraisal_id: FromPath[str], session: Session, actor: NamedDependency[Actor]) -> AppraisalView:
    """估值 · An appraisal, for its valuer, the provider, and those who review and watch."""
    return await queries.appraisal_seen(session, actor, appraisal_id)


ROUTES = [appraise_asset, get_appraisal]
