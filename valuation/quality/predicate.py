"""Row predicates in a small portable subset of SQL, translated into expressions; SQL of a provider reaches no engine.

`SELECT COUNT(*) FROM {object} WHERE …` is parsed, every node is checked against a whitelist with its type, and the
predicate becomes a narwhals expression that means the same on every engine: arithmetic is done in double precision,
a division by zero is NULL, NULL follows three-valued logic, and only rows for which the predicate is TRUE count.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import narwhals.stable.v1 as nw
import sqlglot
from msgspec import Struct
from sqlglot import exp
from sqlglot.errors import SqlglotError

from valuation.quality.contract import LogicalType
from valuation.quality.moments import bare
from valuation.quality.patterns import UnportablePatternError, portable

LENGTH_MAX = 4000
DEPTH_MAX = 40
_PLACEHOLDER = re.compile(r"\$?\{(object|table|model|schema|property|column|field)\}")
_OBJECT = "object__"
_NUMBER, _TEXT, _FLAG = "number", "text", "boolean"
_TYPES: dict[LogicalType, str] = {
    LogicalType.INTEGER: _NUMBER,
    LogicalType.NUMBER: _NUMBER,
    LogicalType.STRING: _TEXT,
    LogicalType.BOOLEAN: _FLAG,
    LogicalType.DATE: "date",
    LogicalType.TIMESTAMP: "timestamp",
    LogicalType.TIME: "time",
}
_COMPARED: dict[type[exp.Expression], str] = {
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


class Predicate(Struct, frozen=True):
    """A predicate that was understood: its text, the columns it reads, and whether it only compares moments."""

    where: str
    columns: tuple[str, ...]
    orders_events: bool


class _Typed(Struct, frozen=True):
    """An expression with its type; `literal` is set for constants, whose type may still follow the other side."""

    kind: str
    expression: nw.Expr
    literal: Any = None


def parse(
    query: str,
    object_: str,
    columns: Mapping[str, LogicalType],
    column: str = "",
    names: Mapping[str, str] | None = None,
) -> Predicate:
    """Understand a counting query over one object, or raise PredicateRefusedError.

    `column` is what {property} means; `names` leads from the names of properties to their columns.
    """
    where = _where(query, object_, column, names or {})
    _translate(where, columns)
    read = tuple(dict.fromkeys(node.name for node in where.find_all(exp.Column)))
    core = (where.this if isinstance(where, exp.Not) else where).unnest()
    moments = [columns[name] in (LogicalType.DATE, LogicalType.TIMESTAMP, LogicalType.TIME) for name in read]
    ordered = type(core) in _COMPARED and len(moments) > 1 and all(moments)
    return Predicate(where.sql(dialect="duckdb"), read, ordered)


def expression(where: str, columns: Mapping[str, LogicalType], as_of: datetime) -> nw.Expr:
    """Give the expression of a predicate that `parse` has accepted; TRUE where a row counts."""
    return _translate(_parsed(where), columns, as_of)


def _where(query: str, object_: str, column: str, names: Mapping[str, str]) -> exp.Expression:
    if not isinstance(query, str) or len(query) > LENGTH_MAX:
        raise PredicateRefusedError(f"not a text of at most {LENGTH_MAX} characters")
    quoted = exp.to_identifier(column, quoted=True).sql(dialect="duckdb") if column else "property"

    def stands_for(hole: re.Match[str]) -> str:
        return quoted if hole[1] in ("property", "column", "field") else _OBJECT

    select = _parsed(_PLACEHOLDER.sub(stands_for, query))
    given = {key.rstrip("_") for key, value in select.args.items() if value}
    if not isinstance(select, exp.Select) or given != {"expressions", "from", "where"}:
        raise PredicateRefusedError("only SELECT COUNT(*) FROM {object} WHERE … is counted")
    shown = select.expressions[0].unalias()
    if len(select.expressions) != 1 or not isinstance(shown, exp.Count) or not isinstance(shown.this, exp.Star):
        raise PredicateRefusedError("only COUNT(*) is counted")
    source = (select.args.get("from") or select.args["from_"]).this
    if not isinstance(source, exp.Table) or source.sql(dialect="duckdb").strip('"') not in (_OBJECT, object_):
        raise PredicateRefusedError("FROM must name {object}")
    where: exp.Expression = select.args["where"].this
    for node in where.find_all(exp.Column):
        if node.table not in ("", _OBJECT, object_) or node.args.get("db"):
            raise PredicateRefusedError(f"another object: {node.sql()[:80]}")
        node.replace(exp.column(exp.to_identifier(names.get(node.name, node.name), quoted=True)))
    rewritten: exp.Expression = select.args["where"].this
    return rewritten


def _parsed(text: str) -> exp.Expression:
    try:
        found: exp.Expression = sqlglot.parse_one(text, read="duckdb")  # type: ignore[assignment]
    except (SqlglotError, RecursionError, ValueError, IndexError) as error:
        raise PredicateRefusedError(" ".join(str(error).split())[:160] or "nested too deeply") from error
    deepest, level = 0, [found]
    while level and deepest <= DEPTH_MAX:
        level, deepest = [child for node in level for child in node.iter_expressions()], deepest + 1
    if deepest > DEPTH_MAX:
        raise PredicateRefusedError(f"nested deeper than {DEPTH_MAX} levels")
    return found


def _translate(where: exp.Expression, columns: Mapping[str, LogicalType], as_of: datetime | None = None) -> nw.Expr:
    found = _Visitor(columns, as_of or datetime(2000, 1, 1, tzinfo=UTC)).visit(where)
    if found.kind != _FLAG or found.literal is not None:
        raise PredicateRefusedError("WHERE must be a condition over columns")
    return found.expression


class _Visitor:
    """Walks a predicate; a node without a method here is refused by its name."""

    def __init__(self, columns: Mapping[str, LogicalType], as_of: datetime) -> None:
        self._columns, self._as_of = columns, as_of

    def visit(self, node: exp.Expression) -> _Typed:
        """Give the typed expression of a node."""
        if type(node) in _COMPARED:
            return self._compare(node)
        if type(node) in _COMPUTED or isinstance(node, exp.Div):
            return self._compute(node)
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            raise PredicateRefusedError(f"{type(node).__name__} is not portable: {node.sql(dialect='duckdb')[:80]}")
        found: _Typed = method(node)
        return found

    def _of(self, node: exp.Expression, kind: str) -> _Typed:
        found = self.visit(node)
        if found.kind != kind:
            raise PredicateRefusedError(f"{node.sql(dialect='duckdb')[:80]} is {found.kind}, not {kind}")
        return found

    def _paren(self, node: exp.Paren) -> _Typed:
        return self.visit(node.this)

    def _column(self, node: exp.Column) -> _Typed:
        if node.name not in self._columns:
            raise PredicateRefusedError(f"no such column: {node.name[:80]}")
        if (kind := _TYPES.get(self._columns[node.name])) is None:
            raise PredicateRefusedError(f"a nested column cannot be compared: {node.name[:80]}")
        return _Typed(kind, nw.col(node.name))

    def _literal(self, node: exp.Literal) -> _Typed:
        value = node.this if node.is_string else float(node.this)
        return _Typed(_TEXT if node.is_string else _NUMBER, nw.lit(value), value)

    def _boolean(self, node: exp.Boolean) -> _Typed:
        return _Typed(_FLAG, nw.lit(bool(node.this)), bool(node.this))

    def _neg(self, node: exp.Neg) -> _Typed:
        found = self._of(node.this, _NUMBER)
        if found.literal is not None:
            return _Typed(_NUMBER, nw.lit(-found.literal), -found.literal)
        return _Typed(_NUMBER, 0.0 - found.expression.cast(nw.Float64()))

    def _cast(self, node: exp.Cast) -> _Typed:
        if not isinstance(node.this, exp.Literal) or not node.this.is_string:
            raise PredicateRefusedError("CAST of a column is not portable")
        kind = "date" if node.to.is_type("date") else "timestamp"
        if not node.to.is_type("date", "timestamp", "timestamptz", "datetime", "timestampntz"):
            raise PredicateRefusedError(f"CAST to {node.to.sql()[:40]} is not portable")
        return _moment(node.this.this, kind)

    def _currenttimestamp(self, _node: exp.CurrentTimestamp) -> _Typed:
        return _Typed("timestamp", nw.lit(bare(self._as_of)), self._as_of)

    def _currentdate(self, _node: exp.CurrentDate) -> _Typed:
        return _Typed("date", nw.lit(self._as_of.date()), self._as_of.date())

    def _not(self, node: exp.Not) -> _Typed:
        return _Typed(_FLAG, ~self._of(node.this, _FLAG).expression)

    def _and(self, node: exp.And) -> _Typed:
        return _Typed(_FLAG, self._of(node.this, _FLAG).expression & self._of(node.expression, _FLAG).expression)

    def _or(self, node: exp.Or) -> _Typed:
        return _Typed(_FLAG, self._of(node.this, _FLAG).expression | self._of(node.expression, _FLAG).expression)

    def _is(self, node: exp.Is) -> _Typed:
        if not isinstance(node.expression, exp.Null):
            raise PredicateRefusedError("IS is portable only with NULL")
        return _Typed(_FLAG, self.visit(node.this).expression.is_null())

    def _between(self, node: exp.Between) -> _Typed:
        low = self._compare(exp.GTE(this=node.this, expression=node.args["low"]))
        high = self._compare(exp.LTE(this=node.this, expression=node.args["high"]))
        return _Typed(_FLAG, low.expression & high.expression)

    def _in(self, node: exp.In) -> _Typed:
        if not node.expressions or node.args.get("query") or len(node.expressions) > 1000:
            raise PredicateRefusedError("IN is portable only with a list of up to 1000 constants")
        left = self.visit(node.this)
        values = [_follow(self.visit(each), left.kind) for each in node.expressions]
        if any(value.literal is None or value.kind != left.kind for value in values):
            raise PredicateRefusedError(f"IN needs constants of type {left.kind}")
        subject = left.expression.cast(nw.Float64()) if left.kind == _NUMBER else left.expression
        return _Typed(_FLAG, subject.is_in([value.literal for value in values]))

    def _abs(self, node: exp.Abs) -> _Typed:
        return _Typed(_NUMBER, self._of(node.this, _NUMBER).expression.cast(nw.Float64()).abs())

    def _length(self, node: exp.Length) -> _Typed:
        return _Typed(_NUMBER, self._of(node.this, _TEXT).expression.str.len_chars())

    def _coalesce(self, node: exp.Coalesce) -> _Typed:
        parts = [self.visit(each) for each in (node.this, *node.expressions)]
        kinds = {_follow(part, parts[0].kind).kind for part in parts}
        if len(kinds) != 1:
            raise PredicateRefusedError("COALESCE needs one type")
        return _Typed(parts[0].kind, nw.coalesce(*[_wide(_follow(part, parts[0].kind)) for part in parts]))

    def _regexplike(self, node: exp.RegexpLike) -> _Typed:
        return self._matches(node.this, _constant(node.expression))

    def _regexpfullmatch(self, node: exp.Expression) -> _Typed:
        return self._matches(node.this, f"^(?:{_constant(node.expression)})$")

    def _like(self, node: exp.Like) -> _Typed:
        wild = {"%": "(?:.|\\n)*", "_": "(?:.|\\n)"}
        return self._matches(
            node.this, "^" + "".join(wild.get(c, re.escape(c)) for c in _constant(node.expression)) + "$"
        )

    def _matches(self, node: exp.Expression, pattern: str) -> _Typed:
        try:
            return _Typed(_FLAG, self._of(node, _TEXT).expression.str.contains(portable(pattern)))
        except UnportablePatternError as refused:
            raise PredicateRefusedError(f"the pattern is not portable: {refused}") from refused

    def _compare(self, node: exp.Expression) -> _Typed:
        left, right = self.visit(node.this), self.visit(node.expression)
        left, right = _follow(left, right.kind), _follow(right, left.kind)
        if left.kind != right.kind:
            raise PredicateRefusedError(f"{left.kind} compared with {right.kind}: {node.sql(dialect='duckdb')[:80]}")
        return _Typed(_FLAG, getattr(_wide(left), _COMPARED[type(node)])(_wide(right)))

    def _compute(self, node: exp.Expression) -> _Typed:
        left, right = (_wide(self._of(side, _NUMBER)) for side in (node.this, node.expression))
        if isinstance(node, exp.Div):
            return _Typed(_NUMBER, left / nw.when(right != 0.0).then(right))
        return _Typed(_NUMBER, getattr(left, _COMPUTED[type(node)])(right))


def _wide(side: _Typed) -> nw.Expr:
    """Numbers are compared and computed as doubles, which every engine has."""
    return side.expression.cast(nw.Float64()) if side.kind == _NUMBER and side.literal is None else side.expression


def _follow(side: _Typed, kind: str) -> _Typed:
    """A text constant beside a date or time stamp is one of them."""
    if kind not in ("date", "timestamp") or side.literal is None or side.kind == kind:
        return side
    return _moment(side.literal, kind) if isinstance(side.literal, str) else side


def _moment(text: str, kind: str) -> _Typed:
    try:
        value: date = date.fromisoformat(text) if kind == "date" else datetime.fromisoformat(text)
    except ValueError as error:
        raise PredicateRefusedError(f"no {kind}: {text[:40]}") from error
    if isinstance(value, datetime):
        value = bare(value)
    return _Typed(kind, nw.lit(value), value)


def _constant(node: exp.Expression) -> str:
    if not isinstance(node, exp.Literal) or not node.is_string:
        raise PredicateRefusedError("a pattern must be a constant text")
    return str(node.this)
