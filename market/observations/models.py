"""Accesses as they were served, and outages."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class ServiceAccess(Base):
    """One access under an agreement as the platform saw it (访问观测); append-only by trigger.

    `event_id` is whoever measured's own name for it, so that nothing is counted twice. `good` is false only where the
    provider's side failed; what failed on ours has `ours`, and counts neither way.
    """

    __tablename__ = "service_access"
    __table_args__ = (
        CheckConstraint("millis IS NULL OR millis >= 0", name="millis"),
        CheckConstraint("NOT (good AND ours)", name="outcome"),
        Index("ix_service_access_agreement_id_at", "agreement_id", "at"),
    )

    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    event_id: Mapped[str] = mapped_column(primary_key=True)
    good: Mapped[bool]
    ours: Mapped[bool]
    millis: Mapped[int | None]
    at: Mapped[datetime]


class ServiceOutage(Base):
    """A time in which nothing counts (停机时段): announced maintenance of a listing, or our own outage."""

    __tablename__ = "service_outage"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="times"),
        CheckConstraint("(kind = 'maintenance') = (listing_id IS NOT NULL)", name="kind"),
        Index("ix_service_outage_starts_at", "starts_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    listing_id: Mapped[str | None] = mapped_column(ForeignKey("listing.id"), index=True)
    by: Mapped[str] = mapped_column(ForeignKey("party.id"))
    reason: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    announced_at: Mapped[datetime]
