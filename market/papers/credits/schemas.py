"""Credit notes and slips on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from market.papers.credits.states import CreditState, SlipState
from market.papers.invoices.schemas import RateTotalView, RegisterFapiao, Remark

CreditReason = Literal["01", "02", "03", "04"]
SlipCode = Literal["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13"]
SlipNumber = Annotated[str, Meta(pattern=r"^[0-9]{20}$(?!\n)", examples=["1" * 20])]


class IssueCreditNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What of an invoice is taken back, and why: 01 wrong, 02 returned, 03 service ended, 04 allowance."""

    amount: MoneyView
    reason: CreditReason
    remark: Remark = ""


class EnterSlip(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A slip as it was entered in the tax system, and whether the buyer had confirmed its use or booked the invoice."""

    number: SlipNumber
    buyer_used: bool


class VoidSlip(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The tax system's code of why the slip is void there."""

    code: Literal["10", "11", "12", "13"]


class RegisterRed(RegisterFapiao, frozen=True, forbid_unknown_fields=True):
    """The number and day of the red invoice, and the slip that it was issued by."""

    slip_number: SlipNumber


class RedSlipView(msgspec.Struct, frozen=True):
    """A confirmation slip; `code` is the tax system's word for its state, `due_at` when it lapses."""

    id: str
    number: str
    entered_by: Literal["seller", "buyer"]
    status: SlipState
    code: SlipCode
    allowed_actions: list[str]
    due_at: datetime | None
    created_at: datetime


class CreditNoteView(msgspec.Struct, frozen=True):
    """A credit note with its slips, the newest first; amounts are what is taken back."""

    id: str
    invoice_id: str
    seller: str
    buyer: str
    reason: CreditReason
    status: CreditState
    allowed_actions: list[str]
    gross: MoneyView
    tax: MoneyView
    totals: list[RateTotalView]
    refund_id: str | None
    service_window_id: str | None
    remark: str
    number: str
    paper_id: str
    slips: list[RedSlipView]
    slip_number: str | None
    fapiao_number: str | None
    fapiao_on: date | None
    end_reason: str | None
    due_at: datetime | None
    issued_at: datetime
