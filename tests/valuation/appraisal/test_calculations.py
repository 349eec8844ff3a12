"""Price cap, alternatives and Shapley split: figures by hand, axioms, refusals."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import permutations
from math import exp
from statistics import NormalDist
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.valuation.appraisal.makers import BASE, RULES, said
from valuation.appraisal.calculations.calculation import KINDS, Calculation, calculate
from valuation.appraisal.calculations.shapley import Along, Worth, sampled, table
from valuation.appraisal.errors import InputsFaulty
from valuation.appraisal.policy import policies
from valuation.appraisal.recompute import recompute


def marginals(worth: Worth) -> Along:
    """What each party adds in an order of joining, by what every coalition is worth."""

    def along(order: Sequence[str]) -> Iterator[Decimal]:
        before, members = worth(frozenset()), frozenset[str]()
        for name in order:
            members |= {name}
            after = worth(members)
            yield after - before
            before = after

    return along


def of(kind: str, **inputs: Any) -> Calculation:
    made = calculate(kind, msgspec.convert(inputs, KINDS[kind].inputs), base_date=BASE, policy=RULES)
    assert recompute(msgspec.json.decode(msgspec.json.encode(made))).same
    return made


def refused(kind: str, **inputs: Any) -> list[str]:
    with pytest.raises(InputsFaulty) as found:
        of(kind, **inputs)
    assert all(error.rule and error.detail.zh for error in found.value.errors)
    return [error.pointer.removeprefix("/inputs/") for error in found.value.errors]


def cap(**over: Any) -> dict[str, Any]:
    return {
        "currency": "CNY",
        "use": "industry",
        "costs": {"platform": said("600000"), "people": said("500000")},
        "subsidies": said("100000"),
        "margin": said("0.08"),
        "treasury_yield": said("0.02"),
        "taxes": said("60000"),
        "cycle_years": said("3"),
        **over,
    }


def product(cap_: str, price: str, units: str) -> dict[str, Any]:
    return {"unit": "call", "cap": said(cap_), "price": said(price), "units": said(units)}


def test_the_price_cap_by_hand() -> None:
    # C = 1,100,000 − 100,000; R_max = 1,000,000 + 80,000 + 60,000
    assert of("price-cap", **cap()).results == {"r_max": "1140000", "r_allowed": "1140000"}


@pytest.mark.parametrize(
    ("income", "gap", "excess", "words"),
    [
        ("1140000", "0", "0", "nothing to adjust"),
        ("1254000", "0.1", "114000", "adjust the actual prices"),
        ("1254002", "0.100002", "114002", "adjust the caps"),
        ("1000000", "-0.122807", "0", "adjust the caps"),
    ],
)
def test_the_yearly_check(income: str, gap: str, excess: str, words: str) -> None:
    found = of("price-cap", **cap(actual_income=said(income)))
    assert (found.results["gap"], found.results["excess"]) == (gap, excess)
    assert words in found.findings[0].en


def test_the_cycle_carries_over_and_products_stay_within() -> None:
    found = of(
        "price-cap",
        **cap(
            excess_of_last_cycle=said("90000"),
            smoothing_years=said("3"),
            products={"lookup": product("1.00", "0.90", "1000000"), "batch": product("0.50", "0.50", "200000")},
        ),
    )
    assert found.results == {"r_max": "1140000", "r_allowed": "1110000", "products": "1100000"}
    assert of("price-cap", **cap(use="public-governance")).results == {"r_max": "0"}


def test_what_a_price_cap_may_not_be_formed_from() -> None:
    assert refused(
        "price-cap",
        **cap(
            margin=said("0.0801"),
            subsidies=said("2000000"),
            cycle_years=said("4"),
            products={"lookup": product("1.00", "1.01", "1")},
        ),
    ) == ["cycle_years/value", "margin/value", "subsidies/value", "products/lookup/price/value"]
    assert refused("price-cap", **cap(products={"x": product("2", "1", "1000000")})) == ["products"]
    free = cap(use="public-governance", products={"x": product("2", "1", "1")})
    assert refused("price-cap", **free) == ["products/x/cap/value"]


MEASURES = {
    "ivi": {"validity": "0.9", "completeness": "0.8", "scarcity": "0.25", "lifecycle": "0.5"},
    "bvi": {"validity": "0.9", "completeness": "0.8", "timeliness": "0.5", "relevance_a": "0.5", "relevance_b": "1"},
    "pvi": {"with_sales": "120", "without_sales": "100", "with_calls": "110", "without_calls": "100", "term": "3",
            "period": "1"},
    "cvi": {"process_expense": "1000", "attribution": "0.4", "term": "5", "period": "2", "lost_sales": "50"},
    "mvi": {"exclusive_price": "9000", "partners": "4", "premium": "1.5"},
    "evi": {"revenue_with": "900", "revenue_without": "500", "acquisition": "100", "administration": "50",
            "application": "50", "term": "4", "period": "1"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "result"),
    [("ivi", "0.27"), ("bvi", "0.54"), ("pvi", "0.9"), ("cvi", "1050"), ("mvi", "24000"), ("evi", "800")],
)
def test_the_six_measures_by_hand(measure: str, result: str) -> None:
    given_ = {name: said(text) for name, text in MEASURES[measure].items()}
    found = of("gartner", measure=measure, parameters=given_)
    assert found.results == {measure: result}
    assert "never reconciled" in found.label.en


def test_what_a_measure_may_not_be_given() -> None:
    wrong = {name: said(text) for name, text in {"validity": "1.2", "price": "3", "scarcity": "0.1"}.items()}
    assert refused("gartner", measure="ivi", parameters=wrong) == [
        f"parameters/{name}" for name in ("completeness", "lifecycle", "price", "validity")
    ]
    alone = {name: said("1") for name in ("with_x", "term")} | {"period": said("0")}
    assert refused("gartner", measure="pvi", parameters=alone) == ["parameters/period", "parameters/without_x"]


def test_an_option_by_hand() -> None:
    # d1 = (ln(42/40) + (0.06 + 0.02)·0.5)/(0.2·√0.5) = 0.6292…; d2 = d1 − 0.1414…
    inputs = {"underlying": "42", "exercise": "40", "rate": "0.06", "volatility": "0.2", "years": "0.5"}
    found = of("real-option", currency="USD", **{name: said(text) for name, text in inputs.items()})
    steps = {step.id: Decimal(step.result) for step in found.trace}
    root = Decimal("0.5").sqrt() * Decimal("0.2")
    first = ((Decimal(42) / 40).ln() + Decimal("0.04")) / root
    assert abs(steps["d1"] - first) < Decimal("1e-11")
    assert abs(steps["d2"] - first + root) < Decimal("1e-11")
    normal = NormalDist()
    price = 42 * normal.cdf(float(first)) - 40 * exp(-0.03) * normal.cdf(float(first - root))
    assert Decimal(found.results["value"]) == round(Decimal(price), 2)
    dear = {name: said(text) for name, text in (inputs | {"rate": "0.1"}).items()}
    assert refused("real-option", currency="USD", **dear) == ["rate/value"]


def test_an_earlier_rule_set_holds_no_price_cap() -> None:
    with pytest.raises(InputsFaulty) as found:
        calculate(
            "price-cap", msgspec.convert(cap(), KINDS["price-cap"].inputs),
            base_date=BASE, policy=policies().version("2026-11"),
        )  # fmt: skip
    assert found.value.errors[0].rule == "LT-APR-20"


def split(coalitions: dict[str, str], parties: list[str]) -> dict[str, Decimal]:
    found = of("shapley", currency="CNY", parties=parties, coalitions=coalitions, source="model", evidence="fil_1")
    return {name: Decimal(share) for name, share in found.results.items()}


def test_the_glove_game_by_hand() -> None:
    """One left glove, two right ones: `a` adds a pair unless it comes first, which it does in two of six orders."""
    worth = {"a": "0", "b": "0", "c": "0", "a+b": "1", "a+c": "1", "b+c": "0", "a+b+c": "1"}
    assert [round(share, 9) for share in split(worth, ["a", "b", "c"]).values()] == [
        Decimal(text) for text in ("0.666666667", "0.166666667", "0.166666667")
    ]


worths = st.integers(0, 10**6).map(str)
NAMES = ["a", "b", "c", "d"]


def game(values: list[str]) -> dict[str, str]:
    keys = list(table(NAMES, lambda members: Decimal(len(members))))
    return dict(zip(keys, values, strict=True))


games = st.lists(worths, min_size=15, max_size=15).map(game)


@settings(max_examples=examples(40))
@given(games)
def test_the_split_is_the_mean_over_all_orders_and_is_efficient(worth: dict[str, str]) -> None:
    found = split(worth, NAMES)
    sums = dict.fromkeys(NAMES, Decimal(0))
    for order in permutations(NAMES):
        before, members = Decimal(0), []
        for name in order:
            members = sorted([*members, name])
            after = Decimal(worth["+".join(members)])
            sums[name] += after - before
            before = after
    assert all(abs(found[name] - sums[name] / 24) < Decimal("1e-9") for name in NAMES)
    assert abs(sum(found.values()) - Decimal(worth["a+b+c+d"])) < Decimal("1e-9")


@settings(max_examples=examples(25))
@given(games, games)
def test_splits_of_two_games_add_up(one: dict[str, str], other: dict[str, str]) -> None:
    both = split({name: str(Decimal(one[name]) + Decimal(other[name])) for name in one}, NAMES)
    first, second = split(one, NAMES), split(other, NAMES)
    assert all(abs(both[name] - first[name] - second[name]) < Decimal("1e-9") for name in NAMES)


@settings(max_examples=examples(25))
@given(st.lists(st.integers(0, 1000), min_size=7, max_size=7))
def test_equals_get_the_same_and_who_adds_nothing_gets_nothing(sizes: list[int]) -> None:
    def worth(members: frozenset[str]) -> Decimal:
        """`d` adds nothing; `a` and `b` are interchangeable."""
        kind = len(members & {"a", "b"}) * 2 + len(members & {"c"})
        return Decimal(sizes[kind] if members - {"d"} else 0)

    found = split(table(NAMES, worth), NAMES)
    assert found["a"] == found["b"]
    assert found["d"] == 0


@pytest.mark.slow
def test_twelve_parties_exactly_and_as_sampled() -> None:
    names = [f"p{i:02}" for i in range(12)]
    weights = {name: Decimal(i + 1) for i, name in enumerate(names)}

    def worth(members: frozenset[str]) -> Decimal:
        """What they hold together, once a platform of 30 is paid for."""
        return max(Decimal(0), sum((weights[name] for name in members), Decimal(0)) - 30)

    exact = split(table(names, worth), names)
    assert abs(sum(exact.values()) - 48) < Decimal("1e-9")
    assert sorted(exact, key=lambda name: exact[name]) == names
    estimate = sampled(names, marginals(worth), samples=2000, seed="t", spread=Decimal(12), confidence=Decimal("0.99"))
    assert sum(estimate.shares.values()) == 48
    assert all(abs(estimate.shares[name] - exact[name]) <= estimate.bound for name in names)
    assert estimate == sampled(
        names, marginals(worth), samples=2000, seed="t", spread=Decimal(12), confidence=Decimal("0.99")
    )


def test_twenty_parties_are_sampled_within_the_bound() -> None:
    names = [f"p{i:02}" for i in range(20)]

    def worth(members: frozenset[str]) -> Decimal:
        """Twenty equal parties, worth something from the tenth on: each is owed a twentieth."""
        return Decimal(100 if len(members) >= 10 else 0)

    found = sampled(names, marginals(worth), samples=3000, seed="x", spread=Decimal(100), confidence=Decimal("0.95"))
    assert sum(found.shares.values()) == 100
    assert all(abs(share - 5) <= found.bound for share in found.shares.values())
    assert found.bound < 4


def test_a_split_needs_every_coalition_and_no_other() -> None:
    wrong = {"a": "1", "b": "1", "b+a": "3"}
    base: dict[str, Any] = {"currency": "CNY", "source": "x", "evidence": "y"}
    assert refused("shapley", parties=["a", "b"], coalitions=wrong, **base) == ["coalitions/a+b", "coalitions/b+a"]
    assert refused("shapley", parties=["a", "a"], coalitions={"a": "1"}, **base)[0] == "parties"


def pool(**over: Any) -> dict[str, Any]:
    held = {"a": {"x": said("60"), "y": said("40")}, "b": {"x": said("50")}, "c": {"z": said("30")}}
    return {
        "currency": "CNY", "parties": held, "overlap": said("1"), "cost": said("20"), "samples": "2000",
        "confidence": "0.99", "seed": "t", **over,
    }  # fmt: skip


def test_a_pool_by_hand_and_beside_the_exact_split() -> None:
    # x counts once: 60; with y 40 and z 30 the pool is worth 130, less 20.
    def worth(members: frozenset[str]) -> Decimal:
        x = max([Decimal(60) * ("a" in members), Decimal(50) * ("b" in members)])
        return max(Decimal(0), x + 40 * ("a" in members) + 30 * ("c" in members) - 20)

    exact = split(table(["a", "b", "c"], worth), ["a", "b", "c"])
    found = of("shapley-pool", **pool())
    bound = Decimal(found.results["±"])
    shares = {name: Decimal(found.results[name]) for name in "abc"}
    assert abs(sum(shares.values()) - 110) < Decimal("1e-9")
    assert all(abs(shares[name] - exact[name]) <= bound for name in "abc")
    # 100·sqrt(ln(2·3/0.01)/4000) = 3.999…
    assert round(bound, 3) == Decimal("3.999")
    assert "no share is off by more than 3.99" in found.findings[0].en
    assert found == of("shapley-pool", **pool())
    assert found.results != of("shapley-pool", **pool(seed="u")).results


amounts = st.dictionaries(st.sampled_from("xyz"), st.integers(0, 1000).map(lambda n: said(str(n))), min_size=1)


@settings(max_examples=examples(15), deadline=None)
@given(st.lists(amounts, min_size=2, max_size=5), st.integers(0, 10).map(lambda n: str(Decimal(n).scaleb(-1))))
def test_a_pool_of_nothing_shared_is_everybodys_own_and_twins_get_alike(held: list[Any], overlap: str) -> None:
    alone = {f"p{i}": {f"s{i}_{name}": amount for name, amount in each.items()} for i, each in enumerate(held)}
    found = of("shapley-pool", **pool(parties=alone, overlap=said(overlap), cost=said("0"), samples="500"))
    for name, own in alone.items():
        assert Decimal(found.results[name]) == sum(Decimal(amount["value"]) for amount in own.values())
    together = {f"p{i}": each for i, each in enumerate(held)} | {"twin": held[0], "idle": {"x": said("0")}}
    shared = of("shapley-pool", **pool(parties=together, overlap=said(overlap), samples="500"))
    assert abs(Decimal(shared.results["p0"]) - Decimal(shared.results["twin"])) <= 2 * Decimal(shared.results["±"])
    assert Decimal(shared.results["idle"]) == 0


def test_a_hundred_contributors_and_no_more() -> None:
    many = {f"p{i}": {"x": said(str(i + 1)), f"s{i}": said("10")} for i in range(100)}
    found = of("shapley-pool", **pool(parties=many, cost=said("0"), samples="500"))
    assert abs(sum(Decimal(found.results[name]) for name in many) - (100 + 1000)) < Decimal("1e-6")
    with pytest.raises(msgspec.ValidationError):
        of("shapley-pool", **pool(parties=many | {"one": {"x": said("1")}}))
    assert refused("shapley-pool", **pool(overlap=said("1.1"), currency="XXX")) == ["currency", "overlap/value"]
