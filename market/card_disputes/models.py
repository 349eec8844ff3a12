"""Card disputes."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from kernel.money import Money
from market.card_disputes.states import CardDisputeState


class CardDispute(Base, Stateful):
    """A payment that its card's bank disputes (拒付争议), as the gateway tells of it.

    `gateway_status` is the gateway's own word. `withdrawn_minor` is what it has taken, with `fee_minor` for itself, and
    `reinstated_minor` what came back. `evidence` is what was entered; it is sent once, at `sent_at`, before `due_by`.
    """

    __tablename__ = "card_dispute"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        CheckConstraint(
            "withdrawn_minor IN (0, amount_minor) AND reinstated_minor IN (0, withdrawn_minor) AND fee_minor >= 0",
            name="amounts",
        ),
        Index("ix_card_dispute_look_at", "look_at", postgresql_where=text("look_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    payment_id: Mapped[str] = mapped_column(ForeignKey("payment.id"), index=True)
    gateway_reference: Mapped[str] = mapped_column(unique=True)
    gateway_status: Mapped[str]
    subject_id: Mapped[str] = mapped_column(index=True)
    buyer: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    provider: Mapped[str | None] = mapped_column(ForeignKey("party.id"), index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str]
    reason: Mapped[str]
    withdrawn_minor: Mapped[int]
    fee_minor: Mapped[int]
    reinstated_minor: Mapped[int]
    evidence: Mapped[dict[str, Any]]
    due_by: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    look_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    status: Mapped[CardDisputeState] = status_column(CardDisputeState)
    created_at: Mapped[datetime]

    @property
    def money(self) -> Money:
        """What is disputed."""
        return Money(self.amount_minor, self.currency)

    @property
    def parties(self) -> tuple[str, ...]:
        """Who may see it."""
        return (self.buyer,) if self.provider is None else (self.buyer, self.provider)
