"""Registration cases and their evidence."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from rights.registrations.states import RegistrationState


class Registration(Base, Stateful):
    """A case of registration (登记案件). Its due dates are stored as they were computed under the policies it names.

    `due_on` is the registrar's next date, null when the case is closed; `provisional` names the dates that rest on
    holidays not yet announced.
    """

    __tablename__ = "registration"
    __table_args__ = (
        Index(
            "uq_registration_revision_under_way",
            "revision_id",
            unique=True,
            postgresql_where=text("status IN ('submitted', 'accepted', 'reviewed', 'noticed')"),
        ),
        Index(
            "uq_registration_content_in_notice",
            "content_sha256",
            unique=True,
            postgresql_where=text("status = 'noticed'"),
        ),
        Index("ix_registration_due_on_id", "due_on", "id"),
        CheckConstraint("rights <@ ARRAY['HOLD', 'USE', 'OPERATE'] AND cardinality(rights) > 0", name="rights"),
        CheckConstraint("type IN ('initial')", name="type"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"))
    content_sha256: Mapped[str] = mapped_column(index=True)
    source_kind: Mapped[str]
    title_basis: Mapped[str]
    rights: Mapped[list[str]]
    restrictions: Mapped[str]
    status: Mapped[RegistrationState] = status_column(RegistrationState)
    submitted_on: Mapped[date]
    acceptance_due_on: Mapped[date]
    accepted_on: Mapped[date | None]
    case_due_on: Mapped[date | None]
    notice_from: Mapped[date | None]
    notice_until: Mapped[date | None]
    due_on: Mapped[date | None]
    provisional: Mapped[list[str]]
    checklist: Mapped[dict[str, Any] | None]
    grounds: Mapped[list[str]]
    decision_reason: Mapped[str | None]
    policies: Mapped[list[dict[str, Any]]]
    created_at: Mapped[datetime]


class RegistrationEvidence(Base):
    """A piece of evidence of a case (证明材料), kept for at least twenty years; append-only by trigger."""

    __tablename__ = "registration_evidence"

    id: Mapped[str] = mapped_column(primary_key=True)
    registration_id: Mapped[str] = mapped_column(ForeignKey("registration.id"), index=True)
    kind: Mapped[str]
    file_id: Mapped[str] = mapped_column(ForeignKey("stored_file.id"), index=True)
    name: Mapped[str]
    sha256: Mapped[str]
    size_bytes: Mapped[int]
    retention_until: Mapped[date]
    created_at: Mapped[datetime]
