"""Hints of a query on which files can be left out: a file is left out only where its statistics rule every row out.

They never filter rows; the client does. What cannot be read, and what statistics do not tell, leaves nothing out.
Both ways of the protocol are read: a JSON tree, and SQL of the form `column operator literal`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import msgspec

from channels.publishing.making.statistics import EXACT_MAX

HINTS_MAX: Final = 50
HINT_CHARS_MAX: Final = 10_000
DEPTH_MAX: Final = 16

Stats = Mapping[str, Any]
Told = bool | None
"""Whether a row of the file can fulfil a condition: False rules all out, None says that it is not known."""

_NUMBERS: Final = ("int", "long", "short", "byte", "integer", "float", "double")
_TEXTS: Final = ("string", "date", "timestamp")


class UnreadableHint(Exception):
    """A hint that is not understood; it leaves no file out."""


@dataclass(frozen=True, slots=True)
class Hints:
    """The hints of a query that were understood, as questions to a file's statistics; `unread` counts the others."""

    tests: tuple[Callable[[Stats], Told], ...]
    unread: int = 0

    def admits(self, stats: Stats) -> bool:
        """Whether a file may hold a row that is asked for."""
        return all(test(stats) is not False for test in self.tests)


def read(schema: Mapping[str, Any], sql: Sequence[str], tree: str | None) -> Hints:
    """Read the hints of a query on a table of a schema; those beyond the bounds count as unread."""
    kinds = {field["name"]: str(field["type"]) for field in schema["fields"]}
    tests, unread = [], max(0, len(sql) - HINTS_MAX)
    for read_one, given in [(_sql, hint) for hint in sql[:HINTS_MAX]] + ([(_json, tree)] if tree else []):
        try:
            tests.append(read_one(given, kinds))
        except UnreadableHint:
            unread += 1
    return Hints(tuple(tests), unread)


_COMPARISON: Final = re.compile(
    r"""\s*(?P<column>`[^`]{1,255}`|[^\W\d]\w{0,254})\s*(?P<op><=|>=|<>|!=|=|<|>)\s*"""
    r"""(?P<literal>'(?:[^']|''){0,1000}'|-?[0-9]{1,30}(?:\.[0-9]{1,30})?)\s*"""
)
_SQL: Final = {
    "=": "equal",
    "<": "lessThan",
    "<=": "lessThanOrEqual",
    ">": "greaterThan",
    ">=": "greaterThanOrEqual",
}


def _sql(hint: str, kinds: Mapping[str, str]) -> Callable[[Stats], Told]:
    match = _COMPARISON.fullmatch(hint) if len(hint) <= HINT_CHARS_MAX else None
    if match is None or match["op"] not in _SQL:
        raise UnreadableHint
    name, raw = match["column"].strip("`"), match["literal"]
    value: Any = raw[1:-1].replace("''", "'") if raw.startswith("'") else _number(raw)
    return _compared(_SQL[match["op"]], name, value, kinds)


def _json(text: str, kinds: Mapping[str, str]) -> Callable[[Stats], Told]:
    try:
        tree = msgspec.json.decode(text) if len(text) <= HINT_CHARS_MAX else None
    except (msgspec.DecodeError, RecursionError) as problem:
        raise UnreadableHint from problem
    return _node(tree, kinds, 0)


def _node(tree: Any, kinds: Mapping[str, str], depth: int) -> Callable[[Stats], Told]:
    """A node of the tree as a question; raises UnreadableHint where any part of it is not understood."""
    if not isinstance(tree, dict) or depth > DEPTH_MAX:
        raise UnreadableHint
    op, children = tree.get("op"), tree.get("children")
    if not isinstance(op, str) or not isinstance(children, list) or not children:
        raise UnreadableHint
    if op in ("and", "or"):
        return _joined(op, [_node(child, kinds, depth + 1) for child in children])
    if op == "not":
        inner = children[0] if isinstance(children[0], dict) else {}
        of = inner.get("children")
        if inner.get("op") == "isNull" and isinstance(of, list) and of:
            return _not_null(_column(of[0], kinds))
        raise UnreadableHint
    if op == "isNull":
        return _null(_column(children[0], kinds))
    return _comparison(op, children, kinds)


