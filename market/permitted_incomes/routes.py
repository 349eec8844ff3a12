"""Permitted incomes and their checks over HTTP."""

from typing import Annotated, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.permitted_incomes import commands, errors, queries
from market.permitted_incomes.schemas import (
    AnswerCheck,
    DecideCheck,
    IncomeCheckView,
    PermittedIncomeView,
    RecordPermittedIncome,
)
from valuation.appraisal.errors import InputsFaulty

_READ: Final = allow("market:listing:supervise", "market:settlement:read")
_DECIDE: Final = allow("market:listing:supervise")


@post(
    "/v1/permitted-incomes",
    opt=_DECIDE,
    responses=problems(
        NotFound,
        InputsFaulty,
        errors.PermittedIncomeFaulty,
        errors.CycleRunning,
        errors.ExcessNotDeducted,
        IdempotencyKeyReused,
    ),
)
async def record_permitted_income(
    data: JSONBody[RecordPermittedIncome], once: NamedDependency[Once]
) -> Response[PermittedIncomeView]:
    """录入准许收入 · An officer records what public data may earn in each year of a cycle."""
    return await once(commands.record, data)


@get("/v1/permitted-incomes", opt=_READ)
async def list_permitted_incomes(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[PermittedIncomeView]:
    """准许收入列表 · Permitted incomes: one's own, or all of them for the offices."""
    return await queries.permitted_incomes(act, limit, cursor)


@get("/v1/permitted-incomes/{permitted_income_id:str}", opt=_READ, responses=problems(NotFound))
async def get_permitted_income(permitted_income_id: FromPath[str], act: NamedDependency[Act]) -> PermittedIncomeView:
    """准许收入 · One permitted income."""
    return await queries.permitted_income(act, ids.require("pin", permitted_income_id))


@get("/v1/income-checks", opt=_READ)
async def list_income_checks(
    act: NamedDependency[Act],
    status: Annotated[str | None, QueryParameter(pattern=r"^(open|overdue|answered|closed)$(?!\n)")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[IncomeCheckView]:
    """收入检查列表 · Checks of years and cycles: one's own, or all of them for the offices."""
    return await queries.checks(act, status, limit, cursor)


@get("/v1/income-checks/{income_check_id:str}", opt=_READ, responses=problems(NotFound))
async def get_income_check(income_check_id: FromPath[str], act: NamedDependency[Act]) -> IncomeCheckView:
    """收入检查 · One check, with what has to be adjusted and until when."""
    return await queries.check(act, ids.require("ick", income_check_id))


@post(
    "/v1/income-checks/{income_check_id:str}/answer",
    opt=allow("market:listing:write"),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor),
)
async def answer_income_check(
    income_check_id: FromPath[str], data: JSONBody[AnswerCheck], act: NamedDependency[Act]
) -> IncomeCheckView:
    """答复检查 · The operator of the data says how prices or caps were adjusted."""
    return await commands.answer(act, ids.require("ick", income_check_id), data)


@post(
    "/v1/income-checks/{income_check_id:str}/acceptance",
    opt=_DECIDE,
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor),
)
async def accept_income_check(
    income_check_id: FromPath[str], data: JSONBody[DecideCheck], act: NamedDependency[Act]
) -> IncomeCheckView:
    """接受答复 · An officer takes the answer; the check is closed."""
    return await commands.accept(act, ids.require("ick", income_check_id), data)


@post(
    "/v1/income-checks/{income_check_id:str}/return",
    opt=_DECIDE,
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor),
)
async def return_income_check(
    income_check_id: FromPath[str], data: JSONBody[DecideCheck], act: NamedDependency[Act]
) -> IncomeCheckView:
    """退回答复 · An officer gives the answer back; it is due anew."""
    return await commands.give_back(act, ids.require("ick", income_check_id), data)


ROUTES = [
    record_permitted_income,
    list_permitted_incomes,
    get_permitted_income,
    list_income_checks,
    get_income_check,
    answer_income_check,
    accept_income_check,
    return_income_check,
]
