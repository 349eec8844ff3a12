"""Chinese working days (工作日): weekends, statutory holidays (法定节假日) and make-up days (调休)."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import chinese_calendar


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a period; provisional where the State Council has not yet announced that year's days."""

    on: date
    provisional: bool


@cache
def _known_years() -> range:
    years = {day.year for day in chinese_calendar.holidays}
    return range(min(years), max(years) + 1)


def is_working_day(day: date) -> tuple[bool, bool]:
    """Say whether the day is a working day, and whether that is provisional (weekends and 1 January only)."""
    if day.year in _known_years():
        return bool(chinese_calendar.is_workday(day)), False
    return day.weekday() < 5 and (day.month, day.day) != (1, 1), True


def add_working_days(start: date, days: int) -> Deadline:
    """Count working days from the day after `start` (民法典 art. 201: the first day is not counted).

    Raises ValueError for a negative count.
    """
    if days < 0:
        raise ValueError("days must not be negative")
    day, provisional, left = start, False, days
    while left:
        day += timedelta(days=1)
        working, guess = is_working_day(day)
        provisional = provisional or guess
        left -= working
    return Deadline(day, provisional)


def working_days_between(start: date, end: date) -> int:
    """Count the working days after `start` up to and including `end`; zero when `end` is not later."""
    days = (end - start).days
    return sum(is_working_day(start + timedelta(days=n))[0] for n in range(1, days + 1))
