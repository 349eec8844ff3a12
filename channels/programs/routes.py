"""Programs near the data over HTTP."""

from typing import Annotated, Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from channels.programs import errors, queries
from channels.programs.commands import offers, running, submitting
from channels.programs.schemas import (
    ProgramOfferView,
    ProgramRunView,
    ProgramServiceView,
    ReviewProgram,
    SetProgramOffer,
    SubmitProgram,
)
from channels.publishing.errors import ScopeNotMade, TablesInPreparation
from contracts.usage.errors import AccessRefused
from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound, PreconditionFailed
from kernel.http.guards import allow, public
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.states import IllegalTransition, WrongActor
from kernel.storage.download import Conditions, range_response
from kernel.storage.encryption.errors import FileDestroyed, KeysUnavailable
from kernel.storage.errors import FileUnavailable
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.delivery.errors import (
    DataDestroyed,
    DeliveryMissing,
    DeliveryNotDue,
    FilesHandedOut,
    RevisionNotDelivered,
)
from market.listings.errors import ListingUnavailable

_OFFERS: Final = allow("market:delivery:prepare")
_ASKS: Final = allow("market:delivery:receive")
_READS: Final = allow("market:order:read")
_DUE: Final = (DeliveryMissing, DeliveryNotDue, DataDestroyed, FilesHandedOut, RevisionNotDelivered, AccessRefused)
_STEP: Final = (NotFound, IllegalTransition, WrongActor)


@get("/v1/program-service", opt=public())
async def get_program_service(act: NamedDependency[Act]) -> ProgramServiceView:
    """程序运行服务 · Whether programs are run here, with which libraries and limits, or what is missing."""
    return await queries.service(act)


@post(
    "/v1/assets/{asset_id:str}/program-offers",
    opt=_OFFERS,
    responses=problems(NotFound, errors.ProgramOfferVersionsTooMany, IdempotencyKeyReused),
)
async def publish_program_offer(
    asset_id: FromPath[str], data: JSONBody[SetProgramOffer], once: NamedDependency[Once]
) -> Response[ProgramOfferView]:
    """公布程序运行说明 · A new version of how buyers' programs may run on an asset's data."""
    return await once(offers.publish, ids.require("ast", asset_id), data)


@get("/v1/assets/{asset_id:str}/program-offers", opt=_OFFERS, responses=problems(NotFound))
async def list_program_offers(
    asset_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[ProgramOfferView]:
    """程序运行说明的版本 · The versions of one's own asset, the newest first."""
    return await queries.offers(act, ids.require("ast", asset_id), limit, cursor)


@get("/v1/listings/{listing_id:str}/program-offer", opt=public(), responses=problems(ListingUnavailable, NotFound))
async def get_program_offer(listing_id: FromPath[str], act: NamedDependency[Act]) -> ProgramOfferView:
    """商品的程序运行说明 · How programs may run on a product's data, and whether they can here, before it is bought."""
    return await queries.of_listing(act, listing_id)


@post(
    "/v1/orders/{order_id:str}/program-runs",
    opt=_ASKS,
    responses=problems(
        *_DUE,
        TablesInPreparation,
        ScopeNotMade,
        errors.ProgramsNotOffered,
        errors.ProgramsNotRunHere,
        errors.ProgramUnfit,
        errors.ProgramTablesMissing,
        errors.ProgramDataTooLarge,
        errors.ProgramUnderWay,
        errors.ProgramRunsSpent,
        IdempotencyKeyReused,
    ),
)
async def submit_program(
    order_id: FromPath[str], data: JSONBody[SubmitProgram], once: NamedDependency[Once]
) -> Response[ProgramRunView]:
    """提交程序 · Have a program run beside the licensed tables; its results leave after the provider's review."""
    return await once(submitting.submit, ids.require("ord", order_id), data)


@get("/v1/program-runs", opt=_READS)
async def list_program_runs(
    act: NamedDependency[Act],
    order_id: Annotated[
        str | None, QueryParameter(name="order_id", max_length=40, description="限于一个订单 · of one order only")
    ] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[ProgramRunView]:
    """程序运行日志 · Every run that one asked for or whose data is one's own, with text, confinement and reviewer."""
    return await queries.runs(act, order_id=order_id, limit=limit, cursor=cursor)


@get("/v1/program-runs/{run_id:str}", opt=_READS, responses=problems(NotFound))
async def get_program_run(run_id: FromPath[str], act: NamedDependency[Act]) -> ProgramRunView:
    """程序运行 · One run; its buyer reads how it ended once it is released."""
    return await queries.run(act, ids.require("pgr", run_id))


@get(
    "/v1/program-runs/{run_id:str}/results/{result_name:str}",
    opt=_READS,
    responses=problems(
        NotFound,
        errors.ProgramResultUnusable,
        PreconditionFailed,
        FileUnavailable,
        FileDestroyed,
        KeysUnavailable,
    ),
)
async def read_program_result(
    run_id: FromPath[str],
    result_name: FromPath[str],
    act: NamedDependency[Act],
    runtime: NamedDependency[Runtime],
    request: Request[Actor, Any, Any],
) -> Response[Any]:
    """读取结果文件 · A result as its file: its reviewer's from the review on, its buyer's once it is released."""
    download = await queries.result(act, ids.require("pgr", run_id), result_name)
    return await range_response(runtime.storage, download, Conditions.of(request.headers))


@post("/v1/program-runs/{run_id:str}/cancel", opt=_ASKS, status_code=200, responses=problems(*_STEP))
async def cancel_program_run(run_id: FromPath[str], act: NamedDependency[Act]) -> ProgramRunView:
    """取消程序运行 · Give a run up; it stays counted."""
    return await running.cancel(act, ids.require("pgr", run_id))


@post(
    "/v1/program-runs/{run_id:str}/release",
    opt=_OFFERS,
    status_code=200,
    responses=problems(*_STEP, DeliveryNotDue, DataDestroyed),
)
async def release_program_run(
    run_id: FromPath[str], data: JSONBody[ReviewProgram], act: NamedDependency[Act]
) -> ProgramRunView:
    """放行结果 · The provider has read what a run gives and lets it go."""
    return await running.release(act, ids.require("pgr", run_id), data)


@post("/v1/program-runs/{run_id:str}/refuse", opt=_OFFERS, status_code=200, responses=problems(*_STEP))
async def refuse_program_run(
    run_id: FromPath[str], data: JSONBody[ReviewProgram], act: NamedDependency[Act]
) -> ProgramRunView:
    """不予放行 · The provider has read what a run gives and keeps it."""
    return await running.refuse(act, ids.require("pgr", run_id), data)


ROUTES = [
    get_program_service,
    publish_program_offer,
    list_program_offers,
    get_program_offer,
    submit_program,
    list_program_runs,
    get_program_run,
    read_program_result,
    cancel_program_run,
    release_program_run,
    refuse_program_run,
]
