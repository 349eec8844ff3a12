"""One spelling of moments: inside an engine they are UTC without a zone, which no engine converts; outside with it."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl


def bare(value: Any) -> Any:
    """A moment in UTC without its zone, as engines compare it; anything else as it is."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def zoned(value: Any) -> Any:
    """A moment with its zone, as people are told it; without a zone it is UTC."""
    if not isinstance(value, datetime):
        return value
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_DAY_NS = 86_400_000_000_000
_DAYS = date(1, 1, 2), date(9999, 12, 30)
"""What Python's calendar holds in every time zone; files may hold more."""


def calendar(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows with days and moments beyond the calendar left out, as they are about to be told."""
    held = []
    for name, dtype in frame.schema.items():
        column = pl.col(name)
        if dtype == pl.Date:
            held.append(pl.when(column.is_between(*_DAYS)).then(column))
        elif isinstance(dtype, pl.Datetime):
            held.append(pl.when(column.dt.date().is_between(*_DAYS)).then(column))
        elif dtype == pl.Time:
            held.append(pl.when(column.to_physical().is_between(0, _DAY_NS - 1)).then(column))
    return frame.with_columns(held) if held else frame
