"""The trace: each step names its formula, the source of every operand, its result and the rule it rests on."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from kernel.rules.policy import Confidence
from kernel.text import Text
from valuation.appraisal.engine import expression
from valuation.appraisal.policy import Ground


class Operand(Struct, frozen=True, gc=False):
    """One number of a step; `source` points into the document: an input, the rule set or an earlier step."""

    name: str
    value: str
    source: str


class Step(Struct, frozen=True, gc=False):
    """One step of the computation: `result` is `formula` computed over `inputs`, nothing more."""

    id: str
    label: Text
    formula: str
    inputs: tuple[Operand, ...]
    result: str
    rule: str
    basis: str
    confidence: Confidence


class Quantity(Struct, frozen=True, gc=False):
    """A number that enters the trace, with the place in the document it comes from, and its digits where known."""

    value: Decimal
    source: str
    written: str | None = None


def entered(number: str, source: str) -> Quantity:
    """A number as an input states it."""
    value, written = expression.number(number)
    return Quantity(value, source, written)


class Trace:
    """Steps in the order they were computed; a step can only use what was given or computed before it.

    `results` holds what each step gave, in writing, by its name.
    """

    def __init__(self, prefix: str = "") -> None:
        self.steps: list[Step] = []
        self.results: dict[str, str] = {}
        self._prefix = prefix

    def within(self, prefix: str) -> "Trace":
        """Continue the same trace with steps whose names begin with a prefix."""
        inner = Trace(self._prefix + prefix)
        inner.steps, inner.results = self.steps, self.results
        return inner

    def step(self, id_: str, label: Text, formula: str, ground: Ground, **operands: Quantity) -> Quantity:
        """Compute one step, keep it, and give its result for later steps."""
        return self.computed(id_, label, formula, ground, operands)

    def computed(
        self, id_: str, label: Text, formula: str, ground: Ground, operands: Mapping[str, Quantity]
    ) -> Quantity:
        """The same of operands by name."""
        name = self._prefix + id_
        if name in self.results:
            raise ValueError(f"two steps are named {name}")
        inputs = [
            Operand(each, given.written or expression.text(given.value), given.source)
            for each, given in operands.items()
        ]
        result: Decimal = expression.compiled(formula, expression.OPERANDS)(operands)
        written = self.results[name] = expression.text(result)
        self.steps.append(
            Step(name, label, formula, tuple(inputs), written, ground.rule, ground.basis, ground.confidence)
        )
        return Quantity(result, f"#/trace/{name}", written)

    def total(self, id_: str, label: Text, ground: Ground, parts: Iterable[tuple[str, Quantity]]) -> Quantity:
        """Add named parts; the sum of nothing is 0."""
        operands = dict(parts)
        return self.computed(id_, label, " + ".join(operands) or "0", ground, operands)


def replay(steps: Sequence[Step], changed: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Compute a trace again with some of its sources changed: inputs or the results of steps, by their pointer.

    Whatever does not depend on a change stays as it was; no range is checked, since the change is a supposition.
    """
    results: dict[str, Decimal] = {}
    for step in steps:
        place = f"#/trace/{step.id}"
        if place in changed:
            results[place] = changed[place]
            continue
        names: dict[str, Decimal] = {}
        for operand in step.inputs:
            value = changed.get(operand.source)
            value = results.get(operand.source) if value is None else value
            names[operand.name] = Decimal(operand.value) if value is None else value
        results[place] = expression.evaluate(step.formula, names)
    return results
