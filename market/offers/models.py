"""Public offers of listings."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from market.offers.states import OfferState


class Offer(Base, Stateful):
    """An offer to the public, or to the parties in `addressed` (公开要约). Its terms never change.

    `seats` is how many may take it: None is everybody, and terms that exclude others have one. `taken` counts those who
    have.
    """

    __tablename__ = "offer"
    __table_args__ = (
        Index("ix_offer_listing_id", "listing_id"),
        Index("ix_offer_open", "expires_at", postgresql_where=text("status = 'open'")),
        CheckConstraint("seats IS NULL OR seats BETWEEN 1 AND 1000000", name="seats"),
        CheckConstraint("taken >= 0 AND (seats IS NULL OR taken <= seats)", name="taken"),
        CheckConstraint("(status = 'taken') = (seats IS NOT NULL AND taken = seats)", name="full"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    listing_id: Mapped[str] = mapped_column(ForeignKey("listing.id"))
    title_zh: Mapped[str]
    title_en: Mapped[str]
    terms: Mapped[dict[str, Any]]
    terms_digest: Mapped[str]
    addressed: Mapped[list[str] | None]
    seats: Mapped[int | None]
    taken: Mapped[int]
    expires_at: Mapped[datetime]
    status: Mapped[OfferState] = status_column(OfferState)
    end_reason: Mapped[str | None]
    published_at: Mapped[datetime]
