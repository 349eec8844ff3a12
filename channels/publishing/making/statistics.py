"""What a file holds in numbers, so that readers need not open it: the protocol's statistics, never narrower than true.

A bound that cannot be told exactly is told wider or not at all: long texts are cut (the upper bound raised), moments
are told in milliseconds (the lower rounded down, the upper up), and nothing is told of columns with NaN, of binary ones
and of decimals that JSON numbers do not hold.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import polars as pl

TEXT_CHARS_MAX: Final = 32
EXACT_MAX: Final = 2**53
_LAST: Final = 0x10FFFF
_SURROGATES: Final = range(0xD800, 0xE000)


def statistics(frame: pl.DataFrame) -> dict[str, Any]:
    """Number of rows, and by column how many are empty and between which values the others lie."""
    lows: dict[str, Any] = {}
    highs: dict[str, Any] = {}
    for name, dtype in frame.schema.items():
        column = frame[name]
        bounds = _bounds(column, dtype)
        if bounds is not None:
            lows[name], highs[name] = bounds
    empty = {name: frame[name].null_count() for name in frame.columns}
    return {"numRecords": frame.height, "minValues": lows, "maxValues": highs, "nullCount": empty}


def _bounds(column: pl.Series, dtype: pl.DataType) -> tuple[Any, Any] | None:
    if column.null_count() == len(column) or isinstance(dtype, pl.Binary | pl.Boolean):
        return None
    if dtype.is_float() and not column.is_finite().all():
        return None
    try:
        return _told(column.min(), column.max())
    except (ValueError, OverflowError):  # Days and moments after the year 9999, which have no written form.
        return None


def _told(low: Any, high: Any) -> tuple[Any, Any] | None:
    """Both bounds as JSON has them; None where one cannot be told."""
    if isinstance(low, str):
        raised = raised_text(high)
        return None if raised is None else (low[:TEXT_CHARS_MAX], raised)
    if isinstance(low, datetime):
        return _moment(low, floor), _moment(high, ceiling)
    if isinstance(low, date):
        return low.isoformat(), high.isoformat()
    if isinstance(low, Decimal):
        exact = low == low.to_integral_value() and high == high.to_integral_value()
        inside = max(abs(low), abs(high)) <= EXACT_MAX
        return (int(low), int(high)) if exact and inside else None
    return low, high


def raised_text(value: str) -> str | None:
    """The shortest told upper bound of a text: itself, or cut and raised by its last character that can be."""
    if len(value) <= TEXT_CHARS_MAX:
        return value
    cut = value[:TEXT_CHARS_MAX]
    for length in range(TEXT_CHARS_MAX, 0, -1):
        following = ord(cut[length - 1]) + 1
        if following in _SURROGATES:
            following = _SURROGATES.stop
        if following <= _LAST:
            return cut[: length - 1] + chr(following)
    return None


def floor(moment: datetime) -> datetime:
    """The millisecond in which a moment lies."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def ceiling(moment: datetime) -> datetime:
    """The first whole millisecond that is not before a moment."""
    down = floor(moment)
    return down if down == moment else down + timedelta(milliseconds=1)


def _moment(moment: datetime, rounded: Callable[[datetime], datetime]) -> str:
    return f"{rounded(moment).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
