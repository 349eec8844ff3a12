"""How well declared quasi-identifiers hide a person: k-anonymity, l-diversity and t-closeness, in the engine.

k is the size of the smallest group of rows that share all quasi-identifiers (Sweeney 2002); l the smallest number of
different sensitive values in a group (Machanavajjhala 2006, distinct l); t the largest distance between the values of
a group and those of the whole, as total variation, which is the earth mover's distance of equally distant values
(Li 2007).
"""

import polars as pl
from msgspec import Struct

from valuation.quality.profile.masking import plain
from valuation.quality.reading.opening import Table, collect

SMALL = 5
"""Groups below this size are commonly held to tell too much."""


class Sensitive(Struct, frozen=True):
    """What the groups tell about one sensitive column."""

    column: str
    diversity: int
    closeness: str


class Privacy(Struct, frozen=True):
    """What the quasi-identifiers of one table give away; NULL counts as a value."""

    quasi_identifiers: tuple[str, ...]
    groups: int
    anonymity: int
    rows_in_small_groups: int
    sensitive: tuple[Sensitive, ...]


def privacy(table: Table) -> Privacy | None:
    """Measure a table whose contract declares quasi-identifiers; None where it declares none that are there."""
    declared = [p for p in table.object.properties if p.column in table.dtypes]
    quasi = [p.column for p in declared if p.privacy == "quasi-identifier"]
    if not quasi:
        return None
    sensitive = [p.column for p in declared if p.privacy == "sensitive"]
    groups = (
        table.frame.select(*quasi, *sensitive)
        .group_by(quasi)
        .agg(pl.len().alias("__size__"), *[pl.col(c).n_unique().alias(f"__l{i}__") for i, c in enumerate(sensitive)])
    )
    size = pl.col("__size__")
    summary = groups.select(
        pl.len().alias("groups"),
        size.min().alias("k"),
        size.filter(size < SMALL).sum().alias("small"),
        *[pl.col(f"__l{i}__").min().alias(f"l{i}") for i in range(len(sensitive))],
    )
    found = collect(table.file, [summary, *[_distance(table, quasi, c) for c in sensitive]])
    row = found[0].row(0, named=True)
    return Privacy(
        quasi_identifiers=tuple(plain(c) for c in quasi),
        groups=int(row["groups"]),
        anonymity=int(row["k"]),
        rows_in_small_groups=int(row["small"] or 0),
        sensitive=tuple(
            Sensitive(plain(c), int(row[f"l{i}"]), f"{found[1 + i]['t'][0]:.4f}") for i, c in enumerate(sensitive)
        ),
    )


def _distance(table: Table, quasi: list[str], column: str) -> pl.LazyFrame:
    """Largest total variation: half of the sum of |p - q|, where values that a group lacks add all of their q."""
    data = table.frame.select(*[pl.col(c).alias(f"q{i}") for i, c in enumerate(quasi)], pl.col(column).alias("v"))
    keys = [f"q{i}" for i in range(len(quasi))]
    whole = data.group_by("v").agg(pl.len().alias("n")).with_columns((pl.col("n") / pl.col("n").sum()).alias("q"))
    sizes = data.group_by(keys).agg(pl.len().alias("size"))
    parts = data.group_by([*keys, "v"]).agg(pl.len().alias("c")).join(sizes, on=keys, nulls_equal=True)
    parts = parts.join(whole.select("v", "q"), on="v", nulls_equal=True)
    share = pl.col("c") / pl.col("size")
    distance = 0.5 * ((share - pl.col("q")).abs().sum() + 1 - pl.col("q").sum())
    return parts.group_by(keys).agg(distance.alias("d")).select(pl.col("d").max().alias("t"))
