"""What-if, one-way, tornado, two-way and Monte Carlo over a stored appraisal."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.crypto import canonical
from tests.examples import examples
from tests.valuation.appraisal.makers import build_up, cost, income, market, said, study, value, weighing
from valuation.appraisal.analysis import parameters
from valuation.appraisal.analysis.sensitivity import (
    Driver,
    conclusion,
    drivers,
    one_way,
    tornado,
    two_way,
    what_if,
    years,
)
from valuation.appraisal.engine.result import Appraisal
from valuation.appraisal.engine.trace import replay
from valuation.appraisal.errors import InputsFaulty

SHARED = income(method="share", share_of="revenue", share_rate=said("0.05"), income=[said("20000000")])


def whole() -> Appraisal:
    weights = {"cost": said("0.3"), "income": said("0.5"), "market": said("0.2")}
    weighed = weighing(weights=weights, gap_reason="Cost says nothing of demand.")
    return value(study(cost=cost(), income=SHARED, market=market(), weighing=weighed))


def test_an_empty_overlay_gives_exactly_what_is_stored() -> None:
    for found in (whole(), value(study(income=SHARED)), value(study(market=market()))):
        stored = canonical.dumps(found)
        assert canonical.dumps(what_if(json.loads(stored), {})) == stored


def test_an_overlay_goes_through_the_engine() -> None:
    stored = json.loads(canonical.dumps(value(study(income=SHARED))))
    more = what_if(stored, {"/inputs/income/share_rate/value": "0.06"})
    assert more.value.amount == "2785958.43"
    with pytest.raises(InputsFaulty) as refused:
        what_if(stored, {"/inputs/income/share_rate/value": "0.9", "/inputs/income/life/years/value": "9"})
    assert len(refused.value.errors) == 2
    with pytest.raises(InputsFaulty) as unknown:
        what_if(stored, {"/inputs/income/nothing/value": "1", "/value/amount": "1", "/inputs/income/method": "direct"})
    assert [error.pointer for error in unknown.value.errors] == [
        "/overlay/~1inputs~1income~1nothing~1value",
        "/overlay/~1value~1amount",
        "/overlay/~1inputs~1income~1method",
    ]
    assert "#/inputs/income/share_rate" in unknown.value.errors[0].detail.en, "a refusal names what there is"


def test_one_name_is_taken_by_every_question() -> None:
    """Whatever the sensitivity names as a driver can be supposed, by that name and by a pointer to its number."""
    stored = json.loads(canonical.dumps(whole()))
    by_name = what_if(stored, {"#/inputs/income/share_rate": "0.06"})
    for spelled in ("/inputs/income/share_rate/value", "/inputs/income/share_rate", "inputs/income/share_rate"):
        assert what_if(stored, {spelled: "0.06"}) == by_name
    names = {driver.name for driver in drivers(whole().trace)} | {each.driver for each in years(stored)}
    known = parameters.named(stored)
    assert {name for name in names if name not in known} == {"#/trace/income.r"}
    for name in names & set(known):
        number = parameters.number_of(known[name])
        assert number is not None
        assert what_if(stored, {name: number}).value.amount == stored["value"]["amount"], name
    with pytest.raises(InputsFaulty) as computed:
        what_if(stored, {"#/trace/income.r": "0.1"})
    assert "computed" in computed.value.errors[0].detail.en
    with pytest.raises(InputsFaulty) as twice:
        what_if(stored, {"#/inputs/income/share_rate": "0.06", "/inputs/income/share_rate/value": "0.05"})
    assert [error.rule for error in twice.value.errors] == ["LT-APR-05"]


def test_a_life_and_the_income_of_all_years_are_names_too() -> None:
    bounds = {"right": said("3.5"), "update": said("3"), "product": said("9")}
    stored = value(study(income=SHARED | {"life": bounds, "income": [said("20000000"), said("21000000")]}))
    longer = what_if(stored, {"#/inputs/income/life": "5"})
    assert {name: bound.value for name, bound in longer.inputs.income.life.__rich_repr__() if bound is not None} == {
        "right": "5", "update": "5", "product": "9",
    }  # fmt: skip
    alike = what_if(stored, {"#/inputs/income/income": "22000000"})
    assert [each.value for each in alike.inputs.income.income] == ["22000000"] * 2


def test_replaying_without_a_change_gives_every_step_again() -> None:
    found = whole()
    results = replay(found.trace, {})
    assert all(results[f"#/trace/{step.id}"] == Decimal(step.result) for step in found.trace)


def test_income_moves_the_value_in_proportion_and_the_rate_against_it() -> None:
    steps = value(study(income=SHARED)).trace
    by_name = {driver.name: driver for driver in drivers(steps)}
    swings = one_way(steps, by_name["#/inputs/income/income"])
    assert [(swing.by, swing.value) for swing in swings] == [
        (Decimal("-0.20"), Decimal("1857305.62")),
        (Decimal("-0.10"), Decimal("2089468.82")),
        (Decimal("0.10"), Decimal("2553795.23")),
        (Decimal("0.20"), Decimal("2785958.43")),
    ]
    # 13 %: 1,000,000 · (1 − 1.13^−3)/0.13 = 2,361,152.60
    rates = one_way(steps, by_name["#/trace/income.r"])
    assert [swing.value for swing in rates] == sorted((swing.value for swing in rates), reverse=True)
    assert rates[1].value == Decimal("2361152.60")


def test_a_tornado_is_sorted_by_swing() -> None:
    found = tornado(whole().trace)
    widths = [abs(up.value - down.value) for down, up in found]
    assert widths == sorted(widths, reverse=True)
    names = [down.driver for down, _ in found]
    assert "#/inputs/income/share_rate" in names
    assert "#/trace/income.r" in names
    assert "#/quality/score" in names


def test_a_table_of_rate_by_share() -> None:
    steps = value(study(income=SHARED)).trace
    rate, share = Driver("r", ("#/trace/income.r",), True), Driver("K", ("#/inputs/income/share_rate",), False)
    changes = [Decimal("-0.02"), Decimal(0), Decimal("0.02")], [Decimal("-0.1"), Decimal(0), Decimal("0.1")]
    table = two_way(steps, rate, share, *changes)
    assert table[1][1] == Decimal("2321632.03")
    for row in table:
        assert row == sorted(row)
    for column in zip(*table, strict=True):
        assert list(column) == sorted(column, reverse=True)


def test_a_year_more_or_less_goes_through_the_whole_engine() -> None:
    stored = value(study(income=SHARED, cost=cost(), weighing=weighing(gap_reason="x")))
    found = {(each.driver, each.by): each for each in years(stored)}
    life, left = "#/inputs/income/life", "#/inputs/cost/remaining_life_years"
    shorter = value(study(income=SHARED | {"life": {"years": said("2"), "right": said("5")}}, cost=cost(),
                          weighing=weighing(gap_reason="x")))  # fmt: skip
    assert found[life, -1].value == Decimal(shorter.value.amount)
    assert found[life, -1].value < Decimal(stored.value.amount) < found[life, 1].value
    assert found[left, -1].value < Decimal(stored.value.amount) < found[left, 1].value
    # The right ends with the life: a year more is refused, and the reason is told.
    bound = value(study(income=SHARED | {"life": {"years": said("3"), "right": said("3")}}))
    refused = next(each for each in years(bound) if each.by == 1)
    assert refused.value is None
    assert "remaining term of the right" in refused.refused[0].detail.en
    # Where bounds make the life, the shortest gives way.
    derived = value(study(income=SHARED | {"life": {"right": said("3.5"), "update": said("3"), "product": said("9")}}))
    swings = {each.by: each for each in years(derived)}
    assert [swings[by].years for by in (-1, 1)] == [2, 4]
    assert swings[-1].value < Decimal(derived.value.amount) < swings[1].value
    short = value(study(cost=cost() | {"remaining_life_years": said("0.5")}))
    assert [each.value is None for each in years(short)] == [True, False]


def test_one_way_is_ten_and_twenty_per_cent_of_every_driver() -> None:
    steps = value(study(income=SHARED)).trace
    share = next(driver for driver in drivers(steps) if driver.name.endswith("share_rate"))
    base = Decimal("2321632.03")
    for swing, by in zip(one_way(steps, share), ("-0.20", "-0.10", "0.10", "0.20"), strict=True):
        assert swing.by == Decimal(by)
        assert abs(swing.value - base * (1 + Decimal(by))) < Decimal("0.01"), "the value is linear in the share"


def test_scenarios_lie_in_order() -> None:
    stored = json.loads(canonical.dumps(value(study(income=SHARED))))
    pessimistic, base, optimistic = (
        what_if(stored, overlay)
        for overlay in (
            {"/inputs/income/share_rate/value": "0.04", "/inputs/income/discount/data/value": "0.05"},
            {},
            {"/inputs/income/share_rate/value": "0.06", "/inputs/income/discount/data/value": "0.01"},
        )
    )
    amounts = [Decimal(each.value.amount) for each in (pessimistic, base, optimistic)]
    assert amounts == sorted(amounts)
    assert base.value.amount == stored["value"]["amount"]


@settings(max_examples=examples(25))
@given(st.integers(1, 90), st.integers(1, 99))
def test_a_replay_is_what_the_engine_gives(share: int, premium: int) -> None:
    """The shortcut and the engine agree to the last digit, whatever is changed within its range."""
    stored = value(study(income=SHARED))
    k, data = Decimal(share).scaleb(-3), Decimal(premium).scaleb(-3)
    quick = replay(stored.trace, {"#/inputs/income/share_rate": k, "#/inputs/income/discount/data": data})
    changed = SHARED | {"share_rate": said(str(k)), "discount": build_up(data=str(data))}
    slow = value(study(income=changed))
    assert quick[conclusion(stored.trace)] == Decimal(slow.value.amount)
