"""Appraisals over HTTP."""

from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.db import end_reading
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.jobs import desk, processes
from kernel.jobs.errors import ProcessingBusy, ProcessingTooCostly
from kernel.runtime import Runtime
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from valuation.appraisal import commands, errors, queries
from valuation.appraisal.analysis import views
from valuation.appraisal.schemas import (
    AppraisalSummary,
    AppraisalView,
    AppraiseAsset,
    Calculate,
    CalculationView,
    SensitivityView,
    Simulate,
    SimulationView,
    WhatIf,
    WhatIfView,
)

SIMULATION_SECONDS = 60
Session = NamedDependency[AsyncSession]
READING = allow(
    "valuation:appraisal:write",
    "valuation:quality:run",
    "valuation:engagement:read",
    "market:listing:review",
    "kernel:party:read",
)
"""Whoever may read an appraisal may ask it questions."""


@post(
    "/v1/assets/{asset_id:str}/appraisals",
    opt=allow("valuation:appraisal:write"),
    responses=problems(
        NotFound,
        errors.ConflictOfInterest,
        errors.IndependenceImpaired,
        errors.InputsFaulty,
        errors.ScorecardMismatch,
        errors.BaseDateOutside,
        errors.RuleSetNotInForce,
        IdempotencyKeyReused,
        ProcessingBusy,
        ProcessingTooCostly,
    ),
)
async def appraise_asset(
    asset_id: FromPath[str],
    data: JSONBody[AppraiseAsset],
    once: NamedDependency[Once],
) -> Response[AppraisalView]:
    """测算数据资产价值 · Value an asset by oneself, with every step shown; a study that no second valuer has signed."""
    return await once(commands.study, asset_id, data)


@get("/v1/appraisals", opt=READING)
async def list_appraisals(
    act: NamedDependency[Act],
    asset_id: Annotated[str | None, QueryParameter(max_length=40, description="仅该资产 · of one asset")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[AppraisalSummary]:
    """估值列表 · The appraisals of your data, and those that you made or had made, newest first."""
    return await queries.appraisals(act, asset_id, limit, cursor)


@get(
    "/v1/appraisals/{appraisal_id:str}",
    opt=READING,
    responses=problems(NotFound),
)
async def get_appraisal(appraisal_id: FromPath[str], act: NamedDependency[Act]) -> AppraisalView:
    """估值 · An appraisal, for its valuer, the provider, and those who review and watch."""
    return await queries.appraisal_seen(act, appraisal_id)


async def _read(act: Act, appraisal_id: str) -> AppraisalView:
    """An appraisal for who may see it, in a unit that has ended when the computing begins; raises NotFound."""
    stored = await queries.appraisal_seen(act, appraisal_id)
    await end_reading(act.session)
    return stored


@get(
    "/v1/appraisals/{appraisal_id:str}/sensitivity",
    opt=READING,
    responses=problems(NotFound, ProcessingBusy, ProcessingTooCostly),
)
async def get_sensitivity(appraisal_id: FromPath[str], act: NamedDependency[Act]) -> SensitivityView:
    """敏感性分析 · What moves the value, and the names of all parameters that may be asked about."""
    stored = await _read(act, appraisal_id)
    return await desk.answer(views.sensitive, stored, party=act.actor.party)


@post(
    "/v1/appraisals/{appraisal_id:str}/what-if",
    opt=READING,
    status_code=200,
    responses=problems(NotFound, errors.InputsFaulty, ProcessingBusy, ProcessingTooCostly),
)
async def ask_what_if(appraisal_id: FromPath[str], data: JSONBody[WhatIf], act: NamedDependency[Act]) -> WhatIfView:
    """假设分析 · Value a stored appraisal again by other numbers, under the names of its sensitivity."""
    stored = await _read(act, appraisal_id)
    return await desk.answer(views.what_if, stored, data, party=act.actor.party)


@post(
    "/v1/appraisals/{appraisal_id:str}/simulation",
    opt=READING,
    status_code=200,
    responses=problems(NotFound, errors.InputsFaulty, errors.SimulationTooLong),
)
async def ask_simulation(
    appraisal_id: FromPath[str],
    data: JSONBody[Simulate],
    act: NamedDependency[Act],
    runtime: NamedDependency[Runtime],
) -> SimulationView:
    """蒙特卡洛模拟 · Draw parameters from declared distributions and value every draw that the rule set admits."""
    stored = await _read(act, appraisal_id)
    work, party = (views.simulated, stored, data, act.today), act.actor.party or ""
    try:
        return await processes.call(runtime, *work, seconds=SIMULATION_SECONDS, party=party)
    except TimeoutError as late:
        raise errors.SimulationTooLong(draws=data.draws, seconds=SIMULATION_SECONDS) from late


@post(
    "/v1/valuation-calculations",
    opt=allow("valuation:appraisal:write"),
    status_code=200,
    responses=problems(errors.InputsFaulty, errors.RuleSetNotInForce, ProcessingBusy, ProcessingTooCostly),
)
async def ask_calculation(data: JSONBody[Calculate], actor: NamedDependency[Actor]) -> CalculationView:
    """其他计算 · The price cap of public data, a labelled alternative, or a Shapley split; nothing is stored."""
    return await desk.answer(views.calculated, data, party=actor.party)


ROUTES = [list_appraisals, appraise_asset, get_appraisal, get_sensitivity, ask_what_if, ask_simulation, ask_calculation]
