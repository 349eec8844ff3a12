"""Joint computing over HTTP."""

from typing import Annotated, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from channels.computing.errors import (
    BudgetSpent,
    ParametersUnfit,
    QueryRefused,
    TableMissing,
    TableTooLarge,
    TextTooLarge,
)
from channels.joint import errors, queries
from channels.joint.commands import agreeing, asking, running
from channels.joint.schemas import (
    AskJoint,
    ConsentJoint,
    JointAgreementView,
    JointAllowanceView,
    JointContent,
    JointReason,
    JointRunView,
    RunJointTemplate,
)
from channels.publishing.errors import ScopeNotMade, TablesInPreparation
from contracts.usage.errors import AccessRefused
from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.jobs.errors import ProcessingBusy, ProcessingTooCostly
from kernel.runtime import Runtime
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.delivery.errors import DataDestroyed, DeliveryMissing, DeliveryNotDue, FilesHandedOut, RevisionNotDelivered

_PROVIDES: Final = allow("market:delivery:prepare")
_ASKS: Final = allow("market:delivery:receive")
_BOTH: Final = allow("market:delivery:prepare", "market:delivery:receive")
_READS: Final = allow("market:order:read")
_BOUGHT: Final = (DeliveryMissing, DeliveryNotDue, DataDestroyed, FilesHandedOut, RevisionNotDelivered)
_DESK: Final = (ProcessingBusy, ProcessingTooCostly)
_STEP: Final = (NotFound, IllegalTransition, WrongActor)
_ASKED: Final = (
    *_BOUGHT,
    NotFound,
    AccessRefused,
    TablesInPreparation,
    ScopeNotMade,
    TableMissing,
    TableTooLarge,
    TextTooLarge,
    errors.JointKeyNotLicensed,
    errors.JointNotInForce,
    errors.JointTableTooLarge,
    errors.JointRunsUnderWay,
    IdempotencyKeyReused,
)


@post(
    "/v1/joint-agreements",
    opt=_ASKS,
    responses=problems(*_BOUGHT, *_DESK, errors.JointUnfit, errors.JointAgreementsOpen, IdempotencyKeyReused),
)
async def propose_joint_agreement(
    data: JSONBody[JointContent], once: NamedDependency[Once]
) -> Response[JointAgreementView]:
    """提出联合计算约定 · Propose to join the data of two orders; both providers are asked to consent."""
    return await once(agreeing.propose, data)


