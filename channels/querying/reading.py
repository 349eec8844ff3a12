"""Reading a page of one published file; run in a process of its own, for what it costs depends on the file.

A filter is an expression over typed columns, the very one by which files are made to a scope: no text of a caller's is
ever parsed as a query.
"""

import math
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec
import polars as pl

from channels.publishing.making.scoping import matching
from channels.querying.rules import Question

INTEGER_MAX: Final = 2**53 - 1


class FilePart(msgspec.Struct, frozen=True):
    """Rows of a file as JSON objects, with the number in the file after the last one of each.

    `oversized` is the number of a row that is larger than what was left for the answer; it is not among them.
    `seconds` is how long it took.
    """

    rows: list[bytes]
    ends: list[int]
    oversized: int | None
    seconds: float


def read_part(path: str, question: Question, start: int, stop: int, rows_max: int, bytes_max: int) -> FilePart:
    """The first rows of a file from number `start` up to `stop` that are asked for, as many as there is room for."""
    began, number = time.monotonic(), "#"
    names = pl.read_parquet_schema(path)
    while number in names:
        number += "#"
    frame = pl.scan_parquet(path, row_index_name=number, hive_partitioning=False, glob=False)
    if question.filter is None:
        frame = frame.slice(start, min(rows_max, stop - start))
    else:
        within = (pl.col(number) >= start) & (pl.col(number) < stop)
        frame = frame.filter(within & matching(question.filter, pl.Schema(names))).head(rows_max)
    columns = [name for name in names if name in question.select or not question.select]
    got = frame.select(pl.col(number), *(_plain(name, names[name]) for name in columns)).collect(engine="streaming")
    rows, oversized = _fitting(got[number].to_list(), _objects(got, columns), bytes_max)
    ends = [each + 1 for each in got[number].head(len(rows))]
    return FilePart(rows, ends, oversized, time.monotonic() - began)


def _fitting(numbers: list[int], objects: Iterator[bytes], bytes_max: int) -> tuple[list[bytes], int | None]:
    """The rows that there is room for, and the number of the first for which there is none."""
    rows: list[bytes] = []
    for number, row in zip(numbers, objects, strict=True):
        bytes_max -= len(row) + 1
        if bytes_max < 0:
            return rows, number
        rows.append(row)
    return rows, None


def _objects(frame: pl.DataFrame, columns: list[str]) -> Iterator[bytes]:
    """Each row as a JSON object; a column's name may be any text."""
    told = [_told(frame.schema[name]) for name in columns]
    for row in frame.select(columns).iter_rows():
        cells = (cell if tell is None or cell is None else tell(cell) for tell, cell in zip(told, row, strict=True))
        yield msgspec.json.encode(dict(zip(columns, cells, strict=True)))


def _plain(name: str, dtype: pl.DataType) -> pl.Expr:
    """A column in what JSON has a word for, or as text without loss."""
    column = pl.col(name)
    if isinstance(dtype, pl.Datetime):
        return column.dt.convert_time_zone("UTC").dt.to_string("%Y-%m-%dT%H:%M:%S%.6fZ")
    if isinstance(dtype, pl.Date):
        return column.dt.to_string("%Y-%m-%d")
    if isinstance(dtype, pl.Decimal):
        return column.cast(pl.String())
    return column.bin.encode("base64") if isinstance(dtype, pl.Binary) else column


def _told(dtype: pl.DataType) -> Callable[[Any], Any] | None:
    """How a cell is written where its type holds more than JSON does; None where it is written as it is."""
    if dtype == pl.Int64():
        return lambda cell: cell if -INTEGER_MAX <= cell <= INTEGER_MAX else str(cell)
    if dtype.is_float():
        return lambda cell: cell if math.isfinite(cell) else _NOT_FINITE.get(cell, "NaN")
    return None


_NOT_FINITE: Final = {math.inf: "Infinity", -math.inf: "-Infinity"}
