"""The periods of a plan: half-open instants from the local days of its zone, each reckoned from the anchor; pure.

Period n never follows from period n-1: what begins on the 31st begins on the last day of shorter months and on the 31st
again after them. A plan that begins within a period is charged a part of it; the whole stays the denominator.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from contracts.terms.prices import Every, Plan, Recurring, cadence

_MONTHS: Final = {Every.MONTH: 1, Every.YEAR: 12}
_DAYS: Final = {Every.DAY: 1, Every.WEEK: 7}
_KEPT: Final = 4096
"""How many periods are remembered: subscriptions of one beginning share theirs, and they are what bills cost most."""


class Cadence(msgspec.Struct, frozen=True):
    """How the periods of a plan lie: so many days, weeks, months or years from the day on which it began.

    `anchor_day` is the day of the month on which they begin, where it is not that of the first day.
    """

    begin: date
    every: int = 1
    unit: Every = Every.MONTH
    anchor_day: int | None = None
    zone: str = "Asia/Shanghai"


class Period(msgspec.Struct, frozen=True):
    """A period by its number, as instants, and the part of it that is charged: from `since` until before `until`."""

    n: int
    start: datetime
    end: datetime
    since: datetime
    until: datetime
    begin: date
    every: int
    unit: Every
    zone: str

    @property
    def length(self) -> tuple[int, Every]:
        """How long it is, as components say it."""
        return (self.every, self.unit)

    def part(self, since: datetime | None = None, until: datetime | None = None) -> "Period":
        """The same period, charged in a part of what is charged of it; raises ValueError for no part of it."""
        since, until = since or self.since, until or self.until
        if not self.since <= since <= until <= self.until:
            raise ValueError("it is no part of the period")
        return msgspec.structs.replace(self, since=since, until=until)


@lru_cache(maxsize=_KEPT)
def cadences(plan: Plan, begin: date) -> tuple[Cadence, ...]:
    """The kinds of periods that a plan which began on a day has, in the order of its components."""
    found: dict[tuple[int, Every], Cadence] = {}
    for part in plan.components:
        if (length := cadence(part)) is None:
            continue
        day = part.anchor_day if isinstance(part, Recurring) else None
        if length not in found or (day is not None and found[length].anchor_day is None):
            found[length] = Cadence(begin, *length, anchor_day=day, zone=plan.zone)
    return tuple(found.values())


def instant(day: date, zone: str) -> datetime:
    """The moment at which a day begins in a zone, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@lru_cache(maxsize=_KEPT)
def period(of: Cadence, n: int) -> Period:
    """Period n, counted from 0, the one in which the plan began; raises ValueError for one before it."""
    if n < 0:
        raise ValueError("periods are counted from 0")
    start, end = instant(first_day(of, n), of.zone), instant(first_day(of, n + 1), of.zone)
    since = max(start, instant(of.begin, of.zone))
    return Period(n, start, end, since, end, of.begin, of.every, of.unit, of.zone)


def first_day(of: Cadence, n: int) -> date:
    """The first day of period n, reckoned from the anchor."""
    if of.unit in _DAYS:
        return of.begin + timedelta(days=n * of.every * _DAYS[of.unit])
    anchor = of.anchor_day or of.begin.day
    month = of.begin.year * 12 + of.begin.month - 1
    if _in_month(month, anchor) > of.begin:
        month -= 1  # The plan began before this month's anchor: within the period that began in the month before.
    return _in_month(month + n * of.every * _MONTHS[of.unit], anchor)


def _in_month(month: int, day: int) -> date:
    """A day of a month that is counted from the year 0; the last one where the month is shorter."""
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day, monthrange(year, month + 1)[1]))


def number_at(of: Cadence, at: datetime) -> int:
    """The number of the period that a moment lies in; raises ValueError for one before the plan began."""
    day = at.astimezone(ZoneInfo(of.zone)).date()
    if day < of.begin:
        raise ValueError("it is before the plan began")
    if of.unit in _DAYS:
        return (day - of.begin).days // (of.every * _DAYS[of.unit])
    base = first_day(of, 0)
    n = ((day.year - base.year) * 12 + day.month - base.month) // (of.every * _MONTHS[of.unit])
    return n if first_day(of, n) <= day else n - 1
