"""Engagements over HTTP: their terms, and the reports that come of them."""

from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.http.guards import allow, public
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from kernel.time.clock import Clock
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from valuation.appraisal.errors import IndependenceImpaired
from valuation.engagements import commands, errors, queries, register
from valuation.engagements.schemas import (
    AcceptEngagement,
    EngagementView,
    GiveReason,
    ProposeEngagement,
    RegisteredReport,
)
from valuation.engagements.states import EngagementState
from valuation.engagements.work.routes import ROUTES as WORK_ROUTES
from valuation.practitioners.errors import PractitionerUnknown

Session = NamedDependency[AsyncSession]
Time = NamedDependency[Clock]
Who = NamedDependency[Actor]

PROPOSE = "valuation:engagement:propose"
READ = "valuation:engagement:read"
WORK = "valuation:appraisal:write"


@post(
    "/v1/engagements",
    opt=allow(PROPOSE),
    responses=problems(NotFound, errors.EngagementFaulty, IdempotencyKeyReused),
)
async def propose_engagement(
    data: JSONBody[ProposeEngagement], once: NamedDependency[Once]
) -> Response[EngagementView]:
    """委托评估 · Engage a valuation firm to value an asset, for a purpose, at a base date, for named users."""
    return await once(commands.propose, data)


@get("/v1/engagements", opt=allow(READ), responses=problems())
async def list_engagements(
    act: NamedDependency[Act],
    status: Annotated[EngagementState | None, QueryParameter(description="状态 · state")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[EngagementView]:
    """评估委托 · The engagements one may know of, the newest first."""
    return await queries.engagements(act, status, limit, cursor)


@get("/v1/engagements/{engagement_id:str}", opt=allow(READ), responses=problems(NotFound))
async def get_engagement(engagement_id: FromPath[str], act: NamedDependency[Act]) -> EngagementView:
    """评估委托 · An engagement, for its client, its firm, the asset's provider, and those who watch."""
    row = await queries.visible_engagement(act, engagement_id)
    return await queries.view(act, row)


@post(
    "/v1/engagements/{engagement_id:str}/acceptance",
    opt=allow(WORK),
    status_code=200,
    responses=problems(NotFound, errors.TeamFaulty, IndependenceImpaired, IllegalTransition, WrongActor),
)
async def accept_engagement(
    engagement_id: FromPath[str], data: JSONBody[AcceptEngagement], act: NamedDependency[Act]
) -> EngagementView:
    """受理委托 · Accept with two valuers and a reviewer, after everybody's independence was checked."""
    return await commands.accept(act, engagement_id, data)


@post(
    "/v1/engagements/{engagement_id:str}/consent",
    opt=allow(PROPOSE),
    status_code=200,
    responses=problems(NotFound, IllegalTransition),
)
async def consent_to_engagement(engagement_id: FromPath[str], act: NamedDependency[Act]) -> EngagementView:
    """同意评估 · As the asset's provider, let the firm of another's engagement score it and read of its quality."""
    return await commands.consent(act, engagement_id)


@post(
    "/v1/engagements/{engagement_id:str}/refusal",
    opt=allow(WORK),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor),
)
async def decline_engagement(
    engagement_id: FromPath[str], data: JSONBody[GiveReason], act: NamedDependency[Act]
) -> EngagementView:
    """不予受理 · Decline a proposal."""
    return await commands.decline(act, engagement_id, data)


@post(
    "/v1/engagements/{engagement_id:str}/termination",
    opt=allow(PROPOSE, WORK),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor),
)
async def terminate_engagement(
    engagement_id: FromPath[str], data: JSONBody[GiveReason], act: NamedDependency[Act]
) -> EngagementView:
    """终止委托 · End an engagement that has no report yet, as its client or its firm."""
    return await commands.terminate(act, engagement_id, data)


@post(
    "/v1/engagements/{engagement_id:str}/withdrawal",
    opt=allow(WORK),
    status_code=200,
    responses=problems(NotFound, PractitionerUnknown, errors.NotYourPart, IllegalTransition, WrongActor),
)
async def withdraw_report(
    engagement_id: FromPath[str], data: JSONBody[GiveReason], act: NamedDependency[Act]
) -> EngagementView:
    """撤回报告 · Take an issued report back, as one of its valuers; the register says so from then on."""
    return await commands.withdraw(act, engagement_id, data)


@get("/v1/appraisal-register", opt=public(), responses=problems())
async def list_registered_reports(
    session: Session,
    asset_id: Annotated[str | None, QueryParameter(max_length=40, description="资产 · asset")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[RegisteredReport]:
    """评估报告登记簿 · Every issued report and whether it stands, the newest first; no value and no client."""
    return await register.reports(session, asset_id, limit, cursor)


@get("/v1/appraisal-register/{number:str}", opt=public(), responses=problems(NotFound))
async def get_registered_report(number: FromPath[str], session: Session) -> RegisteredReport:
    """评估报告登记簿 · One report by its number: who signed it, until when it may be used, whether it stands."""
    return await register.report(session, number)


ROUTES = [
    propose_engagement,
    list_engagements,
    get_engagement,
    accept_engagement,
    consent_to_engagement,
    decline_engagement,
    terminate_engagement,
    withdraw_report,
    list_registered_reports,
    get_registered_report,
    *WORK_ROUTES,
]
