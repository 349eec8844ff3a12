"""Uniqueness by fingerprints: exact whatever the fingerprints are, in memory, on disk, and in portions."""

import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valuation.quality.counting.keys import Fingerprints, fingerprint, fits, repeats
from valuation.quality.reading.opening import ROW

SCHEMA = {"a": pl.Int64, "b": pl.String, "f": pl.Float64}
ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(-3, 3) | st.just(2**62),
        st.none() | st.sampled_from(["", "x", "y", "中", "x\x00"]),
        st.none() | st.sampled_from([0.0, -0.0, 1.5, float("inf")]),
    ),
    max_size=60,
)


def by_hand(rows: list[tuple], columns: tuple[str, ...]) -> tuple[int, list[int]]:
    """How many rows repeat a key, and the first row of each repeated key, in order."""
    keys = [tuple(row[list(SCHEMA).index(c)] for c in columns) for row in rows]
    whole = [key for key in keys if None not in key]
    sizes = Counter(whole)
    return sum(n - 1 for n in sizes.values()), sorted(keys.index(key) for key, n in sizes.items() if n > 1)


@settings(deadline=None)
@given(
    rows=ROWS,
    columns=st.sampled_from([("a",), ("b",), ("f",), ("a", "b"), ("b", "f", "a")]),
    held=st.sampled_from([2, 8, 1 << 23]),
    portion=st.sampled_from([1, 2, 1 << 20]),
    weak=st.booleans(),
)
def test_repeated_keys_are_told_exactly(rows, columns, held, portion, weak):
    data = pl.DataFrame(rows, schema=SCHEMA, orient="row").lazy().with_row_index(ROW)
    # A fingerprint of one bit makes nearly all keys suspects of each other, and changes nothing.
    key = fingerprint(columns, SCHEMA) % 2 if weak else fingerprint(columns, SCHEMA)
    with tempfile.TemporaryDirectory() as folder:
        found = Fingerprints(len(rows), Path(folder) / "f", held)
        told = repeats("t", data, columns, key, found, 5, portion)
        assert not list(Path(folder).iterdir())
    surplus, first = by_hand(rows, columns)
    assert told.surplus == surplus
    assert (told.first[ROW].to_list() if told.first is not None else []) == first[:5]


@pytest.mark.parametrize("held", [64, 1024, 1 << 23])
def test_what_does_not_fit_into_memory_goes_through_disk(tmp_path, held):
    rng = np.random.default_rng(4)
    values = rng.integers(0, 2**64, 6_000, dtype=np.uint64)[rng.integers(0, 6_000, 10_000)]
    found, most = Fingerprints(len(values), tmp_path / "f", held), 0
    for start in range(0, len(values), 100):
        found.add(values[start : start + 100])
        most = max(most, found.held)
    assert most <= max(held, 100)
    assert bool(list(tmp_path.iterdir())) is (held < len(values))
    different, sizes = np.unique(values, return_counts=True)
    assert sorted(np.concatenate(list(found.repeated(7))).tolist()) == different[sizes > 1].tolist()


def test_nested_columns_have_no_fingerprint():
    assert fits(("a", "b"), SCHEMA)
    assert not fits(("a", "l"), SCHEMA | {"l": pl.List(pl.Int8)})
    assert not fits(("n",), {"n": pl.Null})
