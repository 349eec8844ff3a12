"""What was counted in the files of a revision, beside what its provider declares of them."""

from datetime import date, timedelta
from typing import Annotated, Final, Generic, Literal, TypeVar

import msgspec
from msgspec import Meta

from kernel.text import Text
from rights.assets.models import Asset, RevisionMeasure

T = TypeVar("T")

ZONES: Final = timedelta(days=1)
"""Moments are counted in UTC: a day that begins elsewhere lies within one of theirs."""

_WORDS: Final = {
    "computed": Text("由文件统计得出", "Computed from the files"),
    "declared": Text("提供方申报，未经统计", "Declared by the provider, not computed"),
    "differs": Text("统计值与申报值不一致", "What was computed differs from what is declared"),
    "unknown": Text("未统计，亦未申报", "Neither computed nor declared"),
}


class Figure(msgspec.Struct, Generic[T], frozen=True):
    """One figure of the data: what was computed from the files, what is declared, and on which of them it rests."""

    computed: T | None
    declared: T | None
    basis: Annotated[
        Literal["computed", "declared", "unknown"],
        Meta(description="数值来源：统计、申报或未知 · what the figure rests on"),
    ]
    differs: Annotated[bool, Meta(description="统计值与申报值是否不一致 · whether the two differ")]
    words: Annotated[Text, Meta(description="来源说明 · the same in words")]


class FiguresView(msgspec.Struct, frozen=True):
    """How much data there is and of when; moments are those of the columns of times, whatever they stand for."""

    records: Annotated[Figure[int], Meta(description="记录数 · records")]
    fields: Annotated[Figure[int], Meta(description="字段数 · fields of all tables; nobody declares them")]
    covers_from: Annotated[Figure[date], Meta(description="最早时间 · the earliest day in the data")]
    covers_until: Annotated[Figure[date], Meta(description="最晚时间 · the latest day in the data")]


def differing(found: RevisionMeasure, asset: Asset) -> list[str]:
    """Which declarations differ from what was counted: `records`, `period`."""
    figures = figures_of(found, asset)
    period = figures.covers_from.differs or figures.covers_until.differs
    return [*(["records"] if figures.records.differs else []), *(["period"] if period else [])]


def figures_of(found: RevisionMeasure | None, asset: Asset) -> FiguresView:
    """The figures of a revision; without a count, they are its provider's word alone."""
    return FiguresView(
        records=_figure(found.record_count if found else None, asset.records),
        fields=_figure(found.field_count if found else None, None),
        covers_from=_day(found.earliest if found else None, asset.covers_from),
        covers_until=_day(found.latest if found else None, asset.covers_until),
    )


def _figure(computed: int | None, declared: int | None) -> Figure[int]:
    differs = computed is not None and declared not in (None, computed)
    basis = _basis(computed, declared)
    return Figure(computed, declared, basis, differs, _WORDS["differs" if differs else basis])


def _day(computed: date | None, declared: date | None) -> Figure[date]:
    differs = bool(computed and declared and abs(declared - computed) > ZONES)
    basis = _basis(computed, declared)
    return Figure(computed, declared, basis, differs, _WORDS["differs" if differs else basis])


def _basis(computed: object, declared: object) -> Literal["computed", "declared", "unknown"]:
    if computed is not None:
        return "computed"
    return "declared" if declared is not None else "unknown"
