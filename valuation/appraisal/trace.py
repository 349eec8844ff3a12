"""The trace: each step names its formula, the source of every operand, its result and the rule it rests on."""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from kernel.policy import Confidence
from kernel.text import Text
from valuation.appraisal import expression


class Operand(Struct, frozen=True):
    """One number of a step; `source` points into the document: an input, the rule set or an earlier step."""

    name: str
    value: str
    source: str


class Step(Struct, frozen=True):
    """One step of the computation: `result` is `formula` computed over `inputs`, nothing more."""

    id: str
    label: Text
    formula: str
    inputs: tuple[Operand, ...]
    result: str
    rule: str
    basis: str
    confidence: Confidence


class Ground(Struct, frozen=True):
    """Why a step is made as it is: the rule of the rulebook, its legal basis, and how sure we are."""

    rule: str
    basis: str
    confidence: Confidence


class Given(Struct, frozen=True):
    """A number that enters the trace, with the place in the document it comes from."""

    value: Decimal
    source: str


class Trace:
    """Steps in the order they were computed; a step can only use what was given or computed before it."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def step(self, id_: str, label: Text, formula: str, ground: Ground, **operands: Given) -> Given:
        """Compute one step, keep it, and give its result for later steps."""
        result = expression.evaluate(formula, {name: given.value for name, given in operands.items()})
        inputs = (Operand(name, expression.text(given.value), given.source) for name, given in operands.items())
        self._keep(
            Step(
                id_,
                label,
                formula,
                tuple(inputs),
                expression.text(result),
                ground.rule,
                ground.basis,
                ground.confidence,
            )
        )
        return Given(result, f"#/trace/{id_}")

    def total(self, id_: str, label: Text, ground: Ground, parts: Iterable[tuple[str, Given]]) -> Given:
        """Add named parts; the sum of nothing is 0."""
        given = dict(parts)
        return self.step(id_, label, " + ".join(given) or "0", ground, **given)

    def _keep(self, step: Step) -> None:
        if any(earlier.id == step.id for earlier in self.steps):
            raise ValueError(f"two steps are named {step.id}")
        self.steps.append(step)
