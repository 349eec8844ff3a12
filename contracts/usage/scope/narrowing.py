"""Whether one condition lies within another, where that follows from the two alone; pure.

A proof and not a decision: True is certain, False means that it does not follow. Constants are ordered only where every
type of column orders them alike: whole numbers among themselves, and days as ISO 8601 writes them.
"""

import re
from typing import Final

from contracts.usage.scope.tree import Comparator, Condition

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BELOW: Final = (Comparator.LT, Comparator.LE)
_ABOVE: Final = (Comparator.GT, Comparator.GE)


def is_within(inner: Condition | None, outer: Condition | None) -> bool:
    """Whether every row of one condition provably fulfils the other, whatever the table; None is every row."""
    if outer is None or inner == outer:
        return True
    return inner is not None and _Proofs().is_within(inner, outer)


class _Proofs:
    """What was proved of the parts of two conditions, each pair once: there are many ways to every pair of them."""

    def __init__(self) -> None:
        self._pairs: dict[tuple[int, int], bool] = {}
        self._sets: dict[int, frozenset[tuple[type, object]]] = {}

    def is_within(self, inner: Condition, outer: Condition) -> bool:
        pair = id(inner), id(outer)
        if pair not in self._pairs:
            self._pairs[pair] = inner == outer or self._follows(inner, outer)
        return self._pairs[pair]

    def _follows(self, inner: Condition, outer: Condition) -> bool:
        if inner.some:
            return all(self.is_within(one, outer) for one in inner.some)
        if outer.every:
            return all(self.is_within(inner, one) for one in outer.every)
        return (
            any(self.is_within(one, outer) for one in inner.every)
            or any(self.is_within(inner, one) for one in outer.some)
            or (not inner.every and not outer.some and inner.col == outer.col and self._of_comparisons(inner, outer))
        )

    def _of_comparisons(self, inner: Condition, outer: Condition) -> bool:
        if outer.op is Comparator.IS_NULL:
            return outer.value is False and inner.op is not Comparator.IS_NULL
        if inner.op is Comparator.STARTS_WITH or outer.op is Comparator.STARTS_WITH:
            return outer.op is Comparator.STARTS_WITH and _begins(inner, str(outer.value))
        constants, allowed = _constants(inner), _constants(outer)
        if constants is None:
            return _range_within(inner, outer)
        if allowed is not None:
            return self._typed(inner, constants) <= self._typed(outer, allowed)
        return all(_fulfils(one, outer) for one in constants)

    def _typed(self, leaf: Condition, constants: tuple[object, ...]) -> frozenset[tuple[type, object]]:
        """Constants with their types, since true is no number."""
        if id(leaf) not in self._sets:
            self._sets[id(leaf)] = frozenset((type(one), one) for one in constants)
        return self._sets[id(leaf)]


def _begins(inner: Condition, prefix: str) -> bool:
    values = [inner.value] if inner.op is Comparator.STARTS_WITH else _constants(inner)
    return values is not None and all(isinstance(one, str) and one.startswith(prefix) for one in values)


def _constants(leaf: Condition) -> tuple[object, ...] | None:
    """The only values that fulfil a comparison, of one that names them."""
    if leaf.op is Comparator.EQ:
        return (leaf.value,)
    return leaf.value if leaf.op is Comparator.IN and isinstance(leaf.value, tuple) else None


def _fulfils(constant: object, outer: Condition) -> bool:
    if outer.op is Comparator.NE:
        return _is_ordered(constant, outer.value) and constant != outer.value
    low, high = _bounds(outer)
    return _above(constant, low) and _below(constant, high)


def _range_within(inner: Condition, outer: Condition) -> bool:
    if (
        outer.op is Comparator.NE
        or inner.op is Comparator.NE
        or inner.op is Comparator.IS_NULL
        or _constants(outer) is not None
    ):
        return False
    (low, high), (least, most) = _bounds(inner), _bounds(outer)
    return _tighter(low, least, below=False) and _tighter(high, most, below=True)


Bound = tuple[object, bool] | None
"""An end of a range and whether it is within; None is open."""


def _bounds(leaf: Condition) -> tuple[Bound, Bound]:
    if leaf.op is Comparator.BETWEEN and isinstance(leaf.value, tuple):
        return (leaf.value[0], True), (leaf.value[1], True)
    low = (leaf.value, leaf.op is Comparator.GE) if leaf.op in _ABOVE else None
    return low, ((leaf.value, leaf.op is Comparator.LE) if leaf.op in _BELOW else None)


def _is_ordered(one: object, other: object) -> bool:
    """Whether every type of column orders two constants alike."""
    if type(one) is int and type(other) is int:
        return True
    return isinstance(one, str) and isinstance(other, str) and bool(_DAY.fullmatch(one) and _DAY.fullmatch(other))


def _above(constant: object, low: Bound) -> bool:
    return low is None or (_is_ordered(constant, low[0]) and _follows(constant, low[0], or_equal=low[1]))


def _below(constant: object, high: Bound) -> bool:
    return high is None or (_is_ordered(constant, high[0]) and _follows(high[0], constant, or_equal=high[1]))


def _follows(one: object, other: object, *, or_equal: bool) -> bool:
    return one > other or (or_equal and one == other)  # type: ignore[operator]


def _tighter(inner: Bound, outer: Bound, *, below: bool) -> bool:
    """Whether an end of a range leaves out all that another does."""
    if outer is None:
        return True
    if inner is None or not _is_ordered(inner[0], outer[0]):
        return inner == outer
    if inner[0] == outer[0]:
        return outer[1] or not inner[1]
    return _follows(outer[0], inner[0], or_equal=False) if below else _follows(inner[0], outer[0], or_equal=False)
