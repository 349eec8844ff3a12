"""What a changed price is told as: figures, and of plans what differs, also where the first amount is the same."""

from datetime import date

from contracts.terms.prices import Flat, OneOff
from kernel.money import MoneyView
from market.carts.rules import DIFFERING_SHOWN, prices_said
from tests.market.plans import MONTHLY, metered, plan

DAY = date(2026, 11, 23)


def test_plans_with_an_equal_first_amount_are_told_by_what_differs():
    before, after = prices_said(plan(MONTHLY, metered()), plan(MONTHLY, metered(tariff=Flat(unit_price="0.60"))), DAY)
    assert before.zh.startswith("300.00 CNY（")
    assert after.zh.startswith("300.00 CNY（")
    assert "0.50" in before.zh
    assert "0.60" not in before.zh
    assert "0.60" in after.en
    assert "0.50" not in after.en


def test_single_prices_are_figures():
    one, other = OneOff(MoneyView("12500.00", "CNY")), OneOff(MoneyView("12000.00", "CNY"))
    assert [text.en for text in prices_said(one, other, DAY)] == ["12500.00 CNY", "12000.00 CNY"]


def test_what_differs_is_bounded():
    many = [metered(name=f"m{n}", tariff=Flat(unit_price=f"0.{n + 1}")) for n in range(DIFFERING_SHOWN + 2)]
    told, _ = prices_said(plan(*many), plan(MONTHLY), DAY)
    assert [f"m{n}：" in told.zh for n in range(DIFFERING_SHOWN + 2)] == [True] * DIFFERING_SHOWN + [False] * 2
    assert told.zh.endswith("；另有 2 处）")
    assert told.en.endswith("; and 2 more)")
