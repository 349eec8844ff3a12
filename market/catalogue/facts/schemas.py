"""What the facts of a product say on the wire."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from contracts.policy.schemas import LicenceTerms
from contracts.terms.price.least import PriceFrom
from contracts.terms.prices import Plan
from kernel.money import MoneyView
from kernel.text import Text
from market.listings.schemas import ProviderView, QualityView
from market.listings.states import PriceKind
from market.reputation.schemas import RatingStanding
from market.service_levels.schemas import ServiceRecordLine
from rights.assets.measures import FiguresView
from valuation.quality.scoring.comparison import Comparison
from valuation.quality.watch.schemas import QualityWatchView
from valuation.testing.schemas import TestBadge


class Statistics(msgspec.Struct, frozen=True):
    """A column as the signed scorecard counts it; with `masked` its extremes and frequent values are shapes."""

    type: str
    null_count: int
    nan_count: int
    distinct_estimate: int | None
    minimum: Any
    maximum: Any
    sampled_rows: int
    quantiles: dict[str, Any]
    top: list[dict[str, Any]]
    histogram: list[dict[str, Any]]
    masked: bool


class ColumnView(msgspec.Struct, frozen=True):
    """A column as its data contract describes it, null where it says nothing, and as it was counted."""

    column: str
    title: str | None
    description: str | None
    logical_type: str | None
    required: bool | None
    unique: bool | None
    statistics: Statistics


class ObjectView(msgspec.Struct, frozen=True):
    """A table and its columns."""

    name: str
    rows: int | None
    columns: list[ColumnView]


class DictionaryView(msgspec.Struct, frozen=True):
    """The data dictionary of a product, from the scorecard that it shows and the contract behind that."""

    listing_id: str
    scorecard_id: str
    data_contract_id: str
    document_id: Annotated[str, Meta(description="签名评分卡文书 · the signed document that proves the statistics")]
    objects: list[ObjectView]


class DimensionView(msgspec.Struct, frozen=True):
    """One of the six dimensions; null where it was not assessed."""

    code: str
    name: Text
    score: str | None


class VersionView(msgspec.Struct, frozen=True):
    """A revision that a product was sold as, with its score by dimension, and what changed since the one before."""

    number: int
    revision_id: str
    content_sha256: str
    size_bytes: int
    scorecard_id: str
    score: str
    grade: str
    dimensions: list[DimensionView]
    row_count: int
    freshness_at: datetime | None
    scored_at: datetime
    released_at: datetime | None
    changes: Annotated[
        Comparison | None, Meta(description="与上一所列版本的差异 · differences from the version listed before it")
    ]


class RelativeView(msgspec.Struct, frozen=True):
    """A product on the shelf that this one is made from, or that is made from it."""

    listing_id: str
    title_zh: str
    title_en: str
    provider: ProviderView
    kind: Annotated[str, Meta(description="加工方式 · in which way the one is made from the other")]
    steps: Annotated[int, Meta(description="相隔的步数 · how many steps of making lie between")]


class LineageOfListing(msgspec.Struct, frozen=True):
    """Lineage up and down, as far as it is on the shelf; `capped` where there is more than is shown."""

    listing_id: str
    made_from: list[RelativeView]
    made_into: list[RelativeView]
    capped: bool


class ComparedListing(msgspec.Struct, frozen=True):
    """One product of a comparison: the same facts of each, null where a product does not have one."""

    id: str
    title_zh: str
    title_en: str
    provider: ProviderView
    provider_rating: RatingStanding
    rating: RatingStanding
    theme: str
    price: MoneyView | None
    price_kind: PriceKind
    price_from: PriceFrom | None
    plan: Plan | None
    licence: LicenceTerms
    delivery: str
    quality: QualityView | None
    dimensions: list[DimensionView]
    quality_watch: QualityWatchView | None
    third_party_tests: list[TestBadge]
    figures: FiguresView
    row_count: int | None
    size_bytes: int
    freshness_at: datetime | None
    service_record: list[ServiceRecordLine]
    certificate_number: str | None
    certificate_until: date | None
    listed_at: datetime | None


class ComparisonView(msgspec.Struct, frozen=True):
    """Products side by side in the order in which they were named, and the facts in which they differ."""

    listings: list[ComparedListing]
    differing: list[str]
