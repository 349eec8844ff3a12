"""Promises about one number of one or several objects: counts and sums compared across tables, in plain SQL.

`SELECT (SELECT SUM(amount) FROM orders) - (SELECT SUM(amount) FROM payments)` with `mustBe: 0` is standard SQL that
other tools of the standard run too. Each inner SELECT becomes a term, which every engine computes as one aggregate;
the arithmetic between terms is done here, in double precision, where a difference below a billionth is none.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlglot import exp

from valuation.quality.contract.contract import Aggregate, LogicalType, Property, Term
from valuation.quality.contract.sql.predicate import HERE, column_of, condition, source, statement
from valuation.quality.contract.sql.translation import PredicateRefusedError

_METRICS: dict[type[exp.Expression], str] = {
    exp.Count: "count",
    exp.Sum: "sum",
    exp.Avg: "mean",
    exp.Min: "minimum",
    exp.Max: "maximum",
}
_COMPUTED: dict[type[exp.Expression], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}
_NEAR = 1e-9
_TERMS_MAX = 16

Columns = Mapping[str, Mapping[str, Property]]
"""The declared properties of every object, by the object's name and their own."""


def parse(query: str, object_: str, objects: Columns, column: str = "", dialect: str = "duckdb") -> Aggregate:
    """Understand a query that gives one number, or raise PredicateRefusedError."""
    select = statement(query, column, dialect)
    reader = _Reader(object_, objects)
    formula = reader.shown(select)
    if not 0 < len(reader.terms) <= _TERMS_MAX:
        raise PredicateRefusedError(f"needs 1 to {_TERMS_MAX} of COUNT, SUM, AVG, MIN, MAX")
    return Aggregate(tuple(reader.terms), msgspec.json.encode(formula).decode())


def gives_number(query: str, column: str = "", dialect: str = "duckdb") -> bool:
    """Say whether a query gives a number to compare; otherwise it counts the rows that break a rule."""
    select = statement(query, column, dialect)
    shown = select.expressions[0].unalias() if len(select.expressions) == 1 else None
    counts_all = isinstance(shown, exp.Count) and isinstance(shown.this, exp.Star)
    return not (counts_all and select.args.get("where"))


class _Reader:
    """Walks the arithmetic, noting each aggregate as a term."""

    def __init__(self, object_: str, objects: Columns) -> None:
        self._object, self._objects = object_, objects
        self.terms: list[Term] = []

    def shown(self, select: exp.Select) -> list[Any]:
        """The one number that a SELECT shows."""
        if len(select.expressions) != 1:
            raise PredicateRefusedError("SELECT must show one number")
        return self._number(select.expressions[0].unalias(), select)

    def _number(self, node: exp.Expression, select: exp.Select) -> list[Any]:
        if type(node) in _COMPUTED:
            return [_COMPUTED[type(node)], self._number(node.this, select), self._number(node.expression, select)]
        if type(node) in _METRICS:
            return self._term(node, select)
        match node:
            case exp.Paren():
                return self._number(node.this, select)
            case exp.Literal() if not node.is_string:
                return ["number", float(node.this)]
            case exp.Neg():
                return ["-", ["number", 0.0], self._number(node.this, select)]
            case exp.Abs():
                return ["abs", self._number(node.this, select)]
            case exp.Coalesce():
                return ["coalesce", *[self._number(each, select) for each in (node.this, *node.expressions)]]
            case exp.Subquery() if isinstance(node.this, exp.Select):
                return self.shown(statement(node.this.sql(dialect="duckdb")))
        raise PredicateRefusedError(f"{type(node).__name__} is not portable here: {node.sql(dialect='duckdb')[:80]}")

    def _term(self, node: exp.Expression, select: exp.Select) -> list[Any]:
        own = source(select)
        name = self._object if own in (HERE, "") else own
        if own == "" or name not in self._objects:
            raise PredicateRefusedError(f"FROM must name {{object}} or an object of the contract, not {own[:80]!r}")
        types = {p.column: p.logical_type for p in self._objects[name].values()}
        names = {p.name: p.column for p in self._objects[name].values()}
        where = ""
        if select.args.get("where"):
            where = condition(statement(select.sql(dialect="duckdb")), types, names).sql(dialect="duckdb")
        metric, column = _METRICS[type(node)], ""
        asked = node.this
        if isinstance(asked, exp.Distinct) and metric == "count" and len(asked.expressions) == 1:
            metric, asked = "distinct", asked.expressions[0]
        if not (isinstance(asked, exp.Star) and metric == "count"):
            if not isinstance(asked, exp.Column):
                raise PredicateRefusedError(f"{metric} of a column only: {node.sql(dialect='duckdb')[:80]}")
            column = column_of(asked, own, types, names)
            numeric = types[column] in (LogicalType.INTEGER, LogicalType.NUMBER)
            if metric not in ("count", "distinct") and not numeric:
                raise PredicateRefusedError(f"{metric} needs a number column, not {column[:80]}")
        self.terms.append(Term(name, metric, column, where))
        return ["term", len(self.terms) - 1]


def computed(aggregate: Aggregate, values: Sequence[float | None]) -> float | None:
    """The number that the formula gives for the values of its terms; unknown where one it needs is unknown."""
    return _compute(msgspec.json.decode(aggregate.formula), values)


def _compute(formula: list[Any], values: Sequence[float | None]) -> float | None:
    match formula:
        case ["term", int(index)]:
            return values[index]
        case ["number", number]:
            return float(number)
        case ["abs", inner]:
            found = _compute(inner, values)
            return None if found is None else abs(found)
        case ["coalesce", *inner]:
            return next((found for each in inner if (found := _compute(each, values)) is not None), None)
        case [sign, left, right]:
            one, other = _compute(left, values), _compute(right, values)
            return None if one is None or other is None else _combined(sign, one, other)
    raise ValueError(f"no formula: {formula!r}")


def _combined(sign: str, one: float, other: float) -> float | None:
    if sign == "*":
        return one * other
    if sign == "/":
        return one / other if other else None
    found = one + other if sign == "+" else one - other
    return 0.0 if abs(found) <= _NEAR * max(abs(one), abs(other)) else found
