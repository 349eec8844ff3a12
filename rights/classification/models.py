"""Declarations of classification, and the stored answers of the gates."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class Classification(Base):
    """What was declared of an asset at one time (分类分级声明); append-only by trigger, the newest counts.

    `declared` is the canonical rights.classification.rules.Declared, `items` the graded items, and `evidence` holds
    {kind, file_id, sha256, retention_until}.
    """

    __tablename__ = "classification"
    # Core data is refused, so that none can ever be stored.
    __table_args__ = (CheckConstraint("level IN ('general', 'important')", name="level"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    level: Mapped[str]
    after: Mapped[str]
    declared: Mapped[dict[str, Any]]
    items: Mapped[list[dict[str, Any]]]
    evidence: Mapped[list[dict[str, Any]]]
    policy: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class ClassificationOverride(Base):
    """Findings of the scan in a revision that a named officer let stand (扫描结果放行); append-only by trigger."""

    __tablename__ = "classification_override"

    id: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"))
    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"), index=True)
    findings: Mapped[list[str]]
    officer: Mapped[str]
    officer_key: Mapped[str]
    reason: Mapped[str]
    created_at: Mapped[datetime]


class GateSheet(Base):
    """The gates' answers about a listing, an order, an agreement or a transfer at one time; append-only by trigger.

    `subject` is the id of what was asked about, `answers` the list of rights.classification.gates.Answer, and `policy`
    the classification's policy under which they were asked.
    """

    __tablename__ = "gate_sheet"
    __table_args__ = (CheckConstraint("act IN ('listing', 'order', 'contract', 'transfer')", name="act"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(index=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    act: Mapped[str]
    answers: Mapped[list[dict[str, Any]]]
    policy: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
