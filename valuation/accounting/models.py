"""Accounting decisions and notes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class AccountingDecision(Base):
    """What data was decided to be booked as, with every answer that decided it; append-only by trigger."""

    __tablename__ = "accounting_decision"
    __table_args__ = (
        CheckConstraint(
            "classification IN ('intangible', 'inventory', 'development', 'expense', 'unrecognised')",
            name="classification",
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    revision_id: Mapped[str | None] = mapped_column(ForeignKey("asset_revision.id"))
    party: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    classification: Mapped[str]
    body: Mapped[dict[str, Any]]
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    created_at: Mapped[datetime]


class AccountingNote(Base):
    """The notes table of a period (附注披露表); append-only by trigger, a correction is another note."""

    __tablename__ = "accounting_note"
    __table_args__ = (
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("period_from <= period_until", name="period"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    party: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    currency: Mapped[str]
    period_from: Mapped[date]
    period_until: Mapped[date]
    body: Mapped[dict[str, Any]]
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    created_at: Mapped[datetime]
