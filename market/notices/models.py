"""Infringement notices."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from market.notices.states import NoticeState


class Notice(Base, Stateful):
    """A notice (侵权通知) that a listing infringes somebody's right, with its evidence and all that followed.

    `notifier` is the party that gave it: the right-holder itself, or the centre's own for somebody who wrote to it.
    `shown_to` are the parties that may read it; the provider is told when a measure is taken. `due_at` is the end of
    what is waited for in the present state.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        CheckConstraint("notifier <> provider", name="two_parties"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    listing_id: Mapped[str] = mapped_column(ForeignKey("listing.id"), index=True)
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    notifier: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    shown_to: Mapped[list[str]]
    holder_name: Mapped[str]
    holder_contact: Mapped[str]
    represented: Mapped[bool]
    right_kind: Mapped[str]
    right_proof: Mapped[str]
    statement: Mapped[str]
    evidence: Mapped[list[dict[str, Any]]]
    status: Mapped[NoticeState] = status_column(NoticeState)
    due_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
    counter: Mapped[dict[str, Any] | None]
    reached_on: Mapped[date | None]
    suit: Mapped[dict[str, Any] | None]
    outcome: Mapped[str | None]
    given_at: Mapped[datetime]
    measure_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
