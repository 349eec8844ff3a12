"""Deals by the key of their terms, and the entries about those that are priced unequally."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from market.price_spreads.states import SpreadState

_OPEN = "status IN ('asked', 'answered', 'unanswered')"


class PricedDeal(Base):
    """A settled deal at one price, by what it was on (`terms_key`); append-only.

    `settlement_id` is the order's own id where it was settled in parts.
    """

    __tablename__ = "priced_deal"
    __table_args__ = (
        CheckConstraint("price_minor > 0", name="price_minor"),
        Index("ix_priced_deal_terms_key", "terms_key", "currency", "settled_on"),
    )

    settlement_id: Mapped[str] = mapped_column(primary_key=True)
    terms_key: Mapped[str]
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"))
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"))
    revision_id: Mapped[str]
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"))
    buyer: Mapped[str] = mapped_column(ForeignKey("party.id"))
    price_minor: Mapped[int]
    currency: Mapped[str]
    settled_on: Mapped[date]


class PriceSpread(Base, Stateful):
    """An entry about unequal prices for equal terms (等条件价差), one that is open for each key and currency.

    The figures are those of the deal that was last noticed; `due_at` is until when the provider, or the operator, has.
    """

    __tablename__ = "price_spread"
    __table_args__ = (
        CheckConstraint(f"({_OPEN}) = (due_at IS NOT NULL)", name="clock"),
        CheckConstraint("0 < lowest_minor AND lowest_minor < highest_minor", name="prices"),
        Index("uq_price_spread_open", "terms_key", "currency", unique=True, postgresql_where=text(_OPEN)),
        Index("ix_price_spread_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    terms_key: Mapped[str]
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"))
    revision_id: Mapped[str]
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    lowest_minor: Mapped[int]
    highest_minor: Mapped[int]
    currency: Mapped[str]
    spread: Mapped[Decimal]
    policy: Mapped[dict[str, Any]]
    answer: Mapped[str | None]
    decision_reason: Mapped[str | None]
    decided_by: Mapped[str | None]
    status: Mapped[SpreadState] = status_column(SpreadState)
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
