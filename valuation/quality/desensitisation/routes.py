"""Desensitisation over HTTP."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.jobs import desk
from kernel.jobs.errors import ProcessingBusy, ProcessingTooCostly
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from valuation.quality.desensitisation import commands, queries
from valuation.quality.desensitisation.errors import PlanFaulty
from valuation.quality.desensitisation.schemas import DesensitisationView, Desensitise
from valuation.quality.errors import ContractFaulty, NoRevision

Session = NamedDependency[AsyncSession]


@post(
    "/v1/assets/{asset_id:str}/desensitisations",
    opt=allow("rights:asset:write"),
    status_code=202,
    responses=problems(
        NotFound,
        PlanFaulty,
        ContractFaulty,
        NoRevision,
        IdempotencyKeyReused,
        ProcessingBusy,
        ProcessingTooCostly,
    ),
)
async def start_desensitisation(
    asset_id: FromPath[str],
    data: JSONBody[Desensitise],
    actor: NamedDependency[Actor],
    once: NamedDependency[Once],
) -> Response[DesensitisationView]:
    """数据脱敏 · Treat the newest revision by a plan; what comes out is a new revision, with a report."""
    plan, contract = await desk.answer(commands.accepted, data, party=actor.party)  # Before the unit's connection.
    return await once(commands.start, asset_id, data, plan, contract)


@get("/v1/assets/{asset_id:str}/desensitisations", opt=allow("rights:asset:write"), responses=problems(NotFound))
async def list_desensitisations(
    asset_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[DesensitisationView]:
    """脱敏历史 · The desensitisations of an asset, newest first."""
    return await queries.of_asset(act, asset_id, limit, cursor)


@get("/v1/desensitisations/{treatment_id:str}", opt=allow("rights:asset:write"), responses=problems(NotFound))
async def get_desensitisation(treatment_id: FromPath[str], act: NamedDependency[Act]) -> DesensitisationView:
    """脱敏任务 · A desensitisation, with its report and what to bring when the data is classified again."""
    return await queries.desensitisation(act, treatment_id)


ROUTES = [start_desensitisation, list_desensitisations, get_desensitisation]
