"""Comparables, as the register of market evidence keeps them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class ComparableRow(Base):
    """One price with what it was for (可比案例): a realised trade of this market, or an asking price seen elsewhere.

    `reference` names it once: the settlement of a trade, the order that was settled in parts, or platform and address
    of a listing. `parties` are those of the trade; they are compared with the valuers and never shown. `related` says
    by which ties they are one hand. What a listing does not tell is null, not a guess.
    Append-only by trigger.
    """

    __tablename__ = "comparable"
    __table_args__ = (
        UniqueConstraint("kind", "reference"),
        Index("ix_comparable_mode_dated", "mode", "dated"),
        Index("ix_comparable_field", "kind", "field", "currency", "dated", "id"),
        CheckConstraint("kind IN ('realised', 'asking')", name="kind"),
        CheckConstraint("price > 0", name="price"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("tax_basis IN ('pre-tax', 'post-tax')", name="tax_basis"),
        CheckConstraint("scale > 0 AND remaining_years > 0", name="measures"),
        CheckConstraint("quality BETWEEN 0 AND 100", name="quality"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    reference: Mapped[str]
    evidence_sha256: Mapped[str]
    platform: Mapped[str]
    title: Mapped[str]
    words: Mapped[str]
    asset_id: Mapped[str | None] = mapped_column(ForeignKey("asset.id"), index=True)
    parties: Mapped[list[str]]
    dated: Mapped[date]
    price: Mapped[Decimal]
    currency: Mapped[str]
    tax_basis: Mapped[str]
    right: Mapped[str | None]
    mode: Mapped[str]
    field: Mapped[str]
    region: Mapped[str]
    update_cycle: Mapped[str]
    scale: Mapped[Decimal | None]
    remaining_years: Mapped[Decimal | None]
    quality: Mapped[Decimal | None]
    licence: Mapped[dict[str, Any]]
    related: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(index=True)
