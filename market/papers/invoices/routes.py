"""Invoices over HTTP."""

from typing import Annotated, Any, Final

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
from market.papers.details.errors import InvoiceDetailsMissing
from market.papers.invoices import commands, errors, queries, shares
from market.papers.invoices.schemas import (
    EndInvoice,
    InvoiceView,
    IssueInvoice,
    PaidShareView,
    RegisterFapiao,
    RequestInvoice,
)

WRITES: Final = allow("market:invoice:write")
READS: Final = allow("market:settlement:read")
STEP: Final = (NotFound, IllegalTransition, WrongActor)
FAPIAO: Final = (errors.FapiaoNumberFaulty, errors.FapiaoNumberTaken, errors.NotTheSeller)

_STATES: Final = r"^(draft|withdrawn|issued|registered|void)$(?!\n)"


@post(
    "/v1/invoices",
    opt=WRITES,
    responses=problems(NotFound, errors.InvoiceFaulty, InvoiceDetailsMissing, IdempotencyKeyReused),
)
async def request_invoice(data: JSONBody[RequestInvoice], once: NamedDependency[Once]) -> Response[InvoiceView]:
    """申请开票 · Ask for an invoice of settled orders and paid bills, of the fees on them, or of a holder's share."""
    return await once(commands.request, data)


@get("/v1/paid-shares", opt=READS)
async def list_paid_shares(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[PaidShareView]:
    """分成列表 · The shares that the caller holds, or that others got of what it sold, newest first."""
    return await shares.paid_shares(act, limit, cursor)


@get("/v1/invoices", opt=READS)
async def list_invoices(
    act: NamedDependency[Act],
    status: Annotated[str | None, QueryParameter(pattern=_STATES, description="状态 · the state")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[InvoiceView]:
    """发票列表 · One's own invoices as seller or buyer, newest first; all of them for those who watch."""
    return await queries.invoices(act, status, limit, cursor)


@get("/v1/invoices/{invoice_id:str}", opt=READS, responses=problems(NotFound))
async def get_invoice(invoice_id: FromPath[str], act: NamedDependency[Act]) -> InvoiceView:
    """发票详情 · One invoice; its lines are on its paper."""
    return await queries.invoice(act, ids.require("ivc", invoice_id))


@get("/v1/invoices/{invoice_id:str}/en16931", opt=READS, responses=problems(NotFound, errors.InvoiceWithoutPaper))
async def get_invoice_en16931(invoice_id: FromPath[str], act: NamedDependency[Act]) -> dict[str, Any]:
    """EN 16931 发票 · An invoice by the business terms of EN 16931 (type 380), for buyers abroad."""
    return await queries.en16931_of(act, ids.require("ivc", invoice_id))


@post(
    "/v1/invoices/{invoice_id:str}/issue",
    opt=WRITES,
    responses=problems(
        *STEP, errors.NotTheSeller, errors.NothingToInvoice, InvoiceDetailsMissing, IdempotencyKeyReused
    ),
)
async def issue_invoice(
    invoice_id: FromPath[str], data: JSONBody[IssueInvoice], once: NamedDependency[Once]
) -> Response[InvoiceView]:
    """开具发票 · The seller draws the invoice, which gets the next number."""
    wanted = ids.require("ivc", invoice_id)
    return await once(commands.issue, wanted, data)


@post(
    "/v1/invoices/{invoice_id:str}/registration",
    opt=WRITES,
    status_code=200,
    responses=problems(*STEP, *FAPIAO, errors.NotForTheTaxSystem),
)
async def register_invoice(
    invoice_id: FromPath[str], data: JSONBody[RegisterFapiao], act: NamedDependency[Act]
) -> InvoiceView:
    """登记数电票号码 · Enter the 20 digits that the tax system gave the invoice."""
    return await commands.register(act, ids.require("ivc", invoice_id), data)


@post("/v1/invoices/{invoice_id:str}/withdrawal", opt=WRITES, status_code=200, responses=problems(*STEP))
async def withdraw_invoice(
    invoice_id: FromPath[str], data: JSONBody[EndInvoice], act: NamedDependency[Act]
) -> InvoiceView:
    """撤回开票申请 · The buyer takes back a request that is not drawn yet."""
    return await commands.withdraw(act, ids.require("ivc", invoice_id), data)


@post(
    "/v1/invoices/{invoice_id:str}/void",
    opt=WRITES,
    status_code=200,
    responses=problems(*STEP, errors.NotTheSeller, errors.InvoiceCredited),
)
async def void_invoice(invoice_id: FromPath[str], data: JSONBody[EndInvoice], act: NamedDependency[Act]) -> InvoiceView:
    """作废发票 · The seller takes back an invoice that has no number of the tax system; ours stays given."""
    return await commands.void(act, ids.require("ivc", invoice_id), data)


ROUTES = [
    request_invoice,
    list_paid_shares,
    list_invoices,
    get_invoice,
    get_invoice_en16931,
    issue_invoice,
    register_invoice,
    withdraw_invoice,
    void_invoice,
]
