"""The workbook follows every input as the engine would, or says visibly that it does not; no office is needed."""

import json
from decimal import Decimal
from functools import cache

import pytest

from kernel.crypto import canonical
from tests.valuation.appraisal import makers as m
from tests.valuation.reports.calculator import Workbook
from tests.valuation.reports.makers import plain, three_approaches
from tests.valuation.reports.test_workbook import stated_weights, studies, workbook
from valuation.appraisal.analysis import parameters
from valuation.appraisal.analysis.sensitivity import what_if
from valuation.appraisal.errors import InputsFaulty
from valuation.appraisal.offline.examples import EXAMPLES
from valuation.appraisal.offline.input_file import computed

ENDS = ("low", "P", "high")
WORDS = "Not admitted, or changed and not followed (inputs: see the parameters)"


def example() -> dict:
    return plain(computed(EXAMPLES["study"]))


@cache
def opened(appraisal: bytes) -> Workbook:
    return Workbook(workbook(json.loads(appraisal)))


def front(appraisal: dict, changed: dict[str, str]) -> tuple[dict[str, dict[str, object]], Workbook]:
    """The front page's values and marks by approach, after numbers were typed over the parameters of these names."""
    written = opened(canonical.dumps(appraisal))
    cells = {("Parameters", f"C{written.find('Parameters', 'A', name)}"): float(to) for name, to in changed.items()}
    book = written.typed(cells)
    found = {}
    for row in range(7, 12):
        name = book.told("Report", f"A{row}")
        if not isinstance(name, str) or name.startswith("In "):
            break
        found[name] = {end: book.told("Report", f"{column}{row}") for end, column in zip(ENDS, "BCD", strict=True)}
        found[name]["same"] = book.told("Report", f"F{row}")
    return found, book


def conclusion(found: dict[str, dict[str, object]]) -> dict[str, object]:
    return list(found.values())[-1]


@pytest.mark.parametrize("name", sorted(studies()))
def test_as_it_is_written_everything_agrees(name: str) -> None:
    appraisal = studies()[name]
    found, book = front(appraisal, {})
    assert {each["same"] for each in found.values()} == {"✓"}
    for place, formula in book.formulas.items():
        computed_, stored = book.told(*place), book.stored[place]
        if isinstance(stored, float):
            assert abs(float(computed_) - stored) <= 1e-12 * max(1, abs(stored)), (place, formula, computed_, stored)
        else:
            assert computed_ == stored, (place, formula)


@pytest.mark.parametrize("update", ["1", "1.2", "2.5", "3.2", "4.2", "5", "7"])
def test_a_life_is_followed_as_the_engine_would(update: str) -> None:
    """The years beyond the written life count when it grows, and those within it do not when it shrinks."""
    name = "#/inputs/income/life/update"
    exact = what_if(example(), {name: update})
    found, _ = front(example(), {name: update})
    assert conclusion(found)["P"] == float(exact.value.amount), update
    assert conclusion(found)["low"] == float(exact.low.amount)
    assert found["Income approach"]["P"] == float(next(s.result for s in exact.trace if s.id == "income.P"))
    assert conclusion(found)["same"] == ("✓" if exact.value.amount == example()["value"]["amount"] else "✗")


def test_a_life_with_perpetuity_tax_and_decay_is_followed() -> None:
    income = m.income(
        tax_basis="pre-tax",
        tax_rate=m.said("0.25"),
        perpetual_growth=m.said("0.02"),
        decay=m.said("0.1"),
        income=[m.said("1000000"), m.said("900000")],
        life={"years": m.said("4"), "right": m.said("9")},
    )
    appraisal = plain(m.value(m.study(income=income)))
    for years in ("1", "2", "4", "6", "9"):
        exact = what_if(appraisal, {"#/inputs/income/life/years": years})
        assert conclusion(front(appraisal, {"#/inputs/income/life/years": years})[0])["P"] == float(exact.value.amount)
    grown, _ = front(appraisal, {"#/inputs/income/perpetual_growth": "0.2"})
    assert conclusion(grown)["P"] == "#N/A", "growth reaches the rate"
    assert conclusion(grown)["same"] == "✗"


