"""Accounts, entries and postings; a trigger refuses every later change of them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class Account(Base):
    """An account (账户), named by its path in the chart; its balance is a sum over postings and is stored nowhere."""

    __tablename__ = "account"

    path: Mapped[str] = mapped_column(primary_key=True)
    may_overdraw: Mapped[bool]
    created_at: Mapped[datetime]


class LedgerEntry(Base):
    """An entry (记账凭证): its reference is unique, so no movement can be booked twice."""

    __tablename__ = "ledger_entry"

    id: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    posted_at: Mapped[datetime]


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
