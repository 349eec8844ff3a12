"""Data products on the shelf."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import CheckConstraint, Computed, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from contracts.terms.prices import Free, OneOff, OnRequest, Plan, PriceTerms
from kernel.db import Base, Stateful, status_column
from kernel.money import Money
from market.listings.states import ListingState, PriceKind

HEAD = "ts_filter(search, '{a,b}')"
"""What `search` holds of title and keywords, short enough to be ranked by the hundred."""


PRICE_KEY = (
    "COALESCE(\nCASE price_kind\n    WHEN 'free'::text THEN 0::bigint\n    ELSE\n    CASE\n"
    "        WHEN currency = 'CNY'::text THEN COALESCE(price_minor, from_minor)\n        ELSE NULL::bigint\n"
    "    END\nEND, '4611686018427387904'::bigint)"
)
"""By what products are put in the order of their prices in the currency of the house."""


class Listing(Base, Stateful):
    """A listed data product (挂牌商品).

    Row count, size, freshness, score and samples are copied from the scorecard and never typed; `search` is made by
    market.listings.search, and `search_head` of it by the database; `gates` are the answers of the gates when they were
    last asked. `held_by` is the rule for which the centre itself took the listing aside: it comes back by itself when
    nothing stands against it any more. `under_notice` says that an infringement notice keeps it off sale, whatever the
    gates say. `look_again_on` is the first day on which something that it rests on is over, by `lapses_rule`.
    `price_plan` is the plan of the kind `plan`, whole, and `from_minor` the least that a period of it comes to. `place`
    is its number in sets of listings (market.catalogue.facets).
    """

    __tablename__ = "listing"
    __table_args__ = (
        Index("ix_listing_search", "search", postgresql_using="gin", postgresql_where=text("status = 'listed'")),
        Index("ix_listing_head", "search_head", postgresql_using="gin", postgresql_where=text("status = 'listed'")),
        Index("ix_listing_look_again_on", "look_again_on", postgresql_where=text("status IN ('listed', 'suspended')")),
        Index(
            "ix_listing_shelf",
            "provider",
            "id",
            postgresql_include=["certificate_id", "lapses_rule", "look_again_on"],
            postgresql_where=text("status = 'listed'"),
        ),
        Index(
            "ix_listing_score",
            text("CAST(-100 * COALESCE(quality_score, -1) AS bigint)"),
            text("id DESC"),
            postgresql_where=text("status = 'listed'"),
        ),
        Index("ix_listing_price", text(PRICE_KEY), text("id DESC"), postgresql_where=text("status = 'listed'")),
        CheckConstraint("price_minor > 0", name="price_minor"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("(price_minor IS NULL AND from_minor IS NULL) = (currency IS NULL)", name="price"),
        CheckConstraint("price_kind IN ('one-off', 'free', 'on-request', 'plan')", name="price_kind"),
        CheckConstraint(
            "(price_kind = 'plan') = (price_plan IS NOT NULL) AND (price_plan IS NULL) = (from_minor IS NULL)",
            name="price_plan",
        ),
        CheckConstraint("from_minor >= 0", name="from_minor"),
        CheckConstraint("price_kind = 'one-off' OR price_minor IS NULL", name="price_without_amount"),
        CheckConstraint("quality_score BETWEEN 0 AND 100", name="quality_score"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(Integer, Identity(always=True), unique=True)
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"))
    certificate_id: Mapped[str | None] = mapped_column(ForeignKey("certificate.id"))
    scorecard_id: Mapped[str | None] = mapped_column(ForeignKey("scorecard.id"))
    appraisal_id: Mapped[str | None] = mapped_column(ForeignKey("appraisal.id"))
    title_zh: Mapped[str]
    title_en: Mapped[str]
    summary_zh: Mapped[str]
    summary_en: Mapped[str]
    keywords: Mapped[list[str]]
    theme: Mapped[str]
    licence: Mapped[dict[str, Any]]
    delivery: Mapped[str]
    price_kind: Mapped[str]
    price_minor: Mapped[int | None]
    currency: Mapped[str | None]
    price_plan: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    from_minor: Mapped[int | None]
    row_count: Mapped[int | None]
    size_bytes: Mapped[int]
    freshness_at: Mapped[datetime | None]
    quality_score: Mapped[Decimal | None]
    quality_grade: Mapped[str | None]
    sample_rows: Mapped[dict[str, Any]]
    gates: Mapped[dict[str, Any] | None]
    held_by: Mapped[str | None]
    under_notice: Mapped[bool] = mapped_column(default=False)
    look_again_on: Mapped[date | None]
    lapses_rule: Mapped[str | None]
    search: Mapped[str] = mapped_column(TSVECTOR, deferred=True, deferred_raiseload=True)
    search_head: Mapped[str] = mapped_column(TSVECTOR, Computed(HEAD), deferred=True, deferred_raiseload=True)
    status: Mapped[ListingState] = status_column(ListingState)
    decision_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    listed_at: Mapped[datetime | None]

    @property
    def price(self) -> Money | None:
        """The amount that it is sold at, where it shows one."""
        return Money(self.price_minor, self.currency) if self.price_minor is not None and self.currency else None

    @property
    def price_terms(self) -> PriceTerms | None:
        """Its price as terms have it; None for a draft that does not say yet."""
        if self.price_kind == PriceKind.FREE:
            return Free()
        if self.price_kind == PriceKind.ON_REQUEST:
            return OnRequest()
        if self.price_plan is not None:
            return msgspec.convert(self.price_plan, Plan)
        return None if self.price is None else OneOff(self.price.view())
