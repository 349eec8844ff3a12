"""The income approach: figures by hand, what may not be stated, and how value moves."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.valuation.appraisal.makers import build_up, income, results, said, study, value
from valuation.appraisal.engine.result import Appraisal
from valuation.appraisal.errors import InputsFaulty


def of(**over: object) -> Appraisal:
    return value(study(income=income(**over)))


def capm(**over: str) -> dict[str, object]:
    parts = {"risk_free": "0.02", "beta": "1.2", "equity_premium": "0.06", "specific": "0.03", **over}
    return {"by": "capm", **{name: said(text) for name, text in parts.items()}}


def wacc(equity: dict[str, object], e: str, kd: str, tax: str) -> dict[str, object]:
    d = str(1 - Decimal(e))
    return {
        "by": "wacc",
        "equity": equity,
        "equity_weight": said(e),
        "debt_weight": said(d),
        "cost_of_debt": said(kd),
        "tax_rate": said(tax),
    }


def test_direct_income_by_hand() -> None:
    # 1,000,000 a year for three years at 14 %: annuity factor (1 - 1.14^-3)/0.14 = 2.3216320…
    found = of()
    assert found.value.amount == "2321632.03"
    assert (found.low.amount, found.high.amount) == ("1857305.62", "2785958.44")
    assert results(found)["income.r"] == Decimal("0.14")


def test_an_annuity_by_hand() -> None:
    # (1 − 1.1⁻⁵)/0.1 = 3.790786…
    found = of(
        income=[said("1000")],
        life={"years": said("5")},
        discount=build_up(risk_free="0.03", market="0.05", industry="0.01", size="0.01", data="0"),
    )
    assert found.value.amount == "3790.79"


def test_wacc_by_hand() -> None:
    # 0.6·12.5 % + 0.4·6 %·(1 − 35 %) = 9.06 %; with a tax of 21 %: 9.396 %
    equity = capm(risk_free="0.025", beta="1", equity_premium="0.1", specific="0")
    for tax, rate in (("0.35", "0.0906"), ("0.21", "0.09396")):
        found = of(discount=wacc(equity, "0.6", "0.06", tax))
        assert results(found)["income.r"] == Decimal(rate)


def test_constant_growth_by_hand() -> None:
    # Year 1 and the rest together: 1,000,000/(10 % − 4 %) = 16,666,666.67
    found = of(
        income=[said("1000000")],
        life={"years": said("1")},
        perpetual_growth=said("0.04"),
        discount=build_up(risk_free="0.03", market="0.05", industry="0.01", size="0.01", data="0"),
    )
    assert found.value.amount == "16666666.67"


def test_share_of_revenue_with_decay_by_hand() -> None:
    # R = 2,000,000 then 15 % less each year; K = 5 %: F = 100,000 / 85,000 / 72,250
    # v = 1/1.14, 1/1.14², 1/1.14³: 87,719.298 + 65,404.740 + 48,766.692 = 201,890.730
    found = of(
        method="share",
        share_of="revenue",
        share_rate=said("0.05"),
        income=[said("2000000")],
        decay=said("0.15"),
    )
    steps = results(found)
    assert [steps[f"income.F_{t}"] for t in (1, 2, 3)] == [100000, 85000, 72250]
    assert found.value.amount == "201890.73"


def test_a_half_life_of_one_year_halves() -> None:
    steps = results(of(half_life_years=said("1"), income=[said("800")]))
    assert steps["income.decay"] == Decimal("0.5")
    assert [steps[f"income.F_{t}"] for t in (1, 2, 3)] == [800, 400, 200]


def test_excess_earnings_by_hand() -> None:
    # 500,000 less charges 1,000,000·8 % + 600,000·12 % = 152,000: 348,000 a year · 2.3216320… = 807,927.95
    charges = {
        "working_capital": {"value": said("1000000"), "rate": said("0.08")},
        "workforce": {"value": said("600000"), "rate": said("0.12")},
    }
    found = of(method="excess", income=[said("500000")], charges=charges)
    assert results(found)["income.C"] == 152000
    assert found.value.amount == "807927.95"


def test_incremental_income_and_tax_by_hand() -> None:
    # (900,000 − 650,000)·(1 − 25 %) = 187,500 a year · 2.3216320… = 435,306.01
    found = of(
        method="incremental",
        income=[said("900000")],
        without=[said("650000")],
        tax_basis="pre-tax",
        tax_rate=said("0.25"),
    )
    assert found.value.amount == "435306.01"


def test_capm_and_wara_by_hand() -> None:
    assert results(of(discount=capm()))["income.r"] == Decimal("0.122")
    # WACC = 0.7·12.2 % + 0.3·5 %·0.75 = 9.665 %; others 0.5·6 % + 0.2·9 % = 4.8 %; r = (9.665 − 4.8)/0.3 = 16.2167 %
    wara = {
        "by": "wara",
        "wacc": {key: part for key, part in wacc(capm(), "0.7", "0.05", "0.25").items() if key != "by"}
        | {"by": "wacc"},
        "assets": {
            "fixed": {"weight": said("0.5"), "rate": said("0.06")},
            "brand": {"weight": said("0.2"), "rate": said("0.09")},
        },
        "data_weight": said("0.3"),
    }
    steps = results(of(discount=wara))
    assert steps["income.WACC"] == Decimal("0.09665")
    assert steps["income.r"] == Decimal("0.162166666667")
    assert steps["income.wara_gap"] == 0


def test_the_shortest_bound_is_the_life() -> None:
    bounds = {"right": said("5"), "contract": said("4.5"), "update": said("2.9")}
    assert results(of(life=bounds))["income.n"] == 2


def test_share_and_incremental_agree_where_they_must() -> None:
    """A share K of R is the same income as R with, and R·(1 − K) without."""
    shared = of(method="share", share_of="profit", share_rate=said("0.25"), income=[said("1000000")])
    more = of(method="incremental", income=[said("1000000")], without=[said("750000")])
    assert shared.value == more.value


def test_excess_without_charges_worth_anything_is_direct() -> None:
    free = of(method="excess", charges={"none": {"value": said("0"), "rate": said("0.1")}})
    assert free.value == of().value


@pytest.mark.parametrize(
    ("over", "pointers"),
    [
        ({"life": {"years": said("6"), "right": said("5")}}, ["/inputs/income/life/years/value"]),
        ({"life": {"years": said("2.5")}}, ["/inputs/income/life/years/value"]),
        ({"life": {}}, ["/inputs/income/life"]),
        ({"life": {"update": said("0.5")}}, ["/inputs/income/life"]),
        (
            {"discount": build_up(risk_free="0.01", market="0.01", industry="0.01", size="0", data="0"),
             "perpetual_growth": said("0.03")},
            ["/inputs/income/perpetual_growth/value"],
        ),
        ({"discount": build_up(risk_free="0.09", data="0.2")},
         ["/inputs/income/discount/risk_free/value", "/inputs/income/discount/data/value"]),
        ({"discount": build_up(market="0.15", industry="0.15", size="0.15")}, ["/inputs/income/discount"]),
        ({"discount_tax_basis": "pre-tax"}, ["/inputs/income/discount_tax_basis"]),
        ({"tax_basis": "pre-tax"}, ["/inputs/income/tax_rate"]),
        ({"tax_rate": said("0.25")}, ["/inputs/income/tax_rate"]),
        ({"method": "share"}, ["/inputs/income/share_rate", "/inputs/income/share_of"]),
        ({"method": "excess"}, ["/inputs/income/charges"]),
        ({"method": "incremental", "without": [said("1"), said("2")]}, ["/inputs/income/without"]),
        ({"share_rate": said("0.05")}, ["/inputs/income/share_rate"]),
        ({"decay": said("0.1"), "half_life_years": said("3")}, ["/inputs/income/half_life_years"]),
        ({"currency": "USD"}, ["/inputs/income/currency"]),
        ({"method": "incremental", "without": [said("1000001")]}, ["/inputs/income/income"]),
        ({"discount": wacc(capm(), "0.7", "0.05", "0.25") | {"debt_weight": said("0.4")}}, ["/inputs/income/discount"]),
    ],
)  # fmt: skip
def test_what_may_not_be_stated(over: dict[str, object], pointers: list[str]) -> None:
    with pytest.raises(InputsFaulty) as refused:
        of(**over)
    assert [error.pointer for error in refused.value.errors] == pointers
    assert all(error.rule and error.detail.zh for error in refused.value.errors)


def test_every_fault_of_every_kind_at_once() -> None:
    with pytest.raises(InputsFaulty) as refused:
        of(
            method="share",
            share_of="revenue",
            share_rate=said("0.9"),
            income=[said("999999999999")],
            life={"years": said("9"), "right": said("5"), "contract": said("4")},
            tax_basis="pre-tax",
            decay=said("0.7"),
        )
    assert [(error.pointer, error.rule) for error in refused.value.errors] == [
        ("/inputs/income/income/0/value", "LT-APR-05"),
        ("/inputs/income/decay/value", "LT-APR-05"),
        ("/inputs/income/share_rate/value", "LT-APR-05"),
        ("/inputs/income/life/years/value", "LT-APR-06"),
        ("/inputs/income/life/years/value", "LT-APR-06"),
        ("/inputs/income/tax_rate", "LT-APR-11"),
    ]


def test_what_is_unusual_is_noted() -> None:
    notes = " ".join(note.en for note in of(life={"years": said("2")}, decay=said("0.5", "low")).notes)
    assert "/inputs/income/life/years is 2" in notes
    assert "/inputs/income/decay is 0.5" in notes
    assert "low confidence: /inputs/income/decay" in notes


rates = st.integers(1, 100).map(lambda n: str(Decimal(n).scaleb(-3)))
money = st.integers(100, 10**9).map(str)


@settings(max_examples=examples(60))
@given(st.tuples(rates, rates), st.tuples(money, money), st.tuples(st.integers(1, 10), st.integers(1, 10)))
def test_value_rises_with_income_and_life_and_falls_with_the_rate(
    premiums: tuple[str, str], incomes: tuple[str, str], lives: tuple[int, int]
) -> None:
    (low, high), (poor, rich), (short, long) = (
        sorted(premiums, key=Decimal),
        sorted(incomes, key=Decimal),
        sorted(lives),
    )

    def worth(premium: str, amount: str, years: int) -> Decimal:
        found = of(discount=build_up(data=premium), income=[said(amount)], life={"years": said(str(years))})
        return Decimal(found.value.amount)

    assert worth(high, poor, short) <= worth(low, poor, short) <= worth(low, rich, short) <= worth(low, rich, long)


@settings(max_examples=examples(40))
@given(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)))
def test_value_falls_with_what_contributory_assets_cost(charges: tuple[int, int]) -> None:
    less, more = sorted(charges)
    cheap, dear = (
        of(method="excess", charges={"plant": {"value": said(str(worth)), "rate": said("0.1")}})
        for worth in (less, more)
    )
    assert Decimal(dear.value.amount) <= Decimal(cheap.value.amount)
