"""What the rule set admits for each stated parameter, for the report's comparison."""

from collections.abc import Mapping
from typing import Any

from kernel.text import Text
from valuation.appraisal import study
from valuation.appraisal.policy import Usual, policies

__all__ = ["Usual", "admitted", "written"]


def admitted(report: Mapping[str, Any]) -> dict[str, Usual]:
    """The range of every parameter that has one, by its path within the inputs."""
    body, inputs = policies().version(report["rule_set"]["version"]).body, report["inputs"]
    return {
        pointer.removeprefix("/inputs/"): usual
        for pointer, parameter, usual in study.ranged(study.read(inputs), body)
        if parameter is not None
    }


def written(usual: Usual | None) -> Text:
    """A range for reading, with the one of practice where there is one."""
    if usual is None:
        return Text("—", "—")
    admitted_range = f"{usual.minimum:,f} – {usual.maximum:,f}"
    if usual.usual_minimum is None:
        return Text(admitted_range, admitted_range)
    practice = f"{usual.usual_minimum:,f} – {usual.usual_maximum:,f}"
    return Text(f"{admitted_range}（{practice}）", f"{admitted_range} ({practice})")
