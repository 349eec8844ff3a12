"""How long a redelivery waits, and how often there is one."""

from datetime import date, datetime
from typing import Annotated, Final

from msgspec import Meta, Struct

from kernel.rules import policy
from market.orders.rules import deadline

Days = Annotated[int, Meta(ge=1, le=60)]


class RedeliveryRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Working days of answer, delivery and inspection, and how many redeliveries an order may be asked for."""

    answer_working_days: Days
    deliver_working_days: Days
    inspect_working_days: Days
    resume_working_days: Days
    times_max: Annotated[int, Meta(ge=1, le=10)]


RULES: Final = policy.load("redeliveries", RedeliveryRules, "market.redeliveries")

MISSED: Final = "LT-RDL-03"
"""The rule by which what is not delivered again in time is paid back."""

PART: Final = "LT-PRT-05"
"""The rule by which one part is delivered again, or paid back, by itself."""


def after(day: date, working_days: int) -> datetime:
    """The first moment after so many working days, the first not counted (民法典 art. 201)."""
    return deadline(day, working_days)
