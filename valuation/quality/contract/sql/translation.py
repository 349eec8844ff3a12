"""The whitelist of SQL nodes and what each becomes as an expression; whatever has no method here is refused by name."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import narwhals.stable.v1 as nw
from msgspec import Struct
from sqlglot import exp

from valuation.quality.contract.contract import LogicalType
from valuation.quality.contract.sql.moments import bare
from valuation.quality.contract.sql.patterns import UnportablePatternError, for_java, portable

_NUMBER, _TEXT, FLAG = "number", "text", "boolean"
_TYPES: dict[LogicalType, str] = {
    LogicalType.INTEGER: _NUMBER,
    LogicalType.NUMBER: _NUMBER,
    LogicalType.STRING: _TEXT,
    LogicalType.BOOLEAN: FLAG,
    LogicalType.DATE: "date",
    LogicalType.TIMESTAMP: "timestamp",
    LogicalType.TIME: "time",
}
COMPARED: dict[type[exp.Expression], str] = {
    exp.EQ: "__eq__",
    exp.NEQ: "__ne__",
    exp.GT: "__gt__",
    exp.GTE: "__ge__",
    exp.LT: "__lt__",
    exp.LTE: "__le__",
}
_COMPUTED: dict[type[exp.Expression], str] = {exp.Add: "__add__", exp.Sub: "__sub__", exp.Mul: "__mul__"}


class PredicateRefusedError(ValueError):
    """The rule is outside the subset; the message names the part that is."""


class Typed(Struct, frozen=True):
    """An expression with its type; `literal` is set for constants, whose type may still follow the other side."""

    kind: str
    expression: nw.Expr
    literal: Any = None


class Visitor:
    """Walks a predicate; a node without a method here is refused by its name."""

    def __init__(self, columns: Mapping[str, LogicalType], as_of: datetime, java: bool) -> None:
        self._columns, self._as_of, self._java = columns, as_of, java

    def visit(self, node: exp.Expression) -> Typed:
        """Give the typed expression of a node."""
        if type(node) in COMPARED:
            return self._compare(node)
        if type(node) in _COMPUTED or isinstance(node, exp.Div):
            return self._compute(node)
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            raise PredicateRefusedError(f"{type(node).__name__} is not portable: {node.sql(dialect='duckdb')[:80]}")
        found: Typed = method(node)
        return found

    def _of(self, node: exp.Expression, kind: str) -> Typed:
        found = self.visit(node)
        if found.kind != kind:
            raise PredicateRefusedError(f"{node.sql(dialect='duckdb')[:80]} is {found.kind}, not {kind}")
        return found

    def _paren(self, node: exp.Paren) -> Typed:
        return self.visit(node.this)

    def _column(self, node: exp.Column) -> Typed:
        if node.name not in self._columns:
            raise PredicateRefusedError(f"no such column: {node.name[:80]}")
        if (kind := _TYPES.get(self._columns[node.name])) is None:
            raise PredicateRefusedError(f"a nested column cannot be compared: {node.name[:80]}")
        return Typed(kind, nw.col(node.name))

    def _literal(self, node: exp.Literal) -> Typed:
        value = node.this if node.is_string else float(node.this)
        return Typed(_TEXT if node.is_string else _NUMBER, nw.lit(value), value)

    def _boolean(self, node: exp.Boolean) -> Typed:
        return Typed(FLAG, nw.lit(bool(node.this)), bool(node.this))

    def _neg(self, node: exp.Neg) -> Typed:
        found = self._of(node.this, _NUMBER)
        if found.literal is not None:
            return Typed(_NUMBER, nw.lit(-found.literal), -found.literal)
        return Typed(_NUMBER, 0.0 - found.expression.cast(nw.Float64()))

    def _cast(self, node: exp.Cast) -> Typed:
        if not isinstance(node.this, exp.Literal) or not node.this.is_string:
            raise PredicateRefusedError("CAST of a column is not portable")
        kind = "date" if node.to.is_type("date") else "timestamp"
        if not node.to.is_type("date", "timestamp", "timestamptz", "datetime", "timestampntz"):
            raise PredicateRefusedError(f"CAST to {node.to.sql()[:40]} is not portable")
        return _moment(node.this.this, kind)

    def _currenttimestamp(self, _node: exp.CurrentTimestamp) -> Typed:
        return Typed("timestamp", nw.lit(bare(self._as_of)), self._as_of)

    def _currentdate(self, _node: exp.CurrentDate) -> Typed:
        return Typed("date", nw.lit(self._as_of.date()), self._as_of.date())

    def _not(self, node: exp.Not) -> Typed:
        return Typed(FLAG, ~self._of(node.this, FLAG).expression)

    def _and(self, node: exp.And) -> Typed:
        return Typed(FLAG, self._of(node.this, FLAG).expression & self._of(node.expression, FLAG).expression)

    def _or(self, node: exp.Or) -> Typed:
        return Typed(FLAG, self._of(node.this, FLAG).expression | self._of(node.expression, FLAG).expression)

    def _is(self, node: exp.Is) -> Typed:
        if not isinstance(node.expression, exp.Null):
            raise PredicateRefusedError("IS is portable only with NULL")
        return Typed(FLAG, self.visit(node.this).expression.is_null())

    def _between(self, node: exp.Between) -> Typed:
        low = self._compare(exp.GTE(this=node.this, expression=node.args["low"]))
        high = self._compare(exp.LTE(this=node.this, expression=node.args["high"]))
        return Typed(FLAG, low.expression & high.expression)

    def _in(self, node: exp.In) -> Typed:
        if not node.expressions or node.args.get("query") or len(node.expressions) > 1000:
            raise PredicateRefusedError("IN is portable only with a list of up to 1000 constants")
        left = self.visit(node.this)
        values = [_follow(self.visit(each), left.kind) for each in node.expressions]
        if any(value.literal is None or value.kind != left.kind for value in values):
            raise PredicateRefusedError(f"IN needs constants of type {left.kind}")
        subject = left.expression.cast(nw.Float64()) if left.kind == _NUMBER else left.expression
        return Typed(FLAG, subject.is_in([value.literal for value in values]))

    def _abs(self, node: exp.Abs) -> Typed:
        return Typed(_NUMBER, self._of(node.this, _NUMBER).expression.cast(nw.Float64()).abs())

    def _length(self, node: exp.Length) -> Typed:
        return Typed(_NUMBER, self._of(node.this, _TEXT).expression.str.len_chars())

    def _coalesce(self, node: exp.Coalesce) -> Typed:
        parts = [self.visit(each) for each in (node.this, *node.expressions)]
        kinds = {_follow(part, parts[0].kind).kind for part in parts}
        if len(kinds) != 1:
            raise PredicateRefusedError("COALESCE needs one type")
        return Typed(parts[0].kind, nw.coalesce(*[_wide(_follow(part, parts[0].kind)) for part in parts]))

    def _regexplike(self, node: exp.RegexpLike) -> Typed:
        return self._matches(node.this, _constant(node.expression))

    def _regexpfullmatch(self, node: exp.Expression) -> Typed:
        return self._matches(node.this, f"^(?:{_constant(node.expression)})$")

    def _like(self, node: exp.Like) -> Typed:
        wild = {"%": "(?:.|\\n)*", "_": "(?:.|\\n)"}
        return self._matches(
            node.this, "^" + "".join(wild.get(c, re.escape(c)) for c in _constant(node.expression)) + "$"
        )

    def _matches(self, node: exp.Expression, pattern: str) -> Typed:
        try:
            checked = for_java(portable(pattern)) if self._java else portable(pattern)
            return Typed(FLAG, self._of(node, _TEXT).expression.str.contains(checked))
        except UnportablePatternError as refused:
            raise PredicateRefusedError(f"the pattern is not portable: {refused}") from refused

    def _compare(self, node: exp.Expression) -> Typed:
        left, right = self.visit(node.this), self.visit(node.expression)
        left, right = _follow(left, right.kind), _follow(right, left.kind)
        if left.kind != right.kind:
            raise PredicateRefusedError(f"{left.kind} compared with {right.kind}: {node.sql(dialect='duckdb')[:80]}")
        return Typed(FLAG, getattr(_wide(left), COMPARED[type(node)])(_wide(right)))

    def _compute(self, node: exp.Expression) -> Typed:
        left, right = (_wide(self._of(side, _NUMBER)) for side in (node.this, node.expression))
        if isinstance(node, exp.Div):
            return Typed(_NUMBER, left / nw.when(right != 0.0).then(right))
        return Typed(_NUMBER, getattr(left, _COMPUTED[type(node)])(right))


def _wide(side: Typed) -> nw.Expr:
    """Numbers are compared and computed as doubles, which every engine has."""
    return side.expression.cast(nw.Float64()) if side.kind == _NUMBER and side.literal is None else side.expression


def _follow(side: Typed, kind: str) -> Typed:
    """A text constant beside a date or time stamp is one of them."""
    if kind not in ("date", "timestamp") or side.literal is None or side.kind == kind:
        return side
    return _moment(side.literal, kind) if isinstance(side.literal, str) else side


def _moment(text: str, kind: str) -> Typed:
    try:
        value: date = date.fromisoformat(text) if kind == "date" else datetime.fromisoformat(text)
    except ValueError as error:
        raise PredicateRefusedError(f"no {kind}: {text[:40]}") from error
    if isinstance(value, datetime):
        value = bare(value)
    return Typed(kind, nw.lit(value), value)


def _constant(node: exp.Expression) -> str:
    if not isinstance(node, exp.Literal) or not node.is_string:
        raise PredicateRefusedError("a pattern must be a constant text")
    return str(node.this)
