"""Data that engines like to disagree on, or to fall over: every engine gives the same numbers, or one clear refusal."""

import json
import math
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.valuation.quality.test_engines import numbers
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.errors import CorruptFile, EngineMissing, NothingToScore
from valuation.quality.policy import policies
from valuation.quality.scoring.score import score

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
RULES = policies().at(date(2026, 11, 23))
ENGINES = ("polars", "duckdb")
PROPERTIES = [
    {"name": "u", "logicalType": "integer", "unique": True, "logicalTypeOptions": {"maximum": 200}},
    {"name": "f", "logicalType": "number", "required": True, "unique": True, "logicalTypeOptions": {"minimum": 0}},
    {"name": "c", "logicalType": "string", "enum": ["a", "é"], "unique": True},
    {"name": "t", "logicalType": "time", "logicalTypeOptions": {"minimum": "08:00:00"}},
    {"name": "ns", "logicalType": "timestamp", "unique": True,
     "logicalTypeOptions": {"minimum": "2026-01-01T00:00:00Z"}},
    {"name": "away", "logicalType": "timestamp", "logicalTypeOptions": {"exclusiveMaximum": "2026-03-29T01:30:00Z"}},
    {"name": "none", "logicalType": "number", "required": True, "unique": True},
    {"name": "bytes", "logicalType": "string", "required": True},
    {
        "name": "o",
        "logicalType": "object",
        "properties": [
            {"name": "x", "logicalType": "number", "required": True, "logicalTypeOptions": {"maximum": 1}},
            {"name": "p", "logicalType": "object",
             "properties": [{"name": "s", "logicalType": "string", "unique": True}]},
        ],
    },
    {
        "name": "l",
        "logicalType": "array",
        "logicalTypeOptions": {"maxItems": 1},
        "items": {"logicalType": "number", "required": True, "unique": True, "logicalTypeOptions": {"minimum": 0}},
    },
]  # fmt: skip
DOCUMENT = {
    "apiVersion": "v3.2.0",
    "kind": "DataContract",
    "id": "adversarial",
    "version": "1",
    "schema": [
        {
            "name": "t",
            "properties": PROPERTIES,
            "quality": [
                {"type": "sql", "query": "SELECT COUNT(*) FROM {object} WHERE o.x > f OR c LIKE '_'", "mustBe": 0},
                {"type": "sql", "query": "SELECT SUM(f) FROM {object} WHERE u IS NOT NULL", "mustBe": 0},
                {"type": "sql", "query": "SELECT COUNT(DISTINCT f) - COUNT(DISTINCT c) FROM {object}", "mustBe": 0},
            ],
        }
    ],
    "slaProperties": [{"property": "retention", "value": 300, "unit": "d", "element": "t.ns"}],
}
FLOATS = st.none() | st.sampled_from([0.0, -0.0, 1.0, -1.5, math.nan, math.inf, -math.inf, 3.4e38, 1e-45])
TEXTS = st.none() | st.sampled_from(
    ["", "a", "é", "e\u0301", "a\x00", "\x00", "😀", "Ａ", "\u2028", "\ufeffa", " a", "a "]
)
MOMENTS = st.none() | st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1))  # noqa: DTZ001 -- zones are put on later
ROW = {
    "u": st.none() | st.integers(0, 255),
    "f": FLOATS,
    "c": TEXTS,
    "t": st.none() | st.times(),
    "ns": MOMENTS,
    "away": MOMENTS,
    "none": st.none(),
    "bytes": st.none() | st.binary(max_size=3),
    "o": st.none() | st.fixed_dictionaries({"x": FLOATS, "p": st.none() | st.fixed_dictionaries({"s": TEXTS})}),
    "l": st.none() | st.lists(FLOATS, max_size=3),
}
TYPES = {
    "u": pl.UInt8, "f": pl.Float32, "c": pl.String, "t": pl.Time, "ns": pl.Datetime("ns"),
    "away": pl.Datetime("ms", "UTC"), "none": pl.Float64, "bytes": pl.Binary,
    "o": pl.Struct({"x": pl.Float64, "p": pl.Struct({"s": pl.String})}), "l": pl.List(pl.Float64),
}  # fmt: skip


def contract(document=DOCUMENT) -> Contract:
    found = read(document)
    assert isinstance(found, Contract), found
    return found


def scored(path: Path, engine: str, document=DOCUMENT):
    return score(contract(document), {path.name: path}, as_of=AS_OF, policy=RULES, engine=engine)


def written(folder: str, rows: list[dict], *, categorical: bool) -> Path:
    frame = pl.DataFrame(rows, schema=TYPES).with_columns(pl.col("away").dt.convert_time_zone("Europe/Berlin"))
    if categorical:
        frame = frame.with_columns(pl.col("c").cast(pl.Categorical))
    frame.write_parquet(Path(folder) / "t.parquet", row_group_size=7)
    return Path(folder) / "t.parquet"


@pytest.mark.slow
@settings(max_examples=examples(5), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.fixed_dictionaries(ROW), min_size=1, max_size=25), st.booleans())
def test_polars_and_duckdb_count_the_same(rows, categorical):
    with tempfile.TemporaryDirectory() as folder:
        path = written(folder, rows, categorical=categorical)
        polars, duckdb = (scored(path, engine) for engine in ENGINES)
    assert numbers(polars) == numbers(duckdb)
    assert (polars.score, polars.freshness) == (duckdb.score, duckdb.freshness)


