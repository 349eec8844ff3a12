"""The fused counts are Pandera's own: on random dirty frames both find the same failures, check by check."""

import math
import tempfile
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pandera.polars as pa
import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from valuation.quality.contract.contract import Contract, Kind
from valuation.quality.contract.reader import read
from valuation.quality.counting import checks
from valuation.quality.counting import compile as compiler
from valuation.quality.policy import policies
from valuation.quality.scoring.score import score

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
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
                    "logicalTypeOptions": {"minimum": -3, "exclusiveMaximum": 4},
                },
                {
                    "name": "f",
                    "logicalType": "number",
                    "required": True,
                    "unique": True,
                    "logicalTypeOptions": {"exclusiveMinimum": -1.5},
                    "enum": [0, 1, 2.5],
                },
                {
                    "name": "s",
                    "logicalType": "string",
                    "required": True,
                    "logicalTypeOptions": {"pattern": r"^[A-C]\d?$", "minLength": 1, "maxLength": 3},
                    "enum": ["A", "B1", ""],
                },
                {"name": "d", "logicalType": "date", "logicalTypeOptions": {"maximum": "2026-01-01"}},
                {"name": "b", "logicalType": "boolean", "enum": [True]},
            ],
        }
    ],
    "slaProperties": [{"property": "freshness", "value": 1, "unit": "y", "element": "t.d"}],
}

DIRTY = {
    "i": st.none() | st.integers(-5, 5) | st.sampled_from([2**62, -(2**62)]),
    "f": st.none() | st.sampled_from([0.0, -0.0, 1.0, 2.5, -1.5, math.nan, math.inf, -math.inf, 1e308]),
    "s": st.none() | st.sampled_from(["A", "B1", "", "C", "A１", "AB", "A\n", "B1\x00", "中文", "A1 ", "ＡA"]),
    "d": st.none() | st.dates(date(2024, 1, 1), date(2032, 1, 1)),
    "b": st.none() | st.booleans(),
}
TYPES = {"i": pl.Int64, "f": pl.Float64, "s": pl.String, "d": pl.Date, "b": pl.Boolean}


def pandera_counts(frame: pl.DataFrame, contract: Contract) -> Counter[str]:
    """What stock Pandera says of each check on the whole frame, NaN made NULL as the contract's meaning demands."""
    clean = frame.with_columns(pl.col("f").fill_nan(None))
    rules = {rule.id: rule for rule in contract.objects[0].rules}
    dtypes = compiler.plan(contract.objects[0], clean.lazy(), AS_OF).frame.collect_schema()
    schema = checks.schema_of(contract.objects[0], dtypes, AS_OF)
    found: Counter[str] = Counter()
    for name, column in schema.columns.items():
        for check in [None, *column.checks]:
            single = pa.Column(None, nullable=check is not None or column.nullable, checks=[check] if check else [])
            try:
                pa.DataFrameSchema({name: single}).validate(clean.select(name), lazy=True)
            except pa.errors.SchemaErrors as errors:
                key = check.name if check else f"t.{name}:not_null"
                found[key] = errors.failure_cases.height
                assert key in rules
    return found


@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.fixed_dictionaries(DIRTY), min_size=1, max_size=40))
def test_fused_counts_equal_pandera_s_own(rows: list[dict]) -> None:
    contract = read(DOCUMENT)
    assert isinstance(contract, Contract)
    frame = pl.DataFrame(rows, schema=TYPES)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.parquet"
        frame.write_parquet(path)
        card = score(contract, {"t.parquet": path}, as_of=AS_OF, policy=policies().at(date(2026, 11, 23)))
    expected = pandera_counts(frame, contract)
    by_value = {k.value for k in checks.VALUE_KINDS} | {Kind.NOT_NULL.value}
    assert {c.id: c.failed for c in card.checks if c.kind in by_value and c.failed} == dict(expected)
    assert all(len(c.samples) == min(c.failed, 5) for c in card.checks if c.kind in by_value)
    values = [v for v in frame["f"].to_list() if v is not None and not math.isnan(v)]
    unique = next(c for c in card.checks if c.kind == "unique")
    assert (unique.evaluated, unique.failed) == (len(values), len(values) - len(set(values)))
