"""Values freed from their encoding: a number is one number as integer, float or text, a date one date in any format."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow.compute as pc

from rights.duplicates.sketching.dates import seconds_of
from rights.duplicates.sketching.hashing import NULL, Floats, Hashes, SketchKey, hash_numbers, hash_texts

MISSING: Final = ("", "na", "n/a", "nan", "nat", "null", "none", "nil", "-", "--", "\\n", "#n/a", "无", "空")
"""Texts that mean no value, after folding."""

_NUMERIC_SHARE: Final = 0.5
_DAYS: Final = (19_000_101, 21_001_231)
_MILLISECONDS: Final = (1e11, 4.2e12)
"""Milliseconds from 1973 to 2103, which no seconds of those years reach."""

_GROUPED: Final = r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$"


@dataclass(frozen=True, slots=True)
class Values:
    """A column after normalisation: a fast hash of each row's value and, for numeric columns, the numbers."""

    hashes: Hashes
    numbers: Floats | None


def normalise(column: pl.Series, key: SketchKey) -> Values:
    """Normalise a column of any type; nested values count as their JSON text."""
    kind = column.dtype
    if kind.is_numeric() or kind == pl.Boolean:
        return _from_numbers(column.cast(pl.Float64).to_numpy(), key)
    if kind.is_temporal():
        return _from_numbers(_temporal(column), key)
    if kind == pl.Null:
        return Values(np.zeros(len(column), dtype=np.uint64), None)
    if kind.is_nested() or kind == pl.Object:
        column = column.to_frame("value").to_struct("value").struct.json_encode()
    elif kind == pl.Binary:
        column = column.bin.encode("hex")
    return _from_texts(column.cast(pl.String), key)


def _from_numbers(numbers: Floats, key: SketchKey) -> Values:
    seconds = _as_seconds(np.array(numbers, dtype=np.float64))
    return Values(hash_numbers(seconds, key.seed("number")), seconds)


def _temporal(column: pl.Series) -> Floats:
    """Seconds since 1970 in UTC, of the day or of nothing; a time without a zone is taken as UTC."""
    if column.dtype == pl.Date:
        seconds = column.cast(pl.Int32).cast(pl.Float64) * 86400.0
    elif column.dtype == pl.Time:
        seconds = column.cast(pl.Int64).cast(pl.Float64) / 1e9
    elif column.dtype == pl.Duration:
        seconds = column.dt.total_microseconds().cast(pl.Float64) / 1e6
    else:
        seconds = column.dt.timestamp("us").cast(pl.Float64) / 1e6
    return seconds.to_numpy()


def _as_seconds(numbers: Floats) -> Floats:
    """Turn a column that holds nothing but days as YYYYMMDD, or nothing but milliseconds of our age, into seconds."""
    numbered = numbers[~np.isnan(numbers)]
    if not len(numbered) or not np.array_equal(np.floor(numbered), numbered):
        return numbers
    low, high = numbered.min(), numbered.max()
    if low >= _MILLISECONDS[0] and high <= _MILLISECONDS[1]:
        return numbers / 1000.0
    if low < _DAYS[0] or high > _DAYS[1]:
        return numbers
    digits = np.where(np.isnan(numbers), _DAYS[0], numbers).astype(np.int64)
    year, month, day = digits // 10_000, digits // 100 % 100, digits % 100
    if month.min() < 1 or month.max() > 12 or day.min() < 1 or day.max() > 31:
        return numbers
    months = (year - 1970) * 12 + month - 1
    days = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + day - 1
    return np.where(np.isnan(numbers), np.nan, days * 86400.0)


def _from_texts(column: pl.Series, key: SketchKey) -> Values:
    """Normalise each distinct text once; a text that is a number or a date is that number."""
    encoded: Any = pc.dictionary_encode(column.to_arrow())
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    words = _folded(pl.Series("words", encoded.dictionary))
    numbers = _numbers_in(words)
    hashes = np.zeros(len(words) + 1, dtype=np.uint64)
    texts = words.is_not_null().to_numpy()
    hashes[:-1][texts] = hash_texts(words.filter(words.is_not_null()), key)
    is_number = ~np.isnan(numbers)
    hashes[:-1][is_number] = hash_numbers(numbers[is_number], key.seed("number"))
    row_hashes = hashes[codes]
    row_numbers = np.append(numbers, np.nan)[codes]
    present = np.count_nonzero(row_hashes != NULL)
    numeric = present and np.count_nonzero(~np.isnan(row_numbers)) >= _NUMERIC_SHARE * present
    return Values(row_hashes, row_numbers if numeric else None)


def _folded(words: pl.Series) -> pl.Series:
    """NFKC, lower case, single spaces; what means no value becomes null."""
    folded = words.str.normalize("NFKC").str.to_lowercase().str.strip_chars().str.replace_all(r"\s+", " ")
    frame = folded.to_frame("w").select(
        pl.when(pl.col("w").is_in(MISSING)).then(None).otherwise(pl.col("w")).alias("w")
    )
    return frame["w"]


def _numbers_in(words: pl.Series) -> Floats:
    """The number that each distinct text stands for, NaN where it is only a text."""
    frame = words.to_frame("w")
    ungrouped = pl.when(pl.col("w").str.contains(_GROUPED)).then(pl.col("w").str.replace_all(",", "")).otherwise("w")
    logical = pl.col("w").replace_strict({"true": 1.0, "false": 0.0}, default=None, return_dtype=pl.Float64)
    plain = frame.select(ungrouped.cast(pl.Float64, strict=False).fill_null(logical).alias("n"))["n"]
    numbers = np.array(plain.fill_null(float("nan")).to_numpy(), dtype=np.float64)
    is_text = np.isnan(numbers) & words.is_not_null().to_numpy()
    if not is_text.any():
        return _as_seconds(numbers)
    moments = seconds_of(words.filter(pl.Series(is_text)))
    if moments is None:
        return numbers
    numbers[is_text] = moments
    return numbers
