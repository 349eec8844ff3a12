"""Monte Carlo by the rules of the appraisal itself: what may not be stated is left out, the rest is valued."""

import json
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import ValidationError

from kernel.crypto import canonical
from tests.examples import examples
from tests.valuation.appraisal.makers import (
    BASE,
    RULES,
    comparable,
    cost,
    guide,
    income,
    market,
    said,
    study,
    value,
    weighing,
)
from tests.valuation.appraisal.test_sensitivity import SHARED, whole
from valuation.appraisal.analysis import columns, simulation
from valuation.appraisal.analysis.admission import Stored
from valuation.appraisal.analysis.columns import Distribution
from valuation.appraisal.analysis.sensitivity import what_if
from valuation.appraisal.analysis.simulation import Simulation
from valuation.appraisal.engine.result import Appraisal
from valuation.appraisal.errors import InputsFaulty

D = Decimal


def stored(found: Appraisal) -> Stored:
    return Stored(json.loads(canonical.dumps(found)), RULES)


def simulate(found: Appraisal, given_: dict, *, draws: int = 1_000, seed: int = 7) -> Simulation:
    distributed = {name: Distribution(kind, tuple(map(D, numbers))) for name, (kind, *numbers) in given_.items()}
    return simulation.simulate(stored(found), distributed, draws=draws, seed=seed, on=BASE)


def test_a_distribution_beyond_the_admitted_range_is_refused_as_what_if_refuses_it() -> None:
    found = value(study(cost=cost()))
    for name, (low, high), told in (
        ("#/inputs/cost/economic_life_years", ("0.05", "0.15"), "1 to 10"),
        ("#/inputs/cost/return_on_cost", ("4", "6"), "0.05 to 0.30"),
    ):
        with pytest.raises(InputsFaulty) as refused:
            simulate(found, {name: ("uniform", low, high)})
        with pytest.raises(InputsFaulty) as supposed:
            what_if(found, {name: low})
        assert {error.rule for error in refused.value.errors} == {"LT-APR-05"}
        assert refused.value.errors[0].detail == supposed.value.errors[0].detail
        assert told in refused.value.errors[0].detail.en
        assert refused.value.errors[0].pointer.endswith("/parameters/0")
    with pytest.raises(InputsFaulty) as rate:
        simulate(value(study(income=SHARED)), {"#/trace/income.r": ("uniform", "0.01", "0.5")})
    assert [error.rule for error in rate.value.errors] == ["LT-APR-10", "LT-APR-10"]


def test_a_draw_that_may_not_be_stated_is_left_out_and_counted() -> None:
    found = value(study(cost=cost()))
    # The remaining life is at most the economic life of 4 years: of 2 to 5 years, a third is not admissible.
    drawn = simulate(found, {"#/inputs/cost/remaining_life_years": ("uniform", "2", "5")}, draws=3_000)
    assert drawn.admitted == 3_000 - sum(each.count for each in drawn.left_out)
    assert abs(drawn.admitted / 3_000 - 2 / 3) < 0.03
    assert [each.rule for each in drawn.left_out] == ["LT-APR-06"]
    assert drawn.quantiles["0.95"] <= D(what_if(found, {"#/inputs/cost/remaining_life_years": "4"}).value.amount)
    # The tail of a normal distribution beyond the admitted range is cut.
    tail = simulate(found, {"#/inputs/cost/return_on_cost": ("normal", "0.1", "0.05")})
    assert 0 < sum(each.count for each in tail.left_out) < 300
    assert "0.05 to 0.30" in tail.left_out[0].why.en
    with pytest.raises(InputsFaulty) as mostly:
        simulate(found, {"#/inputs/cost/remaining_life_years": ("uniform", "3.9", "9")})
    assert "0.5 of them" in mostly.value.errors[0].detail.en
    assert mostly.value.errors[0].rule == "LT-APR-06"


