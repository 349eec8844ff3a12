"""Traces with their progress and what they found."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from channels.traces.states import TraceState
from kernel.db import Base, Stateful, status_column


class Trace(Base, Stateful):
    """A file that somebody found, tried against every marked delivery of an asset (溯源检验).

    `result` is a channels.traces.schemas.TraceResult, `problem` says why there is none, and `document_id` is the signed
    report. `due_at` is when it is taken up again if nothing is heard of it; `attempts` counts how often it was begun.
    """

    __tablename__ = "trace"
    __table_args__ = (
        CheckConstraint("steps_done >= 0 AND steps_done <= steps_total", name="steps"),
        CheckConstraint("status <> 'done' OR (result IS NOT NULL AND document_id IS NOT NULL)", name="result"),
        CheckConstraint("status <> 'failed' OR problem IS NOT NULL", name="problem"),
        CheckConstraint("due_at IS NULL OR status IN ('queued', 'running')", name="due"),
        Index("ix_trace_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    requested_by: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    file_id: Mapped[str] = mapped_column(ForeignKey("stored_file.id"))
    data_table: Mapped[str]
    policy: Mapped[dict[str, Any]]
    steps_done: Mapped[int]
    steps_total: Mapped[int]
    attempts: Mapped[int]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    status: Mapped[TraceState] = status_column(TraceState)
    created_at: Mapped[datetime]
