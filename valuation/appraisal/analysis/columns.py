"""Columns of draws: how a parameter is drawn, and the steps of a trace over all draws at once.

Columns are binary floating point, for evidence beside a value and never for the value itself.
"""

import ast
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from valuation.appraisal.engine.expression import MANY, Arithmetic, compiled
from valuation.appraisal.engine.trace import Step

Column: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Distribution:
    """How one source is drawn: uniform (low, high), triangular (low, mode, high), normal or lognormal (mean, sd)."""

    kind: Literal["uniform", "triangular", "normal", "lognormal"]
    parameters: tuple[Decimal, ...]

    def __post_init__(self) -> None:
        if len(self.parameters) != (3 if self.kind == "triangular" else 2):
            raise ValueError(f"{self.kind} has another number of parameters")
        if self.kind in ("uniform", "triangular") and list(self.parameters) != sorted(self.parameters):
            raise ValueError(f"the parameters of {self.kind} must rise")
        if self.kind in ("normal", "lognormal") and self.parameters[1] < 0:
            raise ValueError("a standard deviation is not negative")

    @property
    def ends(self) -> Iterator[tuple[int, Decimal]]:
        """The numbers that must be admissible themselves, by their places: both ends, or the mean of a normal one."""
        if self.kind in ("uniform", "triangular"):
            yield 0, self.parameters[0]
            yield len(self.parameters) - 1, self.parameters[-1]
        elif self.kind == "normal":
            yield 0, self.parameters[0]


def draw(distribution: Distribution, random: np.random.Generator, draws: int) -> Column:
    """By inversion or Box and Muller from plain uniform numbers, whose stream NumPy keeps for a bit generator."""
    numbers = [float(number) for number in distribution.parameters]
    u = random.random(draws)
    if distribution.kind == "uniform":
        low, high = numbers
        return low + (high - low) * u
    if distribution.kind == "triangular":
        low, mode, high = numbers
        width = high - low
        turn = (mode - low) / width if width else 0.0
        rising = low + np.sqrt(u * width * (mode - low))
        falling = high - np.sqrt((1 - u) * width * (high - mode))
        return np.where(u < turn, rising, falling)
    mean, deviation = numbers
    z = np.sqrt(-2 * np.log1p(-u)) * np.cos(2 * np.pi * random.random(draws))
    normal: Column = mean + deviation * z
    return np.exp(normal) if distribution.kind == "lognormal" else normal


def replayed(steps: Sequence[Step], drawn: Mapping[str, Column]) -> dict[str, Any]:
    """Every step over all draws at once; a step that no drawn source reaches keeps its stored result."""
    results: dict[str, Any] = {}
    for step in steps:
        place = f"#/trace/{step.id}"
        if place in drawn:
            results[place] = drawn[place]
            continue
        names, moved = {}, False
        for operand in step.inputs:
            column = drawn.get(operand.source, results.get(operand.source))
            moved = moved or isinstance(column, np.ndarray)
            names[operand.name] = float(operand.value) if column is None else column
        results[place] = compiled(step.formula, COLUMNS)(names) if moved else float(step.result)
    return results


def _rounding(places: int) -> Callable[[Any], Any]:
    return lambda value: np.round(value, places)


def _least(*columns: Any) -> Any:
    least = columns[0]
    for column in columns[1:]:
        least = np.minimum(least, column)
    return least


def _most(*columns: Any) -> Any:
    return -_least(*(-1 * column for column in columns))


def _quantile(share: Any, *columns: Any) -> Any:
    return np.quantile(np.stack(np.broadcast_arrays(*columns)), float(share), axis=0)


COLUMNS: Final = Arithmetic(
    number=float,
    negative=operator.neg,
    operations={ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv},
    rounding=_rounding,
    functions={
        "min": (2, MANY, _least),
        "max": (2, MANY, _most),
        "floor": (1, 1, np.floor),
        "exp": (1, 1, np.exp),
        "ln": (1, 1, np.log),
        "sqrt": (1, 1, np.sqrt),
        "power": (2, 2, np.power),
        "quantile": (2, MANY, _quantile),
    },
)
"""The formulas of appraisals over columns of draws."""
