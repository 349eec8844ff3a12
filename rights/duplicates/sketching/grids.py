"""Coarse grids: numbers that were moved a little mostly stay in their cell."""

from typing import Any, Final

import numpy as np

from rights.duplicates.sketching.hashing import Floats, Hashes, SketchKey, hash_cells

_AMBIGUOUS: Final = 0.075
"""A spread this near to a border of the grids (in powers of four) is put on both."""
_OFFSET: Final = 0.381966
"""Grids are shifted by an irrational part of a cell, so that round numbers do not lie on borders."""


def cell(numbers: Any, power: int) -> Any:
    """The number of the cell, on the grid whose cells are four to the power wide."""
    return np.floor(numbers / 4.0**power + _OFFSET)


def grid_of(numbers: Floats) -> tuple[int, int] | None:
    """Choose the width of the grid's cells, a power of four between a sixteenth and a quarter of the spread."""
    finite = numbers[np.isfinite(numbers)]
    if not len(finite):
        return None
    for low, high in ((0.1, 0.9), (0.01, 0.99), (0.0, 1.0)):
        bottom, top = np.quantile(finite, (low, high))
        if 0 < top - bottom < np.inf:
            place = float(np.log2((top - bottom) / 4.0) / 2.0)
            return int(np.floor(place + _AMBIGUOUS)), int(np.floor(place - _AMBIGUOUS))
    return None


def on_grid(numbers: Floats, power: int, key: SketchKey) -> Hashes:
    """Hash the cells in which numbers lie on the grid of a width."""
    with np.errstate(over="ignore", invalid="ignore"):
        cells = cell(numbers, power)
    return hash_cells(cells, key.seed(f"grid {power}"))
