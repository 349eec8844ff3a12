"""Pure rules of the statutory clocks; every count is in Chinese working days."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kernel.time.clock import day_in_china, end_of_day_in_china
from kernel.time.workdays import Deadline, add_working_days, is_working_day
from rights.registrations.policy import Period, RegimeClocks, Window


def acceptance_due(submitted_on: date, clocks: RegimeClocks) -> Deadline:
    """The last day on which the registrar may say whether it accepts (GUIDE art. 17); a resubmission starts it anew."""
    return add_working_days(submitted_on, clocks.acceptance.working_days)


def deemed_accepted(acceptance_due_on: date) -> Deadline:
    """The day on which silence becomes acceptance: the first working day after the limit (GUIDE art. 17)."""
    return add_working_days(acceptance_due_on, 1)


def accepted_on(today: date, acceptance_due_on: date) -> date:
    """The day on which a case counts as accepted, also when the acceptance is written down later."""
    return min(today, deemed_accepted(acceptance_due_on).on)


@dataclass(frozen=True, slots=True)
class Stop:
    """A time during which a clock stood still: from the day after `since` up to and including `until`."""

    since: date
    until: date

    def covers(self, day: date) -> bool:
        """Say whether a day is not counted."""
        return self.since < day <= self.until


def running(start: date, working_days: int, stops: Sequence[Stop] = ()) -> Deadline:
    """The last of so many working days after `start`, those inside a stop not counted, overlapping stops but once."""
    day, provisional, left = start, False, working_days
    while left:
        day += timedelta(days=1)
        if any(stop.covers(day) for stop in stops):
            continue
        working, guess = is_working_day(day)
        provisional = provisional or guess
        left -= working
    return Deadline(day, provisional)


def case_due(accepted: date, period: Period, extension: Period | None = None, stops: Sequence[Stop] = ()) -> Deadline:
    """The last day of the whole case (GUIDE art. 28), or of the review of public data (PUBREG art. 11).

    Supplements, the notice and objections stop its clock; an extension was granted once, or not.
    """
    more = extension.working_days if extension is not None else 0
    return running(accepted, period.working_days + more, stops)


def notice_until(published_on: date, clocks: RegimeClocks, stops: Sequence[Stop] = ()) -> Deadline:
    """The last day of the public notice (GUIDE art. 24; PUBREG art. 12), which objections halt."""
    return running(published_on, clocks.notice.working_days, stops)


def after(start: date, period: Period) -> Deadline:
    """The last day of a plain period: an investigation, telling the registrant, filing."""
    return add_working_days(start, period.working_days)


def notice_is_over(notice_until_on: date, at: datetime) -> bool:
    """Say whether the last day of the notice has ended in China."""
    return at >= end_of_day_in_china(notice_until_on)


def renewal_window(valid_until: date, window: Window) -> tuple[date, date]:
    """The first and the last day on which a renewal may be applied for (GUIDE art. 36; PUBREG art. 15)."""
    opens = months_before(valid_until, window.opens_months) - timedelta(days=window.opens_days)
    return opens, valid_until - timedelta(days=window.closes_days)


def months_before(day: date, months: int) -> date:
    """The same day some months earlier, else that month's last (民法典 art. 202)."""
    count = day.year * 12 + day.month - 1 - months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def kept_until(submitted_at: datetime, clocks: RegimeClocks) -> date:
    """Until when the files of a case are kept (GUIDE art. 10(2)); a leap day's anniversary is the day after."""
    day = day_in_china(submitted_at)
    is_leap_day = (day.month, day.day) == (2, 29)
    year = day.year + clocks.retention.years
    return date(year, 3, 1) if is_leap_day else day.replace(year=year)
