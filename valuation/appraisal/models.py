"""Appraisals."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class AppraisalRow(Base):
    """An appraisal (估值) of one revision; append-only by trigger. `body` recomputes to itself.

    `standing` says what it is: `study` (自行测算) is one valuer's computation that nobody reviewed, `issued` (评估报告)
    is the report of an engagement with two signatures, `automatic` (自动重估) is made when an input of one changed.
    """

    __tablename__ = "appraisal"
    __table_args__ = (
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("low_minor <= value_minor AND value_minor <= high_minor", name="range"),
        CheckConstraint("use_until >= base_date", name="use_until"),
        CheckConstraint("standing IN ('study', 'issued', 'automatic')", name="standing"),
        CheckConstraint("(standing = 'study') = (engagement_id IS NULL)", name="engagement"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"), index=True)
    scorecard_id: Mapped[str] = mapped_column(ForeignKey("scorecard.id"))
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    valuer: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    approach: Mapped[str]
    standing: Mapped[str] = mapped_column(server_default="study")
    engagement_id: Mapped[str | None] = mapped_column(index=True)
    client: Mapped[str | None] = mapped_column(ForeignKey("party.id"), index=True)
    base_date: Mapped[date]
    use_until: Mapped[date]
    currency: Mapped[str]
    value_minor: Mapped[int]
    low_minor: Mapped[int]
    high_minor: Mapped[int]
    body: Mapped[dict[str, Any]]
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    created_at: Mapped[datetime]
