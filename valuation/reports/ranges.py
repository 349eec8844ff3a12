"""What the rule set admits for each stated parameter, for the report's comparison."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import convert

from kernel.text import Text
from valuation.appraisal.approaches import cost_limits, discount, guide, income_limits, market_limits
from valuation.appraisal.engine.inputs import CostInputs, Study
from valuation.appraisal.engine.limits import Limited
from valuation.appraisal.policy import AppraisalPolicy, Usual, policies

__all__ = ["Usual", "admitted", "written"]


def admitted(report: Mapping[str, Any]) -> dict[str, Usual]:
    """The range of every parameter that has one, by its path within the inputs."""
    body, inputs = policies().version(report["rule_set"]["version"]).body, report["inputs"]
    return {
        pointer.removeprefix("/inputs/"): usual
        for pointer, parameter, usual in _limited(inputs, body)
        if parameter is not None
    }


def _limited(inputs: Mapping[str, Any], body: AppraisalPolicy) -> Iterator[Limited]:
    if "stages" in inputs:
        yield from cost_limits.cost_limited(convert(inputs, CostInputs), body.cost, "/inputs")
        return
    study = convert(inputs, Study)
    if study.cost is not None:
        yield from cost_limits.cost_limited(study.cost, body.cost, "/inputs/cost")
    if study.guide is not None and body.guide is not None:
        yield from guide.limited(study.guide, body.guide, body.cost, "/inputs/guide")
    if study.income is not None and body.income is not None:
        yield from income_limits.limited(study.income, body.income, "/inputs/income")
        yield from discount.limited(study.income.discount, body.income.discount, "/inputs/income/discount")
    if study.market is not None and body.market is not None:
        yield from market_limits.limited(study.market, body.market, "/inputs/market")


def written(usual: Usual | None) -> Text:
    """A range for reading, with the one of practice where there is one."""
    if usual is None:
        return Text("—", "—")
    said = f"{usual.minimum:,f} – {usual.maximum:,f}"
    if usual.usual_minimum is None:
        return Text(said, said)
    practice = f"{usual.usual_minimum:,f} – {usual.usual_maximum:,f}"
    return Text(f"{said}（{practice}）", f"{said} ({practice})")
