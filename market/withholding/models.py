"""Shares that are kept back."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from kernel.money import Money
from market.withholding.states import WithheldState


class WithheldShare(Base, Stateful):
    """A party's share of an order that is kept back (暂扣份额) for the reason that `ground` and `reference` name.

    One that was ordered before the order's settlement has no amount yet. `taken_minor` is what refunds took of it
    since; the clearing officer decides by `due_at`, is reminded then, and a new day is set.
    """

    __tablename__ = "withheld_share"
    __table_args__ = (
        CheckConstraint("ground IN ('objection', 'remark', 'decision', 'card-dispute', 'complaint')", name="ground"),
        CheckConstraint("amount_minor >= 0 AND taken_minor >= 0 AND taken_minor <= amount_minor", name="amounts"),
        CheckConstraint("(distribution_id IS NULL) = (n IS NULL)", name="share"),
        Index("ix_withheld_share_due_at", "due_at", postgresql_where=text("status IN ('ordered', 'held')")),
        Index("ix_withheld_share_leg", "distribution_id", "n"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), index=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    asset_id: Mapped[str | None]
    distribution_id: Mapped[str | None] = mapped_column(ForeignKey("distribution.id"))
    n: Mapped[int | None]
    amount_minor: Mapped[int]
    taken_minor: Mapped[int]
    currency: Mapped[str]
    ground: Mapped[str]
    reference: Mapped[str | None]
    basis: Mapped[str]
    status: Mapped[WithheldState] = status_column(WithheldState)
    due_at: Mapped[datetime]
    redirected_to: Mapped[str | None] = mapped_column(ForeignKey("party.id"))
    decision_basis: Mapped[str | None]
    created_at: Mapped[datetime]

    @property
    def held(self) -> Money:
        """What is still kept back of it."""
        return Money(self.amount_minor - self.taken_minor, self.currency)
