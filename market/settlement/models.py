"""Settlements; a row never changes."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class Settlement(Base):
    """A settlement (结算): the figures of an order's money as the books have them; append-only by trigger.

    `others_minor` is what intermediaries, upstream holders and co-holders got; one from before money was shared along
    the chain of title has no distribution.
    """

    __tablename__ = "settlement"
    __table_args__ = (
        CheckConstraint(
            "gross_minor = tax_minor + fee_minor + others_minor + provider_minor"
            " AND tax_minor >= 0 AND fee_minor >= 0 AND others_minor >= 0 AND provider_minor >= 0",
            name="conserved",
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), unique=True)
    buyer: Mapped[str]
    provider: Mapped[str] = mapped_column(index=True)
    gross_minor: Mapped[int]
    tax_minor: Mapped[int]
    fee_minor: Mapped[int]
    others_minor: Mapped[int]
    provider_minor: Mapped[int]
    currency: Mapped[str]
    lines: Mapped[list[dict[str, Any]]]
    policy: Mapped[dict[str, Any]]
    distribution_id: Mapped[str | None] = mapped_column(ForeignKey("distribution.id"))
    ledger_entry_id: Mapped[str]
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    settled_at: Mapped[datetime]
