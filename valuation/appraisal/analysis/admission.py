"""Which draws may be stated at all: the rule set over columns of draws, and the engine itself where rules meet.

A range concerns one parameter, and what is computed is judged by its column; what parameters are to each other (a life
and the right that it may not outlast) is asked of the engine for each draw, so that a rule has one wording.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

import msgspec
import numpy as np

from kernel.errors import FieldError
from kernel.text import Text
from valuation.appraisal import recompute, study
from valuation.appraisal.analysis import parameters
from valuation.appraisal.analysis.parameters import Named
from valuation.appraisal.engine.inputs import QualityBasis, Stated
from valuation.appraisal.engine.limits import APPROACH_RULE, RANGE_RULE, RATE_RULE
from valuation.appraisal.engine.trace import Step
from valuation.appraisal.policy import AppraisalRules, Usual

INCOME_RULE: Final = "LT-APR-09"
_MEETING: Final = re.compile(
    r"/(economic_life_years|remaining_life_years)$|/income/life(/|$)|/guide/(\w+_data|own_volume|industry_volume)$"
    r"|/market/(scale|remaining_years)$|/comparables/[^/]+/(scale|remaining_years)$"
)
"""Parameters that rules hold against each other, or that decide which steps there are."""
_WEIGHT: Final = re.compile(r"/(\w+_)?weights?(/\w+)?$")


@dataclass(frozen=True)
class Stored:
    """A stored appraisal as questions need it: its document, its typed inputs, and the rules it stands under."""

    document: dict[str, Any]
    rules: AppraisalRules

    @cached_property
    def inputs(self) -> Stated:
        """What was stated."""
        return study.read(self.document["inputs"])

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The trace."""
        return msgspec.convert(self.document["trace"], tuple[Step, ...])

    @cached_property
    def names(self) -> dict[str, Named]:
        """Every name of a parameter, and every computed rate as the trace calls it."""
        rates = [step for step in self.steps if step.id.rpartition(".")[2] == "r"]
        computed = {f"#/trace/{step.id}": step.result for step in rates}
        return parameters.named(self.document) | {
            name: Named(name, (("trace", name.removeprefix("#/trace/")),), (result,))
            for name, result in computed.items()
        }

    @cached_property
    def ranges(self) -> dict[str, list[tuple[Usual, str]]]:
        """The ranges of every source, each with the rule that a number beyond it breaks."""
        body, found = self.rules.body, dict[str, list[tuple[Usual, str]]]()
        for pointer, parameter, usual in study.ranged(self.inputs, body):
            if parameter is not None:
                found.setdefault(f"#{pointer}", []).append((usual, RANGE_RULE))
        found[parameters.SCORE] = [(usual, RANGE_RULE) for usual in study.scores(self.inputs, body)]
        if body.income is not None:
            found[f"#/trace/{self.inputs.prefix('income')}r"] = [(body.income.discount.total, RATE_RULE)]
        return found

    def ranges_of(self, name: Named) -> list[tuple[Usual, str]]:
        """The ranges that a number for a name must lie in."""
        if name.is_life and self.rules.body.income is not None:
            return [(self.rules.body.income.years, RANGE_RULE)]
        sources = (name.name, *name.sources)
        return list(dict.fromkeys(each for source in sources for each in self.ranges.get(source, ())))

    def is_used(self, name: Named) -> bool:
        """Whether the value follows from it, by a step or by which steps there are."""
        used = {operand.source for step in self.steps for operand in step.inputs}
        return name.name.startswith("#/trace/") or meets(name) or bool(used.intersection(name.sources))


def meets(name: Named) -> bool:
    """Whether rules hold it against other parameters, so that each draw is asked of the engine."""
    return _MEETING.search(name.name) is not None


def is_weight(name: Named) -> bool:
    """Whether it is one of several weights that sum to 1 and cannot move alone."""
    return _WEIGHT.search(name.name) is not None


@dataclass(frozen=True, slots=True)
class Judged:
    """What the engine says of one draw: why it may not be stated, or the shape of its steps."""

    fault: FieldError | None
    shape: tuple[Any, ...] = ()


class Judge:
    """Asks the engine about one draw after the other, in one document that is written over again and again."""

    def __init__(self, stored: Stored) -> None:
        self._document: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(stored.document))
        self._stored = stored
        self._dates = [date.fromisoformat(self._document[name]) for name in ("base_date", "use_until")]

    def write(self, drawn: Mapping[str, str]) -> None:
        """Put the numbers of a draw into the document."""
        for name, number in drawn.items():
            known = self._stored.names[name]
            if known.is_life:
                for path, value in zip(known.places, known.values, strict=True):
                    parameters.put(self._document, path, value)
            for path, to in known.set_to(number):
                parameters.put(self._document, path, to)

    def judged(self, drawn: Mapping[str, str]) -> Judged:
        """Whether a draw may be stated."""
        self.write(drawn)
        body, (base_date, use_until) = self._stored.rules.body, self._dates
        inputs = study.read(self._document["inputs"])
        quality = msgspec.convert(self._document["quality"], QualityBasis)
        fault = next(study.faults_of(inputs, quality, base_date, use_until, body), None)
        return Judged(fault) if fault is not None else Judged(None, study.shape(inputs, body))

    def steps(self, drawn: Mapping[str, str]) -> tuple[Step, ...]:
        """The steps of a draw by the engine; raises InputsFaulty."""
        self.write(drawn)
        return recompute.appraised(self._document, self._stored.rules).trace


def outcomes(results: Mapping[str, Any], stored: Stored, drawn: Mapping[str, Any]) -> Iterator[tuple[str, Text, Any]]:
    """What only the computed columns show: each rule that some draws break, and which do."""
    inputs, body = stored.inputs, stored.rules.body
    cost, income = (f"#/trace/{inputs.prefix(each)}" for each in ("cost", "income"))
    if inputs.cost is not None:
        yield RANGE_RULE, Text("各阶段成本均为 0", "no stage costs anything"), results[f"{cost}I"] <= 0
    if inputs.guide is not None:
        yield RANGE_RULE, Text("总成本为 0", "the total cost is 0"), results[f"{cost}TCR"] <= 0
    if inputs.income is not None and body.income is not None:
        rate, total = results[f"{income}r"], body.income.discount.total
        text = Text(
            f"折现率不在 {total.minimum} 至 {total.maximum} 之间",
            f"the discount rate is outside {total.minimum} to {total.maximum}",
        )
        yield RATE_RULE, text, (rate < _real(total.minimum)) | (rate > _real(total.maximum))
        if (growth := inputs.income.perpetual_growth) is not None:
            grown = drawn.get(f"#{inputs.place('income')}/perpetual_growth", _real(growth.value))
            text = Text("永续增长率不低于折现率", "growth without end reaches the discount rate")
            yield RATE_RULE, text, grown >= rate
        yield INCOME_RULE, Text("收益法结果不为正", "nothing is left of the income"), results[f"{income}P"] <= 0
    if inputs.weighing is not None and inputs.weighing.gap_reason is None and body.reconcile is not None:
        most = body.reconcile.gap_max
        text = Text(f"各方法相差超过 {most} 而未说明原因", f"the approaches differ by more than {most}, unexplained")
        yield APPROACH_RULE, text, results["#/trace/gap"] > _real(most)


def _real(number: Any) -> Any:
    """A decimal among columns of doubles."""
    return np.float64(str(number))
