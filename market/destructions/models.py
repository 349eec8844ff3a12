"""Destructions with what they destroy, and the holds that forbid them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from market.destructions.states import DestructionState


class Destruction(Base, Stateful):
    """The destruction of revisions of an asset (数据销毁).

    `objects` holds {name, sha256, size_bytes, storage_key, key_id} as they were when it was asked for, `digest` is
    theirs; `kek_versions` are the versions that wrapped their keys. It waits for a decision until `due_at`, and once
    destroyed it is final at `due_at` at the latest.
    """

    __tablename__ = "destruction"
    __table_args__ = (
        CheckConstraint("digest ~ '^sha256:[0-9a-f]{64}$'", name="digest"),
        CheckConstraint("(status IN ('requested', 'destroyed')) = (due_at IS NOT NULL)", name="clock"),
        Index(
            "uq_destruction_open",
            "asset_id",
            unique=True,
            postgresql_where=text("status IN ('requested', 'approved')"),
        ),
        Index("ix_destruction_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    revision_ids: Mapped[list[str]]
    is_whole: Mapped[bool]
    objects: Mapped[list[dict[str, Any]]]
    digest: Mapped[str]
    reason: Mapped[str]
    requested_by: Mapped[str]
    requested_by_line: Mapped[list[str]]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    kek_versions: Mapped[list[str]]
    status: Mapped[DestructionState] = status_column(DestructionState)
    due_at: Mapped[datetime | None]
    destroyed_at: Mapped[datetime | None]
    certificate_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    final_certificate_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    created_at: Mapped[datetime]


class LegalHold(Base):
    """A legal hold (法律保全): the data of an asset is kept until a day, or until the hold is lifted."""

    __tablename__ = "legal_hold"

    id: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    basis: Mapped[str]
    until: Mapped[date]
    set_by: Mapped[str]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None]
    created_at: Mapped[datetime]