@pytest.mark.slow
def test_no_input_is_changed_without_being_followed_or_marked() -> None:
    """Each parameter alone, halved and raised by half: what the engine computes, or no tick on the front page."""
    followed = marked = 0
    for appraisal in (three_approaches(), stated_weights(), plain(m.value(m.study(guide=m.guide()))), example()):
        for name, number in parameters.named(appraisal).items():
            if not name.startswith(("#/inputs/", "#/quality/")) or number.sources != (name,):
                continue
            for times in ("0.5", "1.5"):
                to = str(Decimal(number.values[0]) * Decimal(times))
                if Decimal(to) == Decimal(number.values[0]):
                    continue
                found, _ = front(appraisal, {name: to})
                last = conclusion(found)
                try:
                    exact = what_if(appraisal, {name: to})
                except InputsFaulty:
                    assert last["same"] == "✗", (name, to, last)
                    marked += 1
                    continue
                if last["P"] == "#N/A":
                    assert "/market/" in name or "/comparables/" in name, (name, to)
                    assert last["same"] == "✗"
                    marked += 1
                elif last["same"] == "✗" and exact.value.amount == appraisal["value"]["amount"]:
                    marked += 1  # No formula uses it, and the sheet says so.
                else:
                    assert abs(Decimal(str(last["P"])) - Decimal(exact.value.amount)) <= Decimal("0.01"), (name, to)
                    followed += 1
    assert followed > 60
    assert marked > 20


def test_what_no_formula_uses_is_said_and_another_choice_of_comparables_is_no_value() -> None:
    appraisal = three_approaches()
    unused = "#/inputs/market/comparables/sz_orders/price"
    found, book = front(appraisal, {unused: "1"})
    row = book.find("Parameters", "A", unused)
    assert book.told("Parameters", f"H{row}") == "✗ changed, and not followed"
    assert conclusion(found)["same"] == "✗"
    assert front(appraisal, {})[1].told("Parameters", f"H{row}") == "○ no formula uses it"
    found, book = front(appraisal, {"#/inputs/market/comparables/shanghai_pos/scale": "90000000"})
    assert conclusion(found)["P"] == "#N/A"
    assert "✗" in list(book.column("Comparables", "Q"))
    found, book = front(appraisal, {"#/inputs/cost/return_on_cost": "0.9"})
    assert book.told("Parameters", f"H{book.find('Parameters', 'A', '#/inputs/cost/return_on_cost')}").startswith("✗")
    assert conclusion(found)["same"] == "✗"


def test_a_value_before_rounding_is_stored_unrounded() -> None:
    appraisal = json.loads(canonical.dumps(computed(EXAMPLES["cost"])))
    book = Workbook(workbook(appraisal))
    row = book.find("Cost approach", "A", "P")
    before = book.stored["Cost approach", f"D{row}"]
    assert before != float(appraisal["value"]["amount"])
    assert abs(before - float(appraisal["value"]["amount"])) < 0.005


def test_what_the_rules_ask_of_the_result_is_counted_on_the_front_page() -> None:
    close = m.weighing(weights={"cost": m.said("0.5"), "income": m.said("0.5")})
    appraisal = plain(m.value(m.study(cost=m.cost(), income=m.income(income=[m.said("140000")]), weighing=close)))

    def counted(changed: dict[str, str]) -> object:
        _, book = front(appraisal, changed)
        return book.told("Report", f"B{book.find('Report', 'A', WORDS)}")

    assert counted({}) == 0
    assert counted({"#/inputs/income/income/0": "150000"}) == 0
    assert counted({"#/inputs/income/income/0": "900000"}) == 1, "the approaches differ too much for no reason given"
    with pytest.raises(InputsFaulty):
        what_if(appraisal, {"#/inputs/income/income/0": "900000"})
    judged = studies()["judged"]
    name = next(
        operand["source"] for step in judged["trace"] for operand in step["inputs"] if "judgements" in operand["source"]
    )
    _, book = front(judged, {name: "9"})
    assert book.told("Report", f"B{book.find('Report', 'A', WORDS)}") == 1, "the judgements do not agree"
