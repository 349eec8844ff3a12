"""Deciding from two sketches alone whether one data set is a copy of the other; pure, and it never shows content.

Two tables are near-duplicates when they share most of what their columns tell, and when a share of the rows that the
sketches name is found in the other table and agrees there in the other columns as well. Same values in other rows, as
in next month's edition of a table, are no copy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from kernel.text import Text
from rights.duplicates.matching import Matrix, Pairing, Places, RowTable, Side, pair_columns
from rights.duplicates.policy import Thresholds
from rights.duplicates.sketching.rows import SEVERAL, Family
from rights.duplicates.sketching.schemas import Sketch, TableSketch

Kind = Literal["identical-content", "near-duplicate", "none"]

IDENTICAL: Final = Text(
    "内容相同：所含文件或表格与在先登记的数据一致（不计行序、列名和编码）。",
    "The content is the same: files or tables agree with the earlier data, whatever their order, names and encoding.",
)
NEAR: Final = Text(
    "近似重复：有 {columns} 列相互对应，在先数据约 {earlier}% 的行出现在本数据中，本数据约 {new}% 的行来自在先数据。",
    "A near-duplicate: {columns} columns correspond, about {earlier}% of the earlier data's rows appear in this data, "
    "and about {new}% of this data's rows in the earlier data.",
)
NONE: Final = Text("未发现重复。", "No duplicate was found.")
_AGREEMENT_WEIGHT_MIN: Final = 2.0
_COUNTED_MIN: Final = 4
_BITS_MIN: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Match:
    """What two sketches say of one another."""

    score: float
    matched_columns: int
    kind: Kind
    rows_of_new: float
    rows_of_earlier: float
    columns_shared: float

    @property
    def explanation(self) -> Text:
        """The finding in words, without any content."""
        if self.kind == "none":
            return NONE
        if self.kind == "identical-content":
            return IDENTICAL
        facts = {
            "columns": self.matched_columns,
            "earlier": round(self.rows_of_earlier * 100),
            "new": round(self.rows_of_new * 100),
        }
        return Text(NEAR.of("zh", **facts), NEAR.of("en", **facts))


_NO_MATCH: Final = Match(0.0, 0, "none", 0.0, 0.0, 0.0)
_RANK: Final[Mapping[Kind, int]] = {"none": 0, "near-duplicate": 1, "identical-content": 2}


def compare(new: Sketch, earlier: Sketch, near: Thresholds) -> Match:
    """Compare two revisions by their most alike pair of tables; raises ValueError for sketches of two versions."""
    if new.version != earlier.version:
        raise ValueError("sketches of two versions cannot be compared")
    best = _NO_MATCH
    if set(new.files) & set(earlier.files):
        best = Match(1.0, 0, "identical-content", 1.0, 1.0, 1.0)
    looked_up = [set(table.index) for table in earlier.tables]
    for ours in new.tables:
        for theirs, index in zip(earlier.tables, looked_up, strict=True):
            if not index.isdisjoint(ours.index):
                match = compare_tables(ours, theirs, near)
                best = _better(best, match)
    return best


def compare_tables(new: TableSketch, earlier: TableSketch, near: Thresholds) -> Match:
    """Compare two tables."""
    if new.content and new.content == earlier.content:
        return Match(1.0, sum(1 for column in new.columns if column.distinct), "identical-content", 1.0, 1.0, 1.0)
    ours, theirs = Side(new), Side(earlier)
    pairing = pair_columns(ours, theirs, float(near.column_values))
    shared = _columns_shared(ours, theirs, pairing)
    matched = int(np.count_nonzero(pairing.partner >= 0))
    best = _NO_MATCH
    for family in Family:
        of_new, of_earlier, rows_matched = _rows_shared(ours, theirs, pairing, family, near)
        # Rows equal in all columns are so however the columns were matched.
        certainty = 1.0 if family == Family.WHOLE else shared
        is_near = (
            rows_matched >= near.rows_found_min
            and certainty >= float(near.columns_shared)
            and of_earlier >= float(near.rows_of_earlier)
            and max(of_new, of_earlier) >= float(near.rows_of_either)
        )
        kind: Kind = "near-duplicate" if is_near else "none"
        match = Match(round(certainty * max(of_new, of_earlier), 4), matched, kind, of_new, of_earlier, certainty)
        best = _better(best, match)
    if best.kind == "none" and _same_shape(ours, theirs, pairing, near) and shared >= float(near.columns_shared):
        return Match(shared, matched, "near-duplicate", 1.0, 1.0, shared)
    return best


def _better(one: Match, other: Match) -> Match:
    return max(one, other, key=lambda match: (_RANK[match.kind], match.score, match.matched_columns))


def _same_shape(new: Side, earlier: Side, pairing: Pairing, near: Thresholds) -> bool:
    """Whether as many rows have so nearly the same distributions that another sample of the same things is ruled out.

    Quantiles of two samples of n rows lie about 1/√n of a spread apart; those of a table and its noisy copy much
    closer. Only columns of many values count, for columns of few have the same quantiles in any sample.
    """
    if abs(new.sketch.rows - earlier.sketch.rows) > float(near.shape_rows) * earlier.sketch.rows:
        return False
    distances = [
        pairing.likeness.distance[a, b]
        for a, b in enumerate(pairing.partner)
        if b >= 0 and new.sketch.columns[a].distinct >= near.shape_values_min and new.sketch.columns[a].quantiles
    ]
    kept = min(new.sketch.rows * new.sketch.fraction, earlier.sketch.rows * earlier.sketch.fraction)
    return len(distances) >= near.shape_columns_min and max(distances) <= float(near.shape_distance) / np.sqrt(kept)


def _columns_shared(new: Side, earlier: Side, pairing: Pairing) -> float:
    """The share of what the columns tell that has a partner, of the table that has the larger share."""
    matched = np.flatnonzero(pairing.partner >= 0)
    if not len(matched):
        return 0.0
    of_new = new.weights[matched].sum() / max(new.weights.sum(), _BITS_MIN)
    of_earlier = earlier.weights[pairing.partner[matched]].sum() / max(earlier.weights.sum(), _BITS_MIN)
    return float(min(1.0, max(of_new, of_earlier)))


def _rows_shared(
    new: Side, earlier: Side, pairing: Pairing, family: Family, near: Thresholds
) -> tuple[float, float, int]:
    """The shares of the new and of the earlier table's rows that are in the other, and how many rows say so."""
    ours, theirs = new.families[family], earlier.families[family]
    on_grids = family in (Family.WHOLE_COARSE, Family.COARSE)
    exact = {a: int(p) for a, p in enumerate(pairing.partner) if p >= 0 and bool(pairing.exact[a])}
    forward = {a: int(p) for a, p in enumerate(pairing.partner) if p >= 0} if on_grids else exact
    backward = {b: a for a, b in forward.items()}
    _, at, other = np.intersect1d(ours.keys, theirs.keys, assume_unique=True, return_indices=True)
    single = (ours.row[at] < SEVERAL) & (theirs.row[other] < SEVERAL)
    confirmed = np.zeros(len(at), dtype=bool)
    confirmed[single] = _confirmed(new, earlier, pairing, ours, at[single], theirs.row[other[single]], near)
    rows_matched = len(np.unique(ours.row[at[confirmed]]))
    if family == Family.WHOLE:
        # Equal rows are equal however columns were matched; that all columns are there is what the entry says.
        there, back = np.resize(theirs.chance, len(ours.chance)), np.resize(ours.chance, len(theirs.chance))
    else:
        there = _chances(ours, theirs, new, earlier, forward, on_grids)
        back = _chances(theirs, ours, earlier, new, backward, on_grids)
    share_new = _share(ours, theirs, there, _kept(new, earlier, exact), at, confirmed)
    share_earlier = _share(theirs, ours, back, _kept(earlier, new, {b: a for a, b in exact.items()}), other, confirmed)
    ratio = new.sketch.rows / earlier.sketch.rows
    # However few rows were kept to estimate from, a table holds no more of the other's rows than it has rows.
    of_new = min(1.0, 1.0 / ratio, max(share_new, share_earlier / ratio))
    of_earlier = min(1.0, ratio, max(share_earlier, share_new * ratio))
    return of_new, of_earlier, rows_matched


