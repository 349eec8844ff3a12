"""What the rule set admits for each stated parameter, for the report's comparison."""

from collections.abc import Iterator, Mapping
from typing import Any

from kernel.text import Text
from valuation.appraisal import study
from valuation.appraisal.approaches import discount
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
    stated = study.read(inputs)
    yield from study.limited(stated, body)
    if stated.income is not None and body.income is not None:
        place = f"{stated.place('income')}/discount"
        yield from discount.limited(stated.income.discount, body.income.discount, place)


def written(usual: Usual | None) -> Text:
    """A range for reading, with the one of practice where there is one."""
    if usual is None:
        return Text("—", "—")
    admitted_range = f"{usual.minimum:,f} – {usual.maximum:,f}"
    if usual.usual_minimum is None:
        return Text(admitted_range, admitted_range)
    practice = f"{usual.usual_minimum:,f} – {usual.usual_maximum:,f}"
    return Text(f"{admitted_range}（{practice}）", f"{admitted_range} ({practice})")
