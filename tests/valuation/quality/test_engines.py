"""One contract, every engine, the same numbers: Polars, DuckDB and, where Java and PySpark are, Spark."""

import importlib.util
import math
import shutil
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.quality import coal
from tests.examples import examples
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.counting.engines import DuckDB
from valuation.quality.policy import policies
from valuation.quality.reading.opening import open_tables
from valuation.quality.scoring.score import score

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
RULES = policies().at(date(2026, 11, 23))
LETTERS = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "", "中"]
DOCUMENT = {
    "apiVersion": "v3.2.0",
    "kind": "DataContract",
    "id": "dirty",
    "version": "1",
    "schema": [
        {
            "name": "t",
            "properties": [
                {
                    "name": "i",
                    "logicalType": "integer",
                    "required": True,
                    "unique": True,
                    "relationships": [{"to": "k.i"}],
                },
                {
                    "name": "f",
                    "logicalType": "number",
                    "required": True,
                    "unique": True,
                    "logicalTypeOptions": {"exclusiveMinimum": -1.5, "maximum": 100},
                    "enum": [0, 1, 2.5],
                    "quality": [
                        {
                            "id": "mean",
                            "type": "custom",
                            "engine": "liutong",
                            "implementation": {"metric": "maximum"},
                            "mustBeLessThan": 50,
                        }
                    ],
                },
                {"name": "m", "logicalType": "number", "unique": True, "logicalTypeOptions": {"minimum": 0}},
                {
                    "name": "s",
                    "logicalType": "string",
                    "logicalTypeOptions": {"pattern": r"^[a-c]\d?$", "minLength": 1, "maxLength": 3},
                    "enum": LETTERS,
                    "quality": [
                        {"metric": "missingValues", "arguments": {"missingValues": ["", "d"]}, "mustBe": 0},
                        {"metric": "duplicateValues", "mustBeLessThan": 30, "unit": "percent"},
                    ],
                },
                {"name": "n", "logicalType": "string", "required": True},
                {"name": "d", "logicalType": "date", "logicalTypeOptions": {"maximum": "2026-01-01"}},
                {"name": "at", "logicalType": "timestamp"},
                {"name": "b", "logicalType": "boolean", "enum": [True]},
            ],
            "quality": [
                {
                    "id": "a",
                    "type": "sql",
                    "query": "SELECT COUNT(*) FROM t WHERE NOT (ABS(f * i - i / f) <= 1.5)",
                    "mustBe": 0,
                },
                {
                    "id": "o",
                    "type": "sql",
                    "query": "SELECT COUNT(*) FROM t WHERE at < '2026-01-01' OR s LIKE '%b_'",
                    "mustBe": 0,
                },
                {"id": "n", "metric": "rowCount", "mustBeBetween": [3, 20]},
                {"metric": "duplicateValues", "arguments": {"properties": ["s", "b"]}, "mustBe": 0},
            ],
        },
        {"name": "k", "properties": [{"name": "i", "logicalType": "integer"}]},
    ],
    "slaProperties": [{"property": "freshness", "value": 1, "unit": "y", "element": "t.at"}],
}
FLOATS = st.none() | st.sampled_from([0.0, -0.0, 1.0, 2.5, -1.5, math.nan, math.inf, -math.inf, 1e308, -1e308])
DIRTY = {
    "i": st.none() | st.integers(-5, 5) | st.sampled_from([2**62, -(2**62)]),
    "f": FLOATS,
    "m": st.none() | st.decimals(-9, 9, places=2),
    "s": st.none() | st.sampled_from([*LETTERS, "A", "a１", "a\n", "b1\x00", "😀", "ab "]),
    "n": st.none(),
    "d": st.none() | st.dates(date(2024, 1, 1), date(2032, 1, 1)),
    "at": st.none() | st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1)),  # noqa: DTZ001 -- without a zone on purpose
    "b": st.none() | st.booleans(),
}
TYPES = {
    "i": pl.Int64,
    "f": pl.Float64,
    "m": pl.Decimal(18, 2),
    "s": pl.String,
    "n": pl.String,
    "d": pl.Date,
    "at": pl.Datetime("us"),
    "b": pl.Boolean,
}


