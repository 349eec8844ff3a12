"""Refunds."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from kernel.money import Money
from market.refunds.states import RefundState


class Refund(Base, Stateful):
    """A refund (退款) of an order, a part of its delivery, a bill or a top-up: stored before anything is sent.

    `payment_id` is the payment that goes back; where a bill was paid from a balance there is none, and the balance gets
    it. `because` is the id of what decided it, where that was not the refund itself; `distribution_id` names the shares
    that were taken back. `attempts` counts the ways that it was sent.
    """

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("subject IN ('order', 'part', 'bill', 'top-up')", name="subject"),
        CheckConstraint("method IN ('card', 'bank_transfer', 'prepaid')", name="method"),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        Index("ix_refund_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        # One reference confirms one movement, in whichever case it was written.
        Index("uq_refund_bank_key", text("upper(bank_reference)"), unique=True),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str]
    subject_id: Mapped[str] = mapped_column(index=True)
    payment_id: Mapped[str | None] = mapped_column(ForeignKey("payment.id"), index=True)
    buyer: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    provider: Mapped[str | None] = mapped_column(ForeignKey("party.id"), index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str]
    reason: Mapped[str]
    because: Mapped[str | None]
    method: Mapped[str]
    distribution_id: Mapped[str | None] = mapped_column(ForeignKey("distribution.id"))
    proposed_by: Mapped[str]
    proposed_by_line: Mapped[list[str]]
    decided_by: Mapped[str | None]
    decision_reason: Mapped[str | None]
    policy: Mapped[dict[str, Any]]
    attempts: Mapped[int]
    gateway_reference: Mapped[str | None] = mapped_column(unique=True)
    bank_reference: Mapped[str | None]
    sent_on: Mapped[date | None]
    failure: Mapped[str | None]
    due_at: Mapped[datetime | None]
    status: Mapped[RefundState] = status_column(RefundState)
    created_at: Mapped[datetime]

    @property
    def money(self) -> Money:
        """The amount with its currency."""
        return Money(self.amount_minor, self.currency)

    @property
    def parties(self) -> tuple[str, ...]:
        """Who may see it."""
        return (self.buyer,) if self.provider is None else (self.buyer, self.provider)