def _kept(mine: Side, its: Side, exact: dict[int, int]) -> float:
    """The chance that the other table, if it has a row that mine kept, kept it too: certain as far as gates agree."""
    ours, theirs = mine.sketch, its.sketch
    common = sum(exact.get(gate, -1) in theirs.gates for gate in ours.gates)
    if not common:
        return theirs.fraction
    return max(theirs.fraction, min(1.0, theirs.fraction / ours.fraction) * common / len(ours.gates))


def _share(
    ours: RowTable, theirs: RowTable, chances: Matrix, kept: float, at: Places, confirmed: npt.NDArray[np.bool_]
) -> float:
    """Of the entries that the other table would hold if it had the row, the share that it does hold, beyond chance.

    Combinations count that both tables use, on the same grids; what names several rows in either says nothing.
    """
    if not len(chances):
        return 0.0
    level = max(ours.sketch.level, theirs.sketch.level)
    counted = np.isfinite(chances)[ours.combo] & (ours.level >= level) & (ours.row < SEVERAL)
    counted[at[theirs.row[np.searchsorted(theirs.keys, ours.keys[at])] == SEVERAL]] = False
    if np.count_nonzero(counted) < _COUNTED_MIN:
        return 0.0
    chance = chances[ours.combo[counted]]
    hits = np.count_nonzero(counted[at[confirmed]])
    return float(min(1.0, max(0.0, hits - chance.sum()) / (kept * (1.0 - chance).sum())))


