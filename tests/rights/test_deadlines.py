"""Statutory clocks over real holidays and make-up days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.workdays import is_working_day, working_days_between
from rights.registrations import deadlines
from rights.registrations.policy import CLOCKS

CLOCK = CLOCKS.versions[0].body
D = date.fromisoformat
days = st.dates(date(2024, 1, 1), date(2026, 10, 31))


@pytest.mark.parametrize(
    ("submitted", "due", "deemed"),
    [
        ("2026-11-23", "2026-11-26", "2026-11-27"),  # An ordinary Monday.
        ("2026-11-25", "2026-11-30", "2026-12-01"),  # Over a weekend.
        ("2026-11-21", "2026-11-25", "2026-11-26"),  # A Saturday: counting begins on Monday.
        ("2026-09-18", "2026-09-22", "2026-09-23"),  # Sunday 20 September is a make-up day.
        ("2026-09-29", "2026-10-09", "2026-10-10"),  # National Day 1 to 7; Saturday 10 October is a make-up day.
        ("2026-02-12", "2026-02-24", "2026-02-25"),  # Spring Festival 15 to 23 February; the 14th is a make-up day.
        ("2025-09-30", "2025-10-11", "2025-10-13"),  # 1 to 8 October; Saturday 11 October is a make-up day.
        ("2025-12-31", "2026-01-06", "2026-01-07"),  # New Year 1 to 3 January 2026; Sunday the 4th is a make-up day.
    ],
)
def test_acceptance_and_silence(submitted: str, due: str, deemed: str) -> None:
    last = deadlines.acceptance_due(D(submitted), CLOCK)
    assert (last.on, last.provisional) == (D(due), False)
    assert deadlines.deemed_accepted(last.on).on == D(deemed)


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        ("2026-11-23", "2026-12-07"),
        ("2026-09-24", "2026-10-15"),  # Mid-Autumn 25 to 27 September, National Day, make-up day 10 October.
        ("2026-09-30", "2026-10-20"),
    ],
)
def test_whole_case(accepted: str, due: str) -> None:
    assert deadlines.case_due(D(accepted), CLOCK).on == D(due)


@pytest.mark.parametrize(
    ("published", "until"),
    [
        ("2026-11-23", "2026-11-30"),
        ("2026-09-30", "2026-10-13"),
        ("2026-04-30", "2026-05-11"),  # Labour Day 1 to 5 May; Saturday the 9th is a make-up day.
    ],
)
def test_notice(published: str, until: str) -> None:
    assert deadlines.notice_until(D(published), CLOCK).on == D(until)


def test_days_of_a_year_not_announced_are_provisional() -> None:
    assert not deadlines.notice_until(D("2026-12-24"), CLOCK).provisional
    assert deadlines.notice_until(D("2026-12-28"), CLOCK).provisional


@given(days, st.integers(0, 12))
def test_the_notice_stops_the_clock_of_the_case(accepted: date, waited: int) -> None:
    """Whatever was left of the case before the notice is left after it."""
    due = deadlines.case_due(accepted, CLOCK).on
    published = accepted + timedelta(days=waited)
    until = deadlines.notice_until(published, CLOCK).on
    after = deadlines.case_due_after_notice(published, due, until).on
    assert working_days_between(until, after) == working_days_between(published, due)
    assert after >= until


@given(days)
def test_every_deadline_falls_on_a_working_day(day: date) -> None:
    for last in (
        deadlines.acceptance_due(day, CLOCK),
        deadlines.case_due(day, CLOCK),
        deadlines.notice_until(day, CLOCK),
        deadlines.deemed_accepted(day),
    ):
        assert is_working_day(last.on)[0]


@given(days, st.integers(0, 40))
def test_a_late_acceptance_counts_from_the_day_of_silence(submitted: date, waited: int) -> None:
    due = deadlines.acceptance_due(submitted, CLOCK).on
    deemed = deadlines.deemed_accepted(due).on
    assert deadlines.accepted_on(submitted + timedelta(days=waited), due) <= deemed


@given(days)
def test_the_notice_is_over_when_its_last_day_has_ended_in_china(day: date) -> None:
    midnight = datetime(day.year, day.month, day.day, 16, tzinfo=UTC)  # 24:00 in China.
    assert not deadlines.notice_is_over(day, midnight - timedelta(microseconds=1))
    assert deadlines.notice_is_over(day, midnight)


def test_files_are_kept_for_twenty_years() -> None:
    assert deadlines.kept_until(datetime(2026, 11, 23, 2, tzinfo=UTC), CLOCK) == date(2046, 11, 23)
    assert deadlines.kept_until(datetime(2024, 2, 29, 2, tzinfo=UTC), CLOCK) == date(2044, 3, 1)
