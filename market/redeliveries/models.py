"""Redeliveries."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from market.redeliveries.states import RedeliveryState

_OPEN = "status IN ('asked', 'required')"


class Redelivery(Base, Stateful):
    """A redelivery of an order, or of a part of it (重新交付), numbered in the order; of either, one that was asked for
    is open at a time.

    `because` is the id of the complaint whose outcome requires it, which then keeps the clock; `due_at` is the end of
    the time to answer, or to deliver. `revision_id` is what was delivered again.
    """

    __tablename__ = "redelivery"
    __table_args__ = (
        CheckConstraint(f"({_OPEN}) = (due_at IS NOT NULL)", name="clock"),
        CheckConstraint("(status = 'delivered') = (revision_id IS NOT NULL)", name="delivered"),
        CheckConstraint("n >= 1", name="n"),
        Index("uq_redelivery_order_id_n", "order_id", "n", unique=True),
        Index(
            "uq_redelivery_open",
            "order_id",
            "part_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text(f"{_OPEN} AND because IS NULL"),
        ),
        Index("uq_redelivery_because", "because", unique=True, postgresql_where=text(_OPEN)),
        Index("ix_redelivery_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"))
    part_id: Mapped[str | None] = mapped_column(ForeignKey("delivery_part.id"))
    n: Mapped[int]
    buyer: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    reason: Mapped[str]
    because: Mapped[str | None]
    answer: Mapped[str | None]
    revision_id: Mapped[str | None] = mapped_column(ForeignKey("asset_revision.id"))
    status: Mapped[RedeliveryState] = status_column(RedeliveryState)
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @property
    def parties(self) -> tuple[str, str]:
        """Both, the buyer first."""
        return (self.buyer, self.provider)
