"""The clocks and bounds of notices; pure."""

from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from kernel.rules import policy
from kernel.time.clock import end_of_day_in_china
from kernel.time.workdays import add_working_days

MEASURE: Final = "LT-INF-02"
"""The rule under which a listing is off sale while a notice stands."""

OUTCOME: Final = "LT-INF-05"
"""The rule by which a measure ends or becomes final."""


class NoticeDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long each state of a notice waits, and how much evidence is taken."""

    examine_working_days: int
    forward_working_days: int
    counter_days: int
    waiting_days: int
    suit_review_days: int
    evidence_max: int
    evidence_bytes_max: int


DAYS: Final = policy.load("notice", NoticeDays, "market.notices")


def after_days(on: date, days: int) -> datetime:
    """The end of so many calendar days; the day itself is not counted (民法典 art. 201)."""
    return end_of_day_in_china(on + timedelta(days=days))


def after_working_days(on: date, days: int) -> datetime:
    """The end of so many working days, the day itself not counted."""
    return end_of_day_in_china(add_working_days(on, days).on)