_TURNED: Final = {
    "equal": "equal",
    "lessThan": "greaterThan",
    "lessThanOrEqual": "greaterThanOrEqual",
    "greaterThan": "lessThan",
    "greaterThanOrEqual": "lessThanOrEqual",
}


def _comparison(op: str, children: Sequence[Any], kinds: Mapping[str, str]) -> Callable[[Stats], Told]:
    if op not in _TURNED or len(children) != 2 or not all(isinstance(child, dict) for child in children):
        raise UnreadableHint
    left, right = children
    if left.get("op") == "literal":
        left, right, op = right, left, _TURNED[op]
    if right.get("op") != "literal":
        raise UnreadableHint
    return _compared(op, _column(left, kinds), _literal(right), kinds)


def _column(node: Any, kinds: Mapping[str, str]) -> str:
    name = node.get("name") if isinstance(node, dict) and node.get("op") == "column" else None
    if not isinstance(name, str) or name not in kinds:
        raise UnreadableHint
    return name


def _literal(node: Mapping[str, Any]) -> Any:
    kind, value = node.get("valueType"), node.get("value")
    if kind in _NUMBERS and isinstance(value, str | int | float) and not isinstance(value, bool):
        return _number(str(value))
    if kind in _TEXTS and isinstance(value, str):
        return value
    raise UnreadableHint


def _number(text: str) -> int | Decimal:
    """A number as it is written; NaN is none, since readers order it and statistics do not."""
    try:
        number = int(text) if re.fullmatch(r"-?[0-9]{1,30}", text) else Decimal(text)
    except (ValueError, ArithmeticError) as problem:
        raise UnreadableHint from problem
    if isinstance(number, Decimal) and not number.is_finite():
        raise UnreadableHint
    return number


def _alike(value: int | Decimal, kind: str) -> int | float | Decimal:
    """A number as it compares with a column of a kind; raises UnreadableHint where readers may round it otherwise."""
    if kind == "double":
        return float(value)
    if kind == "float" or (isinstance(value, Decimal) and abs(value) >= EXACT_MAX):
        raise UnreadableHint
    return value


def _joined(op: str, tests: Sequence[Callable[[Stats], Told]]) -> Callable[[Stats], Told]:
    """Conditions joined: one that no row fulfils rules out a conjunction, and only all of them a disjunction."""
    ruled_out = any if op == "and" else all

    def test(stats: Stats) -> Told:
        return False if ruled_out(each(stats) is False for each in tests) else None

    return test


def _null(name: str) -> Callable[[Stats], Told]:
    return lambda stats: False if stats["nullCount"].get(name) == 0 else None


def _not_null(name: str) -> Callable[[Stats], Told]:
    return lambda stats: False if stats["nullCount"].get(name) == stats["numRecords"] else None


def _compared(op: str, name: str, value: Any, kinds: Mapping[str, str]) -> Callable[[Stats], Told]:
    """A comparison of a column with a value of its kind; raises UnreadableHint for one of another kind."""
    kind = kinds.get(name, "")
    text = kind in _TEXTS
    if not (text or kind in _NUMBERS or kind.startswith("decimal(")) or text != isinstance(value, str):
        raise UnreadableHint
    if kind == "timestamp":
        value = _moment(value)
    elif kind == "date" and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise UnreadableHint
    elif not text:
        value = _alike(value, kind)

    def test(stats: Stats) -> Told:
        low, high = stats["minValues"].get(name), stats["maxValues"].get(name)
        if stats["nullCount"].get(name) == stats["numRecords"]:
            return False  # A comparison with what is not there is never true.
        if low is None or high is None:
            return None
        return None if _MAY[op](low, high, value) else False

    return test


def _moment(text: str) -> str:
    """A moment as statistics tell it, in UTC; raises UnreadableHint for any other spelling than theirs."""
    match = re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,3})?Z", text)
    if match is None:
        raise UnreadableHint
    return f"{match[1]}T{match[2]}{(match[3] or '.').ljust(4, '0')}Z"


_MAY: Final[dict[str, Callable[[Any, Any, Any], bool]]] = {
    "equal": lambda low, high, value: bool(low <= value <= high),
    "lessThan": lambda low, _, value: bool(low < value),
    "lessThanOrEqual": lambda low, _, value: bool(low <= value),
    "greaterThan": lambda _, high, value: bool(high > value),
    "greaterThanOrEqual": lambda _, high, value: bool(high >= value),
}
