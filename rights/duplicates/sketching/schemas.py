"""What a sketch holds; it is stored encrypted, and everything in it but counts is a keyed hash."""

from typing import Final

import msgspec

VERSION: Final = 1
"""Sketches of different versions cannot be compared; a new version means sketching anew."""


class ColumnSketch(msgspec.Struct, frozen=True, array_like=True):
    """One column: how much it tells (in bits, by Shannon), a sample of its values by hash, the shape of its numbers.

    `values` are stored hashes (little-endian 64 bit), all of the column's that reach `level`. `coverage` is the chance
    that a value of the whole table was among the rows kept. `grid` holds the two powers of four of the coarse grid;
    `whole` says that all its numbers are whole (so are moments), and then may be exact where other columns are noisy.
    """

    distinct: int
    entropy: float
    coverage: float
    level: int
    values: bytes
    quantiles: list[float]
    grid: tuple[int, int] | None
    whole: bool


class RowSketch(msgspec.Struct, frozen=True, array_like=True):
    """Rows by the combinations of cells that almost name them.

    `combos` are the combinations of columns used, each with its grid variant and the share of rows that are `alone`
    with their value of it. Entry i says that the combination
    `combo[i]` takes the value `keys[i]`, in witness row `row[i]` alone, or in several rows (0xFFFF).
    """

    level: int
    combos: list[list[int]]
    variants: list[int]
    alone: list[float]
    keys: bytes
    combo: bytes
    row: bytes


class TableSketch(msgspec.Struct, frozen=True, array_like=True):
    """One table, its most telling columns first.

    A `fraction` of its rows was kept, by their values in the columns `gates`. `cells` holds a byte for each of
    three views of each of the first columns of each witness row. `families` are four kinds of row entries, in
    the order of `rows.Family`.
    """

    rows: int
    fraction: float
    gates: list[int]
    content: bytes
    columns: list[ColumnSketch]
    cells: bytes
    families: list[RowSketch]
    index: list[int]


class Sketch(msgspec.Struct, frozen=True, array_like=True):
    """A revision: a sketch for each of its files that is a table, and the keyed digest of every file."""

    version: int
    tables: list[TableSketch]
    files: list[int]
