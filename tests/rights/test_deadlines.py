"""Statutory clocks over real holidays and make-up days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.time.workdays import is_working_day, working_days_between
from rights.registrations import deadlines
from rights.registrations.deadlines import Stop
from rights.registrations.policy import CLOCKS

CLOCK = CLOCKS.versions[0].body.property
PUBLIC = CLOCKS.versions[0].body.public
D = date.fromisoformat
days = st.dates(date(2024, 1, 1), date(2026, 10, 31))


def _stops(*pairs: tuple[str, str]) -> list[Stop]:
    return [Stop(D(since), D(until)) for since, until in pairs]


@pytest.mark.parametrize(
    ("submitted", "due", "deemed"),
    [
        ("2026-11-23", "2026-11-26", "2026-11-27"),  # An ordinary Monday.
        ("2026-11-25", "2026-11-30", "2026-12-01"),  # Over a weekend.
        ("2026-11-21", "2026-11-25", "2026-11-26"),  # A Saturday: counting begins on Monday.
        ("2026-09-18", "2026-09-22", "2026-09-23"),  # Sunday 20 September is a make-up day.
        ("2026-09-29", "2026-10-09", "2026-10-10"),  # National Day 1 to 7; Saturday 10 October is a make-up day.
        ("2026-02-12", "2026-02-24", "2026-02-25"),  # Spring Festival 15 to 23 February; the 14th is a make-up day.
        ("2025-01-24", "2025-02-05", "2025-02-06"),  # Spring Festival 28 January to 4 February; the 26th is made up.
        ("2025-04-25", "2025-04-29", "2025-04-30"),  # Sunday 27 April is a make-up day for Labour Day.
        ("2025-05-30", "2025-06-05", "2025-06-06"),  # Dragon Boat 31 May to 2 June.
        ("2025-09-26", "2025-09-30", "2025-10-09"),  # Sunday 28 September is a make-up day.
        ("2025-09-30", "2025-10-11", "2025-10-13"),  # 1 to 8 October; Saturday 11 October is a make-up day.
        ("2025-12-31", "2026-01-06", "2026-01-07"),  # New Year 1 to 3 January 2026; Sunday the 4th is a make-up day.
    ],
)
def test_acceptance_and_silence(submitted: str, due: str, deemed: str) -> None:
    last = deadlines.acceptance_due(D(submitted), CLOCK)
    assert (last.on, last.provisional) == (D(due), False)
    assert deadlines.deemed_accepted(last.on).on == D(deemed)


@pytest.mark.parametrize(
    ("accepted", "stops", "due", "extended"),
    [
        ("2026-11-23", [], "2026-12-07", "2026-12-21"),
        ("2026-09-24", [], "2026-10-15", "2026-10-29"),  # Mid-Autumn, National Day, make-up day 10 October.
        ("2026-09-30", [], "2026-10-20", "2026-11-03"),
        ("2025-01-20", [], "2025-02-08", "2025-02-21"),  # Spring Festival with make-up days 26 January, 8 February.
        # A supplement of a week: 24 November to 1 December are not counted.
        ("2026-11-23", [("2026-11-23", "2026-12-01")], "2026-12-15", "2026-12-29"),
        # Stops that overlap are not counted twice.
        ("2026-11-23", [("2026-11-23", "2026-12-01"), ("2026-11-26", "2026-12-01")], "2026-12-15", "2026-12-29"),
        # Two stops, one after the other.
        ("2026-11-23", [("2026-11-24", "2026-11-26"), ("2026-12-01", "2026-12-02")], "2026-12-10", "2026-12-24"),
        # A stop that begins and ends on one day takes nothing.
        ("2026-11-23", [("2026-11-24", "2026-11-24")], "2026-12-07", "2026-12-21"),
        # A stop over a holiday: 30 September to 8 October 2025 holds no working day but the ninth.
        ("2025-09-29", [("2025-09-30", "2025-10-09")], "2025-10-21", "2025-11-04"),
        # Spring Festival 15 to 23 February 2026, with 14 and 28 February made up.
        ("2026-02-09", [], "2026-02-28", "2026-03-13"),
        # A supplement over all of that festival takes the made-up Saturday before it too.
        ("2026-02-09", [("2026-02-11", "2026-02-24")], "2026-03-05", "2026-03-19"),
        # A notice over Labour Day 1 to 5 May; Saturday 9 May is made up and counts again.
        ("2026-04-28", [("2026-04-30", "2026-05-06")], "2026-05-15", "2026-05-29"),
        # An objection and its supplement over National Day 2026 overlap; only 24 September came before.
        ("2026-09-23", [("2026-09-24", "2026-09-30"), ("2026-09-28", "2026-10-12")], "2026-10-23", "2026-11-06"),
        # National Day and Mid-Autumn 1 to 8 October 2025, with 28 September and 11 October made up.
        ("2025-09-25", [], "2025-10-15", "2025-10-29"),
        # Two stops around Labour Day 2025 let 29 April and 7 May count between them.
        ("2025-04-28", [("2025-04-29", "2025-05-06"), ("2025-05-07", "2025-05-12")], "2025-05-22", "2025-06-06"),
        # A stop over Spring Festival 2025 begins on the made-up 26 January and ends on the made-up 8 February.
        ("2025-01-24", [("2025-01-26", "2025-02-08")], "2025-02-20", "2025-03-06"),
        # What was overdue before it stopped stays overdue; an extension is stopped all the same.
        ("2026-11-23", [("2026-12-08", "2026-12-15")], "2026-12-07", "2026-12-28"),
    ],
)
def test_whole_case_with_stops_and_extension(
    accepted: str, stops: list[tuple[str, str]], due: str, extended: str
) -> None:
    known = _stops(*stops)
    assert deadlines.case_due(D(accepted), CLOCK.case, None, known).on == D(due)
    assert deadlines.case_due(D(accepted), CLOCK.case, CLOCK.extension, known).on == D(extended)


@pytest.mark.parametrize(
    ("published", "stops", "until"),
    [
        ("2026-11-23", [], "2026-11-30"),
        ("2026-09-30", [], "2026-10-13"),
        ("2026-04-30", [], "2026-05-11"),  # Labour Day 1 to 5 May; Saturday the 9th is a make-up day.
        ("2025-09-26", [], "2025-10-10"),  # Four days before National Day with the make-up day, one after.
        ("2026-11-23", [("2026-11-25", "2026-12-04")], "2026-12-09"),  # Two days before the objection, three after.
        ("2026-11-23", [("2026-11-30", "2026-12-04")], "2026-11-30"),  # Objected on the last day, which still ends.
    ],
)
def test_notice(published: str, stops: list[tuple[str, str]], until: str) -> None:
    assert deadlines.notice_until(D(published), CLOCK, _stops(*stops)).on == D(until)


@pytest.mark.parametrize(
    ("start", "review", "notice", "cancellation", "filing"),
    [
        ("2026-11-23", "2026-12-21", "2026-12-07", "2026-12-07", "2026-12-21"),
        ("2025-09-23", "2025-10-27", "2025-10-13", "2025-10-13", "2025-10-27"),
    ],
)
def test_public_data_has_clocks_of_its_own(
    start: str, review: str, notice: str, cancellation: str, filing: str
) -> None:
    assert PUBLIC.cancellation is not None
    assert PUBLIC.filing is not None
    assert PUBLIC.extension is None
    assert deadlines.acceptance_due(D(start), PUBLIC) == deadlines.acceptance_due(D(start), CLOCK)
    assert deadlines.case_due(D(start), PUBLIC.case).on == D(review)
    assert deadlines.notice_until(D(start), PUBLIC).on == D(notice)
    assert deadlines.case_due(D(start), PUBLIC.cancellation).on == D(cancellation)
    assert deadlines.after(D(start), PUBLIC.filing).on == D(filing)


@pytest.mark.parametrize(
    ("valid_until", "opens", "closes", "public_opens"),
    [
        ("2031-12-01", "2031-06-01", "2031-11-30", "2031-10-02"),
        ("2026-08-31", "2026-02-28", "2026-08-30", "2026-07-02"),  # There is no 31 February.
        ("2028-08-29", "2028-02-29", "2028-08-28", "2028-06-30"),
        ("2027-03-15", "2026-09-15", "2027-03-14", "2027-01-14"),
    ],
)
def test_the_renewal_window(valid_until: str, opens: str, closes: str, public_opens: str) -> None:
    assert deadlines.renewal_window(D(valid_until), CLOCK.renewal) == (D(opens), D(closes))
    assert deadlines.renewal_window(D(valid_until), PUBLIC.renewal) == (D(public_opens), D(valid_until))


def test_objections_have_their_clocks() -> None:
    assert deadlines.after(D("2026-11-23"), CLOCK.investigation).on == D("2026-12-07")
    assert deadlines.after(D("2026-11-23"), CLOCK.telling).on == D("2026-11-30")
    assert deadlines.after(D("2025-09-29"), CLOCK.telling).on == D("2025-10-13")


def test_days_of_a_year_not_announced_are_provisional() -> None:
    assert not deadlines.notice_until(D("2026-12-24"), CLOCK).provisional
    assert deadlines.notice_until(D("2026-12-28"), CLOCK).provisional


@given(days, st.integers(0, 12), st.integers(0, 30))
def test_a_stop_takes_nothing_of_what_was_left(accepted: date, waited: int, lasting: int) -> None:
    """Whatever was left of the case before a stop is left after it."""
    due = deadlines.case_due(accepted, CLOCK.case).on
    since = accepted + timedelta(days=waited)
    until = since + timedelta(days=lasting)
    after = deadlines.case_due(accepted, CLOCK.case, None, [Stop(since, until)]).on
    if since < due:
        assert working_days_between(until, after) == working_days_between(since, due)
    else:
        assert after == due


@given(days, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 20)), max_size=4))
def test_the_order_and_overlap_of_stops_do_not_matter(accepted: date, drawn: list[tuple[int, int]]) -> None:
    """Cutting stops into days and shuffling them changes nothing; more stops never make a case due sooner."""
    stops = [
        Stop(accepted + timedelta(days=start), accepted + timedelta(days=start + length)) for start, length in drawn
    ]
    pieces = [
        Stop(stop.since + timedelta(days=n), stop.since + timedelta(days=n + 1))
        for stop in reversed(stops)
        for n in range((stop.until - stop.since).days)
    ]
    whole = deadlines.case_due(accepted, CLOCK.case, None, stops)
    assert whole == deadlines.case_due(accepted, CLOCK.case, None, pieces)
    for fewer in range(len(stops)):
        assert deadlines.case_due(accepted, CLOCK.case, None, stops[:fewer]).on <= whole.on


@given(days)
def test_every_deadline_falls_on_a_working_day(day: date) -> None:
    for last in (
        deadlines.acceptance_due(day, CLOCK),
        deadlines.case_due(day, CLOCK.case, CLOCK.extension),
        deadlines.notice_until(day, PUBLIC),
        deadlines.deemed_accepted(day),
        deadlines.after(day, CLOCK.telling),
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
