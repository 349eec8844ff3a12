"""What is counted in a table while it is read for its sketch: fields, and the days that its columns of times span."""

from datetime import UTC, date, datetime
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from rights.duplicates.sketching.dates import seconds_of

_CALENDAR: Final = (date(1000, 1, 1), date(9999, 12, 31))
Span = tuple[date, date]
"""The first and the last day."""


def span_of(batch: pa.Table, before: Span | None) -> Span | None:
    """The days of all columns of times of a batch, with those of the batches before."""
    found = [before] if before is not None else []
    for column in batch.columns:
        if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
            ends: Any = pc.min_max(column.cast(pa.date32(), safe=False)).as_py()
            if ends["min"] is not None:
                found.append((ends["min"], ends["max"]))
    return _within(found)


def span_of_texts(frame: pl.DataFrame) -> Span | None:
    """The days of the columns of text that are read as moments; the frame is a whole table."""
    found: list[Span] = []
    for series in frame.get_columns():
        texts = series.drop_nulls() if series.dtype == pl.String else series.clear()
        texts = texts.filter(texts.str.len_bytes() > 0) if len(texts) else texts
        seconds = seconds_of(texts.str.to_lowercase()) if len(texts) else None
        if seconds is not None and np.isfinite(seconds).any():
            ends = (float(np.nanmin(seconds)), float(np.nanmax(seconds)))
            found.append((_day(ends[0]), _day(ends[1])))
    return _within(found)


def joined(spans: list[Span]) -> Span | None:
    """The days of several tables together."""
    return _within(spans)


def _within(spans: list[Any]) -> Span | None:
    if not spans:
        return None
    first, last = min(each[0] for each in spans), max(each[1] for each in spans)
    return (first, last) if _CALENDAR[0] <= first and last <= _CALENDAR[1] else None


def _day(seconds: float) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()
