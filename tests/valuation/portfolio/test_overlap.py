"""What assets share: never more than the sum, the sum itself where nothing is shared, whatever the order."""

from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from valuation.portfolio.engine import attribution, overlap, spread
from valuation.portfolio.engine.overlap import LineageCircular, LineageTooLarge

NAMES = ["a", "b", "c", "d", "e"]
shares = st.integers(0, 10).map(lambda n: Decimal(n).scaleb(-1))


@st.composite
def portfolios(draw: st.DrawFn) -> tuple[dict[str, int], dict[str, dict[str, Decimal]]]:
    """Values, and a lineage without circles: an asset rests on earlier ones and on sources outside."""
    values = {name: draw(st.integers(0, 10**9)) for name in NAMES}
    lineage: dict[str, dict[str, Decimal]] = {}
    for i, name in enumerate(NAMES):
        left, parents = Decimal(1), {}
        for parent in [*NAMES[:i], "x", "y"]:
            share = min(draw(shares), left)
            if share:
                parents[parent], left = share, left - share
        lineage[name] = parents
    return values, lineage


def traced(name: str, lineage: dict[str, dict[str, Decimal]]) -> overlap.Shares:
    return overlap.sources(name, lambda each: lineage.get(each, {}), {}, sources_max=100, depth_max=20)


def value(values: dict[str, int], lineage: dict[str, dict[str, Decimal]], kappa: Decimal) -> int:
    parts = sorted(
        (source, amount)
        for name, worth in values.items()
        for source, amount in overlap.apportioned(worth, traced(name, lineage)).items()
    )
    beyond = sum(each for _, _, each in overlap.repeated(parts))
    return sum(values.values()) - overlap.discount(beyond, kappa)


@settings(max_examples=examples(60))
@given(portfolios(), shares, shares)
def test_never_more_than_the_sum_and_never_less_than_the_largest(drawn, one: Decimal, other: Decimal) -> None:
    values, lineage = drawn
    low, high = sorted((one, other))
    more, less = value(values, lineage, low), value(values, lineage, high)
    assert max(values.values()) <= less <= more <= sum(values.values())
    assert value(values, lineage, Decimal(0)) == sum(values.values())


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=5), shares)
def test_independent_assets_are_worth_their_sum(worths: list[int], kappa: Decimal) -> None:
    values = dict(zip(NAMES, worths, strict=False))
    assert value(values, {}, kappa) == sum(worths)


@settings(max_examples=examples(20))
@given(portfolios(), shares)
def test_the_order_does_not_matter_and_one_asset_more_never_lowers_it(drawn, kappa: Decimal) -> None:
    values, lineage = drawn
    whole = value(values, lineage, kappa)
    for order in list(permutations(NAMES))[:10]:
        assert value({name: values[name] for name in order}, lineage, kappa) == whole
    for name in NAMES:
        fewer = {other: worth for other, worth in values.items() if other != name}
        assert value(fewer, lineage, kappa) <= whole + 1


@given(portfolios())
def test_the_sources_of_an_asset_make_up_its_value_to_the_minor_unit(drawn) -> None:
    values, lineage = drawn
    for name, worth in values.items():
        assert abs(sum(traced(name, lineage).values()) - 1) < Decimal("1e-30")
        assert sum(overlap.apportioned(worth, traced(name, lineage)).values()) == worth


def test_two_copies_of_one_source_by_hand() -> None:
    # b and c rest on a by 50 % and 25 %: a's own 1,000, and 500 and 250 of a in b and c, are three holdings of a.
    lineage = {"b": {"a": Decimal("0.5")}, "c": {"a": Decimal("0.25")}}
    values = {"a": 1000, "b": 1000, "c": 1000}
    assert value(values, lineage, Decimal(1)) == 3000 - 750
    assert value(values, lineage, Decimal("0.4")) == 3000 - 300
    # Through c, d rests on a by 0.8 · 0.25 = 20 % and on c by 0.8 · 0.75 = 60 %.
    lineage["d"] = {"c": Decimal("0.8")}
    assert traced("d", lineage) == {"a": Decimal("0.2"), "c": Decimal("0.6"), "d": Decimal("0.2")}


def test_circles_and_lineages_too_large_are_refused() -> None:
    circle = {"a": {"b": Decimal("0.5")}, "b": {"c": Decimal("0.5")}, "c": {"a": Decimal("0.5")}}
    with pytest.raises(LineageCircular, match="a → b → c → a"):
        traced("a", circle)
    deep = {f"n{i}": {f"n{i + 1}": Decimal("0.9")} for i in range(30)}
    with pytest.raises(LineageTooLarge):
        traced("n0", deep)
    wide = {"a": {f"s{i}": Decimal("0.005") for i in range(150)}}
    with pytest.raises(LineageTooLarge):
        traced("a", wide)


@given(st.lists(st.tuples(st.sampled_from(["", "g", "h"]), st.integers(0, 10**6)), max_size=8))
def test_the_variance_is_that_of_the_whole_matrix(widths: list[tuple[str, int]]) -> None:
    """Beside the double sum over every pair, with 0.5 within a group and 0.2 between groups."""
    ordered = sorted(widths)
    found = spread.sums(ordered)
    w, b = Fraction(1, 2), Fraction(1, 5)
    short = (1 - w) * found.squares + (w - b) * found.groups + b * found.whole
    pairs = Fraction(0)
    for i, (group, one) in enumerate(ordered):
        for j, (other, two) in enumerate(ordered):
            rho = Fraction(1) if i == j else w if group and group == other else b
            pairs += rho * one * two
    assert short == pairs


numbers = st.integers(-1000, 1000)


@settings(max_examples=examples(50))
@given(st.dictionaries(st.sampled_from("pqrs"), st.tuples(numbers, numbers), min_size=1), st.integers(1, 7))
def test_causes_sum_to_the_change_and_do_not_depend_on_an_order(sides: dict[str, tuple[int, int]], k: int) -> None:
    before = {name: one for name, (one, _) in sides.items()}
    after = {name: other for name, (_, other) in sides.items()}

    def worth(mixture) -> int:
        total = sum(mixture.values())
        return total * k + mixture.get("p", 0) * mixture.get("q", 0)

    found = attribution.attributed(before, after, worth)
    assert found is not None
    assert sum(found.values()) == worth(after) - worth(before)
    assert set(found) <= {name for name in sides if before[name] != after[name]}
    if "p" not in sides or "q" not in sides:  # What only adds up is its own cause, and nothing else's.
        changed = {name: k * (after[name] - before[name]) for name in sides}
        assert found == {name: amount for name, amount in changed.items() if amount}
