"""The centre's bank accounts over HTTP: for the clearing officer; whoever may read the books may look on."""

from typing import Annotated, Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.http.description.media import takes
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.jobs import desk
from kernel.jobs.errors import ProcessingBusy, ProcessingTooCostly
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.banking import commands, errors, imports, queries
from market.banking.reading import errors as reading
from market.banking.schemas import (
    AssignEntry,
    BankAccountView,
    BankEntryView,
    BankStatementView,
    ExplainEntry,
    Form,
    OpenBankAccount,
    PrepayEntry,
    ProfileView,
    ReturnEntry,
)

FILE_BYTES_MAX: Final = 8 * 1024 * 1024

_READ: Final = allow("market:ledger:read")
_WRITE: Final = allow("market:payment:confirm")
_STEP: Final = (NotFound, IllegalTransition, WrongActor, IdempotencyKeyReused)


@post("/v1/bank-accounts", opt=_WRITE, responses=problems(errors.BankAccountKnown, IdempotencyKeyReused))
async def open_bank_account(data: JSONBody[OpenBankAccount], once: NamedDependency[Once]) -> Response[BankAccountView]:
    """登记银行账户 · Register an account of the centre's, with what its first statement opens with."""
    return await once(imports.open_account, data)


@get("/v1/bank-accounts", opt=_READ)
async def list_bank_accounts(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[BankAccountView]:
    """银行账户列表 · The centre's bank accounts."""
    return await queries.accounts(act, limit, cursor)


@get("/v1/bank-accounts/{bank_account_id:str}", opt=_READ, responses=problems(NotFound))
async def get_bank_account(bank_account_id: FromPath[str], act: NamedDependency[Act]) -> BankAccountView:
    """银行账户 · One bank account with its last closing balance."""
    return await queries.account(act, ids.require("bac", bank_account_id))


@get("/v1/bank-profiles", opt=_READ)
async def list_bank_profiles(act: NamedDependency[Act]) -> list[ProfileView]:
    """银行 CSV 模板 · The ways in which banks write their tables."""
    return queries.profiles(act)


@post(
    "/v1/bank-accounts/{bank_account_id:str}/statements",
    opt=_WRITE | takes("application/xml", "text/csv"),
    request_max_body_size=FILE_BYTES_MAX,
    responses=problems(
        NotFound,
        reading.StatementUnreadable,
        reading.ProfileUnknown,
        reading.StatementUnbalanced,
        reading.StatementTotals,
        reading.SerialRepeated,
        reading.StatementCurrency,
        errors.StatementOfAnotherAccount,
        errors.StatementKnown,
        errors.StatementAltered,
        errors.StatementGap,
        errors.EntryBookedBefore,
        ProcessingBusy,
        ProcessingTooCostly,
        IdempotencyKeyReused,
    ),
)
async def import_statement(
    bank_account_id: FromPath[str],
    request: Request[Actor, Any, Any],
    act: NamedDependency[Act],
    once: NamedDependency[Once],
    form: Annotated[Form, QueryParameter(description="文件格式 · form of the file")] = "camt.053",
    profile: Annotated[str | None, QueryParameter(max_length=40, description="CSV 模板 · profile of the CSV")] = None,
) -> Response[BankStatementView]:
    """导入对账单 · Import a statement: the body is the bank's file; its lines are booked one by one right after."""
    wanted, raw = ids.require("bac", bank_account_id), await request.body()
    facts = await desk.answer(imports.read, form, profile, act.today, raw, party=act.actor.party)
    return await once(imports.take, wanted, facts, raw)


@get("/v1/bank-accounts/{bank_account_id:str}/statements", opt=_READ, responses=problems(NotFound))
async def list_statements(
    bank_account_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[BankStatementView]:
    """对账单列表 · The statements of an account, the newest first."""
    return await queries.statements(act, ids.require("bac", bank_account_id), limit, cursor)


@get("/v1/bank-statements/{bank_statement_id:str}", opt=_READ, responses=problems(NotFound))
async def get_statement_of_bank(bank_statement_id: FromPath[str], act: NamedDependency[Act]) -> BankStatementView:
    """对账单 · One statement, and where its lines stand."""
    return await queries.statement(act, ids.require("bst", bank_statement_id))


@get("/v1/bank-entries", opt=_READ)
async def list_bank_entries(
    act: NamedDependency[Act],
    status: Annotated[
        str | None,
        QueryParameter(
            pattern=r"^(unread|unknown|partial|proposed|returning|unexplained|matched|prepaid|returned|explained)$(?!\n)"
        ),
    ] = None,
    statement_id: Annotated[str | None, QueryParameter(max_length=40)] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[BankEntryView]:
    """银行流水 · Lines of statements: the queues of the clearing officer are those that wait."""
    return await queries.entries(act, status, statement_id, limit, cursor)


@get("/v1/bank-entries/{bank_entry_id:str}", opt=_READ, responses=problems(NotFound))
async def get_bank_entry(bank_entry_id: FromPath[str], act: NamedDependency[Act]) -> BankEntryView:
    """流水明细 · One line and what became of it."""
    return await queries.entry(act, ids.require("ben", bank_entry_id))


@post(
    "/v1/bank-entries/{bank_entry_id:str}/assignment",
    opt=_WRITE,
    status_code=200,
    responses=problems(errors.PaymentNotWaiting, errors.AssignmentAmount, *_STEP),
)
async def assign_bank_entry(
    bank_entry_id: FromPath[str], data: JSONBody[AssignEntry], once: NamedDependency[Once]
) -> Response[BankEntryView]:
    """认领到账 · The officer says which payments the money pays."""
    return await once(commands.assign, ids.require("ben", bank_entry_id), data)


@post("/v1/bank-entries/{bank_entry_id:str}/prepayment", opt=_WRITE, status_code=200, responses=problems(*_STEP))
async def prepay_bank_entry(
    bank_entry_id: FromPath[str], data: JSONBody[PrepayEntry], once: NamedDependency[Once]
) -> Response[BankEntryView]:
    """转为预收 · The officer keeps the money for a party."""
    return await once(commands.prepay, ids.require("ben", bank_entry_id), data)


@post("/v1/bank-entries/{bank_entry_id:str}/return", opt=_WRITE, status_code=200, responses=problems(*_STEP[:-1]))
async def return_bank_entry(
    bank_entry_id: FromPath[str], data: JSONBody[ReturnEntry], act: NamedDependency[Act]
) -> BankEntryView:
    """原路退回 · The officer sends the money back; the transfer quotes the line's id."""
    return await commands.send_back(act, ids.require("ben", bank_entry_id), data)


@post("/v1/bank-entries/{bank_entry_id:str}/explanation", opt=_WRITE, status_code=200, responses=problems(*_STEP))
async def explain_bank_entry(
    bank_entry_id: FromPath[str], data: JSONBody[ExplainEntry], once: NamedDependency[Once]
) -> Response[BankEntryView]:
    """说明扣款 · The officer says that the bank took a fee of its own."""
    return await once(commands.explain, ids.require("ben", bank_entry_id), data)


ROUTES = [
    open_bank_account,
    list_bank_accounts,
    get_bank_account,
    list_bank_profiles,
    import_statement,
    list_statements,
    get_statement_of_bank,
    list_bank_entries,
    get_bank_entry,
    assign_bank_entry,
    prepay_bank_entry,
    return_bank_entry,
    explain_bank_entry,
]
