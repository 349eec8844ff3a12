"""Controlled computing over HTTP."""

from typing import Annotated, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from channels.computing import errors, queries
from channels.computing.commands import asking, offers, running, templates
from channels.computing.schemas import (
    AllowanceView,
    AskAggregates,
    ComputingOfferView,
    ReviewRun,
    RunTemplate,
    RunView,
    SetOffer,
    TemplateView,
    WriteTemplate,
)
from channels.publishing.errors import ScopeNotMade, TablesInPreparation
from contracts.usage.errors import AccessRefused
from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow, public
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.jobs.errors import ProcessingBusy, ProcessingTooCostly
from kernel.runtime import Runtime
from kernel.states import IllegalTransition, WrongActor
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
_DESK: Final = (ProcessingBusy, ProcessingTooCostly)
_SCOPED: Final = (TablesInPreparation, ScopeNotMade)
_STEP: Final = (NotFound, IllegalTransition, WrongActor)


@post(
    "/v1/assets/{asset_id:str}/computing-offers",
    opt=_OFFERS,
    responses=problems(NotFound, errors.OfferUnfit, errors.OfferVersionsTooMany, *_DESK, IdempotencyKeyReused),
)
async def publish_computing_offer(
    asset_id: FromPath[str], data: JSONBody[SetOffer], runtime: NamedDependency[Runtime], once: NamedDependency[Once]
) -> Response[ComputingOfferView]:
    """公布受控计算说明 · A new version of what may be asked of an asset's data without its leaving."""
    return await once(offers.publish, ids.require("ast", asset_id), data, runtime.storage)


