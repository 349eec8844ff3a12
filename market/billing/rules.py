"""Pure rules of bills: when they are due and what follows if they are not paid, and how their numbers look."""

from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from kernel.rules import policy
from kernel.time.clock import day_in_china, end_of_day_in_china

ISSUED: Final = "LT-BIL-01"
"""The rule by which bills are issued; their entries in the log cite it."""

CHANGED: Final = "LT-BIL-04"
"""The rule by which a change of plan is billed."""

AUDIT_COST: Final = "LT-BIL-06"
"""The rule by which the cost of an audit is billed."""

SERIES: Final = "ZD"
"""The series of bills (账单): a series has one number after the other in each year."""


class Dunning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many days a bill waits, and on which days from its due day something happens; at the last access stops."""

    payment_days: int
    step_days: tuple[int, ...]

    def __post_init__(self) -> None:
        if list(self.step_days) != sorted(set(self.step_days)) or 0 not in self.step_days or self.step_days[-1] <= 0:
            raise ValueError("the days rise, one of them is the due day, and access stops after it")
        if self.payment_days < -self.step_days[0]:
            raise ValueError("a bill is reminded of after it was issued")


DUNNING: Final = policy.load("dunning", Dunning, "market.billing")


def due_at(issued_at: datetime, rules: Dunning, due_on: date | None = None) -> datetime:
    """The first moment after the day on which a bill is due: so many days from its issue, or the day of an instalment.

    An instalment that was issued late has the whole of that time.
    """
    on = day_in_china(issued_at) + timedelta(days=rules.payment_days)
    return end_of_day_in_china(on if due_on is None or due_on < day_in_china(issued_at) else due_on)


def step_at(due: datetime, rules: Dunning, done: int) -> datetime | None:
    """When the next step of dunning is, after so many were done; None after the last."""
    return due + timedelta(days=rules.step_days[done]) if done < len(rules.step_days) else None


def issue_instalment_on(due_on: date, rules: Dunning) -> date:
    """The day on which the bill of an instalment is issued, so that it waits as long as any other."""
    return due_on - timedelta(days=rules.payment_days)
