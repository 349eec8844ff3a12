"""Payouts over HTTP: parties say where they are paid, officers send money, the bank's word comes back."""

from typing import Annotated, Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.http.description.media import gives, takes
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.jobs import desk
from kernel.jobs.errors import ProcessingBusy, ProcessingTooCostly
from kernel.money import Money
from kernel.states import IllegalTransition, WrongActor
from kernel.views.audience import own_party
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.payouts import errors, queries
from market.payouts.commands import batches, confirming, due, payees
from market.payouts.pain import reports
from market.payouts.rules import POLICY, next_payout_day
from market.payouts.schemas import (
    ApproveBatch,
    BatchLineView,
    ConfirmPayeeAccount,
    DeclarePayeeAccount,
    PayeeAccountView,
    PayeeCodeView,
    PayoutAdviceView,
    PayoutBatchView,
    PayoutStandingView,
    PayoutView,
    ProposeBatch,
    RefuseBatch,
    StatusReportView,
)

REPORT_BYTES_MAX: Final = 4 * 1024 * 1024

_OWN: Final = allow("market:payee:write")
_READ: Final = allow("market:settlement:read")
_OFFICE: Final = allow("market:payment:confirm")
_BOOKS: Final = allow("market:ledger:read")
_STEP: Final = (NotFound, IllegalTransition, WrongActor, IdempotencyKeyReused)


@post(
    "/v1/payee-accounts",
    opt=_OWN,
    responses=problems(
        errors.PayeeNameDiffers, errors.AccountNumberFaulty, errors.PayeePending, NotFound, IdempotencyKeyReused
    ),
)
async def declare_payee_account(
    data: JSONBody[DeclarePayeeAccount], once: NamedDependency[Once]
) -> Response[PayeeAccountView]:
    """申报收款账户 · Say where one's own party is paid; until it is active nothing is paid out."""
    return await once(payees.declare, data)


