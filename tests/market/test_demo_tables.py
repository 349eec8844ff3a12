"""The demonstration's tables have the same bytes each run and keep what the source says."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from market import demo_tables


def test_the_same_bytes_each_run_and_nothing_lost(tmp_path: Path) -> None:
    first, second = (demo_tables.write_parquet(tmp_path / name) for name in ("a", "b"))
    digests = [{n: hashlib.sha256(p.read_bytes()).hexdigest() for n, p in run.items()} for run in (first, second)]
    assert digests[0] == digests[1]
    flights = pl.read_parquet(first["flights.parquet"])
    assert flights.shape == (336_776, 19)
    assert flights["dep_time"].null_count() == 8_255
    assert flights["time_hour"][0] == datetime(2013, 1, 1, 10, tzinfo=UTC)
    assert pl.read_parquet(first["weather.parquet"]).shape == (26_115, 15)
