"""Scopes by chance on tables by chance, and the rows that plain SQL (SQLite) gives for them, written on its own.

SQLite has no decimals, days or moments: they are compared there as whole numbers of hundredths, days and microseconds.
"""

import sqlite3
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import polars as pl

from contracts.usage.scope.tree import Comparator, Condition, TableScope

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TYPES: dict[str, Any] = {
    "id": pl.Int64(),
    "small": pl.Int8(),
    "unsigned": pl.UInt64(),
    "price": pl.Decimal(12, 2),
    "ratio": pl.Float64(),
    "single": pl.Float32(),
    "flag": pl.Boolean(),
    "city": pl.String(),
    "day": pl.Date(),
    "at": pl.Datetime("us", "UTC"),
}
WORDS = ("上海", "上饶", "", "a", "A", "aa", "a%", "a_b", "\U0001f600", "é", "zz", "~")
SIMPLE = (Comparator.EQ, Comparator.NE, Comparator.LT, Comparator.LE, Comparator.GT, Comparator.GE)
SQL = {
    Comparator.EQ: "=",
    Comparator.NE: "<>",
    Comparator.LT: "<",
    Comparator.LE: "<=",
    Comparator.GT: ">",
    Comparator.GE: ">=",
}


def value_of(chance: Random, column: str) -> Any:
    """A value of a column; few of them, so that constants meet them."""
    n = chance.randint(-4, 4)
    match column:
        case "id" | "small":
            return n
        case "unsigned":
            return chance.choice([0, 3, 2**63, 2**64 - 1])
        case "price":
            return Decimal(n * 25).scaleb(-2)
        case "ratio" | "single":
            return chance.choice([n / 4, -0.0])
        case "flag":
            return n > 0
        case "city":
            return chance.choice(WORDS)
        case "day":
            return date(2026, 1, 5) + timedelta(days=n)
    return datetime(2026, 1, 5, tzinfo=UTC) + timedelta(microseconds=n * 500_001)


def constant_of(chance: Random, column: str) -> Any:
    """A value as a licence writes it."""
    value = value_of(chance, column)
    match column:
        case "unsigned" | "price" | "ratio" | "single":
            text = format(Decimal(value), "f")
            return int(value) if value == int(value) and abs(value) < 2**53 and chance.random() < 0.5 else text
        case "day":
            return value.isoformat()
        case "at":
            east = value.astimezone().astimezone(UTC)
            return east.isoformat().replace("+00:00", chance.choice(["Z", "+00:00"]))
    return value


def row_of(chance: Random, key: int) -> tuple[Any, ...]:
    """A row with a key of its own; each other cell is empty at times."""
    rest = [None if chance.random() < 0.25 else value_of(chance, column) for column in list(TYPES)[1:]]
    return (key, *rest)


def table_of(chance: Random) -> list[tuple[Any, ...]]:
    """A table's rows."""
    return [row_of(chance, key) for key in range(chance.randint(0, 14))]


def frame_of(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    """The same as it is read."""
    return pl.DataFrame(rows, schema=TYPES, orient="row")


def leaf_of(chance: Random) -> Condition:
    """A comparison that its column takes."""
    column = chance.choice(list(TYPES))
    op = chance.choice([*SIMPLE, Comparator.IN, Comparator.BETWEEN, Comparator.IS_NULL, Comparator.STARTS_WITH])
    if op is Comparator.STARTS_WITH:
        return Condition(col="city", op=op, value=chance.choice(["上", "a", "", "A", "a%"]))
    if op is Comparator.IS_NULL:
        return Condition(col=column, op=op, value=chance.random() < 0.5)
    if column == "flag":
        return Condition(col=column, op=chance.choice([Comparator.EQ, Comparator.NE]), value=chance.random() < 0.5)
    if op in (Comparator.IN, Comparator.BETWEEN):
        count = 2 if op is Comparator.BETWEEN else chance.randint(1, 4)
        return Condition(col=column, op=op, value=tuple(constant_of(chance, column) for _ in range(count)))
    return Condition(col=column, op=op, value=constant_of(chance, column))


def condition_of(chance: Random, depth: int = 0) -> Condition:
    """A condition of some depth."""
    if depth > 2 or chance.random() < 0.4:
        return leaf_of(chance)
    inner = tuple(condition_of(chance, depth + 1) for _ in range(chance.randint(1, 3)))
    return Condition(every=inner) if chance.random() < 0.5 else Condition(some=inner)


def scope_of(chance: Random) -> TableScope:
    """Some columns, and mostly a condition."""
    columns = chance.sample(list(TYPES), chance.randint(1, len(TYPES)))
    return TableScope("t", tuple(columns), condition_of(chance) if chance.random() < 0.9 else None)


def stored(column: str, value: Any) -> Any:
    """A cell, or a constant of a licence, as SQLite compares it."""
    if value is None:
        return None
    match column:
        case "price":
            return int(Decimal(value) * 100)
        case "unsigned":
            return int(value) - 2**63  # SQLite's whole numbers are signed; the order is the same.
        case "ratio" | "single":
            return float(value)
        case "flag":
            return int(value)
        case "day":
            return (date.fromisoformat(value) if isinstance(value, str) else value).toordinal()
        case "at":
            moment = datetime.fromisoformat(value) if isinstance(value, str) else value
            return (moment - EPOCH) // timedelta(microseconds=1)
    return value


def sql_of(condition: Condition, values: list[Any]) -> str:
    """A condition as SQL with its constants bound."""
    if condition.every or condition.some:
        parts = [sql_of(one, values) for one in condition.every or condition.some]
        return "(" + (" AND " if condition.every else " OR ").join(parts) + ")"
    column, value = str(condition.col), condition.value
    several = value if isinstance(value, tuple) else (value,)
    if condition.op is Comparator.IS_NULL:
        return f'"{column}" IS {"" if value else "NOT "}NULL'
    values.extend(stored(column, one) for one in several)
    if condition.op is Comparator.STARTS_WITH:
        values.append(value)
        return f'substr("{column}", 1, length(?)) = ?'
    if condition.op is Comparator.IN:
        return f'"{column}" IN ({", ".join("?" * len(several))})'
    if condition.op is Comparator.BETWEEN:
        return f'"{column}" BETWEEN ? AND ?'
    assert condition.op is not None
    return f'"{column}" {SQL[condition.op]} ?'


class Oracle:
    """SQLite, a table at a time."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:")
        self.db.execute(f"CREATE TABLE t ({', '.join(TYPES)})")

    def rows(self, rows: list[tuple[Any, ...]], part: TableScope) -> list[tuple[Any, ...]]:
        """What is licensed of a table: its columns in the table's order, its rows by their key."""
        self.db.execute("DELETE FROM t")
        cells = [[stored(column, cell) for column, cell in zip(TYPES, row, strict=True)] for row in rows]
        self.db.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(TYPES))})", cells)
        values: list[Any] = []
        where = "" if part.rows is None else f"WHERE {sql_of(part.rows, values)}"
        kept = {key for (key,) in self.db.execute(f'SELECT "id" FROM t {where}', values)}
        columns = [at for at, name in enumerate(TYPES) if name in part.columns]
        return [tuple(row[at] for at in columns) for row in rows if row[0] in kept]
