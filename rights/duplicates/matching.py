"""Which column of one table is which of the other, whatever their names: by values, by shape, by rows in both."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from rights.duplicates.sketching.hashing import Hashes, stored_levels
from rights.duplicates.sketching.rows import SEVERAL
from rights.duplicates.sketching.schemas import ColumnSketch, RowSketch, TableSketch
from rights.duplicates.sketching.sketch import WITNESSED_MAX

Matrix = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Agreed = npt.NDArray[np.float32]

_VIEWS: Final = 3
_JOINED_MIN: Final = 6
_JOINED_MAX: Final = 1024
_AGREES: Final = 0.6
_AGREES_AT_FIRST: Final = 0.3
_SHAPE_AGREES: Final = 0.7
_SHAPE_SCALE: Final = 8.0
"""Quantiles that differ by an eighth of the spread on average have nothing in common any more."""


@dataclass(frozen=True)
class RowTable:
    """The row entries of a sketch, as arrays."""

    sketch: RowSketch

    @cached_property
    def keys(self) -> Hashes:
        """The stored hashes, in ascending order."""
        return np.frombuffer(self.sketch.keys, dtype="<u8")

    @cached_property
    def row(self) -> Places:
        """The witness row of each entry, or SEVERAL."""
        return np.frombuffer(self.sketch.row, dtype="<u2").astype(np.int64)

    @cached_property
    def combo(self) -> Places:
        """The combination of each entry."""
        return np.frombuffer(self.sketch.combo, dtype="<u2").astype(np.int64)

    @cached_property
    def chance(self) -> Matrix:
        """For each combination, how likely the row of somebody else's table of the same things seems found here.

        With n rows over K equally likely values, λ = n/K, a share e^-λ of the rows is alone. A foreign row meets
        exactly one row with probability λe^-λ and none with e^-λ; where it meets several, it is not counted.
        """
        density = -np.log(np.clip(self.sketch.alone, 1e-9, 1.0))
        probability: Matrix = density / (1.0 + density)
        return probability

    @cached_property
    def level(self) -> npt.NDArray[np.uint8]:
        """The level of each entry."""
        return stored_levels(self.keys)


@dataclass(frozen=True)
class Side:
    """One of the two tables, with what comparisons need worked out once."""

    sketch: TableSketch

    @cached_property
    def families(self) -> list[RowTable]:
        """The row entries, by family."""
        return [RowTable(family) for family in self.sketch.families]

    @cached_property
    def weights(self) -> Matrix:
        """What each column tells, in bits."""
        return np.array([column.entropy for column in self.sketch.columns])

    @property
    def witnessed(self) -> int:
        """How many columns, the first, have cells."""
        return min(WITNESSED_MAX, len(self.sketch.columns))

    @cached_property
    def cells(self) -> npt.NDArray[np.uint8]:
        """Witness rows × witnessed columns × views."""
        flat = np.frombuffer(self.sketch.cells, dtype=np.uint8)
        return flat.reshape(-1, self.witnessed, _VIEWS)

    @cached_property
    def values(self) -> list[Hashes]:
        """The stored values of each column."""
        return [np.frombuffer(column.values, dtype="<u8") for column in self.sketch.columns]

    @cached_property
    def reaching(self) -> Matrix:
        """How many stored values of each column reach each level."""
        counts = [np.bincount(stored_levels(v), minlength=256) for v in self.values]
        counts_reaching: Matrix = np.cumsum(np.array(counts)[:, ::-1], axis=1)[:, ::-1].astype(np.float64)
        return counts_reaching


@dataclass(frozen=True, slots=True)
class Likeness:
    """Estimates for every pair of columns (new × earlier)."""

    containment: Matrix
    jaccard: Matrix
    shape: Matrix
    distance: Matrix


@dataclass(frozen=True, slots=True)
class Pairing:
    """The columns taken for one another, and which of them share exact values; -1 where a column has no partner."""

    partner: Places
    exact: npt.NDArray[np.bool_]
    likeness: Likeness


def likeness(new: Side, earlier: Side) -> Likeness:
    """Estimate containment (of the smaller set in the larger) and Jaccard index of all pairs of columns."""
    common = _common(new.values, earlier.values)
    level = np.maximum.outer([c.level for c in new.sketch.columns], [c.level for c in earlier.sketch.columns])
    of_new = np.take_along_axis(new.reaching, level, axis=1)
    of_earlier = np.take_along_axis(earlier.reaching, level.T, axis=1).T
    seen_earlier = np.array([c.coverage for c in earlier.sketch.columns])[None, :]
    seen_new = np.array([c.coverage for c in new.sketch.columns])[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        contained = np.maximum(common / (of_new * seen_earlier), common / (of_earlier * seen_new))
        jaccard = common / (of_new + of_earlier - common)
    apart = _distances(new.sketch.columns, earlier.sketch.columns)
    return Likeness(
        np.minimum(np.nan_to_num(contained, posinf=0.0), 1.0),
        np.nan_to_num(jaccard, posinf=0.0),
        np.maximum(0.0, 1.0 - _SHAPE_SCALE * np.nan_to_num(apart, nan=1.0)),
        apart,
    )


def _common(ours: list[Hashes], theirs: list[Hashes]) -> Matrix:
    """How many stored values each pair of columns has in common."""
    all_values = np.unique(np.concatenate(theirs)) if theirs else np.zeros(0, dtype=np.uint64)
    places = [np.searchsorted(all_values, v[np.isin(v, all_values)]) for v in ours]
    incidence = np.zeros((len(theirs), len(all_values)), dtype=np.float32)
    for at, values in enumerate(theirs):
        incidence[at, np.searchsorted(all_values, values)] = 1.0
    return np.array([incidence[:, place].sum(axis=1) for place in places], dtype=np.float64)


def _distances(ours: list[ColumnSketch], theirs: list[ColumnSketch]) -> Matrix:
    """How far quantiles are apart on average, in spreads; NaN where a column has no numbers."""
    distances = np.full((len(ours), len(theirs)), np.nan)
    numeric = [b for b, other in enumerate(theirs) if other.quantiles]
    if not numeric:
        return distances
    q = np.array([theirs[b].quantiles for b in numeric])
    for a, one in enumerate(ours):
        if one.quantiles:
            p = np.array(one.quantiles)
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                spread = np.maximum(p[-1] - p[0], q[:, -1] - q[:, 0])
                apart = np.abs(q - p).mean(axis=1) / spread
            # Constants have no spread: they are the same or altogether different.
            distances[a, numeric] = np.where(spread > 0, apart, np.where(q[:, 0] == p[0], 0.0, 1.0))
    return distances


def joined(new: Side, earlier: Side) -> tuple[Places, Places]:
    """Witness rows of both tables that the same entry names, each pair once."""
    pairs = [_joined(ours, theirs) for ours, theirs in zip(new.families, earlier.families, strict=True)]
    both = np.unique(np.concatenate(pairs), axis=0)
    return both[:, 0], both[:, 1]


def _joined(ours: RowTable, theirs: RowTable) -> Places:
    _, a, b = np.intersect1d(ours.keys, theirs.keys, assume_unique=True, return_indices=True)
    pairs = np.stack([ours.row[a], theirs.row[b]], axis=1)
    return pairs[(pairs < SEVERAL).all(axis=1)]


def agreement(new: Side, earlier: Side, ours: Places, theirs: Places) -> Agreed:
    """For each pair of rows and each pair of witnessed columns: 1 agrees, 0 differs, NaN when both are missing."""
    a, b = new.cells[ours][:, :, None, :], earlier.cells[theirs][:, None, :, :]
    same = a[..., 0] == b[..., 0]
    for view in (1, 2):
        for other in (1, 2):
            same |= a[..., view] == b[..., other]
    missing = (a[..., 0] == 0) & (b[..., 0] == 0)
    agreed: Agreed = np.where(missing, np.float32(np.nan), same.astype(np.float32))
    return agreed


def pair_columns(new: Side, earlier: Side, least: float) -> Pairing:
    """Match columns one to one: by values and shape, and by rows found in both where there are enough.

    Some rows that an entry joins are joined by accident; the second round leaves out those that disagree in what the
    first round matched.
    """
    like = likeness(new, earlier)
    ours, theirs = joined(new, earlier)
    agreed = agreement(new, earlier, ours[:_JOINED_MAX], theirs[:_JOINED_MAX])
    partner = _greedy(new, earlier, like, agreed, _AGREES_AT_FIRST, least)
    kept = agreed[_row_agreement(new, earlier, partner, agreed) >= _AGREES]
    if len(kept) >= _JOINED_MIN:
        partner = _greedy(new, earlier, like, kept, _AGREES, least)
    exact = np.array([p >= 0 and like.containment[a, p] >= least for a, p in enumerate(partner)])
    return Pairing(partner, exact, like)


def _row_agreement(new: Side, earlier: Side, partner: Places, agreed: Agreed) -> Matrix:
    """The share of what the matched columns tell in which each joined pair of rows agrees."""
    total, weighed = np.zeros(len(agreed)), np.zeros(len(agreed))
    for column in range(new.witnessed):
        if 0 <= partner[column] < earlier.witnessed:
            values = agreed[:, column, partner[column]]
            comparable = np.isfinite(values)
            total += np.where(comparable, values, 0.0) * new.weights[column]
            weighed += comparable * new.weights[column]
    return total / np.maximum(weighed, 1e-9)


def _greedy(new: Side, earlier: Side, like: Likeness, agreed: Agreed, share_min: float, least: float) -> Places:
    """Give each column the best partner that is left, the most certain pairs first."""
    score = like.containment + 0.25 * like.jaccard + 0.25 * like.shape
    accepted = (like.containment >= least) | (like.shape >= _SHAPE_AGREES)
    if len(agreed) >= _JOINED_MIN:
        comparable = np.isfinite(agreed).sum(axis=0)
        share = np.nansum(agreed, axis=0) / np.maximum(comparable, 1)
        block = np.ix_(range(new.witnessed), range(earlier.witnessed))
        enough = comparable >= _JOINED_MIN
        score[block] = np.where(enough, 4.0 * share + score[block], score[block])
        accepted[block] = np.where(enough, share >= share_min, accepted[block])
    partner = np.full(len(new.sketch.columns), -1, dtype=np.int64)
    taken: set[int] = set()
    weight = np.minimum.outer(new.weights, earlier.weights)
    for flat in np.lexsort((-weight.ravel(), -np.where(accepted, score, -1.0).ravel())):
        a, b = divmod(int(flat), score.shape[1])
        if not accepted[a, b]:
            break
        if partner[a] < 0 and b not in taken:
            partner[a] = b
            taken.add(b)
    return partner
