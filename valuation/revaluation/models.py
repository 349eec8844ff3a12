"""Causes for revaluing an issued appraisal, what came of them, and how far the log has been watched."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class RevaluationCause(Base):
    """That an entry of the log concerns an issued report (重估原因); `revaluation_id` is set once it is dealt with."""

    __tablename__ = "revaluation_cause"
    __table_args__ = (
        UniqueConstraint("engagement_id", "entry_id"),
        Index(
            "ix_revaluation_cause_engagement_id_waiting",
            "engagement_id",
            postgresql_where=text("revaluation_id IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    engagement_id: Mapped[str] = mapped_column(ForeignKey("engagement.id"))
    entry_id: Mapped[str] = mapped_column(ForeignKey("log_entry.id"))
    kind: Mapped[str]
    entry_kind: Mapped[str]
    subject: Mapped[str]
    at: Mapped[datetime]
    revaluation_id: Mapped[str | None] = mapped_column(ForeignKey("revaluation.id"), index=True)


class Revaluation(Base):
    """What became of the causes that waited (自动重估): a new appraisal, no change, or why none can be computed.

    Append-only by trigger. The new appraisal is a computation for the valuers' attention and carries no signature.
    """

    __tablename__ = "revaluation"
    __table_args__ = (
        CheckConstraint("outcome IN ('revalued', 'unchanged', 'refused')", name="outcome"),
        CheckConstraint("(outcome = 'revalued') = (appraisal_id IS NOT NULL)", name="appraisal"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    engagement_id: Mapped[str] = mapped_column(ForeignKey("engagement.id"), index=True)
    previous_id: Mapped[str] = mapped_column(ForeignKey("appraisal.id"))
    outcome: Mapped[str]
    appraisal_id: Mapped[str | None] = mapped_column(ForeignKey("appraisal.id"), unique=True)
    causes: Mapped[list[dict[str, Any]]]
    changes: Mapped[list[dict[str, Any]]]
    faults: Mapped[list[dict[str, Any]]]
    created_at: Mapped[datetime]


class LogWatch(Base):
    """How far a reader of the log has come; the row's lock keeps two workers from reading the same stretch."""

    __tablename__ = "log_watch"

    reader: Mapped[str] = mapped_column(primary_key=True)
    next_index: Mapped[int]
