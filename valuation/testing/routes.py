"""Third-party testing over HTTP."""

from typing import Annotated

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
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from valuation.quality.errors import ContractFaulty, NoRevision, RunUnderWay
from valuation.quality.understanding import understood
from valuation.testing import commands, errors, queries, results
from valuation.testing.schemas import AcceptTest, EndTest, OrderTest, SampleView, SignTest, TestView
from valuation.testing.states import TestAction

Session = NamedDependency[AsyncSession]
_PARTIES = allow("valuation:quality:run")
_READ = allow("valuation:quality:run", "market:listing:review", "kernel:party:read")
_END = (NotFound, IllegalTransition, WrongActor)


@post(
    "/v1/assets/{asset_id:str}/third-party-tests",
    opt=_PARTIES,
    responses=problems(
        NotFound,
        ContractFaulty,
        NoRevision,
        errors.NoTester,
        errors.TesterDependent,
        IdempotencyKeyReused,
        ProcessingBusy,
        ProcessingTooCostly,
    ),
)
async def order_test(
    asset_id: FromPath[str],
    data: JSONBody[OrderTest],
    actor: NamedDependency[Actor],
    once: NamedDependency[Once],
) -> Response[TestView]:
    """委托第三方检测 · Engage an independent tester for the newest revision."""
    contract = await understood(data.contract, actor.party)  # Before the unit takes a connection.
    return await once(commands.order, asset_id, data, contract)


@get("/v1/third-party-tests", opt=_READ)
async def list_tests(
    act: NamedDependency[Act],
    asset: Annotated[str | None, QueryParameter(max_length=40)] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[TestView]:
    """第三方检测 · Tests that one takes part in or watches, newest first."""
    return await queries.tests(act, asset, limit, cursor)


@get("/v1/third-party-tests/{test_id:str}", opt=_READ, responses=problems(NotFound))
async def get_test(test_id: FromPath[str], act: NamedDependency[Act]) -> TestView:
    """第三方检测 · A test with its measures, their limits and the conclusion."""
    return await queries.test(act, test_id)


@get("/v1/third-party-tests/{test_id:str}/samples", opt=_READ, responses=problems(NotFound))
async def list_test_samples(test_id: FromPath[str], act: NamedDependency[Act]) -> list[SampleView]:
    """检测样本 · Every reading of every file: when, how long, and whether it succeeded."""
    return await queries.samples(act, test_id)


@post(
    "/v1/third-party-tests/{test_id:str}/acceptance",
    opt=_PARTIES,
    status_code=200,
    responses=problems(*_END, errors.NotTheTester, errors.TesterDependent),
)
async def accept_test(test_id: FromPath[str], data: JSONBody[AcceptTest], act: NamedDependency[Act]) -> TestView:
    """接受委托 · Accept the order and declare independence."""
    return await commands.accept(act, test_id, data)


@post(
    "/v1/third-party-tests/{test_id:str}/measurement",
    opt=_PARTIES,
    status_code=202,
    responses=problems(*_END, errors.NotTheTester, errors.TesterDependent, RunUnderWay, IdempotencyKeyReused),
)
async def measure_test(test_id: FromPath[str], once: NamedDependency[Once]) -> Response[TestView]:
    """开始测量 · Score the revision in the tester's name and begin to take samples."""
    return await once(commands.measure, test_id)


@post(
    "/v1/third-party-tests/{test_id:str}/signature",
    opt=_PARTIES,
    status_code=200,
    responses=problems(
        *_END,
        errors.NotTheTester,
        errors.TesterDependent,
        errors.MeasuringUnderWay,
        errors.TestSignatureInvalid,
        errors.TestKeyForeign,
    ),
)
async def sign_test(test_id: FromPath[str], data: JSONBody[SignTest], act: NamedDependency[Act]) -> TestView:
    """签署结果 · Sign the result with the tester's own key; it is issued and entered in the register."""
    return await results.sign(act, test_id, data)


@post("/v1/third-party-tests/{test_id:str}/refusal", opt=_PARTIES, status_code=200, responses=problems(*_END))
async def decline_test(test_id: FromPath[str], data: JSONBody[EndTest], act: NamedDependency[Act]) -> TestView:
    """拒绝委托 · Decline the order."""
    return await commands.end(act, test_id, TestAction.DECLINE, data)


@post("/v1/third-party-tests/{test_id:str}/termination", opt=_PARTIES, status_code=200, responses=problems(*_END))
async def terminate_test(test_id: FromPath[str], data: JSONBody[EndTest], act: NamedDependency[Act]) -> TestView:
    """终止检测 · End a test before its result is signed."""
    return await commands.end(act, test_id, TestAction.TERMINATE, data)


@post(
    "/v1/third-party-tests/{test_id:str}/revocation",
    opt=allow("valuation:quality:run", "market:listing:supervise"),
    status_code=200,
    responses=problems(*_END),
)
async def revoke_test(test_id: FromPath[str], data: JSONBody[EndTest], act: NamedDependency[Act]) -> TestView:
    """撤销结果 · Revoke a signed result, by its tester, the centre or the regulator."""
    return await commands.end(act, test_id, TestAction.REVOKE, data)


ROUTES = [
    order_test,
    list_tests,
    get_test,
    list_test_samples,
    accept_test,
    measure_test,
    sign_test,
    decline_test,
    terminate_test,
    revoke_test,
]
