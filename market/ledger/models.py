"""Accounts, entries and postings; a trigger refuses every later change of them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class Account(Base):
    """An account (账户), named by its path in the chart; its balance is a sum over postings and is stored nowhere."""

    __tablename__ = "account"

    path: Mapped[str] = mapped_column(primary_key=True)
    may_overdraw: Mapped[bool]
    created_at: Mapped[datetime]


class LedgerEntry(Base):
    """An entry (记账凭证): its reference is unique, so no movement can be booked twice.

    `booked_on` is the day that it counts for (记账日期), in China: that of its moment, or an earlier one of a month
    that is open again. `corrects` is the entry that it puts right (更正).
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint("booked_on <= (posted_at AT TIME ZONE 'Asia/Shanghai')::date", name="booked_on"),
        Index("ix_ledger_entry_booked_on", "booked_on", "id"),
        Index("ix_ledger_entry_posted_at", "posted_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    posted_at: Mapped[datetime]
    booked_on: Mapped[date]
    corrects: Mapped[str | None] = mapped_column(ForeignKey("ledger_entry.id"), unique=True)


class Posting(Base):
    """A posting (分录): one row debits one account and credits another, so the books balance by construction."""

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        CheckConstraint("debit <> credit", name="two_accounts"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("ledger_entry.id"), index=True)
    debit: Mapped[str] = mapped_column(ForeignKey("account.path"), index=True)
    credit: Mapped[str] = mapped_column(ForeignKey("account.path"), index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str]
