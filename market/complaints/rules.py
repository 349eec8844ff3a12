"""The reasons, periods, clocks and bounds of complaints; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from kernel.money import Money
from kernel.rules import policy
from kernel.text import Text
from kernel.time.clock import day_in_china, end_of_day_in_china
from kernel.time.workdays import add_working_days
from market.complaints.states import ComplaintState
from market.orders.states import OrderState

SILENCE: Final = "LT-CMP-04"
"""The rule that says what follows from silence."""

DONE: Final = "LT-CMP-08"
"""The rule by which what was agreed or decided is carried out."""

BESIDE: Final = "LT-CMP-07"
"""The rule of what goes on beside a complaint, and of what ends it."""


class Window(StrEnum):
    """What the period of a reason runs from."""

    UNDELIVERED = "undelivered"
    INSPECTION = "inspection"
    HIDDEN = "hidden"
    BILL = "bill"


class ComplaintReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reason by its code, with the period in which it is heard."""

    code: str
    window: Window
    zh: str
    en: str


class ComplaintTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long each state of a complaint waits, what is heard when, and how much is taken in."""

    answer_working_days: int
    take_working_days: int
    mediate_working_days: int
    respond_working_days: int
    decide_working_days: int
    appeal_working_days: int
    rule_working_days: int
    execute_working_days: int
    redeliver_working_days: int
    inspect_working_days: int
    resume_working_days: int
    review_days: int
    hidden_years: int
    bill_days: int
    step_files_max: int
    case_files_max: int
    case_bytes_max: int
    file_bytes_max: int
    messages_max: int
    bundles_max: int
    reason: tuple[ComplaintReason, ...]
    complaints_max: int = 10
    """Of one order or bill; the first version did not say it."""

    def reason_of(self, code: str) -> ComplaintReason | None:
        """The reason of a code."""
        return next((each for each in self.reason if each.code == code), None)


TABLE: Final = policy.load("complaints", ComplaintTable, "market.complaints")

_DAYS: Final[Mapping[ComplaintState, str]] = {
    ComplaintState.FILED: "answer_working_days",
    ComplaintState.ANSWERED: "take_working_days",
    ComplaintState.UNANSWERED: "take_working_days",
    ComplaintState.MEDIATING: "mediate_working_days",
    ComplaintState.PROPOSED: "respond_working_days",
    ComplaintState.DECIDING: "decide_working_days",
    ComplaintState.DECIDED: "appeal_working_days",
    ComplaintState.APPEALED: "rule_working_days",
    ComplaintState.FINAL: "execute_working_days",
    ComplaintState.AGREED: "execute_working_days",
    ComplaintState.REDELIVERING: "redeliver_working_days",
    ComplaintState.REDELIVERED: "inspect_working_days",
}


def due_at(state: ComplaintState, on: date, table: ComplaintTable) -> datetime | None:
    """Until when a state that was entered on a day waits; None where nothing is waited for any more."""
    if state is ComplaintState.HANDED_OFF:
        return end_of_day_in_china(on + timedelta(days=table.review_days))
    name = _DAYS.get(state)
    return None if name is None else working(on, getattr(table, name))


def working(on: date, days: int) -> datetime:
    """The end of so many working days, the first not counted (民法典 art. 201)."""
    return end_of_day_in_china(add_working_days(on, days).on)


@dataclass(frozen=True, slots=True)
class Dates:
    """What of an order or a bill the periods run from."""

    order: OrderState
    delivered_at: datetime | None
    inspection_due_at: datetime | None
    accepted_at: datetime | None
    bill_paid_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """From when until when a reason is heard."""

    opens: datetime
    closes: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether it is heard at a moment."""
        return self.opens <= at and (self.closes is None or at < self.closes)


def period(window: Window, dates: Dates, table: ComplaintTable, since: datetime) -> Period | None:
    """The period of a reason, or None where it cannot be heard of this at all; `since` is when it was paid for."""
    if window is Window.BILL:
        paid = dates.bill_paid_at
        days = timedelta(days=table.bill_days)
        return None if paid is None else Period(paid, end_of_day_in_china(day_in_china(paid) + days))
    if dates.bill_paid_at is not None:
        return None
    if window is Window.UNDELIVERED:
        return Period(since, dates.delivered_at)
    if dates.delivered_at is None:
        return None
    if window is Window.HIDDEN:
        last = years_after(day_in_china(dates.delivered_at), table.hidden_years)
        return Period(dates.delivered_at, end_of_day_in_china(last))
    ends = [each for each in (dates.inspection_due_at, dates.accepted_at) if each is not None]
    return Period(dates.delivered_at, min(ends, default=None))


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def heard(dates: Dates, table: ComplaintTable, since: datetime, at: datetime) -> list[str]:
    """The reasons that are heard at a moment."""
    periods = ((each.code, period(each.window, dates, table, since)) for each in table.reason)
    return [code for code, one in periods if one is not None and one.holds(at)]


REMEDIES: Final = ("refund", "price-reduction", "redelivery", "refusal")
PAYING: Final = ("refund", "price-reduction")
"""The remedies that give money back."""


def remedy_fault(kind: str, amount: Money | None, disputed: Money) -> Text | None:
    """Why a remedy cannot be proposed or decided of what is in dispute."""
    if kind not in PAYING:
        return None if amount is None else Text("该处理方式不填写金额", "This remedy has no amount")
    if amount is None:
        return Text("请填写金额", "Give the amount")
    if amount.currency != disputed.currency:
        return Text(f"币种应为 {disputed.currency}", f"The currency is {disputed.currency}")
    if not 0 < amount.minor <= disputed.minor:
        most = str(disputed)
        return Text(f"金额应大于零且不超过争议金额 {most}", f"It is above zero and at most what is in dispute, {most}")
    return None


def counted(rows: Iterable[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    """Counts by reason and outcome in a fixed order, without those that are nothing."""
    return sorted((reason, outcome, count) for reason, outcome, count in rows if count)


NOT_CONCEDED: Final = Text(
    "买方未要求退款、减价或重新交付，请留言协商或等待调解",
    "The buyer has asked for neither money nor redelivery: write to it, or wait for the mediation",
)
