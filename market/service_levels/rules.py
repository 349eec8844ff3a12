"""Service levels, computed: windows, what was attained, the table of credits, the fee of a window; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Final

import msgspec

from contracts.terms.service_levels import CreditLevel, MeasureWindow, ServiceObjective
from kernel.money import Money
from kernel.rules import policy
from kernel.time.clock import day_in_china, end_of_day_in_china, start_of_day_in_china
from market.settlement.waterfall import net_of

MEASURED: Final = "LT-SLA-01"
"""The rule by which the platform measures."""

CREDITED: Final = "LT-SLA-02"
"""The rule by which a breach is credited."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a window held: how much was good, made good in time, in all; and what was left out on both sides."""

    good: int
    cured: int
    total: int
    left_out: int = 0
    assessable: bool = True


def window_of(window: MeasureWindow, on: date) -> tuple[date, date]:
    """The window of the calendar that holds a day: its first day, and the first day after it."""
    if window is MeasureWindow.DAY:
        return on, on + timedelta(days=1)
    if window is MeasureWindow.WEEK:
        first = on - timedelta(days=on.weekday())
        return first, first + timedelta(days=7)
    first = on.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def closes_at(objective: ServiceObjective, ends_on: date) -> datetime:
    """When a window is judged: at its end, and later by the time in which things may be made good."""
    return start_of_day_in_china(ends_on) + timedelta(hours=objective.cure_hours)


def attained(good: int, total: int) -> Decimal:
    """Per cent, half-even to four places, for reading; levels are compared exactly. Nothing to do is all done."""
    share = Fraction(good, total) if total else Fraction(1)
    scaled = Decimal(share.numerator * 1_000_000) / Decimal(share.denominator)
    return scaled.quantize(Decimal(1), ROUND_HALF_EVEN).scaleb(-4)


def rate_of(levels: Sequence[CreditLevel], good: int, total: int) -> Decimal:
    """The rate of the lowest level that was missed; a boundary belongs to the better band."""
    reached = Fraction(100 * good, total) if total else Fraction(100)
    missed = [Decimal(level.rate) for level in levels if reached < Fraction(level.below)]
    return max(missed, default=Decimal(0))


@dataclass(frozen=True, slots=True)
class Paid:
    """What was paid for a time: minor units, below zero where it was given back, from a moment up to another.

    `subject` is the order or bill that it was paid by.
    """

    minor: int
    since: datetime
    until: datetime
    subject: str = ""

    def before(self, moment: datetime) -> Fraction:
        """The part of it that is for the time before a moment."""
        gone = min(max(moment, self.since), self.until) - self.since
        return Fraction(self.minor * (gone // _TICK), (self.until - self.since) // _TICK)


_TICK: Final = timedelta(microseconds=1)


def fee_of(paid: Sequence[Paid], window: tuple[date, date], currency: str) -> Money:
    """The part of what was paid that falls into a window, up to a day that no longer counts; nothing below zero.

    f(t) = round half-even(sum of what is for the time before t); a window's part is f(end) − f(begin), so that all
    windows of the term make what was paid exactly.
    """
    begin, end = (round(sum((one.before(start_of_day_in_china(on)) for one in paid), Fraction(0))) for on in window)
    return Money(max(end - begin, 0), currency)


def owed(fee: Money, rate: Decimal, cap: Decimal, earlier: Money, *, add_up: bool) -> Money:
    """The credit of one more breach in a window in which some was owed already, by the table and the cap.

    The worst objective's credit is what a window owes, so a further one owes only what it is worse; or each its own.
    """
    full, most = fee.share(rate), fee.share(cap)
    more = full if add_up else full - earlier
    left = most - earlier
    return Money(max(0, min(more.minor, left.minor)), fee.currency)


def reckoned(minor: int, left: Sequence[int], weights: Sequence[int]) -> list[int]:
    """What an amount takes of each share: of what was paid for the window first, then of others.

    Shares are in the order in which they were shared out; the amount is at most what is left of all of them.
    """
    within = [max(0, min(pair)) for pair in zip(left, weights, strict=True)]
    taken = _filled(minor, within)
    rest = [there - part for there, part in zip(left, taken, strict=True)]
    return [a + b for a, b in zip(taken, _filled(minor - sum(taken), rest), strict=True)]


def _filled(minor: int, rooms: Sequence[int]) -> list[int]:
    parts = []
    for room in rooms:
        parts.append(min(minor, room))
        minor -= parts[-1]
    return parts


def taxes(owed: Money, net: Money, rate: Decimal, taken: Sequence[int], left: Sequence[int]) -> list[int]:
    """The output tax that goes back beside net amounts, for each of them, in minor units: never more than is left.

    Where the net amount is all that the owed one contains, both make what is owed exactly.
    """
    if not rate:
        return [0] * len(taken)
    whole = net_of(owed, rate)
    tax = Money(min(owed.minor - net.minor, net.share(rate).minor), owed.currency) if net != whole else owed - whole
    return [min(part.minor, there) for part, there in zip(tax.split(*taken), left, strict=True)]


def most_within(times: Sequence[tuple[datetime, datetime]], span: timedelta) -> timedelta:
    """The most that outages take together of which all begin within some span, its end not counted."""
    within = ([end - start for start, end in times if first <= start < first + span] for first, _ in times)
    return max((sum(taken, timedelta()) for taken in within), default=timedelta())


def due_moments(since: datetime, days: int, before: date) -> list[datetime]:
    """When revisions are due, before a day: every so many days from the agreement's beginning, at the day's end."""
    first = day_in_china(since)
    found: list[datetime] = []
    while (on := first + timedelta(days=(len(found) + 1) * days)) < before:
        found.append(end_of_day_in_china(on))
    return found


def freshness(
    due: Sequence[datetime], published: Sequence[datetime], days: int, cure: timedelta, since: datetime
) -> Counted:
    """Of the revisions due, those that came in their turn by the due moment, or within the cure after it.

    Each revision serves one due moment, in their order; what was due before `since` takes its own but is not counted.
    """
    left, good, cured, total = sorted(published), 0, 0, 0
    for moment in due:
        before = moment - timedelta(days=days)
        came = next((one for one in left if before < one <= moment + cure), None)
        if came is not None:
            left.remove(came)
        if moment <= since:
            continue
        total += 1
        good += came is not None and came <= moment
        cured += came is not None and came > moment
    return Counted(good, cured, total)


def passing_revisions(values: Sequence[tuple[datetime, Decimal | None]], least: Decimal, cure: timedelta) -> Counted:
    """Of the revisions whose check was assessed, those that pass, or were followed by one that does within the cure."""
    good = cured = 0
    known = [(at, value) for at, value in values if value is not None]
    for at, value in known:
        if value >= least:
            good += 1
        elif any(at < later <= at + cure and other >= least for later, other in known):
            cured += 1
    missing = len(values) - len(known)
    return Counted(good, cured, len(known), missing, assessable=bool(known) or not missing)


class ServiceDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Notice of maintenance and its hours, how far back our outage is entered, and points of a drift."""

    notice_hours: int
    maintenance_hours_max: int
    month_hours_max: int
    outage_days_back: int
    drift_points: Decimal


DAYS: Final = policy.load("service-levels", ServiceDays, "market.service_levels")
