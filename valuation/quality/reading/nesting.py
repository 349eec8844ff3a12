"""Nested data as plain columns: the field of an object is `address.city`, the items of an array are a table of rows.

An object's own column says whether it is there; an array's own column is the number of its items. Items carry the
number of the record that holds them. What the contract does not declare stays as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from msgspec import Struct

from valuation.quality.contract.contract import NESTED, ContractObject, LogicalType
from valuation.quality.reading.staging import ROW

_ITEM = "item"


class Items(Struct, frozen=True):
    """Stands in a flattened record for an array: how many items it has."""

    count: int


class Present(Struct, frozen=True):
    """Stands in a flattened record for an object that is there."""


PRESENT = Present()

Held = dict[str, list[tuple[int, dict[str, Any]]]]
"""Items by the name of their table, each with the number of its record."""


def is_nested(declared: ContractObject) -> bool:
    """Say whether an object has columns that hold others."""
    return any(p.logical_type in NESTED for p in declared.properties)


def flat_record(
    number: int, record: dict[str, Any], declared: ContractObject, items: Sequence[ContractObject]
) -> tuple[dict[str, Any], Held]:
    """Give a record of JSON lines as plain values, and the items inside it by the table they belong to."""
    flat: dict[str, Any] = {}
    held: Held = {}
    inner = {table.column: table for table in items if table.parent == declared.name}
    for column, value in _fields(record, declared, ""):
        flat[column] = Items(len(value)) if _is_array(declared, column) and isinstance(value, list) else value
        if column in inner and isinstance(value, list):
            table = inner[column]
            for item in value:
                fields = item if isinstance(item, dict) and table.property(_ITEM) is None else {_ITEM: item}
                plain, deeper = flat_record(number, fields, table, items)
                held.setdefault(table.name, []).append((number, plain))
                for name, rows in deeper.items():
                    held.setdefault(name, []).extend(rows)
    return flat, held


def _fields(record: dict[str, Any], declared: ContractObject, prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in record.items():
        column = prefix + key
        stated = declared.property(column)
        if stated is not None and stated.logical_type is LogicalType.OBJECT and isinstance(value, dict):
            yield column, PRESENT
            yield from _fields(value, declared, column + ".")
        else:
            yield column, value


def _is_array(declared: ContractObject, column: str) -> bool:
    stated = declared.property(column)
    return stated is not None and stated.logical_type is LogicalType.ARRAY


def flat_files(path: Path, folder: Path, declared: ContractObject, items: Sequence[ContractObject]) -> dict[str, Path]:
    """Stream a Parquet file with nested columns into flat ones, one for the object and one for each table of items."""
    source = pl.scan_parquet(path, glob=False, hive_partitioning=False, row_index_name=ROW)
    frames = {declared.name: source}
    found: dict[str, Path] = {}
    for number, table in enumerate((declared, *items)):
        frame = frames[table.name]
        columns = list(_columns(frame.collect_schema(), table))
        for inner in items:
            if inner.parent == table.name:
                frames[inner.name] = _exploded(
                    frame, next((e for c, e, _ in columns if c == inner.column), None), table
                )
        found[table.name] = folder / f"flat-{number}.parquet"
        shown = [_shown(table, column, expression, dtype) for column, expression, dtype in columns]
        frame.select(ROW, *shown).sink_parquet(found[table.name], compression="zstd", compression_level=1)
    return found


def _columns(schema: Mapping[str, pl.DataType], declared: ContractObject) -> Iterator[tuple[str, pl.Expr, pl.DataType]]:
    for name, dtype in schema.items():
        if name != ROW:
            yield from _column(name, pl.col(name), dtype, declared)


def _column(
    column: str, expression: pl.Expr, dtype: pl.DataType, declared: ContractObject
) -> Iterator[tuple[str, pl.Expr, pl.DataType]]:
    yield column, expression, dtype
    stated = declared.property(column)
    if stated is not None and stated.logical_type is LogicalType.OBJECT and isinstance(dtype, pl.Struct):
        for field in dtype.fields:
            inner = field.dtype if isinstance(field.dtype, pl.DataType) else field.dtype()
            yield from _column(f"{column}.{field.name}", expression.struct.field(field.name), inner, declared)


def _shown(declared: ContractObject, column: str, expression: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """What stands for a column: a truth for an object that is there, a number for an array, else the value itself."""
    stated = declared.property(column)
    kind = stated.logical_type if stated is not None else None
    if kind is LogicalType.OBJECT:
        if isinstance(dtype, pl.Struct):
            return pl.when(expression.is_not_null()).then(pl.lit(True)).alias(column)
        return expression.cast(pl.String).alias(column) if dtype == pl.Boolean else expression.alias(column)
    if kind is LogicalType.ARRAY:
        if (listed := _list(expression, dtype)) is not None:
            return listed.list.len().cast(pl.Int64).alias(column)
        return expression.cast(pl.String).alias(column) if dtype.is_integer() else expression.alias(column)
    return expression.alias(column)


def _list(expression: pl.Expr, dtype: pl.DataType) -> pl.Expr | None:
    if isinstance(dtype, pl.Array):
        return expression.arr.to_list()
    return expression if isinstance(dtype, pl.List) else None


def _exploded(frame: pl.LazyFrame, expression: pl.Expr | None, declared: ContractObject) -> pl.LazyFrame:
    """One row for each item of an array, with the number of its record; no row where there is no array."""
    del declared
    empty = pl.LazyFrame(schema={ROW: pl.UInt32(), _ITEM: pl.Null()})
    if expression is None:
        return empty
    listed = frame.select(ROW, expression.alias(_ITEM))
    dtype = listed.collect_schema()[_ITEM]
    items = _list(pl.col(_ITEM), dtype)
    if items is None:
        return empty
    rows = listed.with_columns(items.alias(_ITEM)).filter(pl.col(_ITEM).list.len() > 0).explode(_ITEM)
    inner = rows.collect_schema()[_ITEM]
    if not isinstance(inner, pl.Struct):
        return rows
    return rows.select(ROW, *[pl.col(_ITEM).struct.field(f.name) for f in inner.fields])
