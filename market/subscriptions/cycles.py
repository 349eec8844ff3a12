"""Periods as instants: half-open, from local days of a zone, each from the anchor and never from the one before; pure.

A subscription that began inside a natural period has the rest of it as its first period.
"""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from contracts.terms.prices import Every, Metered, Plan, Recurring, RevenueShare


class Period(NamedTuple):
    """The period of a number: from `start` to before `end`."""

    number: int
    start: datetime
    end: datetime


class Beat(NamedTuple):
    """How often something comes round: so many units, and for months and years on which day."""

    every: int
    unit: Every
    anchor_day: int | None = None

    @property
    def about_days(self) -> int:
        """Its length in days, about, to tell longer from shorter."""
        return self.every * {Every.DAY: 1, Every.WEEK: 7, Every.MONTH: 30, Every.YEAR: 365}[self.unit]


def beat_of(part: Recurring | Metered | RevenueShare) -> Beat:
    """How often a component is charged."""
    return Beat(part.every, part.unit, part.anchor_day if isinstance(part, Recurring) else None)


def beat(plan: Plan) -> Beat:
    """How often a plan is billed: as often as its component with the shortest period, monthly where it has none."""
    parts = [beat_of(one) for one in plan.components if isinstance(one, Recurring | Metered | RevenueShare)]
    return min(parts, key=lambda one: one.about_days, default=Beat(1, Every.MONTH))


def day(anchor: date, one: Beat, number: int) -> date:
    """The first day of a period: of number 0 the anchor, or the day in its month on which periods begin, at or before.

    In a month that is too short it is the last day.
    """
    if one.unit in (Every.DAY, Every.WEEK):
        return anchor + timedelta(days=number * one.every * (7 if one.unit is Every.WEEK else 1))
    wanted = one.anchor_day or anchor.day
    months = anchor.year * 12 + anchor.month - 1
    if _in_month(months, wanted) > anchor:
        months -= 1
    return _in_month(months + number * one.every * (12 if one.unit is Every.YEAR else 1), wanted)


def _in_month(months: int, wanted: int) -> date:
    year, month = divmod(months, 12)
    return date(year, month + 1, min(wanted, calendar.monthrange(year, month + 1)[1]))


def instant(on: date, zone: str) -> datetime:
    """The first moment of a day in a zone."""
    return datetime.combine(on, time(), ZoneInfo(zone)).astimezone(UTC)


@lru_cache(maxsize=8192)
def period(anchor: date, one: Beat, zone: str, number: int) -> Period:
    """The natural period of a number."""
    return Period(number, instant(day(anchor, one, number), zone), instant(day(anchor, one, number + 1), zone))


def period_at(anchor: date, one: Beat, zone: str, at: datetime) -> Period:
    """The natural period in which a moment falls."""
    local = at.astimezone(ZoneInfo(zone)).date()
    number = max((local - anchor).days // (one.about_days + one.every * 2), 0)
    while period(anchor, one, zone, number).end <= at:
        number += 1
    while number > 0 and period(anchor, one, zone, number).start > at:
        number -= 1
    return period(anchor, one, zone, number)
