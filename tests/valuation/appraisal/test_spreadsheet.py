"""Every formula of every approach, recalculated by an independent spreadsheet from the stored trace."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from tests.valuation.appraisal.makers import BASE, RULES, comparable, income, market, said, study, value
from tests.valuation.appraisal.spreadsheet import OFFICE, recalculated
from tests.valuation.appraisal.test_calculations import MEASURES, cap, of, product
from tests.valuation.appraisal.test_standalone import documents
from tests.valuation.portfolio.makers import line, performed, written
from valuation.appraisal.engine.trace import Step
from valuation.appraisal.policy import Ground
from valuation.portfolio.policy import policies as portfolios


def more() -> dict[str, tuple[Step, ...]]:
    """What the stored documents leave out: tax, incremental income, every measure, the cycle of a cap, portfolios."""
    taxed = {"tax_basis": "pre-tax", "tax_rate": said("0.25"), "decay": said("0.1")}
    odd = {"scale": said("300000"), "quality": said("80"), "supply_demand": said("1.2"), "price_index": said("90")}
    cases = {name: comparable(price, **odd) for name, price in (("a", "90000"), ("b", "70000"), ("c", "99000"))}
    products = {"lookup": product("0.5", "0.4", "1000")}
    cycle = cap(excess_of_last_cycle=said("9000"), smoothing_years=said("3"), products=products)
    at_once = cap(excess_of_last_cycle=said("9000"), actual_income=said("900000"))
    found = {
        "incremental": value(study(income=income(method="incremental", without=[said("1000")], **taxed))),
        "share": value(study(income=income(method="share", share_of="profit", share_rate=said("0.2"), **taxed))),
        "corrected": value(study(market=market(comparables=cases, quality_exponent=said("0.7")))),
        "cycle": of("price-cap", **cycle),
        "at-once": of("price-cap", **at_once),
        "free": of("price-cap", **cap(use="public-governance")),
        "many": of("shapley", currency="CNY", parties=list("abc"), source="x", evidence="y",
                   coalitions=dict(zip(("a", "b", "c", "a+b", "a+c", "b+c", "a+b+c"), "1234567", strict=True))),
    }  # fmt: skip
    for measure, parameters in MEASURES.items():
        given = {name: said(text) for name, text in parameters.items()}
        found[measure] = of("gartner", measure=measure, parameters=given)
    return {name: each.trace for name, each in found.items()}


def grounds(node: object) -> Iterator[str]:
    """The bases of all steps that a rule set knows."""
    if isinstance(node, Ground):
        yield node.basis
    elif isinstance(node, msgspec.Struct):
        for name in node.__struct_fields__:
            yield from grounds(getattr(node, name))


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice Calc is not installed here")
def test_a_spreadsheet_computes_the_same_numbers(tmp_path: Path) -> None:
    traces = {name: msgspec.convert(json.loads(stored)["trace"], list[Step]) for name, stored in documents().items()}
    traces |= {name: list(steps) for name, steps in more().items()}
    run = performed(written(tmp_path, [line(name, group="g", upstream={"s": "0.4"}) for name in "xyz"]))
    traces["portfolio"] = list(run.trace)
    found = recalculated(traces, tmp_path)
    compared = 0
    for name, steps in traces.items():
        for step in steps:
            stated, theirs = Decimal(step.result), Decimal(found[name][step.id])
            assert abs(stated - theirs) <= max(Decimal(1), abs(stated)) * Decimal("1e-9"), (name, step, theirs)
            compared += 1
    assert compared > 390
    known = {*grounds(RULES.body), *grounds(portfolios().at(BASE).body)}
    # The market approach is chosen by rule before anything is computed.
    assert known - {step.basis for steps in traces.values() for step in steps} == {RULES.body.market.choice.basis}
