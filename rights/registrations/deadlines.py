"""Pure rules of the statutory clocks; every count is in Chinese working days."""

from datetime import date, datetime

from kernel.clock import day_in_china, end_of_day_in_china
from kernel.workdays import Deadline, add_working_days, working_days_between
from rights.registrations.policy import Clocks


def acceptance_due(submitted_on: date, clocks: Clocks) -> Deadline:
    """The last day on which the registrar may say whether it accepts (GUIDE art. 17)."""
    return add_working_days(submitted_on, clocks.acceptance.working_days)


def deemed_accepted(acceptance_due_on: date) -> Deadline:
    """The day on which silence becomes acceptance: the first working day after the limit (GUIDE art. 17)."""
    return add_working_days(acceptance_due_on, 1)


def accepted_on(today: date, acceptance_due_on: date) -> date:
    """The day on which a case counts as accepted, also when the acceptance is written down later."""
    return min(today, deemed_accepted(acceptance_due_on).on)


def case_due(accepted: date, clocks: Clocks) -> Deadline:
    """The last day of the whole case (GUIDE art. 28)."""
    return add_working_days(accepted, clocks.case.working_days)


def notice_until(published_on: date, clocks: Clocks) -> Deadline:
    """The last day of the public notice (GUIDE art. 24)."""
    return add_working_days(published_on, clocks.notice.working_days)


def case_due_after_notice(published_on: date, case_due_on: date, notice_until_on: date) -> Deadline:
    """The last day of the case once the notice has stopped its clock: what was left runs on after it (art. 28)."""
    return add_working_days(notice_until_on, working_days_between(published_on, case_due_on))


def notice_is_over(notice_until_on: date, at: datetime) -> bool:
    """Say whether the last day of the notice has ended in China."""
    return at >= end_of_day_in_china(notice_until_on)


def kept_until(submitted_at: datetime, clocks: Clocks) -> date:
    """Until when the files of a case are kept (GUIDE art. 10(2)); a leap day's anniversary is the day after."""
    day = day_in_china(submitted_at)
    is_leap_day = (day.month, day.day) == (2, 29)
    year = day.year + clocks.retention.years
    return date(year, 3, 1) if is_leap_day else day.replace(year=year)
