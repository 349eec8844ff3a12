"""Successions."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from contracts.successions.states import SuccessionState
from kernel.db import Base, Stateful, status_column


class Succession(Base, Stateful):
    """Whoever acquired the rights is called to take over an agreement (承继); one for each transfer of a link.

    `content` is what the acquirer and the consumer sign, `digest` stands for it; `signatures` are those given, with
    their keys. While it is open somebody owes an answer until `due_at`.
    """

    __tablename__ = "succession"
    __table_args__ = (
        UniqueConstraint("agreement_id", "grant_id"),
        CheckConstraint("digest ~ '^sha256:[0-9a-f]{64}$'", name="digest"),
        CheckConstraint("mode IN ('follows', 'consent')", name="mode"),
        CheckConstraint("transferor <> transferee AND transferee <> consumer", name="parties"),
        CheckConstraint("status <> 'effective' OR effective_at IS NOT NULL", name="effective_at"),
        Index("ix_succession_due_at", "due_at", postgresql_where=text("status IN ('called', 'joined')")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    grant_id: Mapped[str] = mapped_column(ForeignKey("title_grant.id"))
    transferor: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    transferee: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    consumer: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    mode: Mapped[str]
    content: Mapped[dict[str, Any]]
    digest: Mapped[str]
    signatures: Mapped[list[dict[str, Any]]]
    due_at: Mapped[datetime]
    effective_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    status: Mapped[SuccessionState] = status_column(SuccessionState)
    created_at: Mapped[datetime]

    @property
    def parties(self) -> tuple[str, str, str]:
        """All three, in the order in which they come."""
        return (self.transferor, self.transferee, self.consumer)
