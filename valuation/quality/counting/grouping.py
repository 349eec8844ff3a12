"""Passes over keys: how many are repeated, which ones, and which lead nowhere; the same on every engine."""

from typing import Any

import narwhals.stable.v1 as nw

from valuation.quality.contract.contract import LogicalType


def unique_counts(frame: nw.LazyFrame[Any], columns: tuple[str, ...]) -> nw.LazyFrame[Any]:
    """How many rows with a whole key are one too many: count less distinct, NULLs excluded."""
    names, keyed = _keys(frame, columns)
    grouped = keyed.group_by(*names).agg(nw.len().alias("size"))
    return grouped.select((nw.col("size") - 1).sum().alias("f"))


def repeats(frame: nw.LazyFrame[Any], columns: tuple[str, ...], row: str, count: int) -> nw.LazyFrame[Any]:
    """The first keys that occur more than once, each with its first row."""
    names, keyed = _keys(frame, columns, row)
    grouped = keyed.group_by(*names).agg(nw.len().alias("__size__"), nw.col(row).min())
    found = grouped.filter(nw.col("__size__") > 1).sort(row).head(count)
    return found.select(*[nw.col(n).alias(c) for n, c in zip(names, columns, strict=True)], row)


def _keys(frame: nw.LazyFrame[Any], columns: tuple[str, ...], *more: str) -> tuple[list[str], nw.LazyFrame[Any]]:
    """Whole keys under plain names: some engines read a dot in the name of a grouped column as a field's."""
    names = [f"__key{i}__" for i in range(len(columns))]
    keys = [nw.col(c).alias(n) for c, n in zip(columns, names, strict=True)]
    return names, without_null_keys(frame, columns).select(*keys, *more)


def comparable(logical_type: LogicalType, column: str) -> nw.Expr:
    """Bring a key to the widest type of its logical type: engines join only equal types."""
    widest: dict[LogicalType, nw.dtypes.DType] = {
        LogicalType.INTEGER: nw.Int128(),
        LogicalType.NUMBER: nw.Float64(),
        LogicalType.TIMESTAMP: nw.Datetime("ns"),
    }
    expression = nw.col(column)
    return expression.cast(widest[logical_type]) if logical_type in widest else expression


def orphans(
    frame: nw.LazyFrame[Any],
    columns: tuple[str, ...],
    target: nw.LazyFrame[Any],
    keys: tuple[str, ...],
    types: tuple[LogicalType, ...],
) -> nw.LazyFrame[Any]:
    """Rows with a whole foreign key that does not occur in the referenced columns."""
    names = [f"__key{i}__" for i in range(len(columns))]
    sought = [comparable(t, c).alias(n) for t, c, n in zip(types, columns, names, strict=True)]
    offered = [comparable(t, k).alias(n) for t, k, n in zip(types, keys, names, strict=True)]
    known = target.select(*offered).unique()
    return without_null_keys(frame, columns).with_columns(*sought).join(known, how="anti", on=names).drop(names)


def without_null_keys(frame: nw.LazyFrame[Any], columns: tuple[str, ...]) -> nw.LazyFrame[Any]:
    """Only rows in which no part of the key is NULL."""
    return frame.filter(*[~nw.col(column).is_null() for column in columns])
