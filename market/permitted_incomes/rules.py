"""Pure rules of permitted incomes: the years of a cycle, when an answer is due, and what a cycle earned too much."""

from datetime import date, timedelta
from typing import Annotated, Final

import msgspec

from kernel.rules import policy
from kernel.time.clock import months_before

RECORDED: Final = "LT-CAP-01"
YEARLY: Final = "LT-CAP-02"
CYCLE: Final = "LT-CAP-03"
"""The rules of what is recorded, of the check of each year, and of the end of a cycle."""

Days = Annotated[int, msgspec.Meta(ge=1, le=366)]


class PermittedIncomePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days in calendar days; the report of a year is due on this day of the next."""

    report_month: Annotated[int, msgspec.Meta(ge=1, le=12)]
    report_day: Annotated[int, msgspec.Meta(ge=1, le=28 + 3)]
    answer_days_min: Days
    review_days: Days
    remind_days: Days
    assets_max: Annotated[int, msgspec.Meta(ge=1, le=500)]


POLICY: Final = policy.load("permitted-income", PermittedIncomePolicy, "market.permitted_incomes")


def anniversary(begins_on: date, years: int) -> date:
    """The day on which so many years of a cycle are over, and the next begins."""
    return months_before(begins_on, -12 * years)


def answer_due_on(checked_on: date, table: PermittedIncomePolicy) -> date:
    """The next day of report, or later where that leaves too few days."""
    soonest = checked_on + timedelta(days=table.answer_days_min)
    this_year = date(checked_on.year, table.report_month, table.report_day)
    report = this_year if this_year >= checked_on else this_year.replace(year=checked_on.year + 1)
    return max(soonest, report)


def cycle_excess(allowed_minor: int, years: int, actual_minor: int) -> int:
    """What a cycle earned above all that was permitted in it, in minor units: the next cycle is lowered by it."""
    return max(0, actual_minor - allowed_minor * years)
