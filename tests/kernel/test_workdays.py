"""Chinese working days, against the State Council's notices for 2025 and 2026."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.time.workdays import add_working_days, is_working_day, working_days_between

HOLIDAYS = {
    # 国务院办公厅关于2025年部分节假日安排的通知（国办发明电〔2024〕12号）
    2025: [
        ("01-01", "01-01"),
        ("01-28", "02-04"),
        ("04-04", "04-06"),
        ("05-01", "05-05"),
        ("05-31", "06-02"),
        ("10-01", "10-08"),
    ],
    # 国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）
    2026: [
        ("01-01", "01-03"),
        ("02-15", "02-23"),
        ("04-04", "04-06"),
        ("05-01", "05-05"),
        ("06-19", "06-21"),
        ("09-25", "09-27"),
        ("10-01", "10-07"),
    ],
}
MAKE_UP = {
    2025: ["01-26", "02-08", "04-27", "09-28", "10-11"],
    2026: ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
}


def on(year: int, text: str) -> date:
    return date.fromisoformat(f"{year}-{text}")


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_day_of_the_year_is_as_announced(year):
    off = {
        on(year, first) + timedelta(days=n)
        for first, last in HOLIDAYS[year]
        for n in range((on(year, last) - on(year, first)).days + 1)
    }
    made_up = {on(year, text) for text in MAKE_UP[year]}
    assert all(day.weekday() >= 5 for day in made_up), "a make-up day is a weekend day"
    day = date(year, 1, 1)
    while day.year == year:
        expected = day in made_up or (day.weekday() < 5 and day not in off)
        assert is_working_day(day) == (expected, False), day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-23", 3, "2026-11-26"),
        ("2026-11-23", 5, "2026-11-30"),
        ("2026-11-21", 1, "2026-11-23"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2025-01-25", 2, "2025-01-27"),
        ("2025-01-27", 10, "2025-02-17"),
        ("2026-11-23", 0, "2026-11-23"),
    ],
)
def test_deadlines_by_hand(start, days, end):
    deadline = add_working_days(date.fromisoformat(start), days)
    assert (deadline.on.isoformat(), deadline.provisional) == (end, False)


def test_a_deadline_in_a_year_not_announced_is_provisional():
    assert not add_working_days(date(2026, 12, 1), 10).provisional
    beyond = add_working_days(date(2026, 12, 29), 5)
    assert beyond.provisional
    assert beyond.on == date(2027, 1, 6)
    assert is_working_day(date(2090, 1, 2)) == (True, True)
    assert is_working_day(date(2090, 1, 1)) == (False, True)


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="negative"):
        add_working_days(date(2026, 11, 23), -1)


DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@given(DAYS, st.integers(0, 60))
def test_counting_forward_and_back_agree(start, days):
    end = add_working_days(start, days).on
    assert working_days_between(start, end) == days
    assert days == 0 or is_working_day(end)[0]
    assert working_days_between(end, start) == 0


@given(DAYS, st.integers(0, 30), st.integers(0, 30))
def test_periods_add_up(start, first, second):
    step = add_working_days(start, first).on
    assert add_working_days(step, second).on == add_working_days(start, first + second).on
