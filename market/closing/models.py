"""Closings of months, and corrections."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from market.closing.states import ClosingState, CorrectionState


class MonthClosing(Base, Stateful):
    """A closing of a month (月结), which begins on `month`; one that was opened again has a successor that names it.

    `balances_sha256` is the digest of all balances at the end of the month, see `queries.digest`; `figures` are what
    was compared before. `due_at` is when its closing, or the decision to open it again, is owed.
    """

    __tablename__ = "month_closing"
    __table_args__ = (
        UniqueConstraint("month", "n"),
        CheckConstraint("month = date_trunc('month', month)::date", name="month"),
        CheckConstraint("(closed_at IS NULL) = (balances_sha256 IS NULL)", name="closed"),
        Index("uq_month_closing_standing", "month", unique=True, postgresql_where=text("status <> 'reopened'")),
        Index("ix_month_closing_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[date]
    n: Mapped[int]
    previous_id: Mapped[str | None] = mapped_column(ForeignKey("month_closing.id"))
    figures: Mapped[list[dict[str, Any]]]
    entry_count: Mapped[int | None]
    last_entry_id: Mapped[str | None] = mapped_column(ForeignKey("ledger_entry.id"))
    balances_sha256: Mapped[str | None]
    closed_by: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    asked_by: Mapped[str | None]
    asked_by_line: Mapped[list[str]]
    reason: Mapped[str | None]
    decided_by: Mapped[str | None]
    status: Mapped[ClosingState] = status_column(ClosingState)
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class LedgerCorrection(Base, Stateful):
    """A correction (更正) of an entry: its postings are taken back and `legs` booked in their place, on `booked_on`."""

    __tablename__ = "ledger_correction"
    __table_args__ = (
        Index(
            "uq_ledger_correction_entry", "entry_id", unique=True,
            postgresql_where=text("status IN ('proposed', 'booked')"),
        ),
        Index("ix_ledger_correction_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("ledger_entry.id"))
    booked_on: Mapped[date]
    reason: Mapped[str]
    legs: Mapped[list[dict[str, Any]]]
    proposed_by: Mapped[str]
    proposed_by_line: Mapped[list[str]]
    decided_by: Mapped[str | None]
    booked_entry_id: Mapped[str | None] = mapped_column(ForeignKey("ledger_entry.id"))
    status: Mapped[CorrectionState] = status_column(CorrectionState)
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
