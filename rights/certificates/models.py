"""Certificates, and the counter of their monthly serials."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from rights.certificates.states import CertificateState


class Certificate(Base, Stateful):
    """A registration certificate (登记证书); one content has at most one in force; each is replaced once."""

    __tablename__ = "certificate"
    __table_args__ = (
        Index(
            "uq_certificate_content_in_force",
            "content_sha256",
            unique=True,
            postgresql_where=text("status = 'in_force'"),
        ),
        Index("ix_certificate_asset_id", "asset_id"),
        CheckConstraint("number ~ '^(SJ|GG)[0-9]{13}$'", name="number"),
        CheckConstraint("regime IN ('property', 'public')", name="regime"),
        CheckConstraint("valid_from <= valid_until", name="validity"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    regime: Mapped[str]
    replaces_id: Mapped[str | None] = mapped_column(ForeignKey("certificate.id"), unique=True)
    registration_id: Mapped[str] = mapped_column(ForeignKey("registration.id"), unique=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"))
    asset_name: Mapped[str]
    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"), index=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    holder_name: Mapped[str]
    content_sha256: Mapped[str]
    rights: Mapped[list[str]]
    restrictions: Mapped[str]
    scope: Mapped[dict[str, Any] | None]
    source_kind: Mapped[str]
    title_basis: Mapped[str]
    valid_from: Mapped[date]
    valid_until: Mapped[date] = mapped_column(index=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    end_ground: Mapped[str | None]
    status: Mapped[CertificateState] = status_column(CertificateState)
    created_at: Mapped[datetime]


class CertifiedRevision(Base):
    """A revision that entered the register by its digest, within what a certificate declares; append-only by trigger.

    It stands as long as a certificate over `base_revision_id` does: renewed, corrected or transferred, the certificate
    keeps that revision, and a change of the content begins anew. `statement` is what the holder stated, `policy` the
    policy under which it was looked at.
    """

    __tablename__ = "certified_revision"
    __table_args__ = (
        CheckConstraint("content_sha256 ~ '^sha256:[0-9a-f]{64}$'", name="content_sha256"),
        CheckConstraint("covers_from <= covers_until", name="period"),
        UniqueConstraint("base_revision_id", "number"),
    )

    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"), primary_key=True)
    certificate_id: Mapped[str] = mapped_column(ForeignKey("certificate.id"), index=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    base_revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"))
    number: Mapped[int]
    content_sha256: Mapped[str] = mapped_column(index=True)
    covers_from: Mapped[date]
    covers_until: Mapped[date]
    statement: Mapped[dict[str, Any]]
    policy: Mapped[dict[str, Any]]
    entered_at: Mapped[datetime]


class CertificateSerial(Base):
    """The last serial given in a month, to both regimes alike; the row's lock orders concurrent certificates."""

    __tablename__ = "certificate_serial"
    __table_args__ = (CheckConstraint("last_serial BETWEEN 1 AND 9999", name="last_serial"),)

    month: Mapped[str] = mapped_column(primary_key=True)
    last_serial: Mapped[int]
