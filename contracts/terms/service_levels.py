"""Service levels (服务水平) as part of terms: what is promised, how it is measured, and what a breach earns; pure.

Percentages and rates are decimal text. An objective counts what was good of all that there was in a window; attaining
less than a level earns that level's rate of the window's fee. A boundary belongs to the better band.
"""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from kernel.errors import FieldError
from kernel.text import Text

OBJECTIVES_MAX: Final = 12
LEVELS_MAX: Final = 6

Percent = Annotated[str, Meta(pattern=r"^(100(\.0{1,4})?|[1-9]?[0-9](\.[0-9]{1,4})?)$(?!\n)", examples=["99.90"])]
CreditRate = Annotated[str, Meta(pattern=r"^(0\.[0-9]{1,4}|1(\.0{1,4})?)$(?!\n)", examples=["0.10"])]
Count = Annotated[int, Meta(ge=1, le=10**9)]


class ServiceMeasure(StrEnum):
    """What an objective counts: revisions in time, revisions that pass a check, accesses served, accesses in time."""

    FRESHNESS = "freshness"
    CHECK = "check"
    AVAILABILITY = "availability"
    RESPONSE = "response"


class MeasureWindow(StrEnum):
    """The period over which is counted, in the calendar of China."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class CreditLevel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the table of credits: what is attained below `below` per cent earns `rate` of the window's fee."""

    below: Percent
    rate: CreditRate


class ServiceObjective(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One promise: what is measured, over which window, and the table of credits.

    Freshness has `due_days` between revisions; a check names one of the scorecard's checks, a dimension or `score`, and
    the least that passes (`pass_min`, per cent); a response is good within `millis_max`. What was late or faulty and is
    made good within `cure_hours` earns no credit, and is counted.
    """

    id: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$(?!\n)", examples=["monthly-delivery"])]
    measure: ServiceMeasure
    window: MeasureWindow
    levels: Annotated[tuple[CreditLevel, ...], Meta(min_length=1, max_length=LEVELS_MAX)]
    due_days: Annotated[int, Meta(ge=1, le=3660)] | None = None
    check: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    pass_min: Percent | None = None
    millis_max: Count | None = None
    cure_hours: Annotated[int, Meta(ge=0, le=8760)] = 0


_NEEDS: Final = {
    ServiceMeasure.FRESHNESS: {"due_days"},
    ServiceMeasure.CHECK: {"check", "pass_min"},
    ServiceMeasure.AVAILABILITY: set(),
    ServiceMeasure.RESPONSE: {"millis_max"},
}
_CURABLE: Final = (ServiceMeasure.FRESHNESS, ServiceMeasure.CHECK)


def faults_of_objectives(
    objectives: tuple[ServiceObjective, ...], pointer: str, rule: str | None
) -> Iterator[FieldError]:
    """What is wrong with objectives, each fault with its place."""
    seen: set[str] = set()
    for at, one in enumerate(objectives):
        here = f"{pointer}/{at}"
        if one.id in seen:
            yield FieldError(f"{here}/id", Text("编号重复", "Another objective has this id"), rule)
        seen.add(one.id)
        yield from _members(one, here, rule)
        yield from _table(one, here, rule)


def _members(one: ServiceObjective, here: str, rule: str | None) -> Iterator[FieldError]:
    for name in ("due_days", "check", "pass_min", "millis_max"):
        given, wanted = getattr(one, name) is not None, name in _NEEDS[one.measure]
        if given is not wanted:
            text = Text(f"{one.measure} 须填写", f"Say it for {one.measure}") if wanted else _UNUSED
            yield FieldError(f"{here}/{name}", text, rule)
    if one.cure_hours and one.measure not in _CURABLE:
        text = Text("每次访问无从补救", "An access that failed is not made good")
        yield FieldError(f"{here}/cure_hours", text, rule)


_UNUSED: Final = Text("该指标不用此项", "This measure does not use it")


def _table(one: ServiceObjective, here: str, rule: str | None) -> Iterator[FieldError]:
    """Levels fall and rates rise, without a gap: each level reaches down to the next."""
    for at, (upper, lower) in enumerate(pairwise(one.levels), start=1):
        if Decimal(lower.below) >= Decimal(upper.below):
            text = Text(f"须低于上一档 {upper.below}", f"Each level is below the one before: {upper.below}")
            yield FieldError(f"{here}/levels/{at}/below", text, rule)
        if Decimal(lower.rate) <= Decimal(upper.rate):
            text = Text(f"须高于上一档 {upper.rate}", f"Each rate is above the one before: {upper.rate}")
            yield FieldError(f"{here}/levels/{at}/rate", text, rule)
    if Decimal(one.levels[0].rate) == 0:
        yield FieldError(f"{here}/levels/0/rate", Text("抵扣比例须大于零", "A rate is above zero"), rule)
    if Decimal(one.levels[0].below) == 0:
        yield FieldError(f"{here}/levels/0/below", Text("阈值须大于零", "A threshold is above zero"), rule)
