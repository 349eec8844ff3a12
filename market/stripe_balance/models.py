"""Balance transactions as Stripe wrote them, which never change; what became of each stands beside."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from kernel.money import Money
from market.stripe_balance.rules import Moved
from market.stripe_balance.states import StripeMatchState


class StripeTransaction(Base):
    """A balance transaction (余额流水): a fact, append-only by trigger. `created_at` is by Stripe's clock."""

    __tablename__ = "stripe_transaction"
    __table_args__ = (
        CheckConstraint("net_minor = amount_minor - fee_minor", name="net_minor"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("exchange_rate > 0", name="exchange_rate"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    amount_minor: Mapped[int]
    fee_minor: Mapped[int]
    net_minor: Mapped[int]
    currency: Mapped[str]
    source: Mapped[str | None] = mapped_column(index=True)
    of_transfer: Mapped[str | None]
    traces: Mapped[list[str]]
    exchange_rate: Mapped[Decimal | None] = mapped_column(Numeric(30, 15))
    created_at: Mapped[datetime] = mapped_column(index=True)
    read_at: Mapped[datetime]

    @property
    def moved(self) -> Moved:
        """What it moved, for the rules."""
        return Moved(self.amount_minor, self.fee_minor, self.currency, self.exchange_rate)

    @property
    def net(self) -> Money:
        """What the balance grew by."""
        return Money(self.net_minor, self.currency)


class StripeMatch(Base, Stateful):
    """What became of a balance transaction (对账结果); it bears its id. `due_at` is when the clock acts or reminds.

    `proposed_by` explained it, by the entries named or as a cost, and another officer decides.
    """

    __tablename__ = "stripe_match"
    __table_args__ = (Index("ix_stripe_match_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),)

    id: Mapped[str] = mapped_column(ForeignKey("stripe_transaction.id"), primary_key=True)
    reason: Mapped[str]
    note: Mapped[str | None]
    bank_entry_id: Mapped[str | None] = mapped_column(ForeignKey("bank_entry.id"), unique=True)
    proposed_entries: Mapped[list[str]] = mapped_column(default=list)
    proposed_by: Mapped[str | None]
    proposed_by_line: Mapped[list[str]] = mapped_column(default=list)
    due_at: Mapped[datetime | None]
    status: Mapped[StripeMatchState] = status_column(StripeMatchState)
    created_at: Mapped[datetime]


class StripeBooking(Base):
    """An entry of the books that a balance transaction proves; an entry proves one. Append-only by trigger."""

    __tablename__ = "stripe_booking"

    entry_id: Mapped[str] = mapped_column(ForeignKey("ledger_entry.id"), primary_key=True)
    transaction_id: Mapped[str] = mapped_column(ForeignKey("stripe_transaction.id"), index=True)


class StripeReading(Base):
    """A reading of the whole balance (余额核对): by currency what Stripe says and what its transactions sum to.

    `through_at` is the moment, by Stripe's clock, up to which nothing is missing. Append-only by trigger.
    """

    __tablename__ = "stripe_reading"

    id: Mapped[str] = mapped_column(primary_key=True)
    through_at: Mapped[datetime | None]
    figures: Mapped[list[dict[str, Any]]]
    read_at: Mapped[datetime]
