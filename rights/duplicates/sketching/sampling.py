"""Which rows of a large table are kept: those that any copy of it would keep as well.

Rows are kept by a hash of their own values in three columns, the gates, which other tables would choose too. A copy
whose gates are the same keeps the same rows, so that two large tables can be compared by a small part of each.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from rights.duplicates.sketching.grids import grid_of, on_grid
from rights.duplicates.sketching.hashing import NULL, Hashes, SketchKey, levels, mix, reaches
from rights.duplicates.sketching.normalise import normalise

Levels = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.int64]

_GATES: Final = 3
_TRIED: Final = 16_384
_DISTINCT_SHARE: Final = 0.5


def choose(table: pa.Table, key: SketchKey) -> list[int]:
    """Choose columns of numbers that differ from row to row, by what neither order nor sampling changes much."""
    step = max(1, table.num_rows // _TRIED)
    frame: Any = pl.from_arrow(table.take(np.arange(0, table.num_rows, step)))
    ranked = []
    for place, series in enumerate(frame.get_columns()):
        values = normalise(series, key)
        grid = grid_of(values.numbers) if values.numbers is not None else None
        if values.numbers is None or grid is None:
            continue
        if len(np.unique(values.hashes)) >= _DISTINCT_SHARE * frame.height:
            cells = on_grid(values.numbers, grid[0], key)
            ranked.append((int(cells[cells != NULL].min()), place))
    return [place for _, place in sorted(ranked)[:_GATES]]


def sampled_rows(table: pa.Table, start: int, gates: list[int], level: int, key: SketchKey) -> tuple[Rows, Levels]:
    """Which rows reach a level, and the level of each; where gates are empty, a row's place in the file decides."""
    hashed = [mix(hashes, key.seed("gate")) for hashes in _gate_hashes(table, start, gates, key)]
    stays = np.flatnonzero(np.logical_or.reduce([reaches(hashes, level) for hashes in hashed]))
    return stays, np.maximum.reduce([levels(hashes[stays]) for hashes in hashed])


def _gate_hashes(table: pa.Table, start: int, gates: list[int], key: SketchKey) -> list[Hashes]:
    places = np.arange(start + 1, start + 1 + table.num_rows, dtype=np.uint64)
    if not gates:
        return [places]
    columns: list[Any] = [pl.from_arrow(table.column(gate)) for gate in gates]
    hashed = [normalise(column, key).hashes for column in columns]
    return [np.where(hashes == NULL, places, hashes) if (hashes == NULL).any() else hashes for hashes in hashed]