def test_a_drawn_life_changes_the_years_and_goes_in_whole_ones() -> None:
    found = value(study(income=SHARED | {"life": {"right": said("5"), "update": said("3.5")}}))
    lives = {D(what_if(found, {"#/inputs/income/life": str(years)}).value.amount) for years in (2, 3, 4)}
    for name, low, high in (("#/inputs/income/life/update", "2", "4.9"), ("#/inputs/income/life", "1.6", "4.4")):
        drawn = simulate(found, {name: ("uniform", low, high)})
        assert set(drawn.quantiles.values()) == lives, name
    both = simulate(
        found, {"#/inputs/income/life": ("uniform", "1.6", "4.4"), "#/trace/income.r": ("normal", "0.14", "0.01")}
    )
    assert both.admitted == 1_000
    stated = value(study(income=SHARED))
    drawn = simulate(stated, {"#/inputs/income/life/years": ("uniform", "2", "7")}, draws=2_000)
    assert {each.rule for each in drawn.left_out} == {"LT-APR-06"}, "the right ends after five years"


def test_comparables_are_chosen_anew_for_every_draw() -> None:
    cases = {"a": comparable("90000"), "b": comparable("100000"), "c": comparable("120000"),
             "far": comparable("900000", remaining_years=said("6.5"))}  # fmt: skip
    found = value(study(market=market(comparables=cases)))
    assert "market.A_far" not in {step.id for step in found.trace}
    drawn = simulate(found, {"#/inputs/market/remaining_years": ("uniform", "3", "5")})
    assert drawn.quantiles["0.95"] > D("200000") > drawn.quantiles["0.05"], "the fourth joins from 3.25 years on"


def test_what_only_the_result_shows_is_left_out_too() -> None:
    weighed = weighing(weights={"cost": said("0.5"), "income": said("0.5")}, gap_reason="Demand.")
    charged = income(method="excess", charges={"it": {"value": said("5000000"), "rate": said("0.1")}})
    excess = value(study(cost=cost(), income=charged, weighing=weighed))
    drawn = simulate(excess, {"#/inputs/income/charges/it/value": ("uniform", "5000000", "12000000")})
    assert [each.rule for each in drawn.left_out] == ["LT-APR-09"], "nothing is left of the income"
    grown = value(study(income=SHARED | {"perpetual_growth": said("0.03")}))
    rates = {f"#/inputs/income/discount/{name}": ("uniform", "0.005", "0.02") for name in ("industry", "size")}
    assert simulate(grown, rates).admitted == 1_000


@settings(max_examples=examples(20), deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["cost", "income", "market", "guide", "whole"]))
def test_every_draw_is_what_the_engine_says(seed: int, kind: str) -> None:
    """Admitted where the engine admits it, and then worth what the engine computes, for every draw."""
    ranges = {
        "#/inputs/cost/remaining_life_years": ("uniform", "1", "5"),
        "#/inputs/cost/return_on_cost": ("normal", "0.1", "0.05"),
        "#/inputs/income/life": ("uniform", "1", "6"),
        "#/inputs/income/discount/data": ("uniform", "0", "0.1"),
        "#/inputs/income/share_rate": ("triangular", "0.01", "0.05", "0.09"),
        "#/inputs/market/scale": ("lognormal", "13.8", "1.6"),
        "#/inputs/market/remaining_years": ("uniform", "2", "7"),
        "#/inputs/guide/own_volume": ("uniform", "400", "2000"),
        "#/quality/score": ("uniform", "40", "100"),
    }
    made = {
        "cost": lambda: value(study(cost=cost())),
        "income": lambda: value(study(income=SHARED | {"life": {"right": said("5"), "update": said("3.5")}})),
        "market": lambda: value(study(market=market())),
        "guide": lambda: value(study(guide=guide())),
        "whole": whole,
    }[kind]()
    known = stored(made)
    names = [name for name in ranges if name in known.names and known.is_used(known.names[name])]
    given_ = {name: Distribution(ranges[name][0], tuple(map(D, ranges[name][1:]))) for name in names}
    random = np.random.Generator(np.random.PCG64(seed))
    drawn = {name: simulation._stepped(name, columns.draw(given_[name], random, 40)) for name in sorted(given_)}
    with np.errstate(all="ignore"):
        values, _ = simulation._valued(known, drawn, 40)
    for at in range(40):
        try:
            exact = what_if(made, simulation._written(drawn, at)).value.amount
        except (InputsFaulty, ValidationError):
            assert np.isnan(values[at]), simulation._written(drawn, at)
        else:
            assert abs(D(str(values[at])) - D(exact)) <= max(D("0.02"), D(exact) * D("1e-6")), (at, values[at], exact)


