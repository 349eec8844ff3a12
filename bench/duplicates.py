"""Precision and recall of duplicate detection on copies of real tables, and how long a gigabyte takes."""

import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from bench.copies.forks import FORKS, store
from bench.copies.tables import real_tables
from rights.duplicates.compare import Match, compare
from rights.duplicates.policy import POLICY
from rights.duplicates.sketching.hashing import SketchKey
from rights.duplicates.sketching.schemas import VERSION, Sketch
from rights.duplicates.sketching.sketch import sketch_table
from rights.duplicates.sketching.tables import read

KEY = SketchKey(bytes(range(32)))
RULES = POLICY.versions[-1].body
TABLES_MIN = 10
LIMIT = 0.95
LIMIT_S = 2.0


def sketched(frame: pl.DataFrame, form: str = "parquet", key: SketchKey = KEY) -> Sketch:
    """Sketch a table by way of a file."""
    with tempfile.TemporaryDirectory() as folder:
        return Sketch(VERSION, [sketch_table(read(store(frame, form, Path(folder)), key, RULES.limits), key)], [])


@dataclass(frozen=True)
class Case:
    """One comparison and what it should say."""

    name: str
    copy: bool
    match: Match

    @property
    def right(self) -> bool:
        """Whether it does."""
        return (self.match.kind != "none") == self.copy


def copies(name: str, frame: pl.DataFrame, original: Sketch, seed: int) -> Iterator[Case]:
    """Every fork of a table against the table."""
    for fork, (change, form) in FORKS.items():
        rng = np.random.default_rng([seed, len(fork)])
        yield Case(f"{name} {fork}", True, compare(sketched(change(frame, rng), form), original, RULES.near))


def other_rows(name: str, frame: pl.DataFrame, seed: int) -> Iterator[Case]:
    """One half of a table against the other half: the same kind of data, but other data."""
    whole = frame.unique(maintain_order=True)
    order = np.random.default_rng(seed).permutation(whole.height)
    half = whole.height // 2
    random = whole[order[:half]], whole[order[half:]]
    ordered = whole[:half], whole[half:]
    for kind, (one, other) in (("random", random), ("ordered", ordered)):
        yield Case(f"{name} {kind} halves", False, compare(sketched(one), sketched(other), RULES.near))


def unrelated(sketches: dict[str, Sketch]) -> Iterator[Case]:
    """Every table against every other."""
    for (one, a), (other, b) in itertools.permutations(sketches.items(), 2):
        yield Case(f"{one} / {other}", False, compare(a, b, RULES.near))


def measure(tables: dict[str, pl.DataFrame], seed: int = 1) -> list[Case]:
    """All cases of these tables."""
    sketches = {name: sketched(frame) for name, frame in tables.items()}
    cases = list(unrelated(sketches))
    for name, frame in tables.items():
        cases += copies(name, frame, sketches[name], seed)
        cases += other_rows(name, frame, seed)
    return cases


def scores(cases: list[Case]) -> tuple[float, float]:
    """Precision and recall."""
    found = [case for case in cases if case.match.kind != "none"]
    hits = sum(case.copy for case in found)
    return hits / max(1, len(found)), hits / sum(case.copy for case in cases)


def write_large(path: Path, at_least: int = 10**9) -> None:
    """Trips of vehicles: keys, moments, places, texts and measures, a gigabyte of them."""
    rng = np.random.default_rng(0)
    cities = np.array([f"City {i}" for i in range(400)])
    rows, writer, part = 500_000, None, 0
    while writer is None or path.stat().st_size < at_least:
        frame = pl.DataFrame(
            {
                "trip": np.arange(part * rows, (part + 1) * rows),
                "at": np.datetime64("2024-01-01", "ms") + 1000 * rng.integers(0, 86400 * 365, rows),
                "city": cities[rng.integers(0, 400, rows)],
                "plate": pl.Series(rng.integers(0, 10**6, rows)).cast(pl.String) + "蒙A",
                "lat": rng.normal(40, 1, rows).round(5),
                "lon": rng.normal(111, 2, rows).round(5),
                "speed": rng.gamma(3, 12, rows).round(1),
                "fuel": rng.random(rows),
                "load": rng.integers(0, 40_000, rows),
                "paid": rng.random(rows) < 0.3,
                "score": rng.normal(0, 1, rows),
            }
        )
        table = frame.to_arrow()
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table, row_group_size=250_000)
        part += 1
    writer.close()


@dataclass(frozen=True)
class Taken:
    """What something took, by the clock and of the processor; the second does not see what else the machine does."""

    clock: float
    cpu: float

    def __sub__(self, other: "Taken") -> "Taken":
        return Taken(self.clock - other.clock, self.cpu - other.cpu)


def timed(work: Callable[[], int]) -> tuple[Taken, int]:
    """Do something and take its time."""
    clock, cpu = time.perf_counter(), time.process_time()
    rows = work()
    return Taken(time.perf_counter() - clock, time.process_time() - cpu), rows


def large(folder: Path) -> dict[str, Any]:
    """What the pre-check of a gigabyte takes beside reading the file once, as the median of three rounds."""
    path = folder / "large.parquet"
    write_large(path)

    def reading() -> int:
        with pq.ParquetFile(path, memory_map=True) as file:
            return sum(batch.num_rows for batch in file.iter_batches(batch_size=131_072))

    def sketching() -> int:
        sample = read(path, KEY, RULES.limits)
        sketch_table(sample, KEY)
        return sample.rows

    rounds, rows = [], 0
    for _ in range(3):
        (once, rows), (whole, sketched_rows) = timed(reading), timed(sketching)
        if sketched_rows != rows:
            raise AssertionError("rows were lost on the way")
        rounds.append((once, whole, whole - once))
    beside = statistics.median(beside.clock for *_, beside in rounds)
    return {
        "what": f"sketch of {rows:,} rows, {path.stat().st_size / 1e9:.2f} GB of Parquet, beside reading it once",
        "reading_s": statistics.median(once.clock for once, *_ in rounds),
        "total_s": statistics.median(whole.clock for _, whole, _ in rounds),
        "beside_s": beside,
        "beside_cpu_s": statistics.median(beside.cpu for *_, beside in rounds),
        "limit_s": LIMIT_S,
        "ratio_to_limit": beside / LIMIT_S,
        "ratio_to_reading": statistics.median(whole.clock / once.clock for once, whole, _ in rounds),
        "met": beside < LIMIT_S,
    }


def run() -> list[dict[str, Any]]:
    """Recognise copies of real tables, and sketch a gigabyte."""
    tables = real_tables()
    cases = measure(tables)
    precision, recall = scores(cases)
    missed = [case.name for case in cases if not case.right]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        timing = large(Path(folder))
    return [
        {
            "what": f"copies found among {len(cases)} comparisons of {len(tables)} real tables",
            "precision": precision,
            "recall": recall,
            "limit": LIMIT,
            "ratio_to_limit": min(precision, recall) / LIMIT,
            "met": min(precision, recall) >= LIMIT and len(tables) >= TABLES_MIN,
            "wrong": "; ".join(missed) or "none",
        },
        timing,
    ]
