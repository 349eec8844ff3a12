"""Offers of running programs, the runs with their results, and what was last found of this machine's confinement."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from channels.programs.states import ProgramRunState
from kernel.db import Base, Stateful, status_column

_CLOCK = "status IN ('queued', 'running', 'in_review')"


class ProgramOffer(Base):
    """A version of how programs may run on an asset's data (程序运行说明); append-only by trigger."""

    __tablename__ = "program_offer"
    __table_args__ = (UniqueConstraint("asset_id", "n"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"))
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    n: Mapped[int]
    terms: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    created_at: Mapped[datetime]


class ProgramRun(Base, Stateful):
    """One run of a buyer's program (程序运行): its text, its confinement, how it ended, and who reviewed it.

    `due_at` is the end of waiting, of running or of review. What a run ended with stands in the row at once and is
    told, by the step to its review, only when its time is over: how long it took is no message to its author.
    """

    __tablename__ = "program_run"
    __table_args__ = (
        CheckConstraint(f"({_CLOCK}) = (due_at IS NOT NULL)", name="clock"),
        CheckConstraint("status <> 'released' OR use_id IS NOT NULL", name="released"),
        CheckConstraint("status NOT IN ('in_review', 'released') OR outcome IS NOT NULL", name="outcome"),
        Index("ix_program_run_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), index=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"))
    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"))
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    buyer: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    offer_id: Mapped[str] = mapped_column(ForeignKey("program_offer.id"))
    program: Mapped[str]
    program_sha256: Mapped[str]
    result_names: Mapped[list[str]]
    rows_read: Mapped[int | None]
    status: Mapped[ProgramRunState] = status_column(ProgramRunState)
    confinement: Mapped[str | None]
    limits: Mapped[dict[str, Any]]
    outcome: Mapped[str | None]
    exit_code: Mapped[int | None]
    said: Mapped[str | None]
    complained: Mapped[str | None]
    milliseconds: Mapped[int | None]
    peak_bytes: Mapped[int | None]
    results_sha256: Mapped[str | None]
    use_id: Mapped[str | None] = mapped_column(ForeignKey("computing_use.id"))
    review_reason: Mapped[str | None]
    reviewed_by: Mapped[str | None]
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @property
    def parties(self) -> tuple[str, str]:
        """Both, the buyer first."""
        return (self.buyer, self.provider)


class ProgramResult(Base):
    """A result file of a run; `problem` says why one cannot be had, and then nothing of it is stored."""

    __tablename__ = "program_result"
    __table_args__ = (
        CheckConstraint("(problem IS NULL) = (storage_key IS NOT NULL)", name="stored"),
        CheckConstraint("size_bytes >= 0", name="size_bytes"),
    )

    run_id: Mapped[str] = mapped_column(ForeignKey("program_run.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    size_bytes: Mapped[int]
    sha256: Mapped[str | None]
    rows: Mapped[int | None]
    problem: Mapped[str | None]
    storage_key: Mapped[str | None]
    created_at: Mapped[datetime]


class ProgramProbe(Base):
    """What the last attempt to break out of this machine's confinement found: one row, written by the workers."""

    __tablename__ = "program_probe"
    __table_args__ = (CheckConstraint("id = 'workers'", name="one"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    confinement: Mapped[str | None]
    missing: Mapped[list[dict[str, Any]]]
    libraries: Mapped[list[dict[str, Any]]]
    probed_at: Mapped[datetime]
