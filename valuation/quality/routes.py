"""Quality over HTTP."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.jobs.errors import ProcessingBusy, ProcessingTooCostly
from kernel.runtime import Runtime
from kernel.states import IllegalTransition
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from valuation.quality import commands, errors, progress, queries
from valuation.quality.access.readers import READ, contract_document
from valuation.quality.contract.upgrade import upgraded
from valuation.quality.desensitisation.routes import ROUTES as DESENSITISATIONS
from valuation.quality.schemas import (
    DataContractSummary,
    PartialResultView,
    QualityRunView,
    ScorecardSummary,
    ScorecardView,
    ScoreRevision,
)
from valuation.quality.scoring import exports
from valuation.quality.scoring.comparison import Comparison
from valuation.quality.understanding import understood
from valuation.quality.watch.routes import ROUTES as WATCH

Session = NamedDependency[AsyncSession]
OfAsset = Annotated[str | None, QueryParameter(max_length=40, description="仅该资产 · of one asset")]


@post(
    "/v1/assets/{asset_id:str}/quality-runs",
    opt=allow("valuation:quality:run"),
    status_code=202,
    responses=problems(
        NotFound,
        errors.ContractFaulty,
        errors.FilesDiffer,
        errors.NoRevision,
        errors.RunUnderWay,
        IdempotencyKeyReused,
        ProcessingBusy,
        ProcessingTooCostly,
    ),
)
async def start_quality_run(
    asset_id: FromPath[str],
    data: JSONBody[ScoreRevision],
    actor: NamedDependency[Actor],
    once: NamedDependency[Once],
) -> Response[QualityRunView]:
    """发起质量评分 · Score the asset's newest revision against a data contract; the work is done in the background."""
    contract = await understood(data.contract, actor.party)  # Before the unit takes a connection.
    return await once(commands.start, asset_id, contract)


@get("/v1/quality-runs/{run_id:str}", opt=READ, responses=problems(NotFound))
async def get_quality_run(run_id: FromPath[str], act: NamedDependency[Act]) -> QualityRunView:
    """质量评分任务 · A run, with its scorecard when it has succeeded or the reason when it has failed."""
    return await queries.quality_run(act, run_id)


