"""Mandates, quotes, and the orders that agents ask for."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from kernel.money import Money
from market.mandates.states import MandateOrderState, MandateState


class Mandate(Base, Stateful):
    """A mandate (委托书): the signed document, its limits as numbers, and how much of them is used up.

    `spent_minor` and `orders_count` are changed by single statements that keep to the limits themselves
    (market.mandates.orders.charging), never by what was read before.
    """

    __tablename__ = "mandate"
    __table_args__ = (
        CheckConstraint("spent_minor BETWEEN 0 AND budget_minor", name="spent"),
        CheckConstraint("orders_count BETWEEN 0 AND count_max", name="orders_count"),
        CheckConstraint("not_before < not_after", name="term"),
        CheckConstraint("(status = 'in_force') <= (signature IS NOT NULL)", name="signed"),
        Index("ix_mandate_principal_id", "principal", "id"),
        Index("ix_mandate_not_after", "not_after", postgresql_where=text("status IN ('drafted', 'in_force')")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    principal: Mapped[str] = mapped_column(ForeignKey("party.id"))
    content: Mapped[dict[str, Any]]
    digest: Mapped[str]
    policy: Mapped[dict[str, Any]]
    agent_jkt: Mapped[str]
    per_order_minor: Mapped[int]
    budget_minor: Mapped[int]
    currency: Mapped[str]
    count_max: Mapped[int]
    human_above_minor: Mapped[int | None]
    refund_recredits: Mapped[bool]
    not_before: Mapped[datetime]
    not_after: Mapped[datetime]
    spent_minor: Mapped[int]
    orders_count: Mapped[int]
    signing_key_id: Mapped[str | None] = mapped_column(ForeignKey("signing_key.id"))
    signature: Mapped[str | None]
    signed_at: Mapped[datetime | None]
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    revoked_at: Mapped[datetime | None]
    revoked_because: Mapped[str | None]
    created_at: Mapped[datetime]
    status: Mapped[MandateState] = status_column(MandateState)

    def money(self, minor: int) -> Money:
        """An amount in the mandate's currency."""
        return Money(minor, self.currency)


class OrderQuote(Base):
    """What an order costs until a moment, and by the digest of its terms on which; kept until it has run out."""

    __tablename__ = "order_quote"
    __table_args__ = (Index("ix_order_quote_buyer_expires_at", "buyer", "expires_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    buyer: Mapped[str] = mapped_column(ForeignKey("party.id"))
    provider: Mapped[str]
    listing_id: Mapped[str]
    revision_id: Mapped[str]
    purpose: Mapped[str]
    use_case: Mapped[str]
    places: Mapped[list[str]]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    terms_digest: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    created_at: Mapped[datetime]

    @property
    def price(self) -> Money:
        """The quoted price."""
        return Money(self.amount_minor, self.currency)


class MandateOrder(Base, Stateful):
    """An order that an agent asked for, with what it signed; the quote's own words, which outlive the quote.

    One key of a mandate is one of these for ever, also when the answers to keys are no longer kept.
    """

    __tablename__ = "mandate_order"
    __table_args__ = (
        UniqueConstraint("mandate_id", "key"),
        CheckConstraint("recredited_minor BETWEEN 0 AND amount_minor", name="recredited"),
        CheckConstraint("(status = 'placed') = (order_id IS NOT NULL)", name="placed"),
        CheckConstraint("(status = 'awaiting_approval') = (due_at IS NOT NULL)", name="clock"),
        Index("ix_mandate_order_mandate_id_id", "mandate_id", "id"),
        Index("ix_mandate_order_principal_id", "principal", "id"),
        Index("ix_mandate_order_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    mandate_id: Mapped[str] = mapped_column(ForeignKey("mandate.id"))
    principal: Mapped[str]
    key: Mapped[str]
    quote_id: Mapped[str]
    listing_id: Mapped[str]
    purpose: Mapped[str]
    use_case: Mapped[str]
    terms_digest: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    signed_at: Mapped[str]
    public_key: Mapped[str]
    signature: Mapped[str]
    order_id: Mapped[str | None] = mapped_column(ForeignKey("order.id"), unique=True)
    recredited_minor: Mapped[int]
    due_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    reason: Mapped[str | None]
    created_at: Mapped[datetime]
    status: Mapped[MandateOrderState] = status_column(MandateOrderState)

    @property
    def amount(self) -> Money:
        """What it costs."""
        return Money(self.amount_minor, self.currency)