@get("/v1/joint-agreements", opt=_READS)
async def list_joint_agreements(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[JointAgreementView]:
    """联合计算约定列表 · Those that one proposed or is asked to consent to, the newest first."""
    return await queries.agreements(act, limit, cursor)


@get("/v1/joint-agreements/{joint_agreement_id:str}", opt=_READS, responses=problems(NotFound))
async def get_joint_agreement(joint_agreement_id: FromPath[str], act: NamedDependency[Act]) -> JointAgreementView:
    """联合计算约定 · What is joined, who consented, and who sees what."""
    return await queries.agreement(act, ids.require("jag", joint_agreement_id))


@get("/v1/joint-agreements/{joint_agreement_id:str}/allowance", opt=_READS, responses=problems(NotFound))
async def get_joint_allowance(joint_agreement_id: FromPath[str], act: NamedDependency[Act]) -> JointAllowanceView:
    """联合计算余额 · What may be asked, and what is left of the budgets of both sides."""
    return await queries.allowance(act, ids.require("jag", joint_agreement_id))


@post(
    "/v1/joint-agreements/{joint_agreement_id:str}/consent",
    opt=_PROVIDES,
    status_code=200,
    responses=problems(*_STEP, *_DESK, errors.JointContentDiffers, errors.JointUnfit),
)
async def consent_to_joint_agreement(
    joint_agreement_id: FromPath[str],
    data: JSONBody[ConsentJoint],
    runtime: NamedDependency[Runtime],
    act: NamedDependency[Act],
) -> JointAgreementView:
    """同意联合计算约定 · A provider consents to the content of this digest; with the second it is in force."""
    return await agreeing.consent(act, ids.require("jag", joint_agreement_id), data, runtime.storage)


@post(
    "/v1/joint-agreements/{joint_agreement_id:str}/refuse", opt=_PROVIDES, status_code=200, responses=problems(*_STEP)
)
async def refuse_joint_agreement(
    joint_agreement_id: FromPath[str], data: JSONBody[JointReason], act: NamedDependency[Act]
) -> JointAgreementView:
    """不同意联合计算约定 · A provider does not consent, and says why."""
    return await agreeing.refuse(act, ids.require("jag", joint_agreement_id), data)


@post("/v1/joint-agreements/{joint_agreement_id:str}/withdraw", opt=_ASKS, status_code=200, responses=problems(*_STEP))
async def withdraw_joint_agreement(joint_agreement_id: FromPath[str], act: NamedDependency[Act]) -> JointAgreementView:
    """撤回联合计算约定 · The buyer takes back what is not in force yet."""
    return await agreeing.withdraw(act, ids.require("jag", joint_agreement_id))


@post("/v1/joint-agreements/{joint_agreement_id:str}/end", opt=_BOTH, status_code=200, responses=problems(*_STEP))
async def end_joint_agreement(
    joint_agreement_id: FromPath[str], data: JSONBody[JointReason], act: NamedDependency[Act]
) -> JointAgreementView:
    """结束联合计算约定 · Each of the three ends it; what runs or waits for review is stopped at once."""
    return await agreeing.end(act, ids.require("jag", joint_agreement_id), data)


@post(
    "/v1/joint-agreements/{joint_agreement_id:str}/queries",
    opt=_ASKS,
    responses=problems(
        *_ASKED, *_DESK, errors.JointAggregatesNotAgreed, errors.JointJoinTooLarge, QueryRefused, BudgetSpent
    ),
)
async def ask_joint_aggregates(
    joint_agreement_id: FromPath[str], data: JSONBody[AskJoint], once: NamedDependency[Once]
) -> Response[JointRunView]:
    """联合自主查询 · Ask for aggregates of the join; both sides' budgets are charged before anything runs."""
    return await once(asking.ask_aggregates, ids.require("jag", joint_agreement_id), data)


@post(
    "/v1/joint-agreements/{joint_agreement_id:str}/runs",
    opt=_ASKS,
    responses=problems(
        *_ASKED, errors.JointTemplateUnknown, ParametersUnfit, errors.JointTemplateSpent, errors.JointSetsTooMany
    ),
)
async def run_joint_template(
    joint_agreement_id: FromPath[str], data: JSONBody[RunJointTemplate], once: NamedDependency[Once]
) -> Response[JointRunView]:
    """运行联合模板 · Run a template that both providers consented to; both review its result."""
    return await once(asking.run_template, ids.require("jag", joint_agreement_id), data)


@get("/v1/joint-runs", opt=_READS)
async def list_joint_runs(
    act: NamedDependency[Act],
    joint_agreement_id: Annotated[
        str | None,
        QueryParameter(name="joint_agreement_id", max_length=40, description="限于一份约定 · of one agreement only"),
    ] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[JointRunView]:
    """联合计算日志 · Every joint run that one asked for or whose data is one's own, with its cost and reviews."""
    return await queries.runs(act, joint_id=joint_agreement_id, limit=limit, cursor=cursor)


@get("/v1/joint-runs/{joint_run_id:str}", opt=_READS, responses=problems(NotFound))
async def get_joint_run(joint_run_id: FromPath[str], act: NamedDependency[Act]) -> JointRunView:
    """联合计算任务 · One run; those entitled have its answer once it is released."""
    return await queries.run(act, ids.require("jrn", joint_run_id))


@post("/v1/joint-runs/{joint_run_id:str}/cancel", opt=_ASKS, status_code=200, responses=problems(*_STEP))
async def cancel_joint_run(joint_run_id: FromPath[str], act: NamedDependency[Act]) -> JointRunView:
    """取消联合计算 · Give a run up; what it cost is not given back."""
    return await running.cancel(act, ids.require("jrn", joint_run_id))


@post(
    "/v1/joint-runs/{joint_run_id:str}/approve",
    opt=_PROVIDES,
    status_code=200,
    responses=problems(*_STEP, DeliveryNotDue, DataDestroyed, errors.JointNotInForce),
)
async def approve_joint_run(
    joint_run_id: FromPath[str], data: JSONBody[JointReason], act: NamedDependency[Act]
) -> JointRunView:
    """同意放行 · A provider has reviewed a result and lets it go; with the second it is released."""
    return await running.approve(act, ids.require("jrn", joint_run_id), data)


@post("/v1/joint-runs/{joint_run_id:str}/refuse", opt=_PROVIDES, status_code=200, responses=problems(*_STEP))
async def refuse_joint_run(
    joint_run_id: FromPath[str], data: JSONBody[JointReason], act: NamedDependency[Act]
) -> JointRunView:
    """不予放行 · A provider has reviewed a result and keeps it from everybody."""
    return await running.refuse(act, ids.require("jrn", joint_run_id), data)


ROUTES: Final = [
    propose_joint_agreement,
    list_joint_agreements,
    get_joint_agreement,
    get_joint_allowance,
    consent_to_joint_agreement,
    refuse_joint_agreement,
    withdraw_joint_agreement,
    end_joint_agreement,
    ask_joint_aggregates,
    run_joint_template,
    list_joint_runs,
    get_joint_run,
    cancel_joint_run,
    approve_joint_run,
    refuse_joint_run,
]
