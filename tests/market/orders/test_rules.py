"""Deadlines and entitlement, by property."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from contracts.agreements.states import AgreementState
from kernel.time.clock import day_in_china
from kernel.time.workdays import working_days_between
from market.orders import rules
from market.orders.states import ENTITLING, OrderState

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(1, 30))
def test_a_deadline_leaves_exactly_the_working_days(start, days):
    due = rules.deadline(start, days)
    last = day_in_china(due - timedelta(microseconds=1))
    assert working_days_between(start, last) == days
    assert working_days_between(start, last - timedelta(days=1)) == days - 1
    assert day_in_china(due) == last + timedelta(days=1)


@given(MOMENTS, st.integers(1, 1825))
def test_a_licence_runs_to_the_end_of_its_last_day(settled, term):
    until = rules.licence_until(settled, term)
    assert day_in_china(until) == day_in_china(settled) + timedelta(days=term + 1)
    assert until - settled > timedelta(days=term)
    assert rules.licence_until(None, term) is None


@given(MOMENTS, st.none() | MOMENTS)
def test_a_buyer_is_entitled_exactly_when_everything_holds(at, until):
    for order, agreement in product(OrderState, [None, *AgreementState]):
        entitled = rules.refusal(order, agreement, until, at) is None
        live = until is None or at < until
        assert entitled == (order in ENTITLING and agreement is AgreementState.IN_FORCE and live)
