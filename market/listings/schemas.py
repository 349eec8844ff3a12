"""What listings say on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from contracts.policy.schemas import LicenceTerms
from contracts.terms.price.least import PriceFrom
from contracts.terms.prices import Plan
from kernel.money import MoneyView
from kernel.rules.policy import PolicyRef
from market.listings.states import ListingState, PriceKind
from market.price_bands.schemas import PriceBandView
from market.reputation.schemas import RatingStanding
from rights.assets.measures import FiguresView
from rights.assets.schemas import Theme
from rights.classification.gates import Answer
from valuation.quality.watch.schemas import QualityWatchView
from valuation.testing.schemas import TestBadge

Title = Annotated[str, Meta(min_length=2, max_length=80)]
Summary = Annotated[str, Meta(min_length=10, max_length=2000)]
Keyword = Annotated[str, Meta(min_length=1, max_length=30)]
Reason = Annotated[str, Meta(min_length=1, max_length=500)]
Id = Annotated[str, Meta(max_length=40)]


_From = Annotated[PriceFrom | None, Meta(description="方案的起价 · what a plan costs at the least")]


class CreateListing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Describe a data product; rows, samples, freshness and score come from the scorecard.

    A product is sold at an amount (`price`), at a whole plan (`plan`, with the kind `plan`), free, or on request.
    """

    asset_id: Id
    title_zh: Title
    title_en: Title
    summary_zh: Summary
    summary_en: Summary
    keywords: Annotated[list[Keyword], Meta(max_length=20)]
    theme: Theme
    licence: LicenceTerms
    price: MoneyView | None = None
    price_kind: PriceKind = PriceKind.ONE_OFF
    plan: Annotated[Plan | None, Meta(description="价格方案，price_kind 为 plan 时填写 · the plan of that kind")] = None
    scorecard_id: Id | None = None
    appraisal_id: Id | None = None
    delivery: Annotated[
        Literal["files", "computing"],
        Meta(description="文件交付，或只在受控环境中计算 · files, or computing in controlled environments only"),
    ] = "files"


class ReviewListing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The reviewer's decision."""

    decision: Literal["approve", "reject"]
    reason: Reason


class DelistListing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Take one's own product off the shelf."""

    reason: Reason


class SuperviseListing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The centre or the regulator intervenes."""

    action: Literal["suspend", "resume", "delist"]
    reason: Reason


class ProviderView(msgspec.Struct, frozen=True):
    """Who offers it, as the public register of enterprises knows them."""

    id: str
    uscc: Annotated[str, Meta(description="统一社会信用代码 · unified social credit code")]
    name: str


class QualityView(msgspec.Struct, frozen=True):
    """The score of the scorecard, out of 100."""

    score: str
    grade: str


class ListingSummary(msgspec.Struct, frozen=True):
    """A product as a list shows it."""

    id: str
    provider: ProviderView
    title_zh: str
    title_en: str
    summary_zh: str
    summary_en: str
    keywords: list[str]
    theme: str
    price: MoneyView | None
    price_kind: PriceKind
    price_from: _From
    row_count: int | None
    size_bytes: int
    freshness_at: datetime | None
    quality: QualityView | None
    rating: RatingStanding
    listed_at: datetime | None


class ListingLine(msgspec.Struct, frozen=True):
    """A product in any state, as its provider and the offices list it."""

    id: str
    provider: ProviderView
    asset_id: str
    revision_id: str
    certificate_id: str | None
    scorecard_id: str | None
    title_zh: str
    title_en: str
    theme: str
    delivery: str
    price: MoneyView | None
    price_kind: PriceKind
    price_from: _From
    quality: QualityView | None
    held_by: Annotated[str | None, Meta(description="中心中止出售所依据的规则 · the rule for which it is held")]
    look_again_on: date | None
    lapses_rule: str | None
    status: ListingState
    status_changed_at: datetime
    decision_reason: str | None
    allowed_actions: list[str]
    created_at: datetime
    listed_at: datetime | None


class GatesView(msgspec.Struct, frozen=True):
    """The gates' answers when they were last asked, and the thresholds and classification they were asked with."""

    at: datetime
    policy: PolicyRef
    answers: list[Answer]
    classification_policy: PolicyRef | None = None


class ListingView(msgspec.Struct, frozen=True):
    """A product in full."""

    id: str
    provider: ProviderView
    asset_id: str
    revision_id: str
    certificate_id: str | None
    scorecard_id: str | None
    appraisal_id: str | None
    title_zh: str
    title_en: str
    summary_zh: str
    summary_en: str
    keywords: list[str]
    theme: str
    licence: LicenceTerms
    delivery: str
    price: MoneyView | None
    price_kind: PriceKind
    price_from: _From
    plan: Annotated[Plan | None, Meta(description="价格方案全文 · the whole plan that it is sold at")]
    price_band: Annotated[PriceBandView, Meta(description="价格参考区间 · what its price is seen beside")]
    row_count: int | None
    size_bytes: int
    freshness_at: datetime | None
    quality: QualityView | None
    rating: RatingStanding
    provider_rating: Annotated[RatingStanding, Meta(description="提供方的评价 · the provider's standing")]
    quality_watch: QualityWatchView | None
    third_party_tests: list[TestBadge]
    figures: Annotated[
        FiguresView,
        Meta(
            description="数据规模与覆盖时间：统计值，申报不同者两值并列 · volume and period as computed, "
            "with what was declared beside it"
        ),
    ]
    sample_rows: dict[str, Any]
    masked_columns: Annotated[
        dict[str, list[str]],
        Meta(
            description="样例中已脱敏的字段，按表列出 · columns whose values are masked in the sample rows, by table",
            examples=[{"orders": ["price"]}],
        ),
    ]
    gates: GatesView | None
    held_by: Annotated[str | None, Meta(description="中心中止出售所依据的规则 · the rule for which it is held")]
    look_again_on: Annotated[
        date | None, Meta(description="闸门结论的届满日 · the first day on which what it rests on is over")
    ]
    lapses_rule: Annotated[str | None, Meta(description="届满所依据的规则 · the rule by which it will be over")]
    status: ListingState
    decision_reason: str | None
    allowed_actions: list[str]
    created_at: datetime
    listed_at: datetime | None


class SearchPage(msgspec.Struct, frozen=True):
    """Found products, best first.

    `relaxed` says that too little held every word, so products with any of them follow; `capped` says that there
    were more hits than are ranked: add a word.
    """

    items: list[ListingSummary]
    next: str | None
    relaxed: bool
    capped: bool
