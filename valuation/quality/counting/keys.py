"""Exact uniqueness in constant memory: fingerprints of all keys first, then the keys themselves of the suspects only.

Different fingerprints of 64 bits are different keys, so only keys whose fingerprint occurs more than once are compared;
there are few of them in most data, and they are taken in portions in the rest. Fingerprints go to disk by their leading
bits where a table has more rows than memory should hold.
"""

import functools
import itertools
import operator
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from msgspec import Struct

from valuation.quality.reading.opening import ROW, collect

HELD = 1 << 23
"""Fingerprints that are in memory at once (64 MB)."""
SUSPECTS = 1 << 20
"""Fingerprints whose keys are compared in one pass."""
RUN, GROUP = 1 << 18, 1 << 16
"""Fingerprints that are brought in groups at once, and about as many as one group of them all should have."""

_U64 = npt.NDArray[np.uint64]


class Repeats(Struct, frozen=True):
    """How many rows have the key of an earlier row, and the first such keys, each with its first row."""

    surplus: int
    first: pl.DataFrame | None


class Fingerprints:
    """The fingerprints of one key of one table, in memory or in parts on disk."""

    def __init__(self, rows: int, place: Path, held: int = HELD) -> None:
        self._bits = max(0, (max(rows, 1) - 1).bit_length() - held.bit_length() + 1)
        self._place, self._limit = place, max(1, held // 4)
        self._held: list[_U64] = []
        self.held = 0
        """How many are in memory."""

    def add(self, values: _U64) -> None:
        """Take some more."""
        self._held.append(values)
        self.held += len(values)
        if self._bits and self.held >= self._limit:
            self._spill()

    def repeated(self, portion: int = SUSPECTS) -> Iterator[_U64]:
        """Give those that occur more than once, each once, in portions; can be done only once."""
        gathered: list[_U64] = []
        for part in self._parts():
            gathered.append(_repeated(part, self._bits))
            while sum(len(each) for each in gathered) >= portion:
                together = np.concatenate(gathered)
                yield together[:portion]
                gathered = [together[portion:]]
        if any(len(each) for each in gathered):
            yield np.concatenate(gathered)

    def _parts(self) -> Iterator[_U64]:
        if not self._bits:
            yield self._together()
            return
        self._spill()
        for part in range(1 << self._bits):
            path = self._path(part)
            if path.exists():
                yield np.fromfile(path, dtype=np.uint64)
                path.unlink()

    def _spill(self) -> None:
        """Append what is held to the file of its part."""
        values = self._together()
        ends = _arranged(values, 0, self._bits)
        for part, (start, end) in enumerate(itertools.pairwise(ends)):
            if end > start:
                with self._path(part).open("ab") as stream:
                    values[start:end].tofile(stream)

    def _together(self) -> _U64:
        values = np.concatenate(self._held) if self._held else np.empty(0, dtype=np.uint64)
        self._held, self.held = [], 0
        return values

    def _path(self, part: int) -> Path:
        return self._place.with_name(f"{self._place.name}-{part}")


def _arranged(values: _U64, skipped: int, bits: int) -> npt.NDArray[np.int64]:
    """Bring together, in place, what has equal bits after the skipped ones; gives the ends of the groups after a 0."""
    groups = (values << np.uint64(skipped) >> np.uint64(64 - bits)).astype(np.uint16)
    values[:] = values[np.argsort(groups, kind="stable")]
    return np.cumsum(np.append(0, np.bincount(groups, minlength=1 << bits)))


def _repeated(values: _U64, skipped: int) -> _U64:
    """Give what occurs more than once, each once, of values that are equal in the skipped leading bits; reorders them.

    Groups of equal leading bits are as small as a processor's cache, where counting is much faster than sorting.
    """
    bits = min(max(0, len(values).bit_length() - GROUP.bit_length()), 16)
    runs = [values[start : start + RUN] for start in range(0, len(values), RUN)]
    ends = [_arranged(run, skipped, bits) for run in runs]
    groups = (
        np.concatenate([run[end[group] : end[group + 1]] for run, end in zip(runs, ends, strict=True)])
        for group in range(1 << bits if runs else 0)
    )
    return np.concatenate([np.empty(0, dtype=np.uint64), *[_repeated_in_group(g, skipped + bits) for g in groups]])


def _repeated_in_group(values: _U64, skipped: int) -> _U64:
    """Count values by their next bits in several times as many places; only those that share a place are sorted."""
    room = min(len(values).bit_length() + 2, GROUP.bit_length() + 3)
    places = (values << np.uint64(skipped) >> np.uint64(64 - room)).view(np.int64)
    crowded: _U64 = values[np.bincount(places, minlength=1 << room)[places] > 1]
    crowded.sort()
    again: _U64 = crowded[1:][crowded[1:] == crowded[:-1]]
    first: _U64 = again[np.append(True, again[1:] != again[:-1])] if len(again) else again
    return first


def fits(columns: Sequence[str], dtypes: Mapping[str, pl.DataType]) -> bool:
    """Say whether fingerprints can be taken of these columns; of nested ones they cannot."""
    return not any(dtypes[c].is_nested() or dtypes[c] in (pl.Null, pl.Object, pl.Unknown) for c in columns)


def fingerprint(columns: Sequence[str], dtypes: Mapping[str, pl.DataType]) -> pl.Expr:
    """The fingerprint of a key of which all parts are there, else NULL; 0.0 and -0.0 are one value."""
    parts = [pl.col(c) + 0.0 if dtypes[c].is_float() else pl.col(c) for c in columns]
    hashed = functools.reduce(operator.xor, [part.hash(seed) for seed, part in enumerate(parts)])
    return pl.when(pl.all_horizontal(pl.col(c).is_not_null() for c in columns)).then(hashed)


def repeats(
    file: str,
    data: pl.LazyFrame,
    columns: tuple[str, ...],
    key: pl.Expr,
    found: Fingerprints,
    samples: int,
    portion: int = SUSPECTS,
) -> Repeats:
    """Take the fingerprints of all keys, then group the rows of suspects by the keys themselves, portion by portion."""

    def take(batch: pl.DataFrame) -> None:
        found.add(batch.to_series().drop_nulls().to_numpy())

    sink = data.select(key.alias("key")).sink_batches(take, maintain_order=False, lazy=True)
    assert sink is not None
    collect(file, [sink])
    surplus, first = 0, None
    for suspects in found.repeated(portion):
        again = key.is_in(pl.lit(pl.Series(suspects).implode()))
        groups = data.filter(again).group_by(columns).agg(pl.len().alias("__size__"), pl.col(ROW).min())
        repeated = collect(file, [groups.filter(pl.col("__size__") > 1)])[0]
        surplus += int((repeated["__size__"] - 1).sum())
        shown = repeated.select(*columns, ROW).sort(ROW).head(samples)
        first = shown if first is None else pl.concat([first, shown]).sort(ROW).head(samples)
    return Repeats(surplus, first)
