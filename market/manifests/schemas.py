"""What manifests say on the wire: the document that is written, what would be done, and what was."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from contracts.policy.schemas import LicenceTerms
from contracts.terms.prices import Plan
from kernel.money import MoneyView
from market.listings.schemas import Id, Keyword, Summary, Title
from market.listings.states import ListingState, PriceKind
from market.manifests.rules import Action, ShelfState
from rights.assets.schemas import Theme

MANIFESTS_MAX = 20

Name = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$(?!\n)",
        description="主体内唯一的清单名 · unique within the party",
        examples=["city-weather"],
    ),
]
PruneCount = Annotated[int, Meta(ge=0, le=10_000)]
Digest = Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}$(?!\n)")]


class TitlePair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A title in both languages."""

    zh: Title
    en: Title


class SummaryPair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A summary in both languages."""

    zh: Summary
    en: Summary


class ManifestMetadata(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a manifest is called, and the set that it may be pruned with."""

    name: Name
    set: Annotated[Name | UnsetType, Meta(description="可整体清理的集合 · the set that it is pruned with")] = UNSET


class ListingSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a product is to be. A licence, a price and a plan are each one value, set as a whole."""

    asset: Annotated[
        str, Meta(min_length=1, max_length=200, description="资产编号或名称 · the asset's id, or its name where unique")
    ]
    title: TitlePair
    summary: SummaryPair
    theme: Theme
    licence: LicenceTerms
    keywords: Annotated[list[Keyword], Meta(max_length=20)] | UnsetType = UNSET
    delivery: Literal["files", "computing"] | UnsetType = UNSET
    price: MoneyView | UnsetType = UNSET
    price_kind: PriceKind | UnsetType = UNSET
    plan: Plan | UnsetType = UNSET
    scorecard: Annotated[Id | UnsetType, Meta(description="评分卡编号 · id of the scorecard")] = UNSET
    appraisal: Annotated[Id | UnsetType, Meta(description="估值编号 · id of the appraisal")] = UNSET
    state: ShelfState = ShelfState.LISTED


class ListingManifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"api_version": "apiVersion"}):
    """One product as its provider wants it."""

    api_version: Literal["liutong/v1"]
    kind: Literal["Listing"]
    metadata: ManifestMetadata
    spec: ListingSpec


class PlanManifests(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Manifests to be compared with what is there."""

    manifests: Annotated[list[ListingManifest], Meta(max_length=MANIFESTS_MAX)]
    manager: Annotated[Name, Meta(description="由谁管理 · who manages what they say")] = "liutong"
    force: Annotated[bool, Meta(description="覆盖他处的改动 · set again what was changed elsewhere")] = False
    prune: Annotated[
        Name | None,
        Meta(description="清理的集合：未列出的商品下架 · the set whose products that are not here are taken off"),
    ] = None
    expect: Annotated[PruneCount | None, Meta(description="预期下架的件数 · how many are taken off")] = None


class ApplyManifests(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Carry a plan out, if it is what would be done still."""

    plan: Annotated[Digest, Meta(description="计划的摘要 · digest of the plan")]
    asked: Annotated[PlanManifests, Meta(description="该计划所比对的内容 · what that plan was made of")]


class FieldChange(msgspec.Struct, frozen=True):
    """A field, with what it is and what it is to be; of drift, what it was left as and what it is."""

    pointer: str
    before: Any
    after: Any


class PlanFault(msgspec.Struct, frozen=True):
    """What stands against a manifest."""

    pointer: str
    detail_zh: str
    detail_en: str
    rule: str | None


class PlanLine(msgspec.Struct, frozen=True):
    """What is done about one product."""

    name: str
    set: str | None
    action: Action
    submits: Annotated[bool, Meta(description="是否提交审核 · whether it is handed in for review")]
    pruned: Annotated[bool, Meta(description="因不在集合中而清理 · whether it is pruned")]
    listing_id: str | None
    status: ListingState | None
    decision_reason: str | None
    changes: list[FieldChange]
    drift: Annotated[list[FieldChange], Meta(description="他处的改动 · what was changed elsewhere since")]
    faults: list[PlanFault]


class ManifestPlan(msgspec.Struct, frozen=True):
    """What would be done; `digest` stands for it when it is carried out."""

    digest: str
    changed: Annotated[bool, Meta(description="是否有差异 · whether anything is not as it should be")]
    lines: list[PlanLine]


class ManifestApplication(msgspec.Struct, frozen=True):
    """What was done."""

    lines: list[PlanLine]


class AppliedManifestView(msgspec.Struct, frozen=True):
    """What was carried out last under a name."""

    kind: str
    name: str
    set: str | None
    manager: str
    listing_id: str
    replaces: Annotated[str | None, Meta(description="待其上架后下架的商品 · what leaves the shelf when it is there")]
    spec: Annotated[dict[str, Any], Meta(description="最近一次执行的内容 · what was carried out last")]
    version: int
    applied_at: datetime