def test_draws_repeat_by_seed_and_surround_the_value() -> None:
    found = value(study(income=SHARED))
    given_ = {
        "#/inputs/income/share_rate": ("triangular", "0.04", "0.05", "0.06"),
        "#/trace/income.r": ("normal", "0.14", "0.01"),
    }
    drawn = simulate(found, given_, draws=10_000)
    assert drawn == simulate(found, given_, draws=10_000)
    assert drawn != simulate(found, given_, draws=10_000, seed=8)
    spelled = {"/inputs/income/share_rate/value": given_["#/inputs/income/share_rate"]}
    assert simulate(found, spelled) == simulate(
        found, {"#/inputs/income/share_rate": given_["#/inputs/income/share_rate"]}
    )
    assert abs(drawn.mean / D("2321632") - 1) < D("0.01")
    assert list(drawn.quantiles.values()) == sorted(drawn.quantiles.values())
    assert D("0.4") < drawn.below_stored < D("0.6")
    assert (drawn.admitted, drawn.left_out) == (10_000, ())


def test_a_uniform_draw_has_the_known_mean_and_deviation() -> None:
    # Value is linear in K: mean at K = 5 %, deviation (6 % − 4 %)/√12 of 46,432,640.57
    spread = {"#/inputs/income/share_rate": ("uniform", "0.04", "0.06")}
    found = simulate(value(study(income=SHARED)), spread, draws=200_000, seed=1)
    assert abs(found.mean / D("2321632.03") - 1) < D("0.002")
    assert abs(found.deviation / (D("46432640.57") * D("0.02") / D(12).sqrt()) - 1) < D("0.01")


def test_columns_agree_with_decimals_on_every_step_of_every_approach() -> None:
    """A distribution without width gives the stored value: columns compute what Decimals do, corrections and all."""
    found = whole()
    known = stored(found)
    fixed = {
        source: np.full(10, float(name.values[0]))
        for each, name in known.names.items()
        if known.is_used(name) and not name.is_life and len(name.values) == 1
        for source in ((each,) if each.startswith("#/trace/") else name.sources)
    }
    drawn = columns.replayed(found.trace, fixed)["#/trace/P"]
    assert np.all(np.abs(drawn - float(found.value.amount)) <= 0.05)


def test_what_cannot_be_drawn_is_refused() -> None:
    found = whole()
    for name, rule, words in (
        ("#/inputs/income/nothing", "LT-APR-05", "The names are"),
        ("#/inputs/weighing/weights/cost", "LT-APR-14", "sum to 1"),
    ):
        with pytest.raises(InputsFaulty) as refused:
            simulate(found, {name: ("uniform", "0.1", "0.2")})
        assert refused.value.errors[0].rule == rule
        assert words in refused.value.errors[0].detail.en
    share = "/inputs/income/share_rate"
    with pytest.raises(InputsFaulty) as twice:
        simulate(found, {f"#{share}": ("uniform", "0.04", "0.05"), f"{share}/value": ("uniform", "0.04", "0.05")})
    assert "twice" in twice.value.errors[0].detail.en
    with pytest.raises(ValueError, match="draws"):
        simulate(found, {}, draws=0)
    for kind, numbers in (("uniform", (1, 0)), ("triangular", (1, 2)), ("normal", (1, -1))):
        with pytest.raises(ValueError, match=r"uniform|triangular|standard"):
            Distribution(kind, tuple(D(number) for number in numbers))
