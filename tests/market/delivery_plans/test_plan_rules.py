"""The parts of a price, by property: they come to it to the minor unit, each as near to its weight as can be."""

from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from kernel.money import Money
from market.delivery_plans import rules
from market.delivery_plans.schemas import PlannedPart

TABLE = rules.RULES.at(date(2026, 11, 23)).body
MONDAY = date(2026, 11, 23)


def parts(*weights):
    return [PlannedPart([f"file {n}"], MONDAY, weight) for n, weight in enumerate(weights)]


@given(st.integers(1, 10**12), st.lists(st.integers(1, 10**6), min_size=2, max_size=12))
def test_parts_come_to_the_price_and_are_within_a_minor_unit_of_their_weight(minor, weights):
    made = [money.minor for money in rules.amounts(Money(minor, "CNY"), parts(*weights))]
    assert sum(made) == minor
    assert all(abs(one - Fraction(minor * weight, sum(weights))) < 1 for one, weight in zip(made, weights, strict=True))


def test_thirty_thirty_forty_of_a_hundred_and_a_cent():
    """The reference's instalments: 30.00, 30.00, 40.01."""
    made = [str(money) for money in rules.amounts(Money(10_001, "CNY"), parts(30, 30, 40))]
    assert made == ["30.00 CNY", "30.00 CNY", "40.01 CNY"]


def test_every_fault_is_told_at_once():
    days = rules.days_of(MONDAY, date(2026, 12, 1), TABLE)
    late = [PlannedPart(["a", "a"], date(2026, 12, 2), 1), PlannedPart(["x"], MONDAY, 1_000_000)]
    told = rules.plan_faults(late, ["a", "b"], Money(2, "CNY"), days, TABLE)
    assert {(fault.pointer, fault.rule) for fault in told} == {
        (pointer, "LT-PRT-01")
        for pointer in (
            "/parts",
            "/parts/0/weight",
            "/parts/0/files/0",
            "/parts/0/files/1",
            "/parts/1/files/0",
            "/parts/0/from_day",
            "/parts/1/from_day",
        )
    }


def test_a_plan_without_fault_has_none():
    days = rules.days_of(MONDAY, None, TABLE)
    assert rules.plan_faults(parts(1, 2), ["file 0", "file 1"], Money(100, "CNY"), days, TABLE) == []
