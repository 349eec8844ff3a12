"""What is said of comparables on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from kernel.text import Text
from valuation.appraisal.engine.inputs import Currency, MarketModel, Name, Parameter, TaxBasis, Trait

Id = Annotated[str, Meta(max_length=40)]


class RelationView(Struct, frozen=True):
    """By which tie the parties of a trade are one hand, so that it is no comparable."""

    code: str
    words: Text


class ComparableView(Struct, frozen=True):
    """A comparable without the parties of the trade; null is what nobody told."""

    id: str
    kind: str
    platform: str
    title: str
    dated: date
    price: str
    currency: str
    tax_basis: str
    right: str | None
    mode: str
    field: str
    region: str
    update_cycle: str
    scale: str | None
    remaining_years: str | None
    quality: str | None
    evidence_sha256: str
    related: list[RelationView]
    created_at: datetime


class NeighbourView(Struct, frozen=True):
    """A near comparable and why it is near."""

    comparable: ComparableView
    likeness: str
    why: Text


class NearView(Struct, frozen=True):
    """The nearest comparables of an asset and the band of their prices; no band where too few are like it.

    `considered` of `known` were looked at, the newest first.
    """

    asset_id: str
    mode: str
    currency: str
    base_date: date
    known: int
    considered: int
    low: str | None
    middle: str | None
    high: str | None
    only_asking: bool
    neighbours: list[NeighbourView]
    note: Text


class Pick(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A comparable of the register with the valuer's corrections; what the register does not tell is stated here."""

    comparable_id: Id
    price_index: Parameter
    supply_demand: Parameter
    other: Parameter
    right: Trait | None = None
    scale: Parameter | None = None
    remaining_years: Parameter | None = None
    quality: Parameter | None = None
    field: Trait | None = None
    region: Trait | None = None
    weight: Parameter | None = None


class PickComparables(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Turn comparables of the register into the inputs of the market approach; nothing is stored."""

    scorecard_id: Id
    base_date: date
    currency: Currency
    right: Trait
    mode: Trait
    field: Trait
    region: Trait
    tax_basis: TaxBasis
    scale: Parameter
    remaining_years: Parameter
    price_index: Parameter
    quality_exponent: Parameter
    capacity_exponent: Parameter
    picks: Annotated[dict[Name, Pick], Meta(min_length=1, max_length=50)]
    right_remaining_years: Parameter | None = None


class LeftOut(Struct, frozen=True):
    """A comparable that the approach will not use, and why."""

    name: str
    why: Text


class PickedView(Struct, frozen=True):
    """The inputs of the market approach, as a study takes them, and what of them will be left out."""

    market: MarketModel
    left_out: list[LeftOut]


Kind = Literal["realised", "asking"]
