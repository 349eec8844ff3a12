"""Records of JSON lines and of spreadsheets: values that have types already, written in batches of typed columns."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import polars as pl

from valuation.quality.contract.contract import LogicalType
from valuation.quality.reading.nesting import Items, Present
from valuation.quality.reading.staging import CELL_BYTES_MAX, ROW, TYPES, UNREAD, Writer, cast

_BATCH = 50_000


class Records:
    """Batches of records with known columns, on their way into one staged file."""

    def __init__(self, writer: Writer, columns: tuple[str, ...]) -> None:
        self._writer, self._types, self._forms = writer, writer.types(columns), writer.forms(columns)
        self._batch: list[tuple[int, dict[str, Any]]] = []

    def add(self, number: int, record: dict[str, Any]) -> None:
        """Take one record; its number is that of its place in the file."""
        self._batch.append((number, record))
        if len(self._batch) == _BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what is waiting."""
        if self._batch:
            self._writer.write(frame(self._batch, self._types, self._forms))
            self._batch = []


def frame(
    batch: list[tuple[int, dict[str, Any]]], types: dict[str, LogicalType], forms: Mapping[str, str]
) -> pl.DataFrame:
    series: list[pl.Series] = []
    for column, logical_type in types.items():
        given = [_value(record.get(column), logical_type) for _, record in batch]
        if column in forms:
            given = _formed(given, logical_type, forms[column])
        series.append(pl.Series(column, [value for value, _ in given], dtype=TYPES[logical_type]))
        if logical_type is not LogicalType.STRING:
            series.append(pl.Series(UNREAD + column, [text for _, text in given], dtype=pl.String()))
    series.append(pl.Series(ROW, [number for number, _ in batch], dtype=pl.UInt32()))
    return pl.DataFrame(series)


def _value(value: Any, logical_type: LogicalType) -> tuple[Any, str | None]:
    """A value of its type, or the text of one that is not; whole doubles are integers, as spreadsheets store them."""
    if value is None:
        return None, None
    fits = _FITS[logical_type](value)
    if fits is not None:
        return fits, None
    return None, _text(value)[:CELL_BYTES_MAX]


def _formed(given: list[tuple[Any, str | None]], logical_type: LogicalType, form: str) -> list[tuple[Any, str | None]]:
    """Read what is text in the declared form; what has its type already stays as it is."""
    read = cast(pl.Series([text for _, text in given], dtype=pl.String()), logical_type, form).to_list()
    return [(value, text) if found is None else (found, None) for (value, text), found in zip(given, read, strict=True)]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Present | Items):
        return "{…}" if isinstance(value, Present) else "[…]"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{value.total_seconds()}S"
    return json.dumps(value, ensure_ascii=False)


def _integer(value: Any) -> int | None:
    whole = isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1
    return int(value) if whole and abs(value) < 1 << 63 else None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else None
    try:
        return value if isinstance(value, date) else date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _stamp(value: Any) -> datetime | None:
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return datetime(value.year, value.month, value.day, tzinfo=UTC) if isinstance(value, date) else None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _clock(value: Any) -> time | None:
    try:
        return value if isinstance(value, time) else time.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


_FITS: dict[LogicalType, Any] = {
    LogicalType.STRING: _text,
    LogicalType.INTEGER: _integer,
    LogicalType.NUMBER: _number,
    LogicalType.BOOLEAN: lambda value: value if isinstance(value, bool) else None,
    LogicalType.DATE: _day,
    LogicalType.TIMESTAMP: _stamp,
    LogicalType.TIME: _clock,
    LogicalType.OBJECT: lambda value: True if isinstance(value, Present) else None,
    LogicalType.ARRAY: lambda value: value.count if isinstance(value, Items) else None,
}
