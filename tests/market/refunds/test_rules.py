"""What each share gives back: by hand from the reference's cases 19 and 20, and by property."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import Money
from market.ledger.book import Leg, reversed_legs
from market.refunds.rules import POLICY, RefundPolicy, needs_approval, portions

CASE_18 = [56_604, 47_170, 26_887, 10_755, 7_170, 161_320, 690_094]
"""VAT, fee, intermediary, A1, A2, B and seller of 10,000.00."""


def in_parts(shares: list[int], parts: list[int]) -> list[list[int]]:
    """What each of several refunds takes of each share, one after another."""
    remaining, taken = list(shares), []
    for minor in parts:
        part = [money.minor for money in portions(Money(minor, "CNY"), remaining)]
        remaining = [left - gone for left, gone in zip(remaining, part, strict=True)]
        taken.append(part)
    return taken


def test_a_refund_in_three_parts_by_hand() -> None:
    assert in_parts(CASE_18, [333_333, 333_333, 333_334]) == [
        [18_868, 15_723, 8_963, 3_585, 2_390, 53_773, 230_031],
        [18_868, 15_724, 8_962, 3_585, 2_390, 53_773, 230_031],
        [18_868, 15_723, 8_962, 3_585, 2_390, 53_774, 230_032],
    ]


def test_the_trap_of_differences_is_not_met() -> None:
    """0.03 then 0.01 by 1:3:3: a difference of two splits of the whole would take −1 of the first."""
    assert [each.minor for each in Money(3, "CNY").split(1, 3, 3)] == [1, 1, 1]
    assert [each.minor for each in Money(4, "CNY").split(1, 3, 3)] == [0, 2, 2]
    for first, second in ([3, 4], [4, 3]):
        assert all(minor >= 0 for part in in_parts([1, 3, 3], [first, second]) for minor in part)


@given(st.data(), st.lists(st.integers(0, 10**9), min_size=1, max_size=9).filter(any))
def test_any_parts_stay_within_the_shares_and_the_last_empties(data: st.DataObject, shares: list[int]) -> None:
    left, parts = sum(shares), []
    while left and len(parts) < 12:
        parts.append(data.draw(st.integers(1, left)))
        left -= parts[-1]
    if left:
        parts.append(left)
    taken = in_parts(shares, parts)
    assert [sum(part) for part in taken] == parts
    assert all(minor >= 0 for part in taken for minor in part)
    assert [sum(of_share) for of_share in zip(*taken, strict=True)] == shares


def test_more_than_remains_is_no_refund() -> None:
    for minor in (0, -1, 8):
        with pytest.raises(ValueError, match="cannot be taken"):
            portions(Money(minor, "CNY"), [1, 3, 3])


LEGS = st.builds(
    lambda pair, minor: Leg(*pair, Money(minor, "CNY")),
    st.permutations(["a", "b", "c", "d"]).map(lambda each: (each[0], each[1])),
    st.integers(1, 10**12),
)


@given(st.lists(LEGS, min_size=1, max_size=9))
def test_a_reversal_negates_what_was_stored(legs: list[Leg]) -> None:
    net = dict.fromkeys("abcd", 0)
    for leg in (*legs, *reversed_legs(legs)):
        net[leg.debit] -= leg.money.minor
        net[leg.credit] += leg.money.minor
    assert set(net.values()) == {0}
    assert reversed_legs(reversed_legs(legs)) == tuple(legs)


def test_above_the_published_amount_a_second_officer_approves() -> None:
    policy = POLICY.versions[0].body
    assert isinstance(policy, RefundPolicy)
    assert not needs_approval(Money(1_000_000, "CNY"), policy)
    assert needs_approval(Money(1_000_001, "CNY"), policy)
    assert needs_approval(Money(1, "KWD"), policy)