@get("/v1/payee-accounts", opt=_READ)
async def list_payee_accounts(
    act: NamedDependency[Act],
    status: Annotated[
        str | None,
        QueryParameter(pattern=r"^(declared|confirmed|active|replaced|withdrawn|rejected|lapsed|closed)$(?!\n)"),
    ] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[PayeeAccountView]:
    """收款账户列表 · One's own bank details; everybody's for the clearing officer."""
    return await queries.payees(act, status, limit, cursor)


@get("/v1/payee-accounts/{payee_account_id:str}", opt=_READ, responses=problems(NotFound))
async def get_payee_account(payee_account_id: FromPath[str], act: NamedDependency[Act]) -> PayeeAccountView:
    """收款账户 · Bank details of a party."""
    return await queries.payee(act, ids.require("pac", payee_account_id))


@post(
    "/v1/payee-accounts/{payee_account_id:str}/code",
    opt=_OFFICE,
    responses=problems(*_STEP),
)
async def issue_payee_code(payee_account_id: FromPath[str], once: NamedDependency[Once]) -> Response[PayeeCodeView]:
    """签发核验码 · The officer gives this code to the party by its registered contact, not by this API."""
    return await once(payees.issue_code, ids.require("pac", payee_account_id))


@post(
    "/v1/payee-accounts/{payee_account_id:str}/confirmation",
    opt=_OWN,
    status_code=200,
    responses=problems(errors.CodeWrong, *_STEP[:-1]),
)
async def confirm_payee_account(
    payee_account_id: FromPath[str], data: JSONBody[ConfirmPayeeAccount], act: NamedDependency[Act]
) -> PayeeAccountView:
    """确认收款账户 · The party sends the code that it was given by the second channel."""
    return await payees.confirm(act, ids.require("pac", payee_account_id), data)


@post(
    "/v1/payee-accounts/{payee_account_id:str}/withdrawal", opt=_OWN, status_code=200, responses=problems(*_STEP[:-1])
)
async def withdraw_payee_account(payee_account_id: FromPath[str], act: NamedDependency[Act]) -> PayeeAccountView:
    """撤回收款账户变更 · The party takes a change back."""
    return await payees.withdraw(act, ids.require("pac", payee_account_id))


@post(
    "/v1/payee-accounts/{payee_account_id:str}/rejection", opt=_OFFICE, status_code=200, responses=problems(*_STEP[:-1])
)
async def reject_payee_account(
    payee_account_id: FromPath[str], data: JSONBody[RefuseBatch], act: NamedDependency[Act]
) -> PayeeAccountView:
    """驳回收款账户 · The officer rejects bank details that the party does not stand by."""
    return await payees.reject(act, ids.require("pac", payee_account_id), data)


@get("/v1/payouts/standing", opt=_OWN)
async def get_payout_standing(
    act: NamedDependency[Act],
    currency: Annotated[str, QueryParameter(pattern=r"^[A-Z]{3}$(?!\n)")] = "CNY",
) -> PayoutStandingView:
    """应付款到期情况 · What is owed to one's own party, what of it is due, and what keeps the rest."""
    found = await due.payable_now(act, own_party(act.actor), currency)
    return PayoutStandingView(
        currency=currency,
        balance=Money(found.balance_minor, currency).view(),
        held=Money(found.held_minor, currency).view(),
        due=Money(found.due_minor, currency).view(),
        blocks=list(found.blocks),
        next_day=next_payout_day(act.today, POLICY.at(act.today).body),
    )


@get("/v1/payouts", opt=_READ)
async def list_payouts(
    act: NamedDependency[Act],
    status: Annotated[
        str | None, QueryParameter(pattern=r"^(due|batched|sent|confirmed|returned|cancelled)$(?!\n)")
    ] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[PayoutView]:
    """付款列表 · One's own payouts; all of them for the clearing officer and those who watch."""
    return await queries.payouts(act, status, limit, cursor)


@get("/v1/payouts/{payout_id:str}", opt=_READ, responses=problems(NotFound))
async def get_payout(payout_id: FromPath[str], act: NamedDependency[Act]) -> PayoutView:
    """付款 · One payout."""
    return await queries.payout(act, ids.require("pyt", payout_id))


@get("/v1/payouts/{payout_id:str}/advice", opt=_READ, responses=problems(NotFound))
async def get_payout_advice(payout_id: FromPath[str], act: NamedDependency[Act]) -> PayoutAdviceView:
    """付款通知 · What a payout pays, line by line."""
    return await queries.advice(act, ids.require("pyt", payout_id))


@post(
    "/v1/payout-batches",
    opt=_OFFICE,
    responses=problems(
        NotFound,
        errors.NothingDue,
        errors.PayoutNotDue,
        errors.PayeeNotVerified,
        errors.ExecutionDayImpossible,
        IdempotencyKeyReused,
    ),
)
async def propose_batch(data: JSONBody[ProposeBatch], once: NamedDependency[Once]) -> Response[PayoutBatchView]:
    """提出付款批次 · Put what is due into a batch, for two other officers to approve."""
    return await once(batches.propose, data)


@get("/v1/payout-batches", opt=_BOOKS)
async def list_batches(
    act: NamedDependency[Act],
    status: Annotated[str | None, QueryParameter(pattern=r"^(proposed|approved|refused|lapsed)$(?!\n)")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[BatchLineView]:
    """付款批次列表 · Batches, the newest first."""
    return await queries.batches(act, status, limit, cursor)


@get("/v1/payout-batches/{payout_batch_id:str}", opt=_BOOKS, responses=problems(NotFound))
async def get_batch(payout_batch_id: FromPath[str], act: NamedDependency[Act]) -> PayoutBatchView:
    """付款批次 · One batch with its payouts and approvals."""
    return await queries.batch(act, ids.require("pob", payout_batch_id))


@post(
    "/v1/payout-batches/{payout_batch_id:str}/approval",
    opt=_OFFICE,
    status_code=200,
    responses=problems(errors.BatchDigestDiffers, errors.ApproverNotIndependent, errors.PayeeNotVerified, *_STEP),
)
async def approve_batch(
    payout_batch_id: FromPath[str], data: JSONBody[ApproveBatch], once: NamedDependency[Once]
) -> Response[PayoutBatchView]:
    """审批付款批次 · One of two officers approves; with the second the file is made and the payouts are sent."""
    return await once(batches.approve, ids.require("pob", payout_batch_id), data)


@post("/v1/payout-batches/{payout_batch_id:str}/refusal", opt=_OFFICE, status_code=200, responses=problems(*_STEP))
async def refuse_batch(
    payout_batch_id: FromPath[str], data: JSONBody[RefuseBatch], once: NamedDependency[Once]
) -> Response[PayoutBatchView]:
    """否决付款批次 · An officer refuses; the money is owed again."""
    return await once(batches.refuse, ids.require("pob", payout_batch_id), data)


@get(
    "/v1/payout-batches/{payout_batch_id:str}/file",
    opt=_OFFICE | gives("application/xml"),
    media_type="application/xml",
    responses=problems(NotFound),
)
async def get_batch_file(payout_batch_id: FromPath[str], act: NamedDependency[Act]) -> bytes:
    """付款文件（pain.001）· The file for the bank, byte for byte as it was made."""
    return await queries.file_of(act, ids.require("pob", payout_batch_id))


@post(
    "/v1/payout-batches/{payout_batch_id:str}/status-reports",
    opt=_OFFICE | takes("application/xml"),
    status_code=200,
    request_max_body_size=REPORT_BYTES_MAX,
    responses=problems(errors.ReportUnreadable, NotFound, ProcessingBusy, ProcessingTooCostly, IdempotencyKeyReused),
)
async def take_status_report(
    payout_batch_id: FromPath[str],
    request: Request[Actor, Any, Any],
    once: NamedDependency[Once],
) -> Response[StatusReportView]:
    """银行回执（pain.002）· What the bank says of the batch; what it rejects is owed again."""
    wanted, raw = ids.require("pob", payout_batch_id), await request.body()
    report = await desk.answer(reports.read, raw, party=request.user.party)
    return await once(confirming.take_report, wanted, report)


ROUTES = [
    declare_payee_account,
    list_payee_accounts,
    get_payee_account,
    issue_payee_code,
    confirm_payee_account,
    withdraw_payee_account,
    reject_payee_account,
    get_payout_standing,
    list_payouts,
    get_payout,
    get_payout_advice,
    propose_batch,
    list_batches,
    get_batch,
    approve_batch,
    refuse_batch,
    get_batch_file,
    take_status_report,
]
