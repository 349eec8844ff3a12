"""Data contracts, quality runs and scorecards."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from valuation.quality.states import RunState


class DataContract(Base):
    """A data contract (数据合同) as it was written for an asset; a row never changes."""

    __tablename__ = "data_contract"
    __table_args__ = (UniqueConstraint("asset_id", "sha256"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"))
    name: Mapped[str]
    contract_version: Mapped[str]
    document: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    created_at: Mapped[datetime]


class QualityRun(Base, Stateful):
    """One scoring of one revision (质量评分任务); `problem` says why a failed one gave no scorecard.

    `publicity_contract_id` is the provider's contract, which alone decides what is public of a column; without one
    nothing is.
    """

    __tablename__ = "quality_run"
    __table_args__ = (
        Index(
            "uq_quality_run_revision_under_way",
            "revision_id",
            "scored_by",
            unique=True,
            postgresql_where=text("status IN ('queued', 'running')"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"))
    data_contract_id: Mapped[str] = mapped_column(ForeignKey("data_contract.id"))
    publicity_contract_id: Mapped[str | None] = mapped_column(ForeignKey("data_contract.id"))
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"))
    scored_by: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    status: Mapped[RunState] = status_column(RunState)
    problem: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]


class RunProgress(Base):
    """How far a run has come (评分进度): its step, the rows of finished objects, and how often it was begun anew."""

    __tablename__ = "quality_run_progress"

    run_id: Mapped[str] = mapped_column(ForeignKey("quality_run.id"), primary_key=True)
    step_number: Mapped[int]
    steps: Mapped[int]
    step: Mapped[str]
    row_count: Mapped[int]
    restarts: Mapped[int]
    updated_at: Mapped[datetime]


class RunPart(Base):
    """What a run found out of one object (部分结果): the canonical bytes of valuation.quality.scoring.parts.Kept."""

    __tablename__ = "quality_run_part"

    run_id: Mapped[str] = mapped_column(ForeignKey("quality_run.id"), primary_key=True)
    object: Mapped[str] = mapped_column(primary_key=True)
    row_count: Mapped[int]
    body: Mapped[bytes]
    created_at: Mapped[datetime]


class Scorecard(Base):
    """The immutable result of a run (质量评分卡), for one revision; append-only by trigger.

    `body` is what valuation.quality.scoring.scorecard.Scorecard holds; the issued document carries the same.
    """

    __tablename__ = "scorecard"
    __table_args__ = (CheckConstraint("score BETWEEN 0 AND 100", name="score"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("quality_run.id"), unique=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"), index=True)
    content_sha256: Mapped[str]
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    scored_by: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    row_count: Mapped[int]
    score: Mapped[Decimal]
    grade: Mapped[str]
    freshness_at: Mapped[datetime | None]
    body: Mapped[dict[str, Any]]
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    scored_at: Mapped[datetime]


class ScorecardInside(Base):
    """What was measured for a scorecard and is not shown outside (评分卡内部统计); it ends with the data.

    `body` holds profile, sample rows and checks as valuation.quality.scoring.scorecard.Scorecard does.
    """

    __tablename__ = "scorecard_inside"

    scorecard_id: Mapped[str] = mapped_column(ForeignKey("scorecard.id"), primary_key=True)
    body: Mapped[dict[str, Any]]
