"""Bank accounts, statements and their lines. What the bank said never changes; what became of a line stands beside."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from kernel.money import Money
from market.banking.states import MatchState


class BankAccount(Base):
    """An account of the centre at a bank (银行账户); `opening_minor` was on it before its first statement."""

    __tablename__ = "bank_account"
    __table_args__ = (
        UniqueConstraint("number_key", "currency"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("payment_format IN ('pain.001.001.03', 'pain.001.001.09')", name="payment_format"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    number: Mapped[str]
    number_key: Mapped[str]
    currency: Mapped[str]
    bank_name: Mapped[str]
    bank_code: Mapped[str]
    payment_format: Mapped[str]
    opening_minor: Mapped[int]
    created_at: Mapped[datetime]


class BankStatement(Base):
    """A statement (对账单) as it was imported, with the file itself; append-only by trigger."""

    __tablename__ = "bank_statement"
    __table_args__ = (
        UniqueConstraint("account_id", "number", "sequence", postgresql_nulls_not_distinct=True),
        UniqueConstraint("account_id", "file_sha256"),
        Index("ix_bank_statement_last", "account_id", "n", unique=True),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("bank_account.id"))
    n: Mapped[int]
    form: Mapped[str]
    number: Mapped[str]
    sequence: Mapped[int | None]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    opening_minor: Mapped[int]
    closing_minor: Mapped[int]
    currency: Mapped[str]
    entry_count: Mapped[int]
    file_sha256: Mapped[str]
    file: Mapped[bytes] = mapped_column(deferred=True)
    imported_at: Mapped[datetime]


class BankEntry(Base):
    """A line of a statement (银行流水): a fact, append-only by trigger; `identity` tells it from all others."""

    __tablename__ = "bank_entry"
    __table_args__ = (
        UniqueConstraint("account_id", "identity"),
        UniqueConstraint("statement_id", "n"),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        Index("ix_bank_entry_reference", text("upper(bank_reference)")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("bank_account.id"))
    statement_id: Mapped[str] = mapped_column(ForeignKey("bank_statement.id"))
    n: Mapped[int]
    identity: Mapped[str]
    credit: Mapped[bool]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    booked_on: Mapped[date]
    value_on: Mapped[date | None]
    bank_reference: Mapped[str | None]
    end_to_end_id: Mapped[str | None]
    remittance: Mapped[str]
    counterparty: Mapped[str | None]
    counterparty_account: Mapped[str | None] = mapped_column(index=True)
    facts: Mapped[dict[str, Any]]

    @property
    def money(self) -> Money:
        """The amount with its currency."""
        return Money(self.amount_minor, self.currency)


class BankMatch(Base, Stateful):
    """What became of a line (对账结果); it bears the line's id.

    `held_in` is the account of the books in which its money waits; `due_at` is when the clock acts or reminds.
    """

    __tablename__ = "bank_match"
    __table_args__ = (
        Index("ix_bank_match_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_bank_match_payment_ids", "payment_ids", postgresql_using="gin"),
    )

    id: Mapped[str] = mapped_column(ForeignKey("bank_entry.id"), primary_key=True)
    outcome: Mapped[str]
    reason: Mapped[str]
    payment_ids: Mapped[list[str]]
    party_id: Mapped[str | None] = mapped_column(ForeignKey("party.id"))
    held_in: Mapped[str | None]
    held_minor: Mapped[int]
    note: Mapped[str | None]
    due_at: Mapped[datetime | None]
    status: Mapped[MatchState] = status_column(MatchState)
    created_at: Mapped[datetime]
