"""Objections and the files that support them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from rights.objections.states import ObjectionState


class Objection(Base, Stateful):
    """An objection (异议) to a case in its notice, or to a registration that has led to a certificate.

    `objector_id` is null where the centre itself objects because it found an earlier claim; `earlier_claim` names that
    claim and nothing of its content; `finding` is what the comparison found, which is for the registrar alone.
    `due_on` is the registrar's next date.
    """

    __tablename__ = "objection"
    __table_args__ = (
        Index("ix_objection_due_on_id", "due_on", "id"),
        CheckConstraint("stage IN ('examination', 'notice', 'registered')", name="stage"),
        CheckConstraint("objector_id IS NOT NULL OR earlier_claim IS NOT NULL", name="objector"),
        CheckConstraint("forum IN ('arbitration', 'court')", name="forum"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    registration_id: Mapped[str] = mapped_column(ForeignKey("registration.id"), index=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    respondent_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    objector_id: Mapped[str | None] = mapped_column(ForeignKey("party.id"), index=True)
    objector_name: Mapped[str]
    earlier_claim: Mapped[str | None]
    earlier_asset_id: Mapped[str | None] = mapped_column(ForeignKey("asset.id"))
    finding: Mapped[dict[str, Any] | None]
    stage: Mapped[str]
    statement: Mapped[str]
    status: Mapped[ObjectionState] = status_column(ObjectionState)
    raised_on: Mapped[date]
    told_on: Mapped[date | None]
    due_on: Mapped[date | None]
    provisional: Mapped[bool]
    answer: Mapped[str | None]
    conclusion: Mapped[str | None]
    remedy: Mapped[str | None]
    forum: Mapped[str | None]
    forum_reference: Mapped[str | None]
    outcome: Mapped[str | None]
    created_at: Mapped[datetime]


class ObjectionEvidence(Base):
    """A file that supports an objection, kept as long as the case's own; append-only by trigger."""

    __tablename__ = "objection_evidence"
    __table_args__ = (CheckConstraint("side IN ('objector', 'respondent')", name="side"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    objection_id: Mapped[str] = mapped_column(ForeignKey("objection.id"), index=True)
    file_id: Mapped[str] = mapped_column(ForeignKey("stored_file.id"), index=True)
    name: Mapped[str]
    sha256: Mapped[str]
    size_bytes: Mapped[int]
    retention_until: Mapped[date]
    side: Mapped[str | None]
    created_at: Mapped[datetime]
