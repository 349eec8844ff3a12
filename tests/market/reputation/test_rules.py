"""The published formula of ratings: by hand, by what defines the Wilson bound, and by property."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.reputation.rules import FORMULAS, Tally, lower_bound, market_mean, score

FORMULA = FORMULAS.at(date(2026, 11, 23)).body
THREE = Decimal("3.0000")


def test_the_published_numbers():
    assert (FORMULA.weight, FORMULA.z, FORMULA.mean_without_ratings) == (5, Decimal("1.96"), THREE)


@pytest.mark.parametrize(
    ("stars", "mean", "expected"),
    [
        ([5], "3.0000", "3.33"),  # (15 + 5) / 6
        ([5, 4], "3.0000", "3.43"),  # (15 + 9) / 7 = 3.42857
        ([1], "4.2000", "3.67"),  # (21 + 1) / 6 = 3.66667
        ([5] * 20, "4.0000", "4.80"),  # (20 + 100) / 25
        ([2, 2, 2], "3.2250", "2.77"),  # (16.125 + 6) / 8 = 2.765625
        ([4, 3, 4], "3.2400", "3.40"),  # (16.2 + 11) / 8
    ],
)
def test_the_bayesian_mean_by_hand(stars, mean, expected):
    assert score(Tally(len(stars), sum(stars), 0), Decimal(mean), FORMULA) == Decimal(expected)


@pytest.mark.parametrize("n", range(1, 41))
def test_the_lower_bound_is_where_the_share_is_z_deviations_away(n):
    """It solves (p − L)² = z²·L(1 − L)/n with L below p: in exact fractions, on both sides of the rounded figure."""
    z2 = Fraction("1.96") ** 2
    for yes in range(n + 1):
        found, p = Fraction(lower_bound(Tally(n, n, yes), FORMULA)), Fraction(yes, n)

        def beyond(low, p=p):
            return (p - low) ** 2 - z2 * low * (1 - low) / n

        half = Fraction(1, 20_000)
        if yes == 0:
            assert found == 0
        else:
            assert found <= p
            assert beyond(found - half) >= 0 >= beyond(found + half)


def test_a_bound_known_from_the_books():
    assert lower_bound(Tally(10, 10, 8), FORMULA) == Decimal("0.4902")
    assert lower_bound(Tally(100, 100, 90), FORMULA) == Decimal("0.8256")


def test_a_share_of_nothing_is_no_share():
    with pytest.raises(ValueError, match="at least one"):
        lower_bound(Tally(0, 0, 0), FORMULA)


def test_before_there_is_any_rating_the_mean_is_the_middle_of_the_scale():
    assert market_mean(Tally(0, 0, 0), FORMULA) == THREE
    assert market_mean(Tally(3, 11, 0), FORMULA) == Decimal("3.6667")


@given(st.lists(st.integers(1, 5), min_size=1, max_size=200), st.integers(10_000, 50_000))
def test_a_score_lies_between_the_market_and_the_ratings_and_a_better_rating_never_lowers_it(stars, mean):
    m = Decimal(mean) / 10_000
    found = score(Tally(len(stars), sum(stars), 0), m, FORMULA)
    own, cent = Decimal(sum(stars)) / len(stars), Decimal("0.005")
    assert min(own, m) - cent <= found <= max(own, m) + cent
    assert score(Tally(len(stars) + 1, sum(stars) + 5, 0), m, FORMULA) >= found