@get("/v1/assets/{asset_id:str}/quality-runs", opt=READ, responses=problems(NotFound))
async def list_quality_runs(
    asset_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[QualityRunView]:
    """评分历史 · The runs of an asset, newest first; others than its provider see those that they asked for."""
    return await queries.history(act, asset_id, limit, cursor)


@get(
    "/v1/quality-runs/{run_id:str}/partial-result",
    opt=READ,
    responses=problems(NotFound),
)
async def get_partial_result(run_id: FromPath[str], act: NamedDependency[Act]) -> PartialResultView:
    """部分结果 · What a run that failed or was cancelled had found out of the objects that it had finished."""
    return await progress.partial_result(act, await queries.run_row(act, run_id))


@post(
    "/v1/quality-runs/{run_id:str}/cancellation",
    opt=allow("valuation:quality:run"),
    status_code=200,
    responses=problems(NotFound, IllegalTransition),
)
async def cancel_quality_run(run_id: FromPath[str], act: NamedDependency[Act]) -> QualityRunView:
    """取消质量评分 · Cancel a run that has not ended; its process is stopped."""
    return await commands.cancel(act, run_id)


@get("/v1/scorecards", opt=READ)
async def list_scorecards(
    act: NamedDependency[Act],
    asset_id: OfAsset = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[ScorecardSummary]:
    """评分卡列表 · The scorecards of your data and those that you made, newest first."""
    return await queries.scorecards(act, asset_id, limit, cursor)


@get("/v1/data-contracts", opt=READ)
async def list_data_contracts(
    act: NamedDependency[Act],
    asset_id: OfAsset = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[DataContractSummary]:
    """数据合同列表 · The data contracts of your assets, newest first."""
    return await queries.contracts(act, asset_id, limit, cursor)


@get(
    "/v1/scorecards/{scorecard_id:str}",
    opt=READ,
    responses=problems(NotFound),
)
async def get_scorecard(scorecard_id: FromPath[str], act: NamedDependency[Act]) -> ScorecardView:
    """质量评分卡 · A scorecard: score, dimensions, indicators, checks with samples, profile."""
    return await queries.scorecard_seen(act, scorecard_id)


@get("/v1/scorecards/{scorecard_id:str}/dqv", opt=READ, media_type="application/ld+json", responses=problems(NotFound))
async def get_scorecard_dqv(
    scorecard_id: FromPath[str], runtime: NamedDependency[Runtime], act: NamedDependency[Act]
) -> dict[str, Any]:
    """评分卡（DQV）· The scorecard in the W3C Data Quality Vocabulary, as JSON-LD."""
    card = await queries.scorecard_seen(act, scorecard_id)
    return exports.dqv(
        card.scorecard, f"{runtime.issuer.public_url}/v1/assets/{card.asset_id}", card.scored_at.isoformat()
    )


@get("/v1/scorecards/{scorecard_id:str}/openlineage", opt=READ, responses=problems(NotFound))
async def get_scorecard_openlineage(
    scorecard_id: FromPath[str], runtime: NamedDependency[Runtime], act: NamedDependency[Act]
) -> dict[str, Any]:
    """评分卡（OpenLineage）· OpenLineage dataset facets of every object of the scorecard."""
    card = await queries.scorecard_seen(act, scorecard_id)
    return exports.openlineage(card.scorecard, runtime.issuer.public_url)


@get("/v1/scorecards/{scorecard_id:str}/odcs-results", opt=READ, responses=problems(NotFound))
async def get_scorecard_odcs_results(scorecard_id: FromPath[str], act: NamedDependency[Act]) -> dict[str, Any]:
    """评分卡（ODCS 结果）· Results check by check, in the shape that users of ODCS know."""
    card = await queries.scorecard_seen(act, scorecard_id)
    return exports.odcs(card.scorecard, card.run_id, card.scored_at.isoformat())


@get(
    "/v1/scorecards/{scorecard_id:str}/comparison",
    opt=READ,
    responses=problems(NotFound, errors.ScorecardsUnrelated),
)
async def get_scorecard_comparison(
    scorecard_id: FromPath[str],
    before: Annotated[str, QueryParameter(pattern=r"^scr_[0-9A-Za-z]{26}$(?!\n)")],
    act: NamedDependency[Act],
) -> Comparison:
    """评分卡比较 · What changed since an earlier scorecard of the same asset: score, causes, columns, drift."""
    return await queries.comparison(act, before, scorecard_id)


@get("/v1/data-contracts/{contract_id:str}", opt=READ, responses=problems(NotFound))
async def get_data_contract(contract_id: FromPath[str], act: NamedDependency[Act]) -> dict[str, Any]:
    """数据合同 · The ODCS document as it was written, against which data was scored."""
    return await contract_document(act, contract_id)


@get("/v1/data-contracts/{contract_id:str}/odcs", opt=READ, responses=problems(NotFound))
async def get_data_contract_odcs(contract_id: FromPath[str], act: NamedDependency[Act]) -> dict[str, Any]:
    """数据合同（ODCS v3.2）· The same promises as an ODCS v3.2 document, whatever version it was written in."""
    return upgraded(await contract_document(act, contract_id))


ROUTES = [
    list_scorecards,
    list_data_contracts,
    start_quality_run,
    list_quality_runs,
    get_quality_run,
    get_partial_result,
    cancel_quality_run,
    get_scorecard,
    get_scorecard_dqv,
    get_scorecard_openlineage,
    get_scorecard_odcs_results,
    get_scorecard_comparison,
    get_data_contract,
    get_data_contract_odcs,
    *WATCH,
    *DESENSITISATIONS,
]
