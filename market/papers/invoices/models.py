"""Invoices, what each is about, and the numbers that the tax system gave."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from kernel.money import Money
from market.papers.invoices.states import InvoiceState


class Invoice(Base, Stateful):
    """An invoice (发票): of a sale by whoever sells, of the centre's fee, or of a share by its holder.

    `totals` is net and tax by rate.

    `credited_minor` is the sum of the credit notes that are not void: never more than the whole.

    `mode` is who sells by agreement (agent or principal). A commercial invoice is none of the tax system's and waits
    for no number there. `due_at` is when the present step should have been taken; it moves on with each reminder.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        CheckConstraint("kind IN ('sale', 'fee', 'share')", name="kind"),
        CheckConstraint("form IN ('special', 'general', 'commercial')", name="form"),
        CheckConstraint("mode IN ('agent', 'principal')", name="mode"),
        CheckConstraint("seller <> buyer", name="two_parties"),
        CheckConstraint("gross_minor > 0 AND tax_minor >= 0 AND tax_minor < gross_minor", name="amounts"),
        CheckConstraint("credited_minor >= 0 AND credited_minor <= gross_minor", name="credited"),
        CheckConstraint("(number IS NULL) = (status IN ('draft', 'withdrawn'))", name="numbered"),
        Index("ix_invoice_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    form: Mapped[str]
    mode: Mapped[str]
    seller: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    buyer: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    currency: Mapped[str]
    gross_minor: Mapped[int]
    tax_minor: Mapped[int]
    credited_minor: Mapped[int]
    totals: Mapped[list[dict[str, Any]]]
    buyer_details: Mapped[dict[str, Any]]
    seller_details: Mapped[dict[str, Any] | None]
    remark: Mapped[str]
    number: Mapped[str | None]
    paper_id: Mapped[str | None] = mapped_column(ForeignKey("paper.id"))
    fapiao_number: Mapped[str | None]
    fapiao_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    due_at: Mapped[datetime | None]
    status: Mapped[InvoiceState] = status_column(InvoiceState)
    requested_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]

    @property
    def gross(self) -> Money:
        """What it comes to, tax included."""
        return Money(self.gross_minor, self.currency)


class InvoiceSubject(Base):
    """An order, a bill or a share that an invoice is about; of a kind one is live, so that none is invoiced twice."""

    __tablename__ = "invoice_subject"
    __table_args__ = (Index("uq_invoice_subject_live", "kind", "subject", unique=True, postgresql_where=text("live")),)

    invoice_id: Mapped[str] = mapped_column(ForeignKey("invoice.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    live: Mapped[bool]


class Fapiao(Base):
    """A number of the tax system (数电票号码), blue or red, entered once for one paper; append-only by trigger."""

    __tablename__ = "fapiao"
    __table_args__ = (CheckConstraint("number ~ '^[0-9]{20}$'", name="number"),)

    number: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(unique=True)
    registered_on: Mapped[date]
    created_at: Mapped[datetime]