def cards(folder: Path, rows: list[dict], engines: tuple[str, ...], zone: str | None = None) -> list:
    contract = read(DOCUMENT)
    assert isinstance(contract, Contract)
    frame = pl.DataFrame(rows, schema=TYPES)
    if zone:
        frame = frame.with_columns(pl.col("at").dt.replace_time_zone("UTC").dt.convert_time_zone(zone))
    frame.write_parquet(folder / "t.parquet")
    pl.DataFrame({"i": [1, 2, 2**62, None]}, schema={"i": pl.Int64}).write_parquet(folder / "k.parquet")
    files = {name: folder / name for name in ("t.parquet", "k.parquet")}
    return [score(contract, files, as_of=AS_OF, policy=RULES, engine=engine) for engine in engines]


def numbers(card) -> list[tuple]:
    return [(c.id, c.evaluated, c.failed, c.met, c.value) for c in card.checks]


@pytest.mark.slow
@settings(max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.fixed_dictionaries(DIRTY), min_size=1, max_size=30), st.sampled_from([None, "Asia/Shanghai"]))
def test_polars_and_duckdb_count_the_same(rows, zone):
    with tempfile.TemporaryDirectory() as folder:
        polars, duckdb = cards(Path(folder), rows, ("polars", "duckdb"), zone)
    assert numbers(polars) == numbers(duckdb)
    assert polars.score == duckdb.score
    assert polars.freshness == duckdb.freshness


LACKING = [
    cure
    for there, cure in (
        (importlib.util.find_spec("pyspark") is not None, "PySpark (pip install 'liutong[spark]')"),
        (shutil.which("java") is not None, "Java 17 or newer on the path"),
    )
    if not there
]
spark = pytest.mark.skipif(bool(LACKING), reason=f"Spark was not tried; it lacks {' and '.join(LACKING)}")


@pytest.fixture
def spark_session():
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "1g")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.mark.slow
@spark
def test_spark_counts_the_same(spark_session):
    strategy = st.lists(st.fixed_dictionaries(DIRTY), min_size=1, max_size=200)

    @settings(max_examples=examples(8), deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(strategy)
    def compare(rows):
        with tempfile.TemporaryDirectory() as folder:
            polars, spark = cards(Path(folder), rows, ("polars", "spark"))
        assert numbers(polars) == numbers(spark)
        assert polars.freshness == spark.freshness

    compare()


@pytest.mark.slow
@spark
def test_spark_finds_every_planted_defect_of_the_coal_data(spark_session, tmp_path):
    paths = coal.generate(tmp_path, 30_000)
    as_of = datetime.fromisoformat(coal.AS_OF).replace(tzinfo=UTC)
    engines = ("spark", "duckdb", "auto")
    told = [score(read(coal.contract()), paths, as_of=as_of, policy=RULES, engine=engine) for engine in engines]
    assert numbers(told[0]) == numbers(told[1]) == numbers(told[2])
    counts = {c.id: c.failed for c in told[0].checks}
    assert {name: counts[name] for name in coal.PLANTED} == coal.planted(30_000)


@pytest.mark.slow
def test_duckdb_reaches_nothing_but_the_files_that_are_scored(tmp_path):
    cards(tmp_path, [], ())
    contract = read(DOCUMENT)
    assert isinstance(contract, Contract)
    files = {name: tmp_path / name for name in ("t.parquet", "k.parquet")}
    pl.DataFrame([{"i": 1}], schema={"i": pl.Int64}).write_parquet(tmp_path / "t.parquet")
    (tmp_path / "staged").mkdir()
    tables = open_tables(contract, files, RULES.body.limits, tmp_path / "staged")
    engine = DuckDB(tables, tmp_path / "spill")
    for connection in (engine._rows, engine._keys):
        for statement in (
            "SELECT * FROM read_text('/etc/hostname')",
            "COPY (SELECT 1) TO '/tmp/out.csv'",
            "SET enable_external_access = true",
            "SET memory_limit = '100GB'",
            "INSTALL httpfs",
            "ATTACH '/tmp/x.db'",
        ):
            with pytest.raises(Exception, match=r"(?i)disabled|locked|permission|cannot"):
                connection.execute(statement)
