"""Sketching a table: what is kept of it is enough to recognise a copy, and nothing that shows its content.

Columns are sketched by a keyed sample of their distinct values. Rows are sketched by combinations of cells that are
almost unique to a row; hashes of a combination are added up, so neither the order of rows nor the order or names of
columns matter, and a copy with fewer columns still has the combinations among those it kept.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from rights.duplicates.sketching import rows
from rights.duplicates.sketching.grids import cell, grid_of, on_grid
from rights.duplicates.sketching.hashing import NULL, Floats, Hashes, SketchKey, mix, rarest, reaches, seal
from rights.duplicates.sketching.normalise import normalise
from rights.duplicates.sketching.schemas import ColumnSketch, TableSketch
from rights.duplicates.sketching.tables import Sample

QUANTILES: Final = 33
COLUMNS_MAX: Final = 256
WITNESSED_MAX: Final = 32
_VALUES_MAX: Final = 256
_VALUES_MIN: Final = 32
_ALL_VALUES_MAX: Final = 32_768
_INDEX_ROWS: Final = (32, 32, 80, 48)
_INDEX_COLUMNS: Final = 16
_INDEX_VALUES: Final = 8
_INDEX_DISTINCT_MIN: Final = 32


@dataclass(frozen=True, slots=True)
class Column:
    """A column while it is being sketched; `rank` puts selective columns first, alike in a table and in its copies."""

    views: rows.Views
    numbers: Floats | None
    distinct: Hashes
    entropy: float
    rank: tuple[float, int, float]


def sketch_table(sample: Sample, key: SketchKey) -> TableSketch:
    """Sketch what was read of a table; its columns are kept with the most selective first, and the least not at all."""
    read = [_column(series, key) for series in sample.frame.get_columns()]
    columns = sorted(read, key=lambda column: column.rank)
    gates = [place for place, column in enumerate(columns) if any(column is read[gate] for gate in sample.gates)]
    families = rows.entries([column.views for column in columns], min(len(columns), COLUMNS_MAX), WITNESSED_MAX, key)
    content = _content(columns, sample, key)
    columns = columns[:COLUMNS_MAX]
    most = max(_VALUES_MIN, min(_VALUES_MAX, _ALL_VALUES_MAX // max(1, len(columns))))
    parts = [_column_sketch(column, sample.fraction, most, key) for column in columns]
    witnessed = [column.views for column in columns[:WITNESSED_MAX]]
    witnesses, numbered = _witnesses([family.row for family in families])
    return TableSketch(
        rows=sample.rows,
        fraction=sample.fraction,
        gates=[gate for gate in gates if gate < COLUMNS_MAX],
        content=content,
        columns=parts,
        cells=_cells(witnessed, witnesses, key),
        families=[family.stored(row) for family, row in zip(families, numbered, strict=True)],
        index=_index(parts, families, content, key),
    )


def _column(series: pl.Series, key: SketchKey) -> Column:
    values = normalise(series, key)
    exact, numbers = values.hashes, values.numbers
    distinct, entropy = _entropy_of(exact)
    grid = grid_of(numbers) if numbers is not None else None
    if grid is None or numbers is None:
        views = rows.Views(exact, (exact, exact), None, whole=False, entropy=entropy)
    else:
        first = on_grid(numbers, grid[0], key)
        second = first if grid[1] == grid[0] else on_grid(numbers, grid[1], key)
        finite = numbers[np.isfinite(numbers)]
        integral = bool((np.floor(finite) == finite).all())
        views = rows.Views(exact, (first, second), grid, whole=integral, entropy=_entropy_of(first)[1])
    # Columns that tell about as much are put in an order that neither sampling nor noise disturbs much.
    coarse = views.coarse[0][views.coarse[0] != NULL]
    rank = (-float(round(entropy)), int(coarse.min()) if len(coarse) else 0, -entropy)
    return Column(views, numbers, distinct, entropy, rank)


def _entropy_of(hashes: Hashes) -> tuple[Hashes, float]:
    """The distinct values and what one row's value tells, in bits."""
    counts = pl.Series("v", hashes[hashes != NULL]).value_counts()
    share = counts["count"].to_numpy() / max(1, counts["count"].sum())
    return counts["v"].to_numpy(), float(-(share * np.log2(share)).sum()) + 0.0


