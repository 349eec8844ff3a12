"""Ratings, and the market's mean as it was frozen for each month."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class Rating(Base):
    """A rating (评价) of one order by its buyer: stars, whether it was as described, and words.

    A trigger refuses to delete it. Unlawful words go by order of an officer, for a reason that is shown in their place;
    stars stay. It can be edited until the provider has answered.
    """

    __tablename__ = "rating"
    __table_args__ = (
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        CheckConstraint("buyer <> provider", name="two_parties"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        CheckConstraint("withdrawn_reason IS NULL OR text = ''", name="withdrawn"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), unique=True)
    listing_id: Mapped[str] = mapped_column(ForeignKey("listing.id"), index=True)
    buyer: Mapped[str] = mapped_column(ForeignKey("party.id"))
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    stars: Mapped[int]
    as_described: Mapped[bool]
    text: Mapped[str]
    withdrawn_reason: Mapped[str | None]
    answer: Mapped[str | None]
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]

    @property
    def parties(self) -> tuple[str, str]:
        """Both, the buyer first."""
        return (self.buyer, self.provider)


class RatingMean(Base):
    """The market's mean of stars at the beginning of a month (市场均值), over every rating that there was."""

    __tablename__ = "rating_mean"
    __table_args__ = (
        CheckConstraint("mean BETWEEN 1 AND 5", name="mean"),
        CheckConstraint("n >= 0", name="n"),
    )

    month: Mapped[date] = mapped_column(primary_key=True)
    mean: Mapped[Decimal]
    n: Mapped[int]
    policy_version: Mapped[str]
    frozen_at: Mapped[datetime]
