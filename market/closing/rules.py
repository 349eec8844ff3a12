"""Pure rules of closing: months, days, and which accounts a correction may move."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Annotated, Final

import msgspec

from kernel.rules import policy
from kernel.time.clock import end_of_day_in_china
from kernel.time.workdays import add_working_days

Days = Annotated[int, msgspec.Meta(ge=1, le=90)]


class ClosingPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Working days to the closing and between reminders; days that suspense and payouts may be old, and that a second
    person has.
    """

    close_working_days: Days
    remind_working_days: Days
    suspense_days: Days
    transit_days: Days
    second_person_days: Days


POLICY: Final = policy.load("closing", ClosingPolicy, "market.closing")

_OWN: Final = re.compile(r"world:.*|platform:.*|vat:output|promo|fx:.*")


def first_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def after(month: date) -> date:
    """The first day of the month after."""
    return first_of(month + timedelta(days=31))


def last_of(month: date) -> date:
    """The last day of a month."""
    return after(month) - timedelta(days=1)


def close_due(month: date) -> datetime:
    """Until when a month is to be closed."""
    days = POLICY.at(after(month)).body.close_working_days
    return end_of_day_in_china(add_working_days(last_of(month), days).on)


def reminded(on: date) -> datetime:
    """When somebody is reminded again."""
    return end_of_day_in_china(add_working_days(on, POLICY.at(on).body.remind_working_days).on)


def of_others(paths: Iterable[str]) -> list[str]:
    """The accounts that a correction may not move: what is held for, or owed to, somebody has a life of its own."""
    return sorted({path for path in paths if not _OWN.fullmatch(path)})
