"""The ways in which a copy differs from what it was copied from, and the forms in which it arrives."""

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

Change = Callable[[pl.DataFrame, np.random.Generator], pl.DataFrame]


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
