"""How many searches a party keeps, and when what fitted is told; pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from kernel.rules import policy

Count = Annotated[int, Meta(ge=1)]


class Searches(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The numbers."""

    searches_max: Count
    hits_days: Count
    daily_hours: Count
    named_max: Count


RULES: Final = policy.load("saved-searches", Searches, "market.catalogue.searches")


class Notify(StrEnum):
    """When its party is told of what fits a search."""

    INSTANT = "instant"
    DAILY = "daily"


class HitReason(StrEnum):
    """Why a product is told of."""

    LISTED = "listed"
    PRICE = "price"
    GRADE = "grade"


def first_telling(notify: Notify, at: datetime, table: Searches) -> datetime | None:
    """When what gathers is told for the first time; None for what is told at once."""
    return None if notify is Notify.INSTANT else at + timedelta(hours=table.daily_hours)


def next_telling(due_at: datetime, at: datetime, table: Searches) -> datetime:
    """The next time after a moment, a whole number of days after the last: a late worker shifts nothing."""
    day = timedelta(hours=table.daily_hours)
    return due_at + day * ((at - due_at) // day + 1)
