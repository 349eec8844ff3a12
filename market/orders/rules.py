"""Pure rules of orders: their deadlines, and who is entitled to their data."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, Literal

import msgspec

from contracts.agreements.states import AgreementState
from kernel.rules import policy
from kernel.time.clock import day_in_china, end_of_day_in_china
from kernel.time.workdays import add_working_days
from market.orders.states import ENTITLING, OrderState


class OrderTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long an order waits."""

    payment_working_days: int
    inspection_working_days: int
    reminder_working_days: int | None = None
    collection_working_days: int | None = None

    def __post_init__(self) -> None:
        if self.payment_working_days < 1 or self.inspection_working_days < 1:
            raise ValueError("an order waits at least one working day")
        if (self.reminder_working_days or 1) >= (self.collection_working_days or 2):
            raise ValueError("a buyer is reminded before its order ends")


TERMS: Final = policy.load("terms", OrderTerms, "market.orders")

Reason = Literal[
    "unpaid", "order-closed", "data-destroyed", "licence-expired", "licence-ended", "agreement-not-in-force"
]
"""Why a buyer is not entitled."""


@lru_cache(maxsize=64)
def deadline(start: date, working_days: int) -> datetime:
    """The first moment after a period of working days that begins on the day after `start`."""
    return end_of_day_in_china(add_working_days(start, working_days).on)


def last_day(settled_at: datetime, term_days: int) -> date:
    """The last day of a licence, whose term runs from the day after settlement."""
    return day_in_china(settled_at) + timedelta(days=term_days)


def licence_until(settled_at: datetime | None, term_days: int, granted_until: date | None = None) -> datetime | None:
    """The first moment after the licence; None before its term runs, unless the grant behind it has a last day.

    A licence that was settled too late ends with its grant (LT-CON-07).
    """
    settled = None if settled_at is None else last_day(settled_at, term_days)
    days = [day for day in (settled, granted_until) if day is not None]
    return end_of_day_in_china(min(days)) if days else None


def refusal(
    order: OrderState,
    agreement: AgreementState | None,
    until: datetime | None,
    at: datetime,
    *,
    granted: bool = True,
    destroyed: bool = False,
) -> Reason | None:
    """Why the buyer of an order may not fetch its data, or None when it may; `granted` is its link in the title."""
    if order is OrderState.PLACED:
        return "unpaid"
    if order not in ENTITLING:
        return "order-closed"
    if destroyed:
        return "data-destroyed"
    if agreement is AgreementState.EXPIRED or (until is not None and until <= at):
        return "licence-expired"
    if not granted:
        return "licence-ended"
    return None if agreement is AgreementState.IN_FORCE else "agreement-not-in-force"
