"""What was carried out last of each manifest."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class AppliedManifest(Base):
    """What a manager last applied under a name of its party, as it was then, and the product that it led to.

    `replaces` is the product that leaves the shelf when this one is there.
    """

    __tablename__ = "applied_manifest"
    __table_args__ = (
        Index("ix_applied_manifest_set_name", "party_id", "manager", "set_name"),
        Index("ix_applied_manifest_waiting", "listing_id", postgresql_where=text("replaces IS NOT NULL")),
    )

    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    manager: Mapped[str]
    set_name: Mapped[str | None]
    listing_id: Mapped[str] = mapped_column(ForeignKey("listing.id"), unique=True)
    replaces: Mapped[str | None] = mapped_column(ForeignKey("listing.id"))
    spec: Mapped[dict[str, Any]]
    version: Mapped[int]
    applied_at: Mapped[datetime]
