"""Market approach, expert guide and reconciliation: figures by hand, refusals with reasons, and how value moves."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.valuation.appraisal.makers import (
    BASE,
    UNTIL,
    comparable,
    cost,
    guide,
    income,
    market,
    quality,
    results,
    said,
    study,
    value,
    weighing,
)
from valuation.appraisal import study as engine
from valuation.appraisal.errors import InputsFaulty
from valuation.appraisal.policy import policies


def test_like_comparables_weigh_alike() -> None:
    # All corrections are 1 and all distances 0: (90,000 + 100,000 + 120,000)/3 = 103,333.33;
    # quartiles of 90, 100, 120: 95 and 110.
    found = value(study(market=market()))
    assert (found.approach, found.value.amount) == ("market", "103333.33")
    assert (found.low.amount, found.high.amount) == ("95000.00", "110000.00")
    assert any("nearest comparable is a" in note.en for note in found.notes)


def test_five_corrections_by_hand() -> None:
    # X1 = 80/100 = 0.8; X2 = 1.1; X3 = 110/100 = 1.1; X4 = (2)^0.8 = 1.741101; X5 = 0.9
    # 100,000 · 0.8 · 1.1 · 1.1 · 1.741101 · 0.9 = 151,684.719…
    odd = comparable(
        "100000", scale=said("500000"), quality=said("100"), supply_demand=said("1.1"), other=said("0.9"),
        weight=said("0.5"),
    )  # fmt: skip
    plain = {"quality": said("80"), "price_index": said("110")}
    both = {name: comparable("100000", **plain, weight=said("0.25")) for name in ("b", "c")}
    found = value(study(market=market(price_index=said("110"), comparables={"a": odd, **both})), "80")
    steps = results(found)
    assert [steps[f"market.X{i}_a"] for i in range(1, 6)] == [
        Decimal(text) for text in ("0.8", "1.1", "1.1", "1.741101", "0.9")
    ]
    assert round(steps["market.A_a"], 2) == Decimal("151684.72")
    assert found.value.amount == str(round(Decimal("0.5") * Decimal("151684.719") + 50000, 2))


def test_corrections_stop_at_their_bounds() -> None:
    # 30/100 would be 0.3; practice stops at 0.5.
    cases = {name: comparable("100000", quality=said("100")) for name in ("a", "b", "c")}
    assert value(study(market=market(comparables=cases)), "30").value.amount == "50000.00"


def test_the_nearer_weighs_more_and_is_named() -> None:
    # b has double the scale: it is 2 times apart, a distance of 1, and its nearness is 1/2 beside 1 and 1.
    cases = {"a": comparable("100000"), "b": comparable("100000", scale=said("2000000")), "c": comparable("100000")}
    steps = results(value(study(market=market(comparables=cases))))
    assert steps["market.d_b"] == 1
    assert steps["market.w_b"] == Decimal("0.2")
    assert abs(sum(steps[f"market.w_{name}"] for name in "abc") - 1) < Decimal("1e-25")


def test_one_odd_deal_does_not_move_the_band() -> None:
    cases = {f"c{i}": comparable("100000") for i in range(8)} | {"odd": comparable("9000000")}
    found = value(study(market=market(comparables=cases)))
    assert found.low.amount == "100000.00"
    assert "market.high" in results(found)


def test_asking_prices_are_marked() -> None:
    cases = market()["comparables"] | {"b": comparable("100000", kind="asking")}
    assert any(
        "asking prices, not realised ones: b" in n.en for n in value(study(market=market(comparables=cases))).notes
    )


def test_fewer_than_three_is_refused_with_the_reason_for_each() -> None:
    cases = market()["comparables"]
    cases["a"] = comparable("90000", right="hold", region="广东")
    cases["d"] = comparable("90000", scale=said("1"))
    cases["e"] = comparable("90000", remaining_years=said("9"))
    with pytest.raises(InputsFaulty) as refused:
        value(study(market=market(comparables=cases)))
    (error,) = refused.value.errors
    assert (error.pointer, error.rule) == ("/inputs/market/comparables", "LT-APR-12")
    for words in (
        "a: another right, another region",
        "d: too different in scale",
        "e: too different in remaining life",
    ):
        assert words in error.detail.en


def test_faulty_comparables_are_all_told_at_once() -> None:
    cases = market()["comparables"]
    cases["a"] = comparable("90000", dated="2026-11-24", currency="USD", tax_basis="pre-tax")
    cases["b"] = comparable("0.00", dated="2020-01-01", supply_demand=said("2"), quality=said("0"))
    cases["c"]["weight"] = said("0.5")
    with pytest.raises(InputsFaulty) as refused:
        value(study(market=market(comparables=cases, remaining_years=said("3"), right_remaining_years=said("2"))))
    at = "/inputs/market/comparables"
    assert [(error.pointer, error.rule) for error in refused.value.errors] == [
        (f"{at}/b/price/value", "LT-APR-05"),
        (f"{at}/b/quality/value", "LT-APR-05"),
        (f"{at}/b/supply_demand/value", "LT-APR-05"),
        ("/inputs/market/remaining_years/value", "LT-APR-06"),
        (f"{at}/a/dated", "LT-APR-12"),
        (f"{at}/a/currency", "LT-APR-11"),
        (f"{at}/a/tax_basis", "LT-APR-11"),
        (f"{at}/b/dated", "LT-APR-12"),
        (at, "LT-APR-14"),
    ]


def test_weights_of_comparables_must_be_whole() -> None:
    cases = {name: case | {"weight": said("0.3")} for name, case in market()["comparables"].items()}
    with pytest.raises(InputsFaulty) as refused:
        value(study(market=market(comparables=cases)))
    assert "sum to 0.9" in refused.value.errors[0].detail.en


prices = st.integers(1, 10**8).map(str)
scores = st.integers(100, 10_000).map(lambda n: str(Decimal(n).scaleb(-2)))


@settings(max_examples=examples(60))
@given(st.lists(prices, min_size=4, max_size=4), st.tuples(scores, scores))
def test_value_rises_with_price_and_quality(stated: list[str], qualities: tuple[str, str]) -> None:
    low, high = sorted(qualities, key=Decimal)
    cheap, dear = sorted(stated[:2], key=Decimal)
    weights = {"a": "0.5", "b": "0.3", "c": "0.2"}

    def worth(price: str, score: str) -> tuple[Decimal, Decimal, Decimal]:
        cases = {
            name: comparable(amount, weight=said(weights[name]))
            for name, amount in zip("abc", (price, *stated[2:]), strict=True)
        }
        found = value(study(market=market(comparables=cases)), score)
        return Decimal(found.low.amount), Decimal(found.value.amount), Decimal(found.high.amount)

    bands = [worth(cheap, low), worth(dear, low), worth(dear, high)]
    assert [band[1] for band in bands] == sorted(band[1] for band in bands)
    assert all(band[0] <= band[1] <= band[2] for band in bands)


def test_the_expert_guide_by_hand() -> None:
    # TC(1+R) = 440,000; α = 0.925; β = (0.9·100 + 0.6·200)/400 = 0.525; l = 400/1600 = 0.25; r = 0.2
    # U = 0.925 · 0.525 · 1.25 · 0.8 = 0.485625; P = 213,675
    found = value(study(guide=guide()))
    assert results(found)["cost.U"] == Decimal("0.485625")
    assert (found.approach, found.value.amount) == ("cost", "213675.00")


def test_what_the_expert_guide_may_not_be_given() -> None:
    bad = guide(
        total_cost=said("0"), realisation_risk=said("1"), open_spread=said("2"), own_volume=said("9999"),
        open_data=said("0"), shared_data=said("0"), closed_data=said("0"),
    )  # fmt: skip
    with pytest.raises(InputsFaulty) as refused:
        value(study(guide=bad))
    assert [error.pointer.removeprefix("/inputs/guide/") for error in refused.value.errors] == [
        "open_spread/value",
        "realisation_risk/value",
        "total_cost/value",
        "closed_data/value",
        "industry_volume/value",
    ]


def test_two_approaches_by_hand() -> None:
    # Cost: 440,000 · 0.925 · 0.75 = 305,250; income 2,321,632.03 (test_income) ; half and half 1,313,441.015
    found = value(study(cost=cost(), income=income(), weighing=weighing(gap_reason="Cost says nothing of demand.")))
    assert (found.approach, found.value.amount) == ("reconciled", "1313441.02")
    assert results(found)["gap"] == Decimal("1.53519")
    assert any("Cost says nothing of demand" in note.en for note in found.notes)
    # Low: (0.9 · 305,250 + 0.8 · 2,321,632.03)/2 = (274,725 + 1,857,305.62)/2
    assert found.low.amount == "1066015.31"


def test_the_judgements_of_saaty_by_hand() -> None:
    # cost against income 1/3, cost against market 1/5, income against market 1/2: geometric means
    # (1/15)^⅓ = 0.405480, (3/2)^⅓ = 1.144714, 10^⅓ = 2.154435: weights 0.109452, 0.308996, 0.581552
    # λmax = 3.003695, CI = 0.001847, CR = 0.003185
    judged = [
        {"first": "income", "second": "cost", "scale": "3", "reason": "demand is known"},
        {"first": "market", "second": "cost", "scale": "5", "reason": "deals are recent"},
        {"first": "market", "second": "income", "scale": "2", "reason": "deals are recent"},
    ]
    weighed = {"reason": "Judged by two valuers.", "judgements": judged, "gap_reason": "Different bases."}
    steps = results(value(study(cost=cost(), income=income(), market=market(), weighing=weighed)))
    assert [steps[f"w_{name}"] for name in ("cost", "income", "market")] == [
        Decimal(text) for text in ("0.109452", "0.308996", "0.581552")
    ]
    assert abs(steps["CR"] - Decimal("0.003185")) < Decimal("0.00001")


def test_judgements_that_contradict_each_other_are_refused() -> None:
    judged = [
        {"first": "income", "second": "cost", "scale": "9", "reason": "x"},
        {"first": "cost", "second": "market", "scale": "9", "reason": "x"},
        {"first": "market", "second": "income", "scale": "9", "reason": "x"},
    ]
    weighed = {"reason": "x", "judgements": judged, "gap_reason": "x"}
    with pytest.raises(InputsFaulty) as refused:
        value(study(cost=cost(), income=income(), market=market(), weighing=weighed))
    assert [error.pointer for error in refused.value.errors] == ["/inputs/weighing/judgements"]


@pytest.mark.parametrize(
    ("over", "pointers"),
    [
        ({}, ["/inputs"]),
        ({"income": income(), "single_approach_reason": None}, ["/inputs/single_approach_reason"]),
        ({"income": income(), "weighing": weighing()}, ["/inputs/weighing"]),
        ({"income": income(), "cost": cost()}, ["/inputs/weighing"]),
        ({"income": income(), "cost": cost(), "weighing": weighing()}, ["/inputs/weighing/gap_reason"]),
        ({"income": income(), "cost": cost(), "weighing": {"reason": "x"}}, ["/inputs/weighing"]),
        ({"income": income(), "cost": cost(), "weighing": weighing(weights={"cost": said("1")})},
         ["/inputs/weighing/weights"]),
        ({"income": income(), "cost": cost(), "weighing": weighing(
            weights={"cost": said("0.5"), "income": said("0.4")})}, ["/inputs/weighing/weights"]),
        ({"cost": cost(), "guide": guide(), "income": income(), "weighing": weighing(gap_reason="x")},
         ["/inputs/guide"]),
        ({"income": income(life={"years": said("9"), "right": said("5")}), "currency": "XXX"},
         ["/inputs/currency", "/inputs/income/life/years/value"]),
    ],
)  # fmt: skip
def test_what_a_study_may_not_lack(over: dict[str, object], pointers: list[str]) -> None:
    with pytest.raises(InputsFaulty) as refused:
        value(study(**over))
    assert [error.pointer for error in refused.value.errors] == pointers


def test_an_earlier_rule_set_holds_the_cost_approach_only() -> None:
    narrow = policies().version("2026-11")
    with pytest.raises(InputsFaulty) as refused:
        engine.appraise(
            "ast_1", study(cost=cost(), market=market(), weighing=weighing()), quality(),
            base_date=BASE, use_until=UNTIL, policy=narrow,
        )  # fmt: skip
    assert [e.pointer for e in refused.value.errors if e.rule == "LT-APR-20"] == ["/inputs/market", "/inputs/weighing"]
