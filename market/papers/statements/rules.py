"""Periods of statements, by the days of China; pure."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from kernel.time.clock import SHANGHAI

_PERIOD: Final = re.compile(r"(?P<year>20[0-9]{2})(-(?P<month>0[1-9]|1[0-2])|-Q(?P<quarter>[1-4]))?")


@dataclass(frozen=True, slots=True)
class Period:
    """A month, a quarter or a year: from its first moment to the first one after it."""

    name: str
    since: datetime
    until: datetime


def period(name: str) -> Period:
    """`2026-11`, `2026-Q4` or `2026`; raises ValueError for anything else."""
    found = _PERIOD.fullmatch(name)
    if found is None:
        raise ValueError(f"{name} is no month, quarter or year")
    year = int(found["year"])
    if found["month"]:
        first, months = int(found["month"]), 1
    elif found["quarter"]:
        first, months = int(found["quarter"]) * 3 - 2, 3
    else:
        first, months = 1, 12
    return Period(name, _first(year, first), _first(year, first + months))


def month_before(day: date) -> str:
    """The month before that of a day."""
    year, month = divmod(day.year * 12 + day.month - 2, 12)
    return f"{year:04d}-{month + 1:02d}"


def _first(year: int, month: int) -> datetime:
    more, rest = divmod(month - 1, 12)
    return datetime(year + more, rest + 1, 1, tzinfo=SHANGHAI).astimezone(UTC)