def _column_sketch(column: Column, fraction: float, most: int, key: SketchKey) -> ColumnSketch:
    kept, level = column.distinct, 0
    while len(kept) > most:
        level += 1
        kept = kept[reaches(kept, level)]
    quantiles: list[float] = []
    if column.numbers is not None:
        finite = column.numbers[np.isfinite(column.numbers)]
        if len(finite):
            quantiles = [float(q) for q in np.quantile(finite, np.linspace(0.01, 0.99, QUANTILES))]
    return ColumnSketch(
        distinct=len(column.distinct),
        entropy=column.entropy,
        coverage=1.0 if fraction == 1.0 else _coverage(column.views.exact, level, fraction),
        level=level,
        values=np.sort(seal(kept, key, "value")).astype("<u8").tobytes(),
        quantiles=quantiles,
        grid=column.views.grid,
        whole=column.views.whole,
    )


def _coverage(hashes: Hashes, level: int, fraction: float) -> float:
    """The chance that a row's value is among the values kept (Good and Turing's estimate for the rows not kept)."""
    seen = hashes[reaches(hashes, level) & (hashes != NULL)]
    if not len(seen):
        return 1.0
    _, counts = np.unique(seen, return_counts=True)
    unseen = np.count_nonzero(counts == 1) / len(seen)
    return float(fraction + (1.0 - fraction) * (1.0 - unseen))


def _witnesses(entries: list[npt.NDArray[np.int64]]) -> tuple[npt.NDArray[np.int64], list[npt.NDArray[np.int64]]]:
    """Number the rows that entries point to from nought; entries of several rows (-1) stay so."""
    pointed = np.concatenate(entries)
    witnesses = np.unique(pointed[pointed >= 0])
    return witnesses, [np.where(e >= 0, np.searchsorted(witnesses, e), rows.SEVERAL) for e in entries]


def _cells(columns: list[rows.Views], witnesses: npt.NDArray[np.int64], key: SketchKey) -> bytes:
    """A byte of keyed hash for each view of each cell of the witness rows; nought means missing."""
    seed = key.seed("cell")
    cells = np.zeros((len(witnesses), len(columns), 3), dtype=np.uint8)
    for at, column in enumerate(columns):
        for view, hashes in enumerate((column.exact, *column.coarse)):
            chosen = hashes[witnesses]
            byte = (mix(chosen, seed) % np.uint64(255) + np.uint64(1)).astype(np.uint8)
            cells[:, at, view] = np.where(chosen == NULL, 0, byte)
    return cells.tobytes()


def _content(columns: list[Column], sample: Sample, key: SketchKey) -> bytes:
    """A keyed digest of the table as a set of rows, in any order and encoding; empty when rows were left out."""
    if sample.fraction < 1.0:
        return b""
    row_hashes = np.zeros(sample.rows, dtype=np.uint64)
    for column in columns:
        row_hashes += column.views.exact
    sums = [int(mix(row_hashes, key.seed(f"content {i}")).sum(dtype=np.uint64)) for i in (1, 2)]
    used = sum(1 for column in columns if len(column.distinct))
    text = f"content {sample.rows} {used} {sums[0]} {sums[1]}"
    return key.derive(text)[:16]


def _index(parts: list[ColumnSketch], families: list[rows.Entries], content: bytes, key: SketchKey) -> list[int]:
    """The few hashes by which a copy is looked up: content, rare rows, rare values and shapes of selective columns."""
    chosen: list[Hashes] = [np.frombuffer(content[:8], dtype=np.uint64)]
    chosen += [rarest(family.keys[family.row >= 0], count) for family, count in zip(families, _INDEX_ROWS, strict=True)]
    selective = [part for part in parts if part.distinct >= _INDEX_DISTINCT_MIN][:_INDEX_COLUMNS]
    chosen += [rarest(np.frombuffer(part.values, dtype="<u8"), _INDEX_VALUES) for part in selective]
    chosen += [_shape_hashes(part, key) for part in selective if part.grid is not None]
    return [int(hash_) for hash_ in np.unique(np.concatenate(chosen)).view(np.int64)]


def _shape_hashes(part: ColumnSketch, key: SketchKey) -> Hashes:
    """Where on its grids the middle and the flanks of a column's numbers lie, as a hash for each grid."""
    assert part.grid is not None
    flanks = [part.quantiles[at] for at in (QUANTILES // 8, QUANTILES // 2, QUANTILES - 1 - QUANTILES // 8)]
    hashes = []
    for power in sorted(set(part.grid)):
        places = [float(cell(flank, power)) for flank in flanks]
        hashes.append(int.from_bytes(key.derive(f"shape {power} {places}")[:8], "big"))
    return np.array(hashes, dtype=np.uint64)
