"""Service levels, computed: the reference's cases by hand, and by property."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.terms.service_levels import (
    CreditLevel,
    MeasureWindow,
    ServiceMeasure,
    ServiceObjective,
    faults_of_objectives,
)
from kernel.money import Money
from kernel.time.clock import start_of_day_in_china
from market.service_levels import rules

TABLE = (CreditLevel("99.99", "0.10"), CreditLevel("99.0", "0.30"), CreditLevel("95.0", "1"))
"""A published table of a cloud service: 10, 30 and 100 per cent."""


@pytest.mark.parametrize(
    ("good", "attained", "rate"),
    [(43_167, "99.9236", "0.10"), (42_750, "98.9583", "0.30"), (40_000, "92.5926", "1"), (43_200, "100.0000", "0")],
)
def test_minutes_of_a_month_and_their_credits(good, attained, rate):
    assert rules.attained(good, 43_200) == Decimal(attained)
    assert rules.rate_of(TABLE, good, 43_200) == Decimal(rate)


def test_a_boundary_belongs_to_the_better_band_and_nothing_to_do_is_all_done():
    assert rules.rate_of(TABLE, 99, 100) == Decimal("0.10")
    assert rules.rate_of(TABLE, 95, 100) == Decimal("0.30")
    assert rules.rate_of(TABLE, 9_999, 10_000) == 0
    # 94.99999 % reads as 95.0000, and is below 95 all the same.
    assert (rules.attained(9_499_999, 10_000_000), rules.rate_of(TABLE, 9_499_999, 10_000_000)) == (95, 1)
    assert (rules.attained(0, 0), rules.rate_of(TABLE, 0, 0)) == (100, 0)


def fee(minor):
    return Money(minor, "CNY")


def test_the_worst_objective_is_what_a_window_owes_unless_they_add_up():
    ten, thirty, all_ = Decimal("0.10"), Decimal("0.30"), Decimal(1)
    first = rules.owed(fee(10_005), ten, all_, fee(0), add_up=False)
    assert first == fee(1_000)  # 1000.5, half to even.
    assert rules.owed(fee(10_005), thirty, all_, first, add_up=False) == fee(2_002)  # 3001.5 → 3002, less 1000.
    assert rules.owed(fee(10_005), ten, all_, fee(3_002), add_up=False) == fee(0)
    assert rules.owed(fee(10_005), thirty, all_, first, add_up=True) == fee(3_002)
    assert rules.owed(fee(10_005), thirty, Decimal("0.35"), first, add_up=True) == fee(2_502)  # 3502 at most.
    assert rules.owed(fee(10_005), all_, Decimal("0.25"), fee(0), add_up=False) == fee(2_501)


@given(st.integers(1, 10**9), st.lists(st.integers(1, 60), min_size=1, max_size=14))
def test_the_fees_of_all_windows_make_the_price(minor, lengths):
    day, edges = date(2026, 11, 23), [date(2026, 11, 23)]
    for length in lengths:
        edges.append(edges[-1] + timedelta(days=length))
    whole = [rules.Paid(minor, start_of_day_in_china(day), start_of_day_in_china(edges[-1]))]
    parts = [rules.fee_of(whole, pair, "CNY") for pair in pairwise(edges)]
    assert sum(part.minor for part in parts) == minor
    days = (edges[-1] - day).days
    for part, length in zip(parts, lengths, strict=True):
        assert abs(part.minor - Fraction(minor * length, days)) <= 1


def test_windows_are_those_of_the_calendar():
    assert rules.window_of(MeasureWindow.MONTH, date(2028, 2, 29)) == (date(2028, 2, 1), date(2028, 3, 1))
    assert rules.window_of(MeasureWindow.MONTH, date(2026, 12, 31)) == (date(2026, 12, 1), date(2027, 1, 1))
    assert rules.window_of(MeasureWindow.WEEK, date(2026, 11, 29)) == (date(2026, 11, 23), date(2026, 11, 30))
    assert rules.window_of(MeasureWindow.DAY, date(2026, 11, 29)) == (date(2026, 11, 29), date(2026, 11, 30))


SINCE = datetime(2026, 11, 23, 2, tzinfo=UTC)
START = datetime(2026, 11, 22, 16, tzinfo=UTC)


def due(days, before):
    return rules.due_moments(SINCE, days, before)


def test_each_revision_serves_one_due_moment_in_its_turn():
    """Weekly from Monday 23 November: due at the ends of 30 November and of 7, 14 and 21 December."""
    moments, cure = due(7, date(2026, 12, 22)), timedelta(hours=24)
    assert [each.date().isoformat() for each in moments] == ["2026-11-30", "2026-12-07", "2026-12-14", "2026-12-21"]
    first, second = moments[0], moments[1]
    in_time = rules.freshness(moments, [first, second - timedelta(days=6)], 7, cure, START)
    assert (in_time.good, in_time.cured, in_time.total) == (2, 0, 4)
    late = rules.freshness(moments, [first + timedelta(hours=24)], 7, cure, START)
    assert (late.good, late.cured, late.total) == (0, 1, 4)  # It does not serve the second too.
    too_late = rules.freshness(moments, [first + timedelta(hours=25)], 7, cure, START)
    assert (too_late.good, too_late.cured) == (1, 0)  # In time for the second.
    assert rules.freshness(moments, [], 7, cure, moments[1]).total == 2


def test_a_check_that_was_repaired_in_time_is_counted_and_earns_nothing():
    at, least, cure = SINCE, Decimal(95), timedelta(hours=24)
    values = [
        (at, Decimal("95")),
        (at + timedelta(days=1), Decimal("94.99")),
        (at + timedelta(days=2), Decimal("97")),
        (at + timedelta(days=4), Decimal("90")),
        (at + timedelta(days=6), None),
    ]
    counted = rules.passing_revisions(values, least, cure)
    assert (counted.good, counted.cured, counted.total, counted.left_out) == (2, 1, 4, 1)
    assert not rules.passing_revisions([(at, None)], least, cure).assessable
    assert rules.passing_revisions([], least, cure).assessable


def objective(**over):
    given = {"id": "x", "measure": ServiceMeasure.AVAILABILITY, "window": MeasureWindow.MONTH, "levels": TABLE}
    return ServiceObjective(**{**given, **over})


@pytest.mark.parametrize(
    ("faulty", "pointers"),
    [
        (objective(measure=ServiceMeasure.FRESHNESS), ["/due_days"]),
        (objective(due_days=7), ["/due_days"]),
        (objective(measure=ServiceMeasure.CHECK, check="score"), ["/pass_min"]),
        (objective(cure_hours=3), ["/cure_hours"]),
        (objective(levels=(TABLE[1], TABLE[0])), ["/levels/1/below", "/levels/1/rate"]),
        (objective(levels=(CreditLevel("0", "0.0"),)), ["/levels/0/rate", "/levels/0/below"]),
    ],
)
def test_promises_that_cannot_be_kept_are_named(faulty, pointers):
    assert [fault.pointer for fault in faults_of_objectives((faulty,), "/o", None)] == [f"/o/0{p}" for p in pointers]


def test_two_objectives_of_one_name_are_named():
    assert [fault.pointer for fault in faults_of_objectives((objective(), objective()), "/o", None)] == ["/o/1/id"]


def test_what_was_given_back_lessens_the_fee_of_its_time_and_never_below_zero():
    def paid(minor, since, until):
        return rules.Paid(minor, start_of_day_in_china(since), start_of_day_in_china(until))

    # 300.00 for February 2027, of which the last fourteen days are given back, and 500.00 for those in its place.
    first, middle, last = date(2027, 2, 1), date(2027, 2, 15), date(2027, 3, 1)
    lines = [paid(30_000, first, last), paid(-15_000, middle, last), paid(25_000, middle, last)]
    assert rules.fee_of(lines, (first, middle), "CNY") == fee(15_000)
    assert rules.fee_of(lines, (middle, last), "CNY") == fee(25_000)
    assert rules.fee_of(lines[:2], (middle, last), "CNY") == fee(0)
    assert rules.fee_of([paid(-100, first, last)], (first, last), "CNY") == fee(0)
    assert rules.fee_of([], (first, last), "CNY") == fee(0)


MINOR = st.integers(0, 10**9)


def test_a_credit_is_reckoned_to_what_was_paid_for_its_window_first():
    # 100 of 30, 50 and 70, of which 0, 20 and 40 are the window's: 20 and 40, then 30 of the first and 10 of the next.
    assert rules.reckoned(100, [30, 50, 70], [0, 20, 40]) == [30, 30, 40]


@given(st.lists(st.tuples(MINOR, MINOR), min_size=1, max_size=6), st.fractions(0, 1))
def test_what_is_reckoned_is_all_of_it_and_never_more_than_is_left(pairs, part):
    left, weights = [a for a, _ in pairs], [b for _, b in pairs]
    minor = int(sum(left) * part)
    taken = rules.reckoned(minor, left, weights)
    assert sum(taken) == minor
    assert all(0 <= one <= there for one, there in zip(taken, left, strict=True))


def test_the_tax_of_a_credit_makes_what_is_owed():
    # 80.00 with 6 % in them are 75.47 and 4.53; of 50.00 that were there the tax beside them is 3.00.
    owed, rate = Money(8000, "CNY"), Decimal("0.06")
    assert rules.taxes(owed, Money(7547, "CNY"), rate, [7547], [1698]) == [453]
    assert rules.taxes(owed, Money(5000, "CNY"), rate, [5000], [1698]) == [300]
    assert rules.taxes(owed, Money(5000, "CNY"), rate, [2500, 2500], [100, 1698]) == [100, 150]
    assert rules.taxes(owed, Money(8000, "CNY"), Decimal(0), [8000], [0]) == [0]
