"""Targets, pushes, their objects, and the parts that were sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from channels.pushes.states import PushState, PushTargetState
from kernel.db import Base, Stateful, status_column

_UNDER_WAY = "status IN ('planned', 'uploading', 'verifying')"


class PushTarget(Base, Stateful):
    """A bucket of the buyer's for one agreement (推送目的地).

    `secret` is the sealed secret access key; it is there for as long as the target may be written to, and never shown.
    `follows` sends later revisions that reach the buyer without being asked. `problem` says why a target was refused.
    """

    __tablename__ = "push_target"
    __table_args__ = (
        CheckConstraint("(status IN ('checking', 'ready')) = (secret IS NOT NULL)", name="secret"),
        CheckConstraint("(status = 'checking') = (due_at IS NOT NULL)", name="clock"),
        CheckConstraint("status <> 'refused' OR jsonb_typeof(problem) = 'object'", name="problem"),
        Index("ix_push_target_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), index=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    buyer: Mapped[str] = mapped_column(ForeignKey("party.id"))
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"))
    endpoint: Mapped[str]
    bucket: Mapped[str]
    prefix: Mapped[str]
    region: Mapped[str]
    addressing: Mapped[str]
    access_key_id: Mapped[str]
    secret: Mapped[bytes | None]
    follows: Mapped[bool]
    place: Mapped[str | None]
    made_by: Mapped[str | None]
    attempts: Mapped[int]
    status: Mapped[PushTargetState] = status_column(PushTargetState)
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @property
    def parties(self) -> tuple[str, str]:
        """Both, the buyer first."""
        return (self.buyer, self.provider)


class Push(Base, Stateful):
    """One revision on its way into a target (推送); it is the use of the licence that `release_id` names.

    `worker` has it in hand until `lease_until`; `attempts` failed in a row, and the next is at `next_attempt_at`.
    """

    __tablename__ = "push"
    __table_args__ = (
        CheckConstraint(f"({_UNDER_WAY}) = (due_at IS NOT NULL)", name="clock"),
        CheckConstraint("status <> 'failed' OR jsonb_typeof(problem) = 'object'", name="problem"),
        CheckConstraint("status <> 'done' OR manifest_sha256 IS NOT NULL", name="manifest"),
        Index("uq_push_under_way", "target_id", unique=True, postgresql_where=text(_UNDER_WAY)),
        Index("ix_push_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    target_id: Mapped[str] = mapped_column(ForeignKey("push_target.id"), index=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), index=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    buyer: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"))
    release_id: Mapped[str | None]
    status: Mapped[PushState] = status_column(PushState)
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime | None]
    worker: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    manifest_sha256: Mapped[str | None]
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @property
    def parties(self) -> tuple[str, str]:
        """Both, the buyer first."""
        return (self.buyer, self.provider)


class PushObject(Base):
    """One file of a push, and the object that it becomes.

    `upload_id` is that of an upload in parts which is open at the store, stored before its first part is sent.
    """

    __tablename__ = "push_object"
    __table_args__ = (
        UniqueConstraint("push_id", "n"),
        Index("ix_push_object_upload", "push_id", postgresql_where=text("upload_id IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    push_id: Mapped[str] = mapped_column(ForeignKey("push.id"))
    n: Mapped[int]
    delivery_file_id: Mapped[str] = mapped_column(ForeignKey("delivery_file.id"))
    key: Mapped[str]
    size_bytes: Mapped[int]
    part_bytes: Mapped[int]
    parts_done: Mapped[int]
    upload_id: Mapped[str | None]
    written_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]


class PushPart(Base):
    """A part that the store has taken: its entity tag there, and its SHA-256 in base64 as it went."""

    __tablename__ = "push_part"

    object_id: Mapped[str] = mapped_column(ForeignKey("push_object.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    etag: Mapped[str]
    sha256: Mapped[str]
