"""Orders: what was bought, by whom, for what purpose, and the deadlines it runs under."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from market.orders.states import OrderState


class Order(Base, Stateful):
    """An order (订单). Price and licence are those of the listing at the moment of ordering and never change.

    One that a negotiation led to has the terms of its agreement, and its licence is a summary of their policy; what
    costs nothing has an amount of zero.

    The hot statement that places an order checks the listing itself; parties, listing and revision carry no foreign
    keys, because each would lock a row that everybody who orders the same listing would have to share. A paid order
    whose data nobody collects is reminded of at `remind_at` and ends at `collect_due_at`. While a complaint of it is
    open (`complaint_id`), silence accepts nothing, and `disputed_minor` of its money is held beyond settlement.
    `purchase_order_number` and `cost_centre` are the buyer's own references. One whose delivery `in_parts` both sides
    have agreed on stays paid until its parts are over, each with clocks of its own.
    """

    __tablename__ = "order"
    __table_args__ = (
        Index("ix_order_buyer_id", "buyer", "id"),
        Index("ix_order_provider_id", "provider", "id"),
        Index(
            "ix_order_purchase_order_number",
            "buyer",
            "purchase_order_number",
            postgresql_where=text("purchase_order_number IS NOT NULL"),
        ),
        CheckConstraint("amount_minor >= 0", name="amount_minor"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("buyer <> provider", name="two_parties"),
        CheckConstraint("(complaint_id IS NULL) = (disputed_minor IS NULL)", name="complaint"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    buyer: Mapped[str]
    provider: Mapped[str]
    listing_id: Mapped[str] = mapped_column(index=True)
    asset_id: Mapped[str]
    revision_id: Mapped[str]
    certificate_id: Mapped[str]
    title_zh: Mapped[str]
    title_en: Mapped[str]
    purpose: Mapped[str]
    use_case: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    licence: Mapped[dict[str, Any]]
    terms: Mapped[dict[str, Any]]
    negotiation_id: Mapped[str | None] = mapped_column(unique=True)
    agreement_id: Mapped[str | None] = mapped_column(ForeignKey("agreement.id"), unique=True)
    payment_id: Mapped[str | None]
    status: Mapped[OrderState] = status_column(OrderState)
    payment_due_at: Mapped[datetime]
    inspection_due_at: Mapped[datetime | None]
    placed_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    remind_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    collect_due_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    complaint_id: Mapped[str | None]
    disputed_minor: Mapped[int | None]
    purchase_order_number: Mapped[str | None]
    cost_centre: Mapped[str | None]
    in_parts: Mapped[bool] = mapped_column(server_default=false())
