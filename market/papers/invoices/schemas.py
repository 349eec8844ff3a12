"""Invoices on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from market.papers.details.schemas import Line
from market.papers.invoices.states import InvoiceState
from market.splits.tree import LeafKind

SUBJECTS_MAX = 100

InvoiceKind = Literal["sale", "fee", "share"]
InvoiceForm = Literal["special", "general", "commercial"]
Remark = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)")]
Reason = Annotated[str, Meta(min_length=1, max_length=500)]
FapiaoNumber = Annotated[str, Meta(pattern=r"^[0-9]{20}$(?!\n)", examples=["26" + "1" * 18])]


class RequestInvoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ask for an invoice of orders or bills of one seller, of the fees on them, or of one share that a holder got."""

    subjects: Annotated[
        list[Annotated[str, Meta(max_length=40, examples=["ord_" + "0" * 26])]],
        Meta(min_length=1, max_length=SUBJECTS_MAX),
    ]
    kind: InvoiceKind = "sale"
    form: InvoiceForm = "general"
    remark: Remark = ""


class IssueInvoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who draws the invoice, by name."""

    drawer: Line


class RegisterFapiao(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The number that the tax system gave, and the day of the invoice there."""

    fapiao_number: FapiaoNumber
    registered_on: date


class EndInvoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why an invoice is void or not wanted any more."""

    reason: Reason


class RateTotalView(msgspec.Struct, frozen=True):
    """What the lines of one rate come to."""

    rate: str
    net: MoneyView
    tax: MoneyView


class InvoiceView(msgspec.Struct, frozen=True):
    """An invoice; a draft has no number, and its tax is computed when it is issued."""

    id: str
    kind: InvoiceKind
    form: InvoiceForm
    mode: Literal["agent", "principal"]
    seller: str
    buyer: str
    subjects: list[str]
    status: InvoiceState
    allowed_actions: list[str]
    gross: MoneyView
    tax: MoneyView
    totals: list[RateTotalView]
    credited: MoneyView
    remark: str
    number: str | None
    paper_id: str | None
    fapiao_number: str | None
    fapiao_on: date | None
    end_reason: str | None
    due_at: datetime | None
    requested_at: datetime
    issued_at: datetime | None


class PaidShareView(msgspec.Struct, frozen=True):
    """A share of a price; `payer` is whom its holder invoices, nobody where the holder sold itself.

    `left` is what refunds and credits have left of it; what is kept back is not invoiced yet.
    """

    id: str
    subject: str
    agreement_id: str
    kind: LeafKind
    holder: str
    payer: str | None
    asset_id: str | None
    amount: MoneyView
    left: MoneyView
    kept_back: bool
    invoice_id: str | None
    created_at: datetime
