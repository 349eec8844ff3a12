"""Pure rules of negotiation: until when an answer is owed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kernel.time.clock import day_in_china, end_of_day_in_china
from kernel.time.workdays import add_working_days
from market.negotiation.states import EndCode
from market.offers.rules import NegotiationRules


@dataclass(frozen=True, slots=True)
class Clock:
    """Until when an answer is owed, when its owner is reminded, and what happens then."""

    due_at: datetime
    remind_at: datetime | None
    on_due: EndCode


def clock(at: datetime, expires_at: datetime | None, table: NegotiationRules) -> Clock:
    """The clock of a round that stands from a moment on: to the end that it names, or the days that everybody has."""
    default = end_of_day_in_china(add_working_days(day_in_china(at), table.answer_working_days).on)
    due = default if expires_at is None else expires_at
    before = due - timedelta(days=table.reminder_working_days_before)
    code = EndCode.LAPSED if expires_at is None else EndCode.EXPIRED
    return Clock(due, before if before > at else None, code)
