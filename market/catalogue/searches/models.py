"""Saved searches and what fitted them."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class SavedSearch(Base):
    """A search that a party keeps; `every` are its words as they are searched for, null facets leave everything in."""

    __tablename__ = "saved_search"
    __table_args__ = (
        CheckConstraint("notify IN ('instant', 'daily')", name="notify"),
        CheckConstraint("(notify = 'daily') = (tell_at IS NOT NULL)", name="clock"),
        CheckConstraint("(most_minor IS NULL) = (currency IS NULL)", name="price"),
        Index("ix_saved_search_tell_at", "tell_at", postgresql_where=text("tell_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    name: Mapped[str]
    words: Mapped[str]
    every: Mapped[str | None] = mapped_column(TSQUERY)
    theme: Mapped[list[str] | None]
    sector: Mapped[list[str] | None]
    grade: Mapped[list[str] | None]
    price_kind: Mapped[list[str] | None]
    delivery: Mapped[list[str] | None]
    tested: Mapped[list[str] | None]
    freshness: Mapped[list[str] | None]
    territory: Mapped[list[str] | None]
    provider: Mapped[list[str] | None]
    most_minor: Mapped[int | None]
    currency: Mapped[str | None]
    score_min: Mapped[Decimal | None]
    notify: Mapped[str]
    tell_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class SearchHit(Base):
    """A product that fitted a search for a reason: once for each, told or not yet."""

    __tablename__ = "saved_search_hit"
    __table_args__ = (
        CheckConstraint("reason IN ('listed', 'price', 'grade')", name="reason"),
        Index("ix_saved_search_hit_untold", "search_id", postgresql_where=text("NOT told")),
        Index("ix_saved_search_hit_at", "at"),
    )

    search_id: Mapped[str] = mapped_column(ForeignKey("saved_search.id", ondelete="CASCADE"), primary_key=True)
    listing_id: Mapped[str] = mapped_column(ForeignKey("listing.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    told: Mapped[bool]
