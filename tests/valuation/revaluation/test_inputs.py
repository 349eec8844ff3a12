"""What a revaluation changes in a study, and what it leaves as it was signed."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from msgspec import convert
from msgspec.structs import replace

from tests.valuation.appraisal import makers
from valuation.appraisal.engine.inputs import Comparable, Parameter, Study
from valuation.revaluation import inputs
from valuation.revaluation.inputs import DayFacts

RULES = makers.RULES.body.market
IDS = st.integers(0, 30).map(lambda n: f"cmp_{n:026}")


def market_study(**over):
    """A signed study by the market approach."""
    return convert(
        {
            "currency": "CNY",
            "purpose": "p",
            "value_type": "market-value",
            "market": makers.market(**over),
            "single_approach_reason": "r",
        },
        Study,
    )


def known(on=date(2026, 12, 1), cases=None, certificate=None, had=False, years="0"):
    """What is known on a day."""
    return DayFacts(on, certificate, had, years, cases or {})


def case(price="100000", **over):
    """A trade of the register like the asset."""
    return convert(makers.comparable(price, **over), Comparable)


def test_nothing_new_changes_nothing():
    study = market_study()
    assert inputs.updated(study, known(), RULES) == (study, [])


@given(st.dictionaries(IDS, st.integers(1, 10**6).map(str), max_size=40))
def test_new_trades_enter_uncorrected_and_those_of_the_report_stay(prices):
    study = market_study()
    cases = {name: case(price) for name, price in prices.items()}
    after, changes = inputs.updated(study, known(cases=cases), RULES)
    before = study.market.comparables
    assert {name: after.market.comparables[name] for name in before} == before
    new = set(after.market.comparables) - set(before)
    assert new == set(prices)
    assert len(changes) == len(new)
    assert all(after.market.comparables[name].other.confidence == "low" for name in new)
    assert replace(after, market=study.market) == study


def test_no_more_than_a_study_may_hold():
    cases = {f"cmp_{n:026}": case() for n in range(80)}
    after, _ = inputs.updated(market_study(), known(cases=cases), RULES)
    assert len(after.market.comparables) == inputs.COMPARABLES_MAX


def test_unlike_trades_do_not_enter():
    other = {
        "right": "hold",
        "mode": "subscription",
        "field": "x",
        "region": "y",
        "currency": "USD",
        "tax_basis": "pre-tax",
    }
    cases = {f"cmp_{n:026}": case(**{name: value}) for n, (name, value) in enumerate(other.items())}
    study = market_study()
    assert inputs.updated(study, known(cases=cases), RULES) == (study, [])


def test_comparables_that_have_become_too_old_fall_away():
    study = market_study()
    after, changes = inputs.updated(study, known(on=date(2031, 1, 1)), RULES)
    assert after.market.comparables == {}
    assert {each["after"] for each in changes} == {None}


def test_stated_weights_give_way_when_a_trade_joins():
    weights = {"a": "0.5", "b": "0.3", "c": "0.2"}
    cases = {name: makers.comparable("100000", weight=makers.said(weight)) for name, weight in weights.items()}
    study = market_study(comparables=cases)
    after, changes = inputs.updated(study, known(cases={"cmp_x": case()}), RULES)
    assert all(each.weight is None for each in after.market.comparables.values())
    assert {"place": "/inputs/market/comparables", "before": "stated weights", "after": "by nearness"} in changes


@given(st.sampled_from(["0", "0.5", "4.99"]), st.booleans())
def test_the_right_is_brought_up_to_the_day_where_it_was_stated(years, had):
    study = convert(
        {
            "currency": "CNY",
            "purpose": "p",
            "value_type": "market-value",
            "income": makers.income(),
            "single_approach_reason": "r",
        },
        Study,
    )
    after, changes = inputs.updated(study, known(had=had, years=years), RULES)
    if not had:
        assert (after, changes) == (study, [])
        return
    assert after.income.life.right.value == years
    assert changes == [{"place": "/inputs/income/life/right/value", "before": "5", "after": years}]
    assert replace(after.income.life, right=study.income.life.right) == study.income.life
    assert isinstance(after.income.life.right, Parameter)
