"""The arithmetic of the trace: a step's formula is the text that is computed, so what is printed is what was done.

Names, decimal numbers, + - * /, parentheses, min, max, floor, round(x, places), exp, ln, sqrt, power(x, y), normal(x)
and quantile(p, x, ...) over Decimals in one fixed context (34 digits, half-even). Nothing else exists in it: no
attribute, no call of anything else. The arithmetic is decimal128's: +, -, *, /, exp, ln and sqrt have one correct
result, so any implementation of Decimal gives the same digits; power and normal are built from these alone.
"""

import ast
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from decimal import (
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    localcontext,
)
from functools import lru_cache
from typing import Any, Final

from valuation.appraisal.engine import power

Names = Mapping[str, Decimal]
Compiled = Callable[[Mapping[str, Any]], Any]

_LENGTH_MAX = 2000
_TRAPS = [DivisionByZero, InvalidOperation, Overflow]
_CONTEXT = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=_TRAPS)
_PI = Decimal("3.141592653589793238462643383279502884")
_NORMAL_PLACES = Decimal("1e-16")
_NORMAL_FAR = Decimal(9)


class UnreadableFormulaError(ValueError):
    """The text is no formula of this arithmetic."""


def context() -> AbstractContextManager[Context]:
    """Enter the one context of all appraisals, whatever the process has set: decimal128 precision, half-even."""
    return localcontext(_CONTEXT)


def evaluate(formula: str, names: Names) -> Decimal:
    """Compute a formula; raises UnreadableFormulaError, KeyError for a missing name, ArithmeticError.

    Every operation names its context, so that nothing depends on what the process or thread has set.
    """
    result: Decimal = compiled(formula, DECIMAL)(names)
    return result


@lru_cache(maxsize=4096)
def number(stated: str) -> tuple[Decimal, str]:
    """Read a number as it is stated: its value, and its one canonical spelling."""
    value = Decimal(stated)
    return value, text(value)


times: Final = _CONTEXT.multiply
"""The product, whatever context the process has set."""


def fixed(value: Decimal, places: int) -> str:
    """Write an amount with so many places, rounded half-even."""
    return f"{_CONTEXT.quantize(value, Decimal(1).scaleb(-places)):f}"


def text(value: Decimal) -> str:
    """Write a number in its one canonical spelling: plain digits without an exponent or trailing zeros."""
    plain = str(_CONTEXT.plus(value))
    if "E" in plain:
        plain = f"{_CONTEXT.normalize(value):f}"
    elif "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain == "-0" else plain


@dataclass(frozen=True, eq=False, slots=True)
class Arithmetic:
    """What the formulas are computed in: Decimals, or columns of many draws at once."""

    number: Callable[[Decimal], Any]
    negative: Callable[[Any], Any]
    operations: Mapping[type[ast.operator], Callable[[Any, Any], Any]]
    rounding: Callable[[int], Callable[[Any], Any]]
    functions: Mapping[str, tuple[int, int, Callable[..., Any]]]
    """Each function with the least and most arguments it takes."""
    rounded: Mapping[str, Callable[[int], Callable[..., Any]]] = field(default_factory=dict)
    """Functions that are computed and rounded to places in one, with the same result."""
    attribute: str = ""
    """What is read of each operand: an attribute such as `.value`, or the operand itself."""


@lru_cache(maxsize=8192)
def compiled(formula: str, arithmetic: Arithmetic) -> Compiled:
    """Read a formula for one arithmetic; raises UnreadableFormulaError."""
    if len(formula) > _LENGTH_MAX:
        raise UnreadableFormulaError("the formula is too long")
    try:
        tree = ast.parse(formula, mode="eval")
        reading = _Reading(formula, arithmetic)
        text_ = f"lambda names: {reading.node(tree.body)}"
        # What is run is not the formula but the text made of it, which holds only our own names and subscripts.
        made: Compiled = eval(text_, {"__builtins__": {}, **reading.known})  # noqa: S307 -- the text is our own
    except (SyntaxError, RecursionError, MemoryError) as problem:
        raise UnreadableFormulaError(formula) from problem
    return made


