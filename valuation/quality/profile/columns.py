"""What a reader asks of every column before any rule: its type, gaps, variety, extremes, distribution; computed."""

from typing import Any

import numpy as np
import polars as pl
from msgspec import UNSET, Struct, UnsetType

from valuation.quality.profile.masking import plain
from valuation.quality.profile.personal import Finding, findings
from valuation.quality.reading.opening import ROW, Table, collect

SAMPLE_ROWS = 100_000
"""Quantiles, frequent values and histograms come from this many rows, spread evenly over the table."""
QUANTILES = ("0.05", "0.25", "0.5", "0.75", "0.95")
_TOP, _BINS = 5, 20


class Frequent(Struct, frozen=True):
    """A value that occurs often."""

    value: Any
    count: int


class Bin(Struct, frozen=True):
    """Values from `low` up to `high`; the last bin holds `high` too."""

    low: float
    high: float
    count: int


class ColumnProfile(Struct, frozen=True):
    """One column; `distinct_estimate` is a HyperLogLog estimate and decides nothing.

    Quantiles, histogram and `top` come from `sampled_rows` rows spread evenly over the table. `masked` is there where
    values may not be shown: extremes and frequent values are shapes then, quantiles and histogram are left out.
    """

    column: str
    type: str
    null_count: int
    nan_count: int
    distinct_estimate: int | None
    minimum: Any
    maximum: Any
    sampled_rows: int
    quantiles: dict[str, Any]
    top: tuple[Frequent, ...]
    histogram: tuple[Bin, ...]
    masked: bool | UnsetType = UNSET


class Profiled(Struct, frozen=True):
    """All that was looked up of a table beside its checks."""

    columns: tuple[ColumnProfile, ...]
    rows: tuple[dict[str, Any], ...]
    personal: tuple[Finding, ...]


def profile(table: Table, sample_rows: int) -> Profiled:
    """Profile every column, declared or not, and give the first rows."""
    expressions: list[pl.Expr] = []
    for index, (name, dtype) in enumerate(table.dtypes.items()):
        expressions += _expressions(index, pl.col(name), dtype)
    data, step = table.frame.select(*table.dtypes), max(1, -(-table.rows // SAMPLE_ROWS))
    spread = table.frame.filter(pl.col(ROW) % step == 0).with_columns(*_copied(table)) if step > 1 else table.frame
    # One after the other: a scan that passes share is held in memory for the slowest of them.
    numbers, first, sample = (
        collect(table.file, [frame])[0]
        for frame in (data.select(expressions), data.head(sample_rows), spread.sort(ROW).select(*table.dtypes))
    )
    row = numbers.row(0, named=True)
    columns = tuple(_column(table, row, index, name, sample[name]) for index, name in enumerate(table.dtypes))
    rows = tuple(
        {plain(name): plain(value) for name, value in record.items()} for record in first.iter_rows(named=True)
    )
    return Profiled(columns, rows, findings(table, sample))


def _copied(table: Table) -> list[pl.Expr]:
    """Texts as copies of their own: a text taken out of a column keeps the whole column in memory."""
    return [pl.concat_str(pl.col(name), pl.lit("")) for name, dtype in table.dtypes.items() if dtype == pl.String]


def _expressions(index: int, column: pl.Expr, dtype: pl.DataType) -> list[pl.Expr]:
    found = [column.null_count().alias(f"n{index}")]
    if dtype.is_float():
        found.append(column.is_nan().sum().alias(f"a{index}"))
        column = column.fill_nan(None)
    if not dtype.is_nested() and dtype != pl.Null and dtype != pl.Object:
        found.append(column.drop_nulls().approx_n_unique().alias(f"d{index}"))
        found += [column.min().alias(f"l{index}"), column.max().alias(f"h{index}")]
    return found


def _column(table: Table, row: dict[str, Any], index: int, name: str, sample: pl.Series) -> ColumnProfile:
    there = _finite(sample)
    estimate = row.get(f"d{index}")
    return ColumnProfile(
        column=plain(name),
        type=str(table.dtypes[name]),
        null_count=int(row[f"n{index}"]),
        nan_count=int(row.get(f"a{index}") or 0),
        # An estimate may err upwards, and no column has more values than there are.
        distinct_estimate=None if estimate is None else min(int(estimate), table.rows - int(row[f"n{index}"])),
        minimum=plain(row.get(f"l{index}")),
        maximum=plain(row.get(f"h{index}")),
        sampled_rows=len(sample),
        quantiles=_quantiles(there),
        top=tuple(Frequent(plain(value), count) for value, count in _top(sample)),
        histogram=_histogram(there),
    )


def _finite(sample: pl.Series) -> pl.Series:
    """The values of a number column that can be put in bins, in order; none of any other column."""
    if not sample.dtype.is_numeric():
        return pl.Series(dtype=pl.Float64)
    values = sample.drop_nulls().cast(pl.Float64)
    return values.filter(values.is_finite()).sort()


def _quantiles(there: pl.Series) -> dict[str, Any]:
    return {q: plain(there.quantile(float(q), "nearest")) for q in QUANTILES} if len(there) else {}


def _top(sample: pl.Series) -> list[tuple[Any, int]]:
    """The most frequent values that occur more than once; ties by value, so that the same data gives the same list."""
    if sample.dtype.is_nested() or sample.dtype in (pl.Null, pl.Object, pl.Binary):
        return []
    counts = sample.drop_nulls().alias("v").value_counts(name="len").filter(pl.col("len") > 1)
    return list(counts.sort("len", "v", descending=[True, False]).head(_TOP).iter_rows())


def _histogram(there: pl.Series) -> tuple[Bin, ...]:
    """Equal bins from the smallest to the largest value."""
    if len(there) == 0:
        return ()
    values = there.to_numpy()
    low, high = float(values.min()), float(values.max())
    if high - low > _FLOAT_SPAN or not _parts(low, high):
        return (Bin(low, high, len(there)),) if abs(low) < _FLOAT_SPAN and abs(high) < _FLOAT_SPAN else ()
    counts, edges = np.histogram(values, bins=_BINS, range=(low, high))
    return tuple(Bin(float(edges[i]), float(edges[i + 1]), int(n)) for i, n in enumerate(counts))


def _parts(low: float, high: float) -> bool:
    """Whether there are enough floating-point numbers between two to part them into the bins."""
    return bool((np.diff(np.linspace(low, high, _BINS + 1)) > 0).all())


_FLOAT_SPAN = 1e15
"""Beyond it edges of bins would lose their meaning, and a database's JSON its number."""
