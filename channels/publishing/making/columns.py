"""Columns in the types that every reader of shared tables knows; pure.

Moments are UTC in microseconds, unsigned numbers the next signed ones, those of 64 bits decimals; times of day are text
and durations microseconds. A moment without a zone is UTC, as scoring reads it. What holds objects or arrays has no
place yet and is refused (decision 0251).
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import polars as pl
import pyarrow as pa

from channels.publishing.errors import NotPublishable
from kernel.text import Text

DIGITS_MAX: Final = 38

_PLAIN: Final[dict[pl.DataType, tuple[str, pa.DataType]]] = {
    pl.Int8(): ("byte", pa.int8()),
    pl.Int16(): ("short", pa.int16()),
    pl.Int32(): ("integer", pa.int32()),
    pl.Int64(): ("long", pa.int64()),
    pl.Float32(): ("float", pa.float32()),
    pl.Float64(): ("double", pa.float64()),
    pl.Boolean(): ("boolean", pa.bool_()),
    pl.String(): ("string", pa.string()),
    pl.Binary(): ("binary", pa.binary()),
    pl.Date(): ("date", pa.date32()),
    pl.Datetime("us", "UTC"): ("timestamp", pa.timestamp("us", "UTC")),
}
_NAMED: Final = {name: dtype for dtype, (name, _) in _PLAIN.items()}
_DECIMAL: Final = re.compile(r"decimal\(([0-9]+),([0-9]+)\)")
_WIDER: Final[dict[pl.DataType, pl.DataType]] = {
    pl.UInt8(): pl.Int16(),
    pl.UInt16(): pl.Int32(),
    pl.UInt32(): pl.Int64(),
    pl.UInt64(): pl.Decimal(20, 0),
    pl.Int128(): pl.Decimal(DIGITS_MAX, 0),
    pl.Null(): pl.String(),
}


def normalised(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """A table with every column in a shared type; raises NotPublishable for a column that has none."""
    return frame.select([_normal(table, name, dtype) for name, dtype in frame.schema.items()])


def _normal(table: str, name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(dtype, pl.Datetime):
        zoned = column.dt.replace_time_zone("UTC") if dtype.time_zone is None else column.dt.convert_time_zone("UTC")
        return zoned.dt.cast_time_unit("us")
    if isinstance(dtype, pl.Time):
        return column.dt.to_string("%H:%M:%S%.6f")
    if isinstance(dtype, pl.Duration):
        return column.dt.total_microseconds()
    if isinstance(dtype, pl.Categorical | pl.Enum):
        return column.cast(pl.String())
    if isinstance(dtype, pl.Decimal):
        return column.cast(pl.Decimal(dtype.precision or DIGITS_MAX, dtype.scale))
    if dtype in _WIDER:
        return column.cast(_WIDER[dtype])
    if dtype in _PLAIN:
        return column
    reason = Text(
        f"列 {name[:60]} 的类型 {dtype} 没有共享格式", f"the column {name[:60]} of type {dtype} has no shared form"
    )
    raise NotPublishable(table=table, reason=reason)


def spark_schema(frame: pl.DataFrame) -> dict[str, Any]:
    """A normalised table's schema as the protocol tells it."""
    fields = [
        {"name": name, "type": _spark(dtype), "nullable": True, "metadata": {}} for name, dtype in frame.schema.items()
    ]
    return {"type": "struct", "fields": fields}


def _spark(dtype: pl.DataType) -> str:
    return f"decimal({dtype.precision},{dtype.scale})" if isinstance(dtype, pl.Decimal) else _PLAIN[dtype][0]


def polars_schema(spark: Mapping[str, Any]) -> pl.Schema:
    """A normalised table's schema out of the one that `spark_schema` tells."""
    return pl.Schema({field["name"]: polars_type(str(field["type"])) for field in spark["fields"]})


def polars_type(kind: str) -> pl.DataType:
    """The type of Polars that a type of the protocol's schema is read in."""
    if (digits := _DECIMAL.fullmatch(kind)) is not None:
        return pl.Decimal(int(digits[1]), int(digits[2]))
    return _NAMED[kind]


def arrow_schema(frame: pl.DataFrame) -> pa.Schema:
    """The schema in which a normalised table is written."""
    return pa.schema([(name, _arrow(dtype)) for name, dtype in frame.schema.items()])


def _arrow(dtype: pl.DataType) -> pa.DataType:
    if isinstance(dtype, pl.Decimal):
        return pa.decimal128(dtype.precision or DIGITS_MAX, dtype.scale)
    return _PLAIN[dtype][1]
