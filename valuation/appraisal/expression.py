"""The arithmetic of the trace: a step's formula is the text that is computed, so what is printed is what was done.

Names, decimal numbers, + - * /, parentheses, min, max and round(x, places) over Decimals in one fixed context
(34 digits, half-even). Nothing else exists in it: no attribute, no call of anything else, no power.
"""

import ast
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from functools import lru_cache

Names = Mapping[str, Decimal]
Compiled = Callable[[Names], Decimal]

_LENGTH_MAX = 2000
_TRAPS = [DivisionByZero, InvalidOperation, Overflow]


class UnreadableFormulaError(ValueError):
    """The text is no formula of this arithmetic."""


def context() -> AbstractContextManager[Context]:
    """Enter the one context of all appraisals, whatever the process has set: decimal128 precision, half-even."""
    return localcontext(Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=_TRAPS))


def evaluate(formula: str, names: Names) -> Decimal:
    """Compute a formula; raises UnreadableFormulaError, KeyError for a missing name, ArithmeticError."""
    compiled = _compiled(formula)
    with context():
        return compiled(names)


def text(value: Decimal) -> str:
    """Write a number in its one canonical spelling: plain digits without an exponent or trailing zeros."""
    with context():
        plain = format(value.normalize(), "f")
    return "0" if plain == "-0" else plain


@lru_cache(maxsize=4096)
def _compiled(formula: str) -> Compiled:
    if len(formula) > _LENGTH_MAX:
        raise UnreadableFormulaError("the formula is too long")
    try:
        tree = ast.parse(formula, mode="eval")
        return _node(tree.body, formula)
    except (SyntaxError, RecursionError, MemoryError) as problem:
        raise UnreadableFormulaError(formula) from problem


def _node(node: ast.expr, formula: str) -> Compiled:
    if isinstance(node, ast.Name):
        name = node.id
        return lambda names: names[name]
    if isinstance(node, ast.Constant):
        return _constant(node, formula)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        operand = _node(node.operand, formula)
        return lambda names: -operand(names)
    if isinstance(node, ast.BinOp):
        return _operation(node, formula)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        return _call(node.func.id, node.args, formula)
    raise UnreadableFormulaError(ast.unparse(node))


def _constant(node: ast.Constant, formula: str) -> Compiled:
    """Take the digits as they are written: Python would have made a binary float of them."""
    digits = ast.get_source_segment(formula, node) or ""
    if not digits.replace(".", "", 1).isdecimal():
        raise UnreadableFormulaError(digits)
    value = Decimal(digits)
    return lambda _names: value


def _operation(node: ast.BinOp, formula: str) -> Compiled:
    left, right = _node(node.left, formula), _node(node.right, formula)
    match node.op:
        case ast.Add():
            return lambda names: left(names) + right(names)
        case ast.Sub():
            return lambda names: left(names) - right(names)
        case ast.Mult():
            return lambda names: left(names) * right(names)
        case ast.Div():
            return lambda names: left(names) / right(names)
        case _:
            raise UnreadableFormulaError(ast.unparse(node))


def _call(function: str, arguments: list[ast.expr], formula: str) -> Compiled:
    if function in ("min", "max") and len(arguments) > 1:
        parts = [_node(argument, formula) for argument in arguments]
        pick: Callable[..., Decimal] = min if function == "min" else max
        return lambda names: pick(part(names) for part in parts)
    places = arguments[1] if len(arguments) == 2 else None
    if function == "round" and isinstance(places, ast.Constant) and type(places.value) is int:
        inner, quantum = _node(arguments[0], formula), Decimal(1).scaleb(-places.value)
        return lambda names: inner(names).quantize(quantum)
    raise UnreadableFormulaError(f"{function}()")
