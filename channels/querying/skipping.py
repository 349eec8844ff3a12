"""Which files of a table a filter cannot find anything in, by their published statistics; pure.

A filter is asked as the hints of a share are (channels.shares.predicates): what statistics do not tell, and what those
hints have no word for, leaves nothing out.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from channels.publishing.queries import FileRow
from channels.shares import predicates
from contracts.usage.scope.tree import Comparator, Condition

_HINTS: Final = {
    Comparator.EQ: "equal",
    Comparator.LT: "lessThan",
    Comparator.LE: "lessThanOrEqual",
    Comparator.GT: "greaterThan",
    Comparator.GE: "greaterThanOrEqual",
}
_TEXTS: Final = ("string", "date")
_NUMBERS: Final = ("byte", "short", "integer", "long")
"""Columns of these types, and decimals, are ordered by their statistics as they are by a filter."""

Hint = dict[str, Any]


def to_be_read(files: Sequence[FileRow], schema: Mapping[str, Any], condition: Condition | None) -> list[bool]:
    """Of each file whether it may hold a row that fulfils a condition."""
    hint = _hint(condition, {field["name"]: str(field["type"]) for field in schema["fields"]}) if condition else None
    if hint is None:
        return [True] * len(files)
    hints = predicates.read(schema, (), msgspec.json.encode(hint).decode())
    return [hints.admits(msgspec.json.decode(file.stats)) for file in files]


def _hint(condition: Condition, kinds: Mapping[str, str]) -> Hint | None:
    """A condition as a hint that is true wherever it is; None where there is no word for it."""
    if condition.every:
        return _joined("and", [hint for one in condition.every if (hint := _hint(one, kinds)) is not None])
    if condition.some:
        every = [_hint(one, kinds) for one in condition.some]
        return _joined("or", [hint for hint in every if hint is not None]) if None not in every else None
    return _comparison(condition, kinds[condition.col or ""])


def _comparison(leaf: Condition, kind: str) -> Hint | None:
    column = {"op": "column", "name": leaf.col}
    if leaf.op is Comparator.IS_NULL:
        empty = {"op": "isNull", "children": [column]}
        return empty if leaf.value is True else {"op": "not", "children": [empty]}
    text = kind in _TEXTS
    if not (text or kind in _NUMBERS or kind.startswith("decimal(")):
        return None

    def told(op: Comparator, value: Any) -> Hint:
        literal = {"op": "literal", "value": str(value), "valueType": "string" if text else "long"}
        return {"op": _HINTS[op], "children": [column, literal]}

    if leaf.op is Comparator.IN and isinstance(leaf.value, tuple):
        return _joined("or", [told(Comparator.EQ, value) for value in leaf.value])
    if leaf.op is Comparator.BETWEEN and isinstance(leaf.value, tuple):
        low, high = leaf.value
        return _joined("and", [told(Comparator.GE, low), told(Comparator.LE, high)])
    return told(leaf.op, leaf.value) if leaf.op in _HINTS else None


def _joined(op: str, children: list[Hint]) -> Hint | None:
    return {"op": op, "children": children} if children else None
