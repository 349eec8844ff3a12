"""Proposals to write clawbacks off; what is owed itself is a balance of the books."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from kernel.money import Money
from market.clawbacks.states import WriteOffState


class ClawbackWriteOff(Base, Stateful):
    """A part or the whole of what a party owes, given up by two officers (核销)."""

    __tablename__ = "clawback_write_off"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        Index("ix_clawback_write_off_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str]
    reason: Mapped[str]
    proposed_by: Mapped[str]
    proposed_by_line: Mapped[list[str]]
    decided_by: Mapped[str | None]
    decision_reason: Mapped[str | None]
    due_at: Mapped[datetime | None]
    status: Mapped[WriteOffState] = status_column(WriteOffState)
    created_at: Mapped[datetime]

    @property
    def money(self) -> Money:
        """The amount with its currency."""
        return Money(self.amount_minor, self.currency)
