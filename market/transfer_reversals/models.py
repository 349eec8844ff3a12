"""Transfer reversals."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from kernel.money import Money
from market.transfer_reversals.states import TransferReversalState


class TransferReversal(Base, Stateful):
    """A part or the whole of a transfer at Stripe that is taken back (划转撤回): stored before Stripe is asked.

    `because` is the refund or card dispute for which the party owes it; `asked` how often Stripe was asked again and
    `due_at` when it is next, or when the clearing officer, whom it waits for, is told again.
    """

    __tablename__ = "transfer_reversal"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        Index("ix_transfer_reversal_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    payout_id: Mapped[str] = mapped_column(ForeignKey("payout.id"), index=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str]
    because: Mapped[str]
    gateway_reference: Mapped[str | None] = mapped_column(unique=True)
    failure: Mapped[str | None]
    asked: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    status: Mapped[TransferReversalState] = status_column(TransferReversalState)
    created_at: Mapped[datetime]

    @property
    def money(self) -> Money:
        """The amount with its currency."""
        return Money(self.amount_minor, self.currency)