def _chances(
    ours: RowTable, theirs: RowTable, mine: Side, its: Side, partner: dict[int, int], on_grids: bool
) -> Matrix:
    """For each combination, the chance of an accidental hit in the other table; NaN where that does not use it."""
    used = {
        (frozenset(columns), _grids(its, columns, variant) if on_grids else None): float(chance)
        for columns, variant, chance in zip(theirs.sketch.combos, theirs.sketch.variants, theirs.chance, strict=True)
    }
    chances = []
    for columns, variant in zip(ours.sketch.combos, ours.sketch.variants, strict=True):
        mapped = frozenset(partner.get(c, -1) for c in columns)
        grids = _grids(mine, columns, variant, partner) if on_grids else None
        chances.append(used.get((mapped, grids), np.nan))
    return np.array(chances, dtype=np.float64)


def _grids(
    side: Side, columns: list[int], variant: int, partner: dict[int, int] | None = None
) -> frozenset[tuple[int, int]]:
    """The grid of each numeric column of a combination, by the column's place in the earlier (mapped) table."""
    grids = []
    for column in columns:
        sketch = side.sketch.columns[column]
        place = column if partner is None else partner.get(column, -1)
        if sketch.grid is not None and not (variant >= 2 and sketch.whole):
            grids.append((place, sketch.grid[variant % 2]))
    return frozenset(grids)


def _confirmed(
    new: Side, earlier: Side, pairing: Pairing, ours: RowTable, at: Places, theirs: Places, near: Thresholds
) -> npt.NDArray[np.bool_]:
    """Whether the rows that an entry joins agree in the matched columns outside the entry's combination."""
    agrees, weighed = np.zeros(len(at)), np.zeros(len(at))
    for column in range(new.witnessed):
        partner = pairing.partner[column]
        if not 0 <= partner < earlier.witnessed:
            continue
        a, b = new.cells[ours.row[at], column], earlier.cells[theirs, partner]
        same = (a[:, 0] == b[:, 0]) | (a[:, 1:, None] == b[:, None, 1:]).any(axis=(1, 2))
        comparable = (a[:, 0] != 0) | (b[:, 0] != 0)
        outside = ~np.array([column in combo for combo in ours.sketch.combos], dtype=bool)[ours.combo[at]]
        weight = new.weights[column] * (comparable & outside)
        agrees += weight * same
        weighed += weight
    return (weighed < _AGREEMENT_WEIGHT_MIN) | (agrees >= float(near.row_agreement) * weighed)
