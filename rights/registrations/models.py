"""Registration cases and their evidence."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, get_args

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from rights.registrations.policy import TypeCode
from rights.registrations.states import IN_NOTICE, OPEN, RegistrationState


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


class Registration(Base, Stateful):
    """A case of registration (登记案件). Its due dates are stored as they were computed under the policies it names.

    `due_on` is the registrar's next date, null when the case is closed or with its applicant; `provisional` names the
    dates that rest on holidays not yet announced. `certificate_id` is the certificate that a later type is about,
    `counterparty_id` the transferee or licensee, `proposed` what a change or correction puts in the asset's
    description, `consents` the co-holders who agreed to a transfer, and `stops` the times not counted: {cause, since,
    until, items, reason}, `until` null while it lasts.
    `scope` limits the rights item by item, `applicant` is what the applicant said of itself, and `screening` says when
    the content was last compared with earlier claims, under which policy, and how many it found.
    """

    __tablename__ = "registration"
    __table_args__ = (
        Index(
            "uq_registration_revision_under_way",
            "revision_id",
            unique=True,
            postgresql_where=text(f"status IN ({_listed(OPEN)}) AND type NOT IN ('correction', 'licence')"),
        ),
        Index(
            "uq_registration_content_in_notice",
            "content_sha256",
            unique=True,
            postgresql_where=text(f"status IN ({_listed(IN_NOTICE)})"),
        ),
        Index("ix_registration_due_on_id", "due_on", "id"),
        CheckConstraint(
            "rights <@ ARRAY['HOLD', 'USE', 'OPERATE'] AND (cardinality(rights) > 0 OR regime = 'public')",
            name="rights",
        ),
        CheckConstraint("regime IN ('property', 'public')", name="regime"),
        CheckConstraint(f"type IN ({_listed(get_args(TypeCode))})", name="type"),
        CheckConstraint("(type = 'initial') = (certificate_id IS NULL)", name="certificate"),
        CheckConstraint("(type IN ('transfer', 'licence')) = (counterparty_id IS NOT NULL)", name="counterparty"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    regime: Mapped[str]
    type: Mapped[str]
    certificate_id: Mapped[str | None] = mapped_column(ForeignKey("certificate.id", use_alter=True), index=True)
    counterparty_id: Mapped[str | None] = mapped_column(ForeignKey("party.id"), index=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"), index=True)
    content_sha256: Mapped[str] = mapped_column(index=True)
    source_kind: Mapped[str]
    title_basis: Mapped[str]
    rights: Mapped[list[str]]
    restrictions: Mapped[str]
    scope: Mapped[dict[str, Any] | None]
    applicant: Mapped[dict[str, Any] | None]
    screening: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None]
    ground: Mapped[str | None]
    proposed: Mapped[dict[str, Any]]
    public_sources: Mapped[list[str]]
    outside_sources: Mapped[list[dict[str, Any]]]
    provided_on: Mapped[date | None]
    agreement_until: Mapped[date | None]
    consents: Mapped[list[str] | None]
    waiver_reason: Mapped[str | None]
    notice_waived: Mapped[bool]
    status: Mapped[RegistrationState] = status_column(RegistrationState)
    submitted_on: Mapped[date]
    acceptance_due_on: Mapped[date]
    accepted_on: Mapped[date | None]
    case_due_on: Mapped[date | None]
    extended_on: Mapped[date | None]
    extension_reason: Mapped[str | None]
    stops: Mapped[list[dict[str, Any]]]
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
