"""SQL written anew from the pieces of a query: names are ours, constants are bound, so no text of a caller is run.

Loaded rows stand in the table `loaded` as `unit`, and each dimension and measure by its place among those used (`d0`,
`m0`). First rows are filtered, then each unit is kept to its groups and rows, in an order that a secret shuffles.
"""

from typing import Final

import msgspec

from channels.computing.grammar.query import (
    Among,
    Both,
    Compare,
    Condition,
    Dimension,
    DimensionKind,
    Either,
    Measure,
    Missing,
    Not,
    Query,
    Table,
    Value,
)
from channels.computing.privacy.releases import Kind, decimal

_CASTS: Final = {
    DimensionKind.TEXT: "TRY_CAST({0} AS VARCHAR)",
    DimensionKind.INTEGER: (
        "CASE WHEN TRY_CAST({0} AS BIGINT) BETWEEN -9007199254740991 AND 9007199254740991"
        " THEN TRY_CAST({0} AS BIGINT) END"
    ),
    DimensionKind.BOOLEAN: "TRY_CAST({0} AS BOOLEAN)",
    DimensionKind.DATE: "TRY_CAST({0} AS DATE)",
}


class Statement(msgspec.Struct, frozen=True):
    """SQL with the values of its marks, in their order."""

    sql: str
    values: tuple[Value, ...]


class Emitted(msgspec.Struct, frozen=True):
    """What is run for a query: the expressions that are loaded, and the statement that groups them.

    Each row of the answer has the values of the groups, the number of units, and two numbers for each aggregate.
    """

    load: tuple[str, ...]
    grouping: Statement


def quoted(name: str) -> str:
    """A column's name as an identifier; only names of an offer come here."""
    return '"' + name.replace('"', '""') + '"'


def emitted(query: Query, table: Table, *, rows_per_unit: int, groups_per_unit: int, secret: int) -> Emitted:
    """Write what is run for a query."""
    return _Writing(query, table).all(rows_per_unit, groups_per_unit, secret)


class _Writing:
    """The places of the columns that a query uses, and the values of its marks as they are written."""

    def __init__(self, query: Query, table: Table) -> None:
        self._query, self._table = query, table
        self._values: list[Value] = []
        names = used(query)
        self._dimensions = {name: f"d{at}" for at, name in enumerate(n for n in names if n in table.dimensions)}
        self._measures = {name: f"m{at}" for at, name in enumerate(n for n in names if n in table.measures)}

    def all(self, rows_per_unit: int, groups_per_unit: int, secret: int) -> Emitted:
        load = ["row_number() OVER () AS place", f"TRY_CAST({quoted(self._table.unit)} AS VARCHAR) AS unit"]
        load += [f"{_cast(self._table.dimensions[n], n)} AS {p}" for n, p in self._dimensions.items()]
        load += [f"{_clipped(self._table.measures[n], n)} AS {p}" for n, p in self._measures.items()]
        return Emitted(tuple(load), self._grouping(rows_per_unit, groups_per_unit, secret))

    def _grouping(self, rows_per_unit: int, groups_per_unit: int, secret: int) -> Statement:
        groups = [self._dimensions[name] for name in self._query.groups]
        filters = ["unit IS NOT NULL", *(self._domain(name) for name in self._query.groups)]
        if self._query.where is not None:
            filters.append(self._condition(self._query.where))
        where = " AND ".join(part for part in filters if part)
        key = ", ".join(groups)
        chosen = f"dense_rank() OVER (PARTITION BY unit ORDER BY hash(unit, {secret}, {key}), {key})" if groups else "1"
        by = f" GROUP BY {key} ORDER BY {key}" if groups else ""
        selected = ", ".join([*groups, "count(DISTINCT unit)", *self._aggregates()])
        turn = f"row_number() OVER (PARTITION BY unit ORDER BY hash(place, {secret}), place)"
        sql = " ".join(
            (
                f"WITH filtered AS (SELECT *, {chosen} AS of_unit FROM loaded WHERE {where}),",  # noqa: S608 - ours
                f"kept AS (SELECT *, {turn} AS row_of_unit FROM filtered WHERE of_unit <= {groups_per_unit})",  # noqa: S608
                f"SELECT {selected} FROM kept WHERE row_of_unit <= {rows_per_unit}{by}",  # noqa: S608
            )
        )
        return Statement(sql, tuple(self._values))

    def _aggregates(self) -> list[str]:
        written: list[str] = []
        for column in self._query.columns:
            place = self._measures.get(column.of or "")
            match column.aggregate:
                case Kind.COUNT:
                    counted = "*" if column.of is None else self._dimensions[column.of]
                    written += [f"count({counted})", "0"]
                case Kind.SUM:
                    written += [f"coalesce(sum({place}::HUGEINT), 0)::VARCHAR", "0"]
                case Kind.AVG:
                    bounds = self._table.measures[column.of or ""].bounds
                    centred = f"2 * {place}::HUGEINT - ({bounds.lower + bounds.upper})"
                    written += [f"coalesce(sum({centred}), 0)::VARCHAR", "count(*)"]
        return written

    def _domain(self, name: str) -> str:
        domain = self._table.dimensions[name].domain
        return "" if domain is None else self._among(name, domain)

    def _condition(self, condition: Condition) -> str:
        match condition:
            case Compare(column, operator, value):
                return f"({self._dimensions[column]} {operator} {self._mark(column, value)})"
            case Among(column, values):
                return self._among(column, values)
            case Missing(column):
                return f"({self._dimensions[column]} IS NULL)"
            case Not(inner):
                return f"(NOT {self._condition(inner)})"
            case Both(parts):
                return f"({' AND '.join(self._condition(part) for part in parts)})"
            case Either(parts):
                return f"({' OR '.join(self._condition(part) for part in parts)})"

    def _among(self, column: str, values: tuple[Value, ...]) -> str:
        return f"({self._dimensions[column]} IN ({', '.join(self._mark(column, value) for value in values)}))"

    def _mark(self, column: str, value: Value) -> str:
        self._values.append(value)
        return "?::DATE" if self._table.dimensions[column].kind is DimensionKind.DATE else "?"


def used(query: Query) -> list[str]:
    """The columns that a query groups by, compares, counts, sums or averages, each once."""
    of_aggregates = (column.of for column in query.columns if column.of is not None)
    return list(dict.fromkeys([*query.groups, *_named(query.where), *of_aggregates]))


def _named(condition: Condition | None) -> list[str]:
    match condition:
        case Compare(column, _, _) | Among(column, _) | Missing(column):
            return [column]
        case Not(inner):
            return _named(inner)
        case Both(parts) | Either(parts):
            return [name for part in parts for name in _named(part)]
    return []


def _cast(dimension: Dimension, name: str) -> str:
    return _CASTS[dimension.kind].format(quoted(name))


def _clipped(measure: Measure, name: str) -> str:
    """A whole number within the bounds for any value at all: what cannot be read counts as the offer says."""
    bounds, unit = measure.bounds, 10**measure.bounds.decimals
    read = f"TRY_CAST({quoted(name)} AS DECIMAL(30, 6))"
    lower, upper = (f"{decimal(each, bounds.decimals)}::DECIMAL(30, 6)" for each in (bounds.lower, bounds.upper))
    within = f"round(least(greatest({read}, {lower}), {upper}), {bounds.decimals})"
    return f"CASE WHEN {read} IS NULL THEN {measure.missing} ELSE CAST({within} * {unit} AS BIGINT) END"
