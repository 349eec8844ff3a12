"""Calculations beside the appraisal proper: the price cap of public data, labelled alternatives, a Shapley split.

Each has a trace like an appraisal's and recomputes in the same way; none is a value that a reconciliation may use.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

import msgspec

from kernel.errors import FieldError
from kernel.rules.policy import PolicyRef
from kernel.text import Text
from valuation.appraisal.calculations import alternatives, pool, price_cap, shapley
from valuation.appraisal.calculations.inputs import (
    GartnerInputs,
    OptionInputs,
    PoolInputs,
    PriceCapInputs,
    ShapleyInputs,
)
from valuation.appraisal.engine import expression
from valuation.appraisal.engine.limits import RULE_SET_RULE
from valuation.appraisal.engine.result import digest
from valuation.appraisal.engine.trace import Quantity, Step, Trace
from valuation.appraisal.errors import InputsFaulty
from valuation.appraisal.policy import AppraisalPolicy, AppraisalRules

CalculationKind = Literal["price-cap", "gartner", "real-option", "shapley", "shapley-pool"]


class Calculation(msgspec.Struct, frozen=True):
    """The result: named figures, what was found, and the trace that they come from."""

    calculation: str
    base_date: date
    inputs: msgspec.Struct
    inputs_sha256: str
    rule_set: PolicyRef
    results: dict[str, str]
    findings: tuple[Text, ...]
    label: Text
    trace: tuple[Step, ...]


Compute = Callable[[Trace, Any, AppraisalPolicy], tuple[dict[str, Quantity], Iterable[Text]]]


@dataclass(frozen=True, slots=True)
class _Kind:
    inputs: type[msgspec.Struct]
    held: Callable[[AppraisalPolicy], object]
    faults: Callable[[Any, AppraisalPolicy], Iterable[FieldError]]
    compute: Compute
    label: Text


KINDS: Final[dict[str, _Kind]] = {
    "price-cap": _Kind(
        PriceCapInputs,
        lambda body: body.price_cap,
        price_cap.faults,
        price_cap.compute,
        Text("公共数据最高准许收入，不是资产价值", "The most that public data may earn; no value of an asset"),
    ),
    "gartner": _Kind(
        GartnerInputs,
        lambda body: body.alternatives,
        alternatives.gartner_faults,
        alternatives.gartner,
        Text("其他计量方法，仅供参考，不参与综合", "An alternative measure, for reference; never reconciled"),
    ),
    "real-option": _Kind(
        OptionInputs,
        lambda body: body.alternatives,
        alternatives.option_faults,
        alternatives.option,
        Text("其他计量方法，仅供参考，不参与综合", "An alternative measure, for reference; never reconciled"),
    ),
    "shapley": _Kind(
        ShapleyInputs,
        lambda body: body.shapley,
        shapley.faults,
        shapley.compute,
        Text("按夏普利值分配，供各方约定参考", "A split by the Shapley value, for the parties to agree on"),
    ),
    "shapley-pool": _Kind(
        PoolInputs,
        lambda body: body.shapley,
        pool.faults,
        pool.compute,
        Text("按抽样夏普利值分配，供各方约定参考", "A split by the sampled Shapley value, for the parties to agree on"),
    ),
}
"""Every calculation by name."""


def calculate(kind: str, inputs: msgspec.Struct, *, base_date: date, policy: AppraisalRules) -> Calculation:
    """Calculate; raises InputsFaulty with every faulty parameter."""
    calculation, body = KINDS[kind], policy.body
    if calculation.held(body) is None:
        text = Text("基准日有效的规则集不含此项。", "The rule set in force on the base date does not hold this.")
        raise InputsFaulty(errors=[FieldError("/calculation", text, RULE_SET_RULE)], count=1)
    if faults := list(calculation.faults(inputs, body)):
        raise InputsFaulty(errors=faults, count=len(faults))
    trace = Trace()
    results, findings = calculation.compute(trace, inputs, body)
    return Calculation(
        calculation=kind,
        base_date=base_date,
        inputs=inputs,
        inputs_sha256=digest([kind, base_date, inputs]),
        rule_set=policy.ref,
        results={name: expression.text(figure.value) for name, figure in results.items()},
        findings=tuple(findings),
        label=calculation.label,
        trace=tuple(trace.steps),
    )
