"""Credit notes and the confirmation slips of their red invoices."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from kernel.money import Money
from market.papers.credits.states import CreditState, SlipState


class CreditNote(Base, Stateful):
    """A credit note (贷项通知): what of an invoice is taken back, tax included; its figures are above zero here.

    `reason` is the tax system's: 01 wrong, 02 returned, 03 service ended, 04 allowance. `refund_id` is what it comes
    of, each refund of an invoice having one; or `service_window_id`, of which there may be several.
    """

    __tablename__ = "credit_note"
    __table_args__ = (
        CheckConstraint("reason IN ('01', '02', '03', '04')", name="reason"),
        CheckConstraint("gross_minor > 0 AND tax_minor >= 0 AND tax_minor <= gross_minor", name="amounts"),
        Index("uq_credit_note_refund", "invoice_id", "refund_id", unique=True),
        Index("ix_credit_note_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    invoice_id: Mapped[str] = mapped_column(ForeignKey("invoice.id"), index=True)
    seller: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    buyer: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    reason: Mapped[str]
    currency: Mapped[str]
    gross_minor: Mapped[int]
    tax_minor: Mapped[int]
    totals: Mapped[list[dict[str, Any]]]
    refund_id: Mapped[str | None]
    service_window_id: Mapped[str | None] = mapped_column(ForeignKey("service_window.id"))
    remark: Mapped[str]
    number: Mapped[str]
    paper_id: Mapped[str] = mapped_column(ForeignKey("paper.id"))
    slip_number: Mapped[str | None]
    fapiao_number: Mapped[str | None]
    fapiao_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    due_at: Mapped[datetime | None]
    status: Mapped[CreditState] = status_column(CreditState)
    issued_at: Mapped[datetime]

    @property
    def gross(self) -> Money:
        """What is taken back, tax included."""
        return Money(self.gross_minor, self.currency)


class RedSlip(Base, Stateful):
    """A confirmation slip (红字发票信息确认单) as it stands in the tax system; a credit note has one that is alive."""

    __tablename__ = "red_slip"
    __table_args__ = (
        CheckConstraint("number ~ '^[0-9]{20}$'", name="number"),
        CheckConstraint("(void_code IS NULL) = (status <> 'void')", name="void_code"),
        Index(
            "uq_red_slip_alive",
            "credit_note_id",
            unique=True,
            postgresql_where=text("status IN ('unneeded', 'awaits_buyer', 'awaits_seller', 'confirmed')"),
        ),
        Index("ix_red_slip_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    credit_note_id: Mapped[str] = mapped_column(ForeignKey("credit_note.id"), index=True)
    number: Mapped[str] = mapped_column(unique=True)
    seller: Mapped[str]
    buyer: Mapped[str]
    entered_by: Mapped[str]
    void_code: Mapped[str | None]
    due_at: Mapped[datetime | None]
    status: Mapped[SlipState] = status_column(SlipState)
    created_at: Mapped[datetime]
