"""Credit notes and confirmation slips over HTTP."""

from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from kernel import ids
from kernel.act import Act
from kernel.errors import InvalidInput, NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.papers.credits import commands, errors, queries, slips
from market.papers.credits.schemas import (
    CreditNoteView,
    EnterSlip,
    IssueCreditNote,
    RedSlipView,
    RegisterRed,
    VoidSlip,
)
from market.papers.invoices.errors import FapiaoNumberFaulty, FapiaoNumberTaken, NotTheSeller
from market.papers.invoices.schemas import EndInvoice

WRITES: Final = allow("market:invoice:write")
READS: Final = allow("market:settlement:read")
STEP: Final = (NotFound, IllegalTransition, WrongActor)
SLIP: Final = (*STEP, errors.NotASideOfIt)

_STATES: Final = r"^(pending_red|issued|registered|void)$(?!\n)"


@post(
    "/v1/invoices/{invoice_id:str}/credit-notes",
    opt=WRITES,
    responses=problems(
        NotFound,
        InvalidInput,
        NotTheSeller,
        errors.InvoiceNotIssued,
        errors.CreditAboveInvoice,
        errors.CreditInPart,
        IdempotencyKeyReused,
    ),
)
async def issue_credit_note(
    invoice_id: FromPath[str], data: JSONBody[IssueCreditNote], once: NamedDependency[Once]
) -> Response[CreditNoteView]:
    """开具贷项通知 · The seller takes back a part or all of an invoice; the note gets the next number."""
    wanted = ids.require("ivc", invoice_id)
    return await once(commands.issue, wanted, data)


@get("/v1/credit-notes", opt=READS)
async def list_credit_notes(
    act: NamedDependency[Act],
    status: Annotated[str | None, QueryParameter(pattern=_STATES, description="状态 · the state")] = None,
    invoice_id: Annotated[str | None, QueryParameter(max_length=40)] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[CreditNoteView]:
    """贷项通知列表 · One's own credit notes as seller or buyer, newest first; all of them for those who watch."""
    return await queries.credit_notes(act, status, invoice_id, limit, cursor)


@get("/v1/credit-notes/{credit_note_id:str}", opt=READS, responses=problems(NotFound))
async def get_credit_note(credit_note_id: FromPath[str], act: NamedDependency[Act]) -> CreditNoteView:
    """贷项通知详情 · One credit note with its confirmation slips."""
    return await queries.credit_note(act, ids.require("crn", credit_note_id))


@get("/v1/credit-notes/{credit_note_id:str}/en16931", opt=READS, responses=problems(NotFound))
async def get_credit_note_en16931(credit_note_id: FromPath[str], act: NamedDependency[Act]) -> dict[str, Any]:
    """EN 16931 贷项通知 · A credit note by the business terms of EN 16931 (type 381)."""
    return await queries.en16931_of(act, ids.require("crn", credit_note_id))


@post(
    "/v1/credit-notes/{credit_note_id:str}/slips",
    opt=WRITES,
    responses=problems(
        *SLIP,
        errors.InvoiceNotRegistered,
        errors.SlipPending,
        errors.SlipTaken,
        errors.SlipNotByBuyer,
        IdempotencyKeyReused,
    ),
)
async def enter_red_slip(
    credit_note_id: FromPath[str], data: JSONBody[EnterSlip], once: NamedDependency[Once]
) -> Response[CreditNoteView]:
    """录入红字确认单 · Enter a confirmation slip; the other side has 72 hours where it has to confirm."""
    wanted = ids.require("crn", credit_note_id)
    return await once(slips.enter, wanted, data)


@post(
    "/v1/credit-notes/{credit_note_id:str}/registration",
    opt=WRITES,
    status_code=200,
    responses=problems(*STEP, NotTheSeller, FapiaoNumberFaulty, FapiaoNumberTaken, errors.SlipNotConfirmed),
)
async def register_credit_note(
    credit_note_id: FromPath[str], data: JSONBody[RegisterRed], act: NamedDependency[Act]
) -> CreditNoteView:
    """登记红字发票号码 · Enter the 20 digits of the red invoice, and the slip that it was issued by."""
    return await commands.register(act, ids.require("crn", credit_note_id), data)


@post(
    "/v1/credit-notes/{credit_note_id:str}/void",
    opt=WRITES,
    status_code=200,
    responses=problems(*STEP, NotTheSeller, errors.SlipPending, errors.CreditOfMoneyReturned),
)
async def void_credit_note(
    credit_note_id: FromPath[str], data: JSONBody[EndInvoice], act: NamedDependency[Act]
) -> CreditNoteView:
    """作废贷项通知 · The seller takes back a credit note that has not become red; its number stays given."""
    return await commands.void(act, ids.require("crn", credit_note_id), data)


@post(
    "/v1/red-slips/{red_slip_id:str}/confirm", opt=WRITES, status_code=200, responses=problems(*SLIP, errors.SlipUsed)
)
async def confirm_red_slip(red_slip_id: FromPath[str], act: NamedDependency[Act]) -> RedSlipView:
    """确认红字确认单 · The other side confirms the slip."""
    return await slips.confirm(act, ids.require("rsl", red_slip_id))


@post("/v1/red-slips/{red_slip_id:str}/deny", opt=WRITES, status_code=200, responses=problems(*SLIP, errors.SlipUsed))
async def deny_red_slip(red_slip_id: FromPath[str], act: NamedDependency[Act]) -> RedSlipView:
    """否认红字确认单 · The other side denies the slip."""
    return await slips.deny(act, ids.require("rsl", red_slip_id))


@post(
    "/v1/red-slips/{red_slip_id:str}/withdrawal",
    opt=WRITES,
    status_code=200,
    responses=problems(*SLIP, errors.SlipUsed),
)
async def withdraw_red_slip(red_slip_id: FromPath[str], act: NamedDependency[Act]) -> RedSlipView:
    """撤销红字确认单 · Whoever entered the slip takes it back, or either side once it is confirmed."""
    return await slips.withdraw(act, ids.require("rsl", red_slip_id))


@post("/v1/red-slips/{red_slip_id:str}/void", opt=WRITES, status_code=200, responses=problems(*SLIP, errors.SlipUsed))
async def void_red_slip(red_slip_id: FromPath[str], data: JSONBody[VoidSlip], act: NamedDependency[Act]) -> RedSlipView:
    """登记确认单作废 · Note that the tax system has made the slip void, by its code 10 to 13."""
    return await slips.void(act, ids.require("rsl", red_slip_id), data)


ROUTES = [
    issue_credit_note,
    list_credit_notes,
    get_credit_note,
    get_credit_note_en16931,
    enter_red_slip,
    register_credit_note,
    void_credit_note,
    confirm_red_slip,
    deny_red_slip,
    withdraw_red_slip,
    void_red_slip,
]
