"""Row entries: combinations of cells that almost name a row, sampled by their own hash."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from rights.duplicates.sketching.hashing import NULL, Hashes, SketchKey, mix, reaches, seal
from rights.duplicates.sketching.schemas import RowSketch

SEVERAL: Final = 0xFFFF
"""Stands for the row of an entry that several rows share."""

_KEPT_MAX: Final = (192, 192, 768, 640)
"""How many entries of each family are kept at most; at least half as many are, where there are as many."""
_EXACT_SIZES: Final = ((2, 10), (3, 8), (4, 6), (6, 7))
"""Sizes of combinations, and from how many of the most telling columns they are taken."""
_NUMERIC_OF: Final = 6
_OTHERS_OF: Final = 2
_COARSE_SIZES: Final = (3, 4, 6)
_ROWS_TRIED: Final = 512
_NAMING_SHARE: Final = 0.25
"""A combination is used when at least this share of the rows is alone with its value of it."""

Rows = npt.NDArray[np.int64]
Combo = tuple[int, tuple[int, ...]]
"""A grid variant and the columns, ascending."""


class Family(IntEnum):
    """The kinds of combinations: of all columns or of a few, of exact values or of cells on the coarse grids."""

    WHOLE = 0
    WHOLE_COARSE = 1
    EXACT = 2
    COARSE = 3


@dataclass(frozen=True, slots=True)
class Entries:
    """Sampled entries: stored hash, combination, and row of the sample (-1 for several)."""

    level: int
    combos: list[Combo]
    alone: list[float]
    keys: Hashes
    combo: Rows
    row: Rows

    def stored(self, witness: Rows) -> RowSketch:
        """The entries as they are stored, their rows numbered as the witness rows are."""
        return RowSketch(
            level=self.level,
            combos=[list(columns) for _, columns in self.combos],
            variants=[variant for variant, _ in self.combos],
            alone=self.alone,
            keys=self.keys.astype("<u8").tobytes(),
            combo=self.combo.astype("<u2").tobytes(),
            row=witness.astype("<u2").tobytes(),
        )


@dataclass(frozen=True, slots=True)
class Views:
    """A column as exact values and on its two grids; without a grid it is no column of numbers."""

    exact: Hashes
    coarse: tuple[Hashes, Hashes]
    grid: tuple[int, int] | None
    whole: bool
    entropy: float

    def variant(self, variant: int) -> Hashes:
        """The column's part in a combination: variants 0 and 1 put all numbers on a grid, 2 and 3 only broken ones."""
        return self.exact if variant >= 2 and self.whole else self.coarse[variant % 2]

    def differs(self, variant: int) -> bool:
        """Whether the variant sees the column in another way than variant 0, or for 3 than variant 2."""
        if variant >= 2 and self.whole:
            return variant == 2
        return variant % 2 == 1 and self.grid is not None and self.grid[0] != self.grid[1]


def entries(columns: Sequence[Views], kept: int, witnessed: int, key: SketchKey) -> list[Entries]:
    """All four families of a table whose columns come with the most telling first, of which so many are kept."""
    all_columns = tuple(range(len(columns)))
    exact: dict[Combo, None] = {}
    for size, of in _EXACT_SIZES:
        exact.update(dict.fromkeys((0, picked) for picked in combinations(all_columns[:of], size)))
    coarse: dict[Combo, None] = {}
    numeric = sorted(
        (i for i in all_columns[:witnessed] if columns[i].grid is not None), key=lambda i: -columns[i].entropy
    )
    chosen = numeric[:_NUMERIC_OF] + [i for i in all_columns[:witnessed] if columns[i].grid is None][:_OTHERS_OF]
    for size in sorted({min(size, len(chosen)) for size in _COARSE_SIZES} - {0, 1}):
        for picked in combinations(chosen, size):
            if any(columns[i].grid is not None for i in picked):
                coarse.update(dict.fromkeys(_variants(tuple(sorted(picked)), columns)))
    views = [[column.variant(variant) for column in columns] for variant in range(4)]
    wanted: dict[Family, list[Combo]] = {
        Family.WHOLE: [(0, all_columns)],
        Family.WHOLE_COARSE: list(_variants(all_columns, columns)) if numeric and len(all_columns) == kept else [],
        Family.EXACT: list(exact),
        Family.COARSE: list(coarse),
    }
    unseen = [[column.exact for column in columns]]
    return [
        _entries(unseen if family in (Family.WHOLE, Family.EXACT) else views, combos, family, key)
        for family, combos in wanted.items()
    ]


def _variants(combo: tuple[int, ...], columns: Sequence[Views]) -> Iterator[Combo]:
    """The variants of a combination that say something of their own; all exact is the other family's."""
    numbers = [columns[i] for i in combo if columns[i].grid is not None]
    yield 0, combo
    if any(column.differs(1) for column in numbers):
        yield 1, combo
    if any(column.whole for column in numbers) and not all(column.whole for column in numbers):
        yield 2, combo
        if any(column.differs(3) for column in numbers):
            yield 3, combo


def _entries(views: Sequence[Sequence[Hashes]], combos: list[Combo], family: Family, key: SketchKey) -> Entries:
    """Sample the values of all combinations that name rows, at one level for all."""
    height = len(views[0][0])
    level = max(0, int(np.log2(max(1, height / _ROWS_TRIED))))
    seed = key.seed(f"rows {family}")
    used: list[Combo] = []
    alone: list[float] = []
    entries: list[tuple[Hashes, Rows, Rows]] = []
    for variant, combo in combos:
        values, row, tried = _tried([views[variant][i] for i in combo], level, seed)
        share = float(np.count_nonzero(row >= 0)) / max(1, tried)
        if share >= _NAMING_SHARE:
            entries.append((values, row, np.full(len(values), len(used), dtype=np.int64)))
            used.append((variant, combo))
            alone.append(share)
    if not entries:
        none = np.zeros(0, dtype=np.int64)
        return Entries(0, [], [], none.astype(np.uint64), none, none)
    values, row, which = (np.concatenate(part) for part in zip(*entries, strict=True))
    # Two grid variants of one combination may agree in a value; it is then one entry.
    values, first = np.unique(values, return_index=True)
    row, which = row[first], which[first]
    while len(values) > _KEPT_MAX[family]:
        level += 1
        stays = reaches(values, level)
        values, row, which = values[stays], row[stays], which[stays]
    stored = seal(values, key, f"rows {family}")
    order = np.argsort(stored)
    return Entries(level, used, alone, stored[order], which[order], row[order])


def _tried(cells: Sequence[Hashes], level: int, seed: np.uint64) -> tuple[Hashes, Rows, int]:
    """A combination's values that reach the level, the row of each (-1 for several), and how many rows reached it.

    A whole row counts with its missing cells left out; a smaller combination needs all of its cells.
    """
    total = cells[0].copy()
    present = cells[0] != NULL
    for other in cells[1:]:
        total += other
        present &= other != NULL
    if len(cells) > max(_COARSE_SIZES):
        present = total != NULL
    mixed = mix(total, seed)
    row = np.flatnonzero(reaches(mixed, level) & present)
    values, first, counts = np.unique(mixed[row], return_index=True, return_counts=True)
    return values, np.where(counts == 1, row[first], -1), len(row)
