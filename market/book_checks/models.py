"""Checks of the books with their progress and outcome."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from market.book_checks.states import BookCheckState


class BookCheck(Base, Stateful):
    """A check of the books (账簿核对) that `requested_by` asked for; its report is kept, with the first of its faults.

    `due_at` is when it is taken up again if nothing was heard of it; `attempts` counts how often it was begun.
    """

    __tablename__ = "book_check"
    __table_args__ = (
        CheckConstraint("steps_done >= 0 AND steps_done <= steps", name="steps"),
        CheckConstraint("(fault_count IS NOT NULL) = (status = 'done')", name="fault_count"),
        Index("ix_book_check_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    requested_by: Mapped[str | None] = mapped_column(ForeignKey("party.id"))
    steps_done: Mapped[int]
    steps: Mapped[int]
    attempts: Mapped[int]
    fault_count: Mapped[int | None]
    report: Mapped[dict[str, Any] | None]
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    status: Mapped[BookCheckState] = status_column(BookCheckState)
    created_at: Mapped[datetime]
