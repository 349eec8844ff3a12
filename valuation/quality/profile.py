"""What a reader asks of every column before any rule: its type, gaps, variety and extremes; computed, never typed."""

from typing import Any

import polars as pl
from msgspec import Struct

from valuation.quality.masking import masked, plain
from valuation.quality.reading import ROW, Table, collect


class ColumnProfile(Struct, frozen=True):
    """One column; `distinct_estimate` is a HyperLogLog estimate and decides nothing; extremes may be masked."""

    column: str
    type: str
    null_count: int
    nan_count: int
    distinct_estimate: int | None
    minimum: Any
    maximum: Any


def profile(table: Table, sample_rows: int) -> tuple[tuple[ColumnProfile, ...], tuple[dict[str, Any], ...]]:
    """Profile every column, declared or not, and give the first rows with what is not public masked."""
    expressions: list[pl.Expr] = []
    for index, (name, dtype) in enumerate(table.dtypes.items()):
        expressions += _expressions(index, pl.col(name), dtype)
    numbers, first = collect(table.file, [table.frame.select(expressions), table.frame.drop(ROW).head(sample_rows)])
    row = numbers.row(0, named=True)
    columns = tuple(_column(table, row, index, name) for index, name in enumerate(table.dtypes))
    rows = tuple(
        {plain(name): masked(value, table.object.property(name)) for name, value in record.items()}
        for record in first.iter_rows(named=True)
    )
    return columns, rows


def _expressions(index: int, column: pl.Expr, dtype: pl.DataType) -> list[pl.Expr]:
    found = [column.null_count().alias(f"n{index}")]
    if dtype.is_float():
        found.append(column.is_nan().sum().alias(f"a{index}"))
        column = column.fill_nan(None)
    if not dtype.is_nested() and dtype != pl.Null and dtype != pl.Object:
        found.append(column.drop_nulls().approx_n_unique().alias(f"d{index}"))
        found += [column.min().alias(f"l{index}"), column.max().alias(f"h{index}")]
    return found


def _column(table: Table, row: dict[str, Any], index: int, name: str) -> ColumnProfile:
    declaration = table.object.property(name)
    return ColumnProfile(
        column=plain(name),
        type=str(table.dtypes[name]),
        null_count=int(row[f"n{index}"]),
        nan_count=int(row.get(f"a{index}") or 0),
        distinct_estimate=plain(row.get(f"d{index}")),
        minimum=masked(row.get(f"l{index}"), declaration),
        maximum=masked(row.get(f"h{index}"), declaration),
    )
