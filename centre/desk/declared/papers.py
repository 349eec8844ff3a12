"""Invoices, credit notes and their confirmation slips."""

from typing import Final

from centre.desk.waiting import Waiting, of
from kernel.text import Text
from market.papers.credits.models import CreditNote, RedSlip
from market.papers.credits.states import CREDIT_NOTE, RED_SLIP, CreditAction, CreditState, SlipAction, SlipState
from market.papers.invoices.models import Invoice
from market.papers.invoices.states import INVOICE, InvoiceAction, InvoiceState

_INVOICED: Final = of(Invoice.seller, Invoice.buyer)
_SLIP: Final = of(RedSlip.seller, RedSlip.buyer)

WAITING: Final = (
    Waiting(
        INVOICE,
        (InvoiceState.DRAFT,),
        Text("开具发票", "Issue an invoice"),
        "/v1/invoices/{id}",
        Invoice,
        by=(InvoiceAction.ISSUE,),
        mine=of(Invoice.seller),
        known_to=_INVOICED,
        due=Invoice.due_at,
    ),
    Waiting(
        INVOICE,
        (InvoiceState.ISSUED,),
        Text("登记数电票号码", "Register the number that the tax system gave an invoice"),
        "/v1/invoices/{id}",
        Invoice,
        by=(InvoiceAction.REGISTER,),
        mine=of(Invoice.seller),
        known_to=_INVOICED,
        due=Invoice.due_at,
        when=Invoice.form != "commercial",
    ),
    Waiting(
        CREDIT_NOTE,
        (CreditState.PENDING_RED,),
        Text("开具并登记红字发票", "Register the red invoice of a credit note"),
        "/v1/credit-notes/{id}",
        CreditNote,
        by=(CreditAction.REGISTER,),
        mine=of(CreditNote.seller),
        known_to=of(CreditNote.seller, CreditNote.buyer),
        due=CreditNote.due_at,
    ),
    Waiting(
        RED_SLIP,
        (SlipState.AWAITS_BUYER,),
        Text("确认红字发票信息", "Confirm a slip of a red invoice"),
        "/v1/credit-notes/{id}",
        RedSlip,
        by=(SlipAction.CONFIRM, SlipAction.DENY),
        mine=of(RedSlip.buyer),
        known_to=_SLIP,
        due=RedSlip.due_at,
        about=RedSlip.credit_note_id,
    ),
    Waiting(
        RED_SLIP,
        (SlipState.AWAITS_SELLER,),
        Text("确认红字发票信息", "Confirm a slip of a red invoice"),
        "/v1/credit-notes/{id}",
        RedSlip,
        by=(SlipAction.CONFIRM, SlipAction.DENY),
        mine=of(RedSlip.seller),
        known_to=_SLIP,
        due=RedSlip.due_at,
        about=RedSlip.credit_note_id,
    ),
)
