"""The fee, by property: every minor unit goes somewhere, and each band bears its own rate."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import EXPONENTS, MINOR_MAX, Money
from market.settlement import rules

FEES = rules.FEES.version("2026-11").body


@given(st.integers(1, MINOR_MAX), st.sampled_from(sorted(EXPONENTS)))
def test_nothing_is_lost_and_nobody_pays(minor, currency):
    split = rules.split(Money(minor, currency), FEES)
    assert split.fee + split.share == split.gross
    assert sum((line.fee for line in split.lines), Money(0, currency)) == split.fee
    assert sum((line.part for line in split.lines), Money(0, currency)) == split.gross
    assert split.share.minor >= 0
    assert all(line.fee.minor >= 0 for line in split.lines)


@given(st.integers(1, MINOR_MAX))
def test_every_figure_is_within_a_minor_unit_of_the_exact_one(minor):
    split = rules.split(Money(minor, "CNY"), FEES)
    for line in split.lines:
        assert abs(line.fee.minor - line.part.minor * Decimal(line.rate)) < 1
    exact = minor - sum(line.part.minor * Decimal(line.rate) for line in split.lines)
    assert abs(split.share.minor - exact) < 1


@given(st.integers(1, 10**12), st.integers(1, 10**10))
def test_a_higher_price_never_costs_the_provider_more_than_the_rounding(minor, more):
    lower, higher = (rules.split(Money(n, "CNY"), FEES).share.minor for n in (minor, minor + more))
    assert higher >= lower - 1


@pytest.mark.parametrize(
    ("minor", "fees", "share"),
    [
        (1, [0], 1),
        (10, [1], 9),  # 5% of 10 is half a unit; the first of equal remainders gets it.
        (1_250_000, [62_500], 1_187_500),
        (10_000_000, [500_000], 9_500_000),
        (10_000_100, [500_000, 3], 9_500_097),
        (250_000_000, [500_000, 2_700_000, 3_000_000], 243_800_000),
    ],
)
def test_known_prices(minor, fees, share):
    split = rules.split(Money(minor, "CNY"), FEES)
    assert [line.fee.minor for line in split.lines] == fees
    assert split.share.minor == share


@pytest.mark.parametrize("limits", [{"CNY": [1]}, {"CNY": [2, 1]}, {"CNY": [1, 1]}, {"CNY": [0, 1]}])
def test_a_faulty_tariff_is_refused_when_it_is_read(limits):
    with pytest.raises(ValueError, match="rising limit"):
        rules.Fees(rates=("0.05", "0.03", "0.02"), limits_minor={k: tuple(v) for k, v in limits.items()})
