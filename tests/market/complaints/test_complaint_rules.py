"""The periods, clocks and bounds of complaints, by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import Money
from market.complaints import rules
from market.complaints.rules import Dates, Window
from market.complaints.states import COMPLAINT, OPEN, ComplaintState
from market.orders.states import OrderState

TABLE = rules.TABLE.at(date(2026, 11, 23)).body
PAID = datetime(2026, 11, 23, 2, tzinfo=UTC)
DELIVERED = PAID + timedelta(hours=1)
INSPECTED = datetime(2026, 11, 30, 16, tzinfo=UTC)


def dates(state, **over):
    known = {"delivered_at": None, "inspection_due_at": None, "accepted_at": None}
    return Dates(order=state, **{**known, **over})


IN_WINDOW = dates(OrderState.DELIVERED, delivered_at=DELIVERED, inspection_due_at=INSPECTED)
SETTLED = dates(
    OrderState.SETTLED, delivered_at=DELIVERED, inspection_due_at=INSPECTED, accepted_at=PAID + timedelta(2)
)


def test_before_delivery_only_that_it_is_missing_is_heard():
    assert rules.heard(dates(OrderState.PAID), TABLE, PAID, PAID) == ["not-delivered"]


def test_in_the_inspection_everything_about_the_data_is_heard():
    expected = ["incomplete", "not-as-described", "quality", "other", "hidden-fault", "title"]
    assert rules.heard(IN_WINDOW, TABLE, PAID, DELIVERED) == expected
    assert rules.heard(IN_WINDOW, TABLE, PAID, INSPECTED) == ["hidden-fault", "title"]


def test_after_acceptance_hidden_faults_are_heard_for_two_years():
    # Received on 23 November 2026; heard to the end of 23 November 2028 in China.
    until = datetime(2028, 11, 23, 16, tzinfo=UTC)
    assert rules.heard(SETTLED, TABLE, PAID, until - timedelta(seconds=1)) == ["hidden-fault", "title"]
    assert rules.heard(SETTLED, TABLE, PAID, until) == []
    assert rules.years_after(date(2028, 2, 29), 2) == date(2030, 2, 28)


def test_an_acceptance_ends_the_inspection():
    period = rules.period(Window.INSPECTION, SETTLED, TABLE, PAID)
    assert period == rules.Period(DELIVERED, PAID + timedelta(2))


def test_a_bill_is_heard_for_ninety_days_of_its_payment_and_for_nothing_else():
    bill = dates(OrderState.SETTLED, delivered_at=DELIVERED, bill_paid_at=PAID)
    assert rules.heard(bill, TABLE, PAID, PAID) == ["overcharged", "bad-usage"]
    # 23 November and ninety days: the end of 21 February 2027 in China.
    assert rules.period(Window.BILL, bill, TABLE, PAID).closes == datetime(2027, 2, 21, 16, tzinfo=UTC)


# Monday 23 November 2026; China works from Monday to Friday in these weeks.
@pytest.mark.parametrize(
    ("state", "last"),
    [
        (ComplaintState.FILED, "2026-11-30"),
        (ComplaintState.ANSWERED, "2026-11-25"),
        (ComplaintState.MEDIATING, "2026-12-07"),
        (ComplaintState.PROPOSED, "2026-11-30"),
        (ComplaintState.DECIDING, "2026-11-30"),
        (ComplaintState.DECIDED, "2026-12-02"),
        (ComplaintState.APPEALED, "2026-11-30"),
        (ComplaintState.FINAL, "2026-11-26"),
        (ComplaintState.REDELIVERING, "2026-12-07"),
        (ComplaintState.HANDED_OFF, "2027-02-21"),
    ],
)
def test_the_clock_of_each_state(state, last):
    due = rules.due_at(state, date(2026, 11, 23), TABLE)
    assert due == datetime.fromisoformat(f"{last}T16:00:00+00:00")


def test_every_open_state_has_a_clock_and_no_other():
    for state in ComplaintState:
        waits = rules.due_at(state, date(2026, 11, 23), TABLE) is not None
        assert waits == (state in OPEN) == (not COMPLAINT.is_final(state))


DISPUTED = Money(100_00, "CNY")


@pytest.mark.parametrize(
    ("kind", "amount", "holds"),
    [
        ("refund", Money(100_00, "CNY"), True),
        ("price-reduction", Money(1, "CNY"), True),
        ("refund", Money(100_01, "CNY"), False),
        ("refund", Money(0, "CNY"), False),
        ("refund", Money(-1, "CNY"), False),
        ("refund", Money(1_00, "USD"), False),
        ("refund", None, False),
        ("redelivery", None, True),
        ("redelivery", Money(1_00, "CNY"), False),
        ("refusal", None, True),
        ("refusal", Money(1_00, "CNY"), False),
    ],
)
def test_a_remedy_is_of_what_is_in_dispute(kind, amount, holds):
    assert (rules.remedy_fault(kind, amount, DISPUTED) is None) is holds


@given(at=st.integers(0, 1200).map(lambda days: DELIVERED + timedelta(days=days)))
def test_what_is_heard_only_ever_ends(at):
    """Once a reason of a settled order is not heard any more, it never is again."""
    now, later = (set(rules.heard(SETTLED, TABLE, PAID, each)) for each in (at, at + timedelta(days=1)))
    assert later <= now
