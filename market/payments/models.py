"""Payments, and the inbox of events that gateways report."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from kernel.money import Money
from market.payments.states import InboxState, PaymentState


class Payment(Base, Stateful):
    """A payment (支付): stored before a gateway is asked for anything.

    It is for an order, for a bill, or tops a prepaid balance up; an order or a bill has at most one that is live.
    `set_off_minor` is what of an order's price is not asked for, since a deposit of its payer is set off against it.
    `refunded_minor` is what of both was set aside for the payer, or has gone back.
    """

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        CheckConstraint("method IN ('bank_transfer', 'card')", name="method"),
        Index(
            "uq_payment_live",
            "order_id",
            unique=True,
            postgresql_where=text("status IN ('opened', 'succeeded')"),
        ),
        Index("uq_payment_open_bill", "bill_id", unique=True, postgresql_where=text("status = 'opened'")),
        CheckConstraint("subject IN ('order', 'bill', 'top-up')", name="subject"),
        CheckConstraint(
            "(subject = 'order') = (order_id IS NOT NULL) AND (subject = 'bill') = (bill_id IS NOT NULL)",
            name="one_subject",
        ),
        # One reference confirms one movement, in whichever case it was written.
        Index("ix_payment_bank_key", text("upper(bank_reference)")),
        CheckConstraint("set_off_minor = 0 OR set_off_minor > 0 AND order_id IS NOT NULL", name="set_off_minor"),
        CheckConstraint(
            "refunded_minor >= 0 AND refunded_minor <= amount_minor + set_off_minor", name="refunded_minor"
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(default="order")
    order_id: Mapped[str | None] = mapped_column(ForeignKey("order.id"), index=True)
    bill_id: Mapped[str | None] = mapped_column(index=True)
    payer: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    method: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    status: Mapped[PaymentState] = status_column(PaymentState)
    return_url: Mapped[str | None]
    gateway_reference: Mapped[str | None] = mapped_column(unique=True)
    checkout_url: Mapped[str | None]
    instructions: Mapped[dict[str, Any] | None]
    charge_reference: Mapped[str | None]
    bank_reference: Mapped[str | None] = mapped_column(unique=True)
    received_on: Mapped[date | None]
    failure: Mapped[str | None]
    set_off_minor: Mapped[int] = mapped_column(default=0)
    refunded_minor: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]

    @property
    def money(self) -> Money:
        """The amount with its currency."""
        return Money(self.amount_minor, self.currency)

    @property
    def set_off(self) -> Money:
        """What of the price a deposit pays."""
        return Money(self.set_off_minor, self.currency)

    @property
    def whole(self) -> Money:
        """What is paid in all, by money that comes and by a deposit."""
        return self.money + self.set_off

    @property
    def refunded(self) -> Money:
        """What of it goes back or has gone back."""
        return Money(self.refunded_minor, self.currency)

    @property
    def subject_id(self) -> str:
        """The id of what it pays for; a top-up is its own subject."""
        return self.order_id or self.bill_id or self.id


class InboxEvent(Base, Stateful):
    """What a gateway reported (收件箱): stored once for each id, reacted to from a queue, kept when it fails."""

    __tablename__ = "inbox_event"
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    external_id: Mapped[str]
    kind: Mapped[str]
    body: Mapped[dict[str, Any]]
    status: Mapped[InboxState] = status_column(InboxState)
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