def test_spark_refuses_columns_inside_others(tmp_path):
    """Spark reads a dot in a column's name as a field's, so nested columns are left to the embedded engines."""
    path = written(str(tmp_path), [dict.fromkeys(TYPES)], categorical=False)
    with pytest.raises(EngineMissing, match=r"o\.x") as refused:
        scored(path, "spark")
    assert "o.x" in refused.value.detail.of("zh", **refused.value.facts)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_every_value_of_a_column_may_be_missing(tmp_path, engine):
    path = written(str(tmp_path), [dict.fromkeys(TYPES)] * 3, categorical=False)
    found = {c.id: (c.evaluated, c.failed) for c in scored(path, engine).checks}
    assert found["t.none:not_null"] == (3, 3)
    assert found["t.none:unique"] == (0, 0)
    assert found["t.o.x:not_null"] == (0, 0)
    assert found["t.l.item:not_null"] == (0, 0)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("form", ["parquet", "csv", "jsonl"])
def test_no_rows_and_columns_of_one_name_are_refused(tmp_path, engine, form):
    empty, twice = tmp_path / f"t.{form}", tmp_path / f"twice.{form}"
    both = pa.table([pa.array([1]), pa.array([2])], names=["u", "u"])
    if form == "parquet":
        pl.DataFrame(schema={"u": pl.Int64}).write_parquet(empty)
        pq.write_table(both, twice)
    else:
        empty.write_text("u,f\n" if form == "csv" else "\n \n")
        twice.write_text("u,u\n1,2\n" if form == "csv" else '{"u": 1, "u": 2}\n')
    with pytest.raises((NothingToScore, CorruptFile)):
        scored(empty, engine)
    if form == "jsonl":  # The last of two equal names counts, as in every JSON reader; there is one column.
        assert scored(twice, engine).rows == 1
    else:
        with pytest.raises(CorruptFile, match=r"two columns|twice"):
            scored(twice, engine)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_halves_of_surrogate_pairs_are_malformed_lines(tmp_path, engine):
    path = tmp_path / "t.jsonl"
    lines = [
        b'{"c": "a"}',
        b'{"c": "\\ud800"}',
        b'{"c": "\\ud83d\\ude00"}',
        b'{"c": "\xed\xa0\x80"}',
        b'{"c": "\\u0000"}',
    ]
    path.write_bytes(b"\n".join(lines))
    found = {c.id: (c.evaluated, c.failed) for c in scored(path, engine).checks}
    assert found["t:malformed"] == (5, 2)
    assert found["t.c:set"] == (3, 2)


@pytest.mark.parametrize("engine", ENGINES)
def test_text_that_is_none_is_refused(tmp_path, engine):
    """A Parquet column of texts whose bytes are no UTF-8: the readers say so, and nothing is made of it."""
    raw = pa.array([b"\xff\xfe", b"a"], pa.binary())
    odd = pa.StringArray.from_buffers(2, raw.buffers()[1], raw.buffers()[2], raw.buffers()[0])
    pq.write_table(pa.table({"c": odd}), tmp_path / "t.parquet")
    with pytest.raises(CorruptFile):
        scored(tmp_path / "t.parquet", engine)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("days", [[-45_000_000, 20_000], [-45_000_000], [2_000_000_000, 20_000]])
def test_days_and_moments_beyond_the_calendar_are_counted_and_shown_as_nothing(tmp_path, engine, days):
    """Found by mutation: a file may hold the year -121278, which no date of ours can be."""
    frame = pl.DataFrame({"d": pl.Series(days, dtype=pl.Int32).cast(pl.Date)})
    frame = frame.with_columns(
        at=pl.Series([d * 86_400_000_000 // 100 for d in days], dtype=pl.Int64).cast(pl.Datetime("us"))
    )
    frame = frame.with_columns(
        at=pl.when(pl.int_range(pl.len()) == 0).then(pl.lit(2**62).cast(pl.Datetime("us"))).otherwise("at")
    )
    frame.write_parquet(tmp_path / "t.parquet")
    properties = [
        {"name": "d", "logicalType": "date", "required": True, "unique": True, "classification": "public",
         "logicalTypeOptions": {"minimum": "2020-01-01", "maximum": "2030-01-01"}},
        {"name": "at", "logicalType": "timestamp", "classification": "public",
         "logicalTypeOptions": {"minimum": "2020-01-01T00:00:00Z", "maximum": "2030-01-01T00:00:00Z"}},
    ]  # fmt: skip
    document = DOCUMENT | {"schema": [{"name": "t", "properties": properties}]}
    document["slaProperties"] = [{"property": "latency", "value": 1, "unit": "y", "element": "t.d"}]
    card = scored(tmp_path / "t.parquet", engine, document)
    found = {c.id: (c.evaluated, c.failed) for c in card.checks}
    assert found["t.d:period"] == (len(days), 1)
    assert card.sample_rows["t"][0] == {"d": None, "at": None}
    json.dumps([c.samples for c in card.checks], default=str)


@pytest.mark.slow
def test_time_zones_are_one_moment(tmp_path):
    """The same moments written in three zones and without one are the same moments."""
    moments = [datetime(2026, 3, 29, 0, 59, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC), None]
    cards = []
    for zone in ("UTC", "Europe/Berlin", "Asia/Shanghai", None):
        frame = pl.DataFrame({"away": moments}, schema={"away": pl.Datetime("us", "UTC")})
        column = pl.col("away").dt.convert_time_zone(zone) if zone else pl.col("away").dt.replace_time_zone(None)
        frame.with_columns(column).write_parquet(tmp_path / "t.parquet")
        cards += [scored(tmp_path / "t.parquet", engine) for engine in ENGINES]
    assert len({json.dumps(numbers(card)) for card in cards}) == 1
    assert len({card.freshness["t.away"] for card in cards}) == 1
