"""How the value moves (敏感性): one-way changes, tornado, two-way tables and what-if overlays.

One-way and two-way changes replay the trace with suppositions in place of its sources; overlays go
through the whole engine, so that what may not be stated may not be supposed either.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from kernel.errors import FieldError
from kernel.rules.policy import PolicySet
from kernel.text import Text
from valuation.appraisal import recompute, study
from valuation.appraisal.analysis import parameters
from valuation.appraisal.engine import expression
from valuation.appraisal.engine.limits import LIFE_RULE, RANGE_RULE
from valuation.appraisal.engine.result import Appraisal
from valuation.appraisal.engine.trace import Step, replay
from valuation.appraisal.errors import InputsFaulty
from valuation.appraisal.policy import AppraisalPolicy, policies

SHARES = (Decimal("-0.20"), Decimal("-0.10"), Decimal("0.10"), Decimal("0.20"))
POINTS = (Decimal("-0.02"), Decimal("-0.01"), Decimal("0.01"), Decimal("0.02"))
"""Changes that reviewers expect: shares of a parameter, percentage points of a rate."""


@dataclass(frozen=True, slots=True)
class Driver:
    """Something that the value depends on: one source, or the same parameter over several years."""

    name: str
    sources: tuple[str, ...]
    is_rate: bool

    def changed(self, base: Mapping[str, Decimal], by: Decimal) -> dict[str, Decimal]:
        """Its sources with the change applied: points are added to a rate, a share is taken of anything else."""
        with expression.context():
            return {source: base[source] + by if self.is_rate else base[source] * (1 + by) for source in self.sources}


@dataclass(frozen=True, slots=True)
class Swing:
    """One change of one driver, and the value that follows."""

    driver: str
    by: Decimal
    value: Decimal


def conclusion(steps: Sequence[Step]) -> str:
    """The source of the value that a trace concludes with."""
    names = [step.id for step in steps if step.id == "P" or step.id.endswith(".P")]
    return f"#/trace/{'P' if 'P' in names else names[0]}"


def sources(steps: Sequence[Step]) -> dict[str, Decimal]:
    """Every source with its number: what is stated, and the rates that were computed."""
    numbers: dict[str, Decimal] = {}
    for step in steps:
        for operand in step.inputs:
            if operand.source.startswith(("#/inputs/", "#/quality/")):
                numbers[operand.source] = Decimal(operand.value)
        if step.id.endswith(".r"):
            numbers[f"#/trace/{step.id}"] = Decimal(step.result)
    return numbers


def drivers(steps: Sequence[Step]) -> list[Driver]:
    """What the value depends on; yearly amounts move together, and a rate moves as a whole."""
    grouped: dict[str, list[str]] = {}
    for source in sources(steps):
        if "/discount/" in source or "/life/" in source or "/weighing/" in source or source.endswith("/weight"):
            continue  # A rate moves as a whole, a life changes which steps there are, and weights only move together.
        head, _, last = source.rpartition("/")
        grouped.setdefault(head if last.isdecimal() else source, []).append(source)
    return [Driver(name, tuple(each), name.startswith("#/trace/")) for name, each in grouped.items()]


def value_if(steps: Sequence[Step], changed: Mapping[str, Decimal]) -> Decimal | None:
    """The value under a supposition; None where it cannot be computed, such as a rate of −100 %."""
    try:
        return replay(steps, changed)[conclusion(steps)]
    except ArithmeticError:
        return None


def one_way(steps: Sequence[Step], driver: Driver, changes: Sequence[Decimal] | None = None) -> list[Swing]:
    """Change one driver by each amount, everything else as it was."""
    base = sources(steps)
    amounts = changes or (POINTS if driver.is_rate else SHARES)
    values = [(by, value_if(steps, driver.changed(base, by))) for by in amounts]
    return [Swing(driver.name, by, value) for by, value in values if value is not None]


def tornado(steps: Sequence[Step]) -> list[tuple[Swing, Swing]]:
    """Every driver down and up by 10 % (a rate by one point), widest swing first; what moves nothing is left out."""
    pairs = []
    for driver in drivers(steps):
        swings = one_way(steps, driver, POINTS[1:3] if driver.is_rate else SHARES[1:3])
        if len(swings) == 2 and swings[0].value != swings[1].value:
            pairs.append((swings[0], swings[1]))
    return sorted(pairs, key=lambda pair: (-abs(pair[1].value - pair[0].value), pair[0].driver))


@dataclass(frozen=True, slots=True)
class Years:
    """A life that is a year shorter or longer, and the value that follows; or why it may not be so."""

    driver: str
    by: int
    years: Decimal
    value: Decimal | None
    refused: tuple[FieldError, ...] = ()


def years(stored: Appraisal | Mapping[str, Any], released: PolicySet[AppraisalPolicy] | None = None) -> list[Years]:
    """Every life one year down and up, through the whole engine: a year more or less changes which steps there are."""
    changes = []
    for driver, overlays in _lives(msgspec.json.decode(msgspec.json.encode(stored))):
        for by, (years_then, overlay) in overlays.items():
            try:
                value = Decimal(what_if(stored, overlay, released).value.amount)
                changes.append(Years(driver, by, years_then, value))
            except InputsFaulty as faulty:
                changes.append(Years(driver, by, years_then, None, tuple(faulty.errors)))
            except msgspec.ValidationError:
                text = Text("期限不得小于 0。", "A life is not negative.")
                changes.append(Years(driver, by, years_then, None, (FieldError(driver, text, LIFE_RULE),)))
    return changes


def _lives(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[int, tuple[Decimal, dict[str, str]]]]]:
    """Each life with the overlays that make it a year shorter and longer."""
    known, stated = parameters.named(document), study.read(document["inputs"])
    lives = [f"#{stated.place('cost')}/remaining_life_years"] if stated.cost is not None else []
    for name in (*lives, parameters.LIFE):
        if name in known:
            now = Decimal(parameters.number_of(known[name]) or 0)
            yield name, {by: (now + by, {name: f"{now + by:f}"}) for by in (-1, 1)}


def two_way(
    steps: Sequence[Step], rows: Driver, columns: Driver, down: Sequence[Decimal], across: Sequence[Decimal]
) -> list[list[Decimal | None]]:
    """The value for every pair of changes, such as the discount rate by the share rate."""
    base = sources(steps)
    return [[value_if(steps, {**rows.changed(base, y), **columns.changed(base, x)}) for x in across] for y in down]


def what_if(
    stored: Appraisal | Mapping[str, Any],
    overlay: Mapping[str, str],
    released: PolicySet[AppraisalPolicy] | None = None,
) -> Appraisal:
    """Value a stored appraisal again with some inputs replaced, under its own rule set.

    `overlay` maps names of parameters (analysis.parameters) to numbers; an empty one gives exactly what is stored.
    Raises InputsFaulty for names that there are not, and for whatever may not be stated.
    """
    document = msgspec.json.decode(msgspec.json.encode(stored))
    known, written, faults = parameters.named(document), set[parameters.Path](), []
    for asked, number in overlay.items():
        pointer = parameters.pointer_to("overlay", asked)
        if (name := parameters.find(known, asked)) is None:
            faults.append(parameters.unknown(known, asked, pointer))
            continue
        if written.intersection(name.places):
            text = Text("同一参数给出两次。", "This parameter is given twice.")
            faults.append(FieldError(pointer, text, RANGE_RULE))
        written.update(name.places)
        for path, to in name.set_to(number):
            parameters.put(document, path, to)
    if faults:
        raise InputsFaulty(errors=faults, count=len(faults))
    return recompute.appraised(document, (released or policies()).version(document["rule_set"]["version"]))