@get("/v1/assets/{asset_id:str}/computing-offers", opt=_OFFERS, responses=problems(NotFound))
async def list_computing_offers(
    asset_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[ComputingOfferView]:
    """受控计算说明的版本 · The versions of one's own asset, the newest first."""
    return await queries.offers(act, ids.require("ast", asset_id), limit, cursor)


@get("/v1/listings/{listing_id:str}/computing-offer", opt=public(), responses=problems(ListingUnavailable, NotFound))
async def get_computing_offer(listing_id: FromPath[str], act: NamedDependency[Act]) -> ComputingOfferView:
    """商品的受控计算说明 · What may be computed on a product's data, before it is bought."""
    return await queries.of_listing(act, listing_id)


@post(
    "/v1/assets/{asset_id:str}/computing-templates",
    opt=_OFFERS,
    responses=problems(NotFound, errors.TemplateUnfit, *_DESK, IdempotencyKeyReused),
)
async def write_computing_template(
    asset_id: FromPath[str],
    data: JSONBody[WriteTemplate],
    runtime: NamedDependency[Runtime],
    once: NamedDependency[Once],
) -> Response[TemplateView]:
    """撰写计算模板 · Draft a computation with typed parameters; it runs once it is approved."""
    return await once(templates.write, ids.require("ast", asset_id), data, runtime.storage)


@get("/v1/assets/{asset_id:str}/computing-templates", opt=_OFFERS, responses=problems(NotFound))
async def list_computing_templates(
    asset_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[TemplateView]:
    """计算模板列表 · The templates of one's own asset, the newest first."""
    return await queries.templates(act, ids.require("ast", asset_id), limit, cursor)


@get("/v1/computing-templates/{template_id:str}", opt=_OFFERS, responses=problems(NotFound))
async def get_computing_template(template_id: FromPath[str], act: NamedDependency[Act]) -> TemplateView:
    """计算模板 · One template of one's own."""
    return await queries.template(act, ids.require("ctp", template_id))


@post("/v1/computing-templates/{template_id:str}/approve", opt=_OFFERS, status_code=200, responses=problems(*_STEP))
async def approve_computing_template(template_id: FromPath[str], act: NamedDependency[Act]) -> TemplateView:
    """核准计算模板 · Approve the text as it stands; its digest is what runs."""
    return await templates.approve(act, ids.require("ctp", template_id))


@post("/v1/computing-templates/{template_id:str}/withdraw", opt=_OFFERS, status_code=200, responses=problems(*_STEP))
async def withdraw_computing_template(template_id: FromPath[str], act: NamedDependency[Act]) -> TemplateView:
    """撤回计算模板 · Take a template back; agreements that had it before keep it."""
    return await templates.withdraw(act, ids.require("ctp", template_id))


@get("/v1/orders/{order_id:str}/computing", opt=_READS, responses=problems(DeliveryMissing))
async def get_computing_allowance(order_id: FromPath[str], act: NamedDependency[Act]) -> AllowanceView:
    """订单的受控计算 · What an order may compute: its offer, what is left of the budget, its templates."""
    return await queries.allowance(act, ids.require("ord", order_id))


@post(
    "/v1/orders/{order_id:str}/computing/queries",
    opt=_ASKS,
    responses=problems(
        *_DUE,
        *_DESK,
        *_SCOPED,
        errors.UnitNotLicensed,
        errors.ComputingNotOffered,
        errors.TableMissing,
        errors.TableTooLarge,
        errors.TextTooLarge,
        errors.QueryRefused,
        errors.BudgetSpent,
        errors.RunsUnderWay,
        IdempotencyKeyReused,
    ),
)
async def ask_aggregates(
    order_id: FromPath[str], data: JSONBody[AskAggregates], once: NamedDependency[Once]
) -> Response[RunView]:
    """自主查询 · Ask for aggregates of data that stays; the budget is charged before anything runs."""
    return await once(asking.ask_aggregates, ids.require("ord", order_id), data)


@post(
    "/v1/orders/{order_id:str}/computing/runs",
    opt=_ASKS,
    responses=problems(
        *_DUE,
        *_SCOPED,
        errors.TemplateNotLicensed,
        errors.TableMissing,
        errors.TableTooLarge,
        errors.TextTooLarge,
        errors.ParametersUnfit,
        errors.TemplateSpent,
        errors.RunsUnderWay,
        IdempotencyKeyReused,
    ),
)
async def run_computing_template(
    order_id: FromPath[str], data: JSONBody[RunTemplate], once: NamedDependency[Once]
) -> Response[RunView]:
    """运行计算模板 · Run an approved template with parameters of its types."""
    return await once(asking.run_template, ids.require("ord", order_id), data)


@get("/v1/computing-runs", opt=_READS)
async def list_computing_runs(
    act: NamedDependency[Act],
    order_id: Annotated[
        str | None, QueryParameter(name="order_id", max_length=40, description="限于一个订单 · of one order only")
    ] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[RunView]:
    """计算日志 · Every run that one asked for or whose data is one's own, with what it cost and who reviewed it."""
    return await queries.runs(act, order_id=order_id, limit=limit, cursor=cursor)


@get("/v1/computing-runs/{run_id:str}", opt=_READS, responses=problems(NotFound))
async def get_computing_run(run_id: FromPath[str], act: NamedDependency[Act]) -> RunView:
    """计算任务 · One run; its buyer has the answer once it is released."""
    return await queries.run(act, ids.require("cmr", run_id))


@post("/v1/computing-runs/{run_id:str}/cancel", opt=_ASKS, status_code=200, responses=problems(*_STEP))
async def cancel_computing_run(run_id: FromPath[str], act: NamedDependency[Act]) -> RunView:
    """取消计算 · Give a run up; what it cost is not given back."""
    return await running.cancel(act, ids.require("cmr", run_id))


@post(
    "/v1/computing-runs/{run_id:str}/release",
    opt=_OFFERS,
    status_code=200,
    responses=problems(*_STEP, DeliveryNotDue, DataDestroyed),
)
async def release_computing_run(run_id: FromPath[str], data: JSONBody[ReviewRun], act: NamedDependency[Act]) -> RunView:
    """放行结果 · The provider has reviewed a result and lets it go."""
    return await running.release(act, ids.require("cmr", run_id), data)


@post("/v1/computing-runs/{run_id:str}/refuse", opt=_OFFERS, status_code=200, responses=problems(*_STEP))
async def refuse_computing_run(run_id: FromPath[str], data: JSONBody[ReviewRun], act: NamedDependency[Act]) -> RunView:
    """不予放行 · The provider has reviewed a result and keeps it."""
    return await running.refuse(act, ids.require("cmr", run_id), data)


ROUTES = [
    publish_computing_offer,
    list_computing_offers,
    get_computing_offer,
    write_computing_template,
    list_computing_templates,
    get_computing_template,
    approve_computing_template,
    withdraw_computing_template,
    get_computing_allowance,
    ask_aggregates,
    run_computing_template,
    list_computing_runs,
    get_computing_run,
    cancel_computing_run,
    release_computing_run,
    refuse_computing_run,
]
