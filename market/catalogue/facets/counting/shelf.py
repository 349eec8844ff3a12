"""The sets of all facets in memory, and the counts of a choice: each facet under the choice of the others; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from market.catalogue.facets.counting.sets import CHUNK, CHUNK_BYTES, Bits, Places, bits_in, bits_of, places_in, size
from market.listings.finding.facets import FACETS, OPEN

ALL: Final = "all"
"""The set of every product that stands, under this name beside the facets."""

Chosen = Mapping[str, Sequence[str]]
Counts = dict[str, dict[str, int]]
Values = Mapping[str, Sequence[str]]
"""The values of one product by facet."""


@dataclass(frozen=True, slots=True)
class Row:
    """A product that is counted by itself, since the sets may not know yet how it stands."""

    place: int
    values: Values


@dataclass(frozen=True)
class _Listed:
    """The sets of an open facet one behind the other, since most of its values are rare."""

    values: list[str]
    places: Places
    starts: Places


@dataclass(frozen=True)
class Shelf:
    """Every set as it is stored, by facet, value and chunk; never changed, only followed by another."""

    epoch: str = ""
    version: int = 0
    stored: Mapping[str, Mapping[str, Mapping[int, bytes]]] = field(default_factory=dict)

    def following(self, epoch: str, version: int, changed: Iterable[tuple[str, str, int, bytes]]) -> "Shelf":
        """The shelf with some sets as they are now."""
        begun = dict(self.stored) if epoch == self.epoch else {}
        copied: dict[str, dict[str, dict[int, bytes]]] = {}
        for facet, value, chunk, content in changed:
            sets = copied.setdefault(facet, dict[str, dict[int, bytes]](begun.get(facet, {})))  # type: ignore[arg-type]
            sets[value] = {**sets.get(value, {}), chunk: content}
        return Shelf(epoch, version, {**begun, **copied})

    @cached_property
    def size_bytes(self) -> int:
        """How long the bits of a set are."""
        chunks = [chunk for chunk_of in self.stored.get(ALL, {}).values() for chunk in chunk_of]
        return (max(chunks, default=0) + 1) * CHUNK_BYTES

    @property
    def is_ready(self) -> bool:
        """Whether the sets of open facets were gathered, which the first count does."""
        return "listed" in self.__dict__

    @cached_property
    def whole(self) -> Bits:
        """Every product that stands."""
        return self._bits(ALL, "")

    @cached_property
    def closed(self) -> dict[str, dict[str, Bits]]:
        """The bits of every value of the facets that have a list."""
        return {
            facet: {value: self._bits(facet, value) for value in self.stored.get(facet, {})}
            for facet in FACETS
            if facet not in OPEN
        }

    @cached_property
    def listed(self) -> dict[str, _Listed]:
        """The places of every value of the facets that have none."""
        return {facet: _behind(self.stored.get(facet, {})) for facet in OPEN}

    def holds(self, facet: str, value: str) -> bool:
        """Whether any product that stands has a value."""
        return any(self.stored.get(facet, {}).get(value, {}).values())

    def any_of(self, facet: str, values: Iterable[str]) -> Bits:
        """What has one of some values."""
        united = np.zeros(self.size_bytes, np.uint8)
        for value in values:
            if value in self.stored.get(facet, {}):
                known = self.closed.get(facet, {}).get(value)
                united |= self._bits(facet, value) if known is None else known
        return united

    def _bits(self, facet: str, value: str) -> Bits:
        made = np.zeros(self.size_bytes, np.uint8)
        for chunk, content in self.stored.get(facet, {}).get(value, {}).items():
            made[chunk * CHUNK_BYTES : (chunk + 1) * CHUNK_BYTES] = bits_in(content)
        return made


def _behind(sets: Mapping[str, Mapping[int, bytes]]) -> _Listed:
    values, pieces = [], []
    for value, chunks in sets.items():
        places = [places_in(content) + chunk * CHUNK for chunk, content in chunks.items() if content]
        if places:
            values.append(value)
            pieces.append(np.concatenate(places))
    starts = np.cumsum([0, *(len(piece) for piece in pieces[:-1])]) if pieces else np.zeros(0, np.int64)
    return _Listed(values, np.concatenate(pieces) if pieces else np.zeros(0, np.int64), starts)


def count(
    shelf: Shelf, chosen: Chosen, *, among: Places | None, aside: Sequence[int], rows: Iterable[Row]
) -> tuple[int, Counts]:
    """How many products fit, and how many have each value under the other facets' choice.

    Counted are those `among` some places, or all; those `aside` are left to `rows`, which stand as they are given.
    """
    base = shelf.whole & ~bits_of(np.asarray(aside, np.int64), shelf.size_bytes)
    if among is not None:
        base &= bits_of(among, shelf.size_bytes)
    fitting = {facet: shelf.any_of(facet, values) for facet, values in chosen.items()}
    counts: Counts = {}
    total = base.copy()
    for bits in fitting.values():
        total &= bits
    for facet in FACETS:
        others = base.copy()
        for other, bits in fitting.items():
            if other != facet:
                others &= bits
        counts[facet] = _counted(shelf, facet, others)
    more = _add(counts, chosen, rows, None if among is None else set(among.tolist()))
    return size(total) + more, counts


def _counted(shelf: Shelf, facet: str, others: Bits) -> dict[str, int]:
    if facet not in OPEN:
        return {value: size(bits & others) for value, bits in shelf.closed[facet].items()}
    listed = shelf.listed[facet]
    if not listed.values:
        return {}
    within = np.unpackbits(others)[listed.places]
    sums = np.add.reduceat(within, listed.starts, dtype=np.int64)
    kept = np.flatnonzero(sums)
    return {listed.values[at]: int(sums[at]) for at in kept}


def _add(counts: Counts, chosen: Chosen, rows: Iterable[Row], among: set[int] | None) -> int:
    """Count products one by one; gives how many of them fit."""
    fit = 0
    for row in rows:
        if among is not None and row.place not in among:
            continue
        missed = [facet for facet, values in chosen.items() if not set(values) & set(row.values.get(facet, ()))]
        fit += not missed
        for facet in FACETS if not missed else missed if len(missed) == 1 else ():
            for value in row.values.get(facet, ()):
                counts[facet][value] = counts[facet].get(value, 0) + 1
    return fit
