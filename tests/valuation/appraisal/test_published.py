"""Figures that others published, each read where the test says, computed under the rule set as it is."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from tests.valuation.appraisal.makers import BASE, RULES, build_up, income, said, study, value
from valuation.appraisal.calculations.calculation import KINDS, calculate
from valuation.appraisal.calculations.shapley import table


def calculated(kind: str, **inputs: Any) -> dict[str, str]:
    return calculate(kind, msgspec.convert(inputs, KINDS[kind].inputs), base_date=BASE, policy=RULES).results


def worth(incomes: list[str], rate: dict[str, str], **over: Any) -> Decimal:
    parts = {"market": "0", "industry": "0", "size": "0", "data": "0", **rate}
    life = {"years": said(str(len(incomes)))}
    model = income(income=[said(each) for each in incomes], discount=build_up(**parts), life=life, **over)
    return Decimal(value(study(income=model)).value.amount)


def test_present_value_of_uneven_cash_flows() -> None:
    """numpy-financial, `npv`: 5,000, 8,000, 12,000 and 30,000 at 8 % for 40,000 have an NPV of 3,065.22267.

    https://github.com/numpy/numpy-financial/blob/main/numpy_financial/_financial.py, which cites Gitman, Principles of
    Managerial Finance, p. 346.
    """
    found = worth(["5000", "8000", "12000", "30000"], {"risk_free": "0.05", "market": "0.03"})
    assert found - 40_000 == round(Decimal("3065.22267"), 2)


def test_constant_growth_without_end() -> None:
    """Slides on the constant growth model: a dividend of $.50 just paid, growth 2 %, required return 15 %: $3.92.

    https://th4.ilovetranslation.com/lFptYB6JgHw=d: P0 = .50(1+.02)/(.15 - .02) = $3.92. Year 1 and the rest together.
    """
    rate = {"risk_free": "0.05", "market": "0.06", "data": "0.04"}
    assert worth(["0.51"], rate, perpetual_growth=said("0.02")) == Decimal("3.92")


@pytest.mark.parametrize(
    ("spot", "strike", "rate", "years", "volatility", "published"),
    [("60", "65", "0.08", "0.25", "0.30", "2.1334")],
)
def test_an_option_of_the_handbook(
    spot: str, strike: str, rate: str, years: str, volatility: str, published: str
) -> None:
    """Haug, Option Pricing Formulas (1998), pp. 2-8, as QuantLib's own tests quote it: 2.1334 to four places.

    https://github.com/lballabio/QuantLib/blob/master/test-suite/europeanoption.cpp, testValues; amounts here are ten
    thousand times as large, so that four places are seen in whole cents.
    """
    found = calculated(
        "real-option", currency="USD", underlying=said(f"{spot}0000"), exercise=said(f"{strike}0000"), rate=said(rate),
        volatility=said(volatility), years=said(years),
    )  # fmt: skip
    assert round(Decimal(found["value"]) / 10_000, 4) == Decimal(published)


@pytest.mark.parametrize(
    ("costs", "published"),
    [
        # https://thoughtfulexaminations.com/?p=19583: three airlines need 1500, 2200 and 3000 m; then 3500 m.
        (("1500", "2200", "3000"), ("500", "850", "1650")),
        (("1500", "2200", "3500"), ("500", "850", "2150")),
        # https://math.techqa.club/shapley-values-airport-problem-2541276: 100, 160, 200 give (100, 190, 310)/3.
        (("100", "160", "200"), ("33.333333", "63.333333", "103.333333")),
        # https://math.techqa.club/calculate-the-shapley-value-of-the-airport-game-4152535:
        # (40, 52, 67, 87, 117, 177)/6 for six pilots.
        (
            ("40", "50", "60", "70", "80", "90"),
            ("6.666667", "8.666667", "11.166667", "14.5", "19.5", "29.5"),
        ),
    ],
)
def test_airports_share_a_runway(costs: tuple[str, ...], published: tuple[str, ...]) -> None:
    """The airport game, whose Shapley value is published for these costs: a coalition costs what its longest needs."""
    names = [f"p{i}" for i in range(len(costs))]
    needs = dict(zip(names, (Decimal(cost) for cost in costs), strict=True))
    found = split(names, table(names, lambda members: max(needs[name] for name in members)))
    assert [round(share, 6) for share in found] == [Decimal(share) for share in published]


def test_maintenance_is_shared() -> None:
    """wiskundeoptiu.nl/node/1241: the costs 5, 9, 16, 9, 16, 20, 20 of a maintenance game are split 5/3, 17/3, 38/3."""
    costs = {"a": "5", "b": "9", "c": "16", "a+b": "9", "a+c": "16", "b+c": "20", "a+b+c": "20"}
    assert [round(share, 6) for share in split(["a", "b", "c"], costs)] == [
        Decimal(text) for text in ("1.666667", "5.666667", "12.666667")
    ]


def split(parties: list[str], coalitions: dict[str, str]) -> list[Decimal]:
    found = calculated(
        "shapley", currency="CNY", parties=parties, coalitions=coalitions, source="published", evidence="the address"
    )
    return [Decimal(found[name]) for name in parties]
