"""Appraisals."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class AppraisalRow(Base):
    """An issued appraisal (估值) of one revision; append-only by trigger. `body` recomputes to itself."""

    __tablename__ = "appraisal"
    __table_args__ = (
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("low_minor <= value_minor AND value_minor <= high_minor", name="range"),
        CheckConstraint("use_until >= base_date", name="use_until"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"), index=True)
    scorecard_id: Mapped[str] = mapped_column(ForeignKey("scorecard.id"))
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"))
    valuer: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    approach: Mapped[str]
    base_date: Mapped[date]
    use_until: Mapped[date]
    currency: Mapped[str]
    value_minor: Mapped[int]
    low_minor: Mapped[int]
    high_minor: Mapped[int]
    body: Mapped[dict[str, Any]]
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    created_at: Mapped[datetime]
