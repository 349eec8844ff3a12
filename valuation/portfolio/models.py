"""Portfolio runs and what they valued."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from valuation.portfolio.states import PortfolioState


class PortfolioRun(Base, Stateful):
    """Many assets valued in one run (资产组合估值); a run that has ended never changes, by trigger.

    `asked` is the request as it was sent; `result` what valuation.portfolio.engine.summary.Result holds.
    """

    __tablename__ = "portfolio_run"
    __table_args__ = (
        Index("ix_portfolio_run_valuer_id", "valuer", "id"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("done_assets <= asked_assets", name="progress"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    valuer: Mapped[str] = mapped_column(ForeignKey("party.id"))
    name: Mapped[str]
    base_date: Mapped[date]
    currency: Mapped[str]
    previous_id: Mapped[str | None] = mapped_column(ForeignKey("portfolio_run.id"))
    asked: Mapped[dict[str, Any]]
    basis: Mapped[dict[str, Any]]
    asked_assets: Mapped[int]
    done_assets: Mapped[int]
    faulty_assets: Mapped[int]
    result: Mapped[dict[str, Any] | None]
    problem: Mapped[dict[str, Any] | None]
    status: Mapped[PortfolioState] = status_column(PortfolioState)
    created_at: Mapped[datetime]


class PortfolioItem(Base):
    """One asset of a run (组合明细): its figures, or its faults; append-only by trigger.

    `line` is the compressed input line; with the rule set of the run it gives `document_sha256` again.
    """

    __tablename__ = "portfolio_item"
    __table_args__ = (
        UniqueConstraint("run_id", "asset_id"),
        CheckConstraint("(faults = '[]'::jsonb) = (line IS NOT NULL)", name="valued"),
        CheckConstraint("low_minor <= value_minor AND value_minor <= high_minor", name="range"),
    )

    run_id: Mapped[str] = mapped_column(ForeignKey("portfolio_run.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    appraisal_id: Mapped[str | None] = mapped_column(ForeignKey("appraisal.id"))
    group_name: Mapped[str]
    value_minor: Mapped[int]
    low_minor: Mapped[int]
    high_minor: Mapped[int]
    inputs_sha256: Mapped[str | None]
    document_sha256: Mapped[str | None]
    line: Mapped[bytes | None]
    upstream: Mapped[dict[str, Any]]
    faults: Mapped[list[dict[str, Any]]]
