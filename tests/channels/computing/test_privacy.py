"""Noise against its distribution, thresholds against their table, figures by hand; and neighbouring tables."""

import ast
import math
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.computing.privacy import noise
from channels.computing.privacy.budget import MICRO, PICO, queries, share, threshold
from channels.computing.privacy.noise import laplace
from channels.computing.privacy.releases import (
    Bounds,
    Exact,
    Figure,
    Kind,
    Promise,
    average,
    decimal,
    release,
    releases,
    sensitivity,
    units_needed,
)

COUNT = Figure(Kind.COUNT)
PAY = Bounds(0, 20_000)


def promise(**over):
    values = {"micro_epsilon": MICRO, "pico_delta": 10**6, "rows_per_unit": 1, "groups_per_unit": 1, "units_min": 5}
    return Promise(**values | over)


@pytest.mark.parametrize(
    ("micro_epsilon", "pico_delta", "least"),
    [
        (MICRO, 10**6, 15),
        (MICRO, 10**3, 22),
        (MICRO // 2, 10**6, 28),
        (MICRO // 2, 10**3, 42),
        (MICRO // 10, 10**6, 133),
        (MICRO // 10, 10**3, 202),
    ],
)
def test_the_threshold_is_that_of_the_published_formula(micro_epsilon, pico_delta, least):
    assert threshold(micro_epsilon, pico_delta) == least


def test_a_unit_in_several_groups_has_a_part_of_the_budget_in_each():
    assert threshold(MICRO, 10**6, groups=2) == threshold(MICRO // 2, 10**6 // 2)


def test_the_sampler_knows_no_fractions():
    tree = ast.parse(Path(noise.__file__).read_text(encoding="utf-8"))
    assert not [each for each in ast.walk(tree) if isinstance(each, ast.Div)]
    assert not [each for each in ast.walk(tree) if isinstance(each, ast.Constant) and isinstance(each.value, float)]


@pytest.mark.parametrize(("t", "s"), [(0, 1), (1, 0), (-1, 1)])
def test_a_scale_is_positive(t, s):
    with pytest.raises(ValueError, match="positive"):
        laplace(t, s)


def _chi_square(epsilon, draws, seed):
    """Pearson's statistic of draws at a scale of 1/epsilon = t/s, and the bins that have at least five expected."""
    numerator, denominator = epsilon
    source = Random(seed)
    hits = Counter(laplace(denominator, numerator, source) for _ in range(draws))
    rate = math.exp(-numerator / denominator)
    base = (1 - rate) / (1 + rate)
    reach = next(z for z in range(1000) if draws * base * rate ** (z + 1) < 5)
    expected = {z: draws * base * rate ** abs(z) for z in range(-reach, reach + 1)}
    outside = draws - sum(expected.values())
    seen = sum(count for z, count in hits.items() if z not in expected)
    total = sum((hits[z] - wanted) ** 2 / wanted for z, wanted in expected.items())
    return total + (seen - outside) ** 2 / outside, len(expected), hits


@pytest.mark.parametrize("epsilon", [(1, 2), (1, 1), (1, 10), (3, 7)])
def test_noise_follows_the_declared_distribution(epsilon):
    statistic, bins, _ = _chi_square(epsilon, 4_000, seed=1)
    # The 1 - 1e-6 quantile of chi-square is below this bound (Laurent and Massart 2000, lemma 1, x = ln 1e6).
    assert statistic < bins + 2 * math.sqrt(bins * 13.8156) + 2 * 13.8156


@pytest.mark.slow
def test_a_hundred_thousand_counts_of_nothing():
    statistic, bins, hits = _chi_square((1, 2), 100_000, seed=2)
    assert statistic < bins + 2 * math.sqrt(bins * 13.8156) + 2 * 13.8156
    variance = sum(z * z * count for z, count in hits.items()) / 100_000
    assert abs(variance - 7.835) < 0.2
    assert abs(hits[0] / 100_000 - 0.2449) < 0.005
    assert abs(sum(hits[z] for z in range(-6, 7)) / 100_000 - 0.962) < 0.003


@pytest.mark.slow
def test_a_group_of_one_is_never_told_and_a_large_one_always():
    """Unknown keys at ε = 1 for the count of units: τ = 15; a group of one passes with P(Z ≥ 14) = 6e-7 each."""
    source, figures = Random(3), (COUNT,)
    of = promise(micro_epsilon=2 * MICRO)
    assert units_needed(of, figures, keys_public=False) == 15
    told = [
        [release(Exact(units, ((units, 0),)), figures, of, keys_public=False, source=source) for _ in range(10_000)]
        for units in (1, 1_000)
    ]
    assert all(each is None for each in told[0])
    assert all(each is not None for each in told[1])


@pytest.mark.slow
def test_neighbouring_tables_look_alike():
    """Whatever is told, with one unit more it is told at most e^ε times as often (within three sigmas)."""
    source, figures, draws = Random(4), (COUNT,), 60_000
    of = promise(micro_epsilon=MICRO)
    few, more = (
        Counter(
            release(Exact(units, ((units, 0),)), figures, of, keys_public=True, source=source) for _ in range(draws)
        )
        for units in (8, 9)
    )
    compared = [each for each in few if few[each] >= 1_000 and more[each] >= 1_000]
    assert len(compared) > 5
    for each in compared:
        for one, other in ((few[each], more[each]), (more[each], few[each])):
            sigma = math.sqrt(one + math.e**2 * other)
            assert one <= math.e * other + 3 * sigma


@pytest.mark.parametrize(
    ("figure", "rows", "most"),
    [
        (COUNT, 3, 3),
        (Figure(Kind.SUM, PAY), 1, 20_000),
        (Figure(Kind.SUM, Bounds(-30, 10)), 2, 60),
        (Figure(Kind.AVG, PAY), 1, 20_000),
        (Figure(Kind.SUM, Bounds(0, 0)), 1, 1),
    ],
)
def test_how_much_one_unit_changes(figure, rows, most):
    """An average sums 2x - (L + U): its 20,000 stand for 10,000 of x, half of what a plain sum needs."""
    assert sensitivity(figure, rows) == most


def test_an_average_costs_two_values_and_the_units_one():
    figures = (COUNT, Figure(Kind.SUM, PAY), Figure(Kind.AVG, PAY))
    assert releases(figures) == 5
    assert share(MICRO, 5) == 200_000
    with pytest.raises(ValueError, match="too small"):
        share(4, 5)


@given(st.integers(1, 10**9), st.integers(1, 64))
def test_the_shares_never_exceed_the_budget(micro_epsilon, values):
    if micro_epsilon >= values:
        assert values * share(micro_epsilon, values) <= micro_epsilon


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_queries_never_exceed_the_budget(total, each):
    assert queries(total, each) * each <= total < (queries(total, each) + 1) * each


@given(st.integers(-(10**12), 10**12), st.integers(-3, 10**6), st.integers(-(10**6), 10**6), st.integers(0, 10**6))
def test_an_average_stays_within_its_bounds(centred, rows, lower, width):
    bounds = Bounds(lower, lower + width)
    assert lower * 100 <= average(centred, rows, bounds) <= (lower + width) * 100


def test_figures_without_noise_worth_the_name():
    """At an ε of a million the noise is nought but for 1 in e^1000000: 4,087 and 3 come out, and their average."""
    of = promise(micro_epsilon=10**6 * MICRO)
    figures = (COUNT, Figure(Kind.SUM, Bounds(0, 900_000, 2)), Figure(Kind.AVG, Bounds(0, 900_000, 2)))
    centred = 2 * 408_700 - 9 * 900_000
    exact = Exact(9, ((9, 0), (408_700, 0), (centred, 9)))
    assert release(exact, figures, promise(micro_epsilon=10**13 * MICRO), keys_public=True) == (
        "9",
        "4087.00",
        "454.1111",
    )
    assert release(Exact(4, exact.figures), figures, of, keys_public=True) is None


@pytest.mark.parametrize(
    ("number", "decimals", "text"), [(5, 0, "5"), (-5, 2, "-0.05"), (12345, 2, "123.45"), (0, 3, "0.000")]
)
def test_decimal_numbers(number, decimals, text):
    assert decimal(number, decimals) == text


def test_a_trillionth_is_the_least_of_delta():
    assert threshold(MICRO, 1) > threshold(MICRO, PICO // 10**6)
