"""Notices that an agreement is to end."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from market.endings.states import TerminationState


class Termination(Base, Stateful):
    """A party's notice that an agreement is to end: by agreement, for a breach, or because the consumer gives it up.

    `due_at` is the end of the time to answer, or to make the breach of `obligation_id` good. One is open at a time.
    """

    __tablename__ = "termination"
    __table_args__ = (
        CheckConstraint("ground IN ('agreed', 'breach', 'given-up')", name="ground"),
        CheckConstraint("(obligation_id IS NOT NULL) = (ground = 'breach')", name="breach"),
        Index("uq_termination_noticed", "agreement_id", unique=True, postgresql_where=text("status = 'noticed'")),
        Index("ix_termination_due_at", "due_at", postgresql_where=text("status = 'noticed'")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    order_id: Mapped[str | None] = mapped_column(ForeignKey("order.id"))
    by: Mapped[str] = mapped_column(ForeignKey("party.id"))
    ground: Mapped[str]
    obligation_id: Mapped[str | None] = mapped_column(ForeignKey("obligation.id"))
    reason: Mapped[str]
    answer: Mapped[str | None]
    due_at: Mapped[datetime]
    status: Mapped[TerminationState] = status_column(TerminationState)
    created_at: Mapped[datetime]