class _Reading:
    """Turns a formula into calls of one arithmetic: `C * (1 + R)` becomes `f0(names['C'], f1(k2, names['R']))`."""

    def __init__(self, formula: str, arithmetic: Arithmetic) -> None:
        self.known: dict[str, Any] = {}
        self._formula = formula
        self._arithmetic = arithmetic

    def node(self, node: ast.expr) -> str:
        """The text of a part of the formula; raises UnreadableFormulaError for whatever this arithmetic has not."""
        if isinstance(node, ast.Name):
            return f"names[{node.id!r}]{self._arithmetic.attribute}"
        if isinstance(node, ast.Constant):
            return self._constant(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return self._call(self._arithmetic.negative, node.operand)
        if isinstance(node, ast.BinOp) and type(node.op) in self._arithmetic.operations:
            return self._call(self._arithmetic.operations[type(node.op)], node.left, node.right)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
            return self._function(node.func.id, node.args)
        raise UnreadableFormulaError(ast.unparse(node))

    def _constant(self, node: ast.Constant) -> str:
        """Take the digits as they are written: Python would have made a binary float of them."""
        digits = ast.get_source_segment(self._formula, node) or ""
        if not digits.replace(".", "", 1).isdecimal():
            raise UnreadableFormulaError(digits)
        return self._name(self._arithmetic.number(Decimal(digits)))

    def _function(self, function: str, arguments: list[ast.expr]) -> str:
        if function == "round":
            places = arguments[1] if len(arguments) == 2 else None
            if not isinstance(places, ast.Constant) or type(places.value) is not int:
                raise UnreadableFormulaError("round()")
            return self._rounded(arguments[0], places.value)
        return self._call(self._work(function, arguments), *arguments)

    def _rounded(self, argument: ast.expr, places: int) -> str:
        if isinstance(argument, ast.Call) and isinstance(argument.func, ast.Name) and not argument.keywords:
            name, inner = argument.func.id, argument.args
            if name in self._arithmetic.rounded:
                self._work(name, inner)  # Refuses what has too few or too many arguments.
                return self._call(self._arithmetic.rounded[name](places), *inner)
        return self._call(self._arithmetic.rounding(places), argument)

    def _work(self, function: str, arguments: list[ast.expr]) -> Callable[..., Any]:
        """What a function does; raises UnreadableFormulaError where there is none with so many arguments."""
        least, most, work = self._arithmetic.functions.get(function, (1, 0, None))
        if work is None or not least <= len(arguments) <= most:
            raise UnreadableFormulaError(f"{function}()")
        return work

    def _call(self, work: Callable[..., Any], *arguments: ast.expr) -> str:
        return f"{self._name(work)}({', '.join(self.node(argument) for argument in arguments)})"

    def _name(self, thing: Any) -> str:
        name = f"k{len(self.known)}"
        self.known[name] = thing
        return name


def _to_places(places: int) -> Callable[[Decimal], Decimal]:
    quantum, quantize = Decimal(1).scaleb(-places), _CONTEXT.quantize
    return lambda value: quantize(value, quantum)


def _floor(value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_FLOOR)


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    """Raise a positive number to a power by its logarithm, which is the same in every implementation of Decimal."""
    if exponent == 1:
        return base
    return _CONTEXT.exp(_CONTEXT.multiply(_CONTEXT.ln(base), exponent))


def _power_to_places(places: int) -> Callable[[Decimal, Decimal], Decimal]:
    """Round a power; digits that rounding drops are computed only where an estimate leaves the rounding open."""
    quantum, quantize = Decimal(1).scaleb(-places), _CONTEXT.quantize

    def rounded(base: Decimal, exponent: Decimal) -> Decimal:
        estimate = None if exponent == 1 else power.estimate(base, exponent)
        if estimate is not None:
            error = times(estimate, power.ERROR)
            low = quantize(_CONTEXT.subtract(estimate, error), quantum)
            if low == quantize(_CONTEXT.add(estimate, error), quantum):
                return low
        return quantize(_power(base, exponent), quantum)

    return rounded


def _normal(x: Decimal) -> Decimal:
    """The standard normal distribution function, to 16 places, by Marsaglia's series (J. Stat. Softw. 11(4), 2004)."""
    if x.copy_abs() > _NORMAL_FAR:
        return Decimal(0) if x < 0 else Decimal(1)
    with context():
        total = term = x
        square, odd = x * x, 1
        while term:
            odd += 2
            term = term * square / odd
            if total + term == total:
                break
            total += term
        density = (-square / 2).exp() / (2 * _PI).sqrt()
        return (Decimal(1) / 2 + total * density).quantize(_NORMAL_PLACES)


def _quantile(share: Decimal, *values: Decimal) -> Decimal:
    """The quantile by linear interpolation between order statistics (Hyndman and Fan's type 7)."""
    if not 0 <= share <= 1:
        raise InvalidOperation
    ordered = sorted(values)
    place = times(share, Decimal(len(ordered) - 1))
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    part = times(_CONTEXT.subtract(place, Decimal(below)), _CONTEXT.subtract(ordered[above], ordered[below]))
    return _CONTEXT.add(ordered[below], part)


MANY = 10_000
DECIMAL = Arithmetic(
    number=lambda value: value,
    negative=_CONTEXT.minus,
    operations={
        ast.Add: _CONTEXT.add,
        ast.Sub: _CONTEXT.subtract,
        ast.Mult: _CONTEXT.multiply,
        ast.Div: _CONTEXT.divide,
    },
    rounding=_to_places,
    functions={
        "min": (2, MANY, min),
        "max": (2, MANY, max),
        "floor": (1, 1, _floor),
        "exp": (1, 1, _CONTEXT.exp),
        "ln": (1, 1, _CONTEXT.ln),
        "sqrt": (1, 1, _CONTEXT.sqrt),
        "power": (2, 2, _power),
        "normal": (1, 1, _normal),
        "quantile": (2, MANY, _quantile),
    },
    rounded={"power": _power_to_places},
)
"""The one arithmetic of every value."""

OPERANDS: Final = replace(DECIMAL, attribute=".value")
"""The same over operands that hold their value beside where it comes from."""
