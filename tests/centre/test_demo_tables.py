"""The demonstration's tables have the same bytes each run and keep what the source says."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from centre.demo import tables
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.policy import policies
from valuation.quality.scoring.score import score


@pytest.mark.slow
def test_the_same_bytes_each_run_and_nothing_lost(tmp_path: Path) -> None:
    first, second = (tables.write_parquet(tmp_path / name) for name in ("a", "b"))
    digests = [{n: hashlib.sha256(p.read_bytes()).hexdigest() for n, p in run.items()} for run in (first, second)]
    assert digests[0] == digests[1]
    flights = pl.read_parquet(first["flights.parquet"])
    assert flights.shape == (336_776, 19)
    assert flights["dep_time"].null_count() == 8_255
    assert flights["time_hour"][0] == datetime(2013, 1, 1, 10, tzinfo=UTC)
    assert pl.read_parquet(first["weather.parquet"]).shape == (26_115, 15)


@pytest.mark.slow
def test_the_contract_finds_what_is_wrong_with_the_real_data(tmp_path: Path) -> None:
    contract = read(tables.contract())
    assert isinstance(contract, Contract)
    files = tables.write_parquet(tmp_path)
    policy = policies().at(date(2026, 11, 23))
    card = score(contract, files, as_of=datetime(2026, 11, 23, tzinfo=UTC), policy=policy)
    assert {check.id: check.failed for check in card.checks if check.failed} == {
        "flights.dep_time:range": 29,  # midnight written as 2400
        "flights.arr_time:range": 150,
        "flights.tailnum:not_null": 2512,
        "flights.tailnum:pattern": 4,  # D942DN
        "flights.origin+time_hour:reference": 1556,  # hours without an observation
        "weather.temp:not_null": 1,
        "weather.dewp:not_null": 1,
        "weather.humid:not_null": 1,
        "weather.wind_speed:not_null": 4,
        "weather.wind_speed:range": 1,  # 1,048 miles per hour
        "weather.pressure:not_null": 2729,
    }
    assert (card.rows, card.score, card.grade.code) == (362_891, "99.94", "excellent")
