"""A drafted contract is understood by our own reader, and the data it was drafted from keeps it."""

import json
import math
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from centre.cli import main
from tests.examples import examples
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.inference.infer import draft
from valuation.quality.inference.shapes import pattern_of
from valuation.quality.policy import policies
from valuation.quality.scoring.score import score

ORDERS = pl.DataFrame(
    {
        "id": range(1, 101),
        "code": [f"CT{i:04d}" for i in range(100)],
        "region": ["010203", "020304"] * 50,
        "grade": ["A", "B", "C", "D"] * 25,
        "price": [i / 7 for i in range(99)] + [None],
        "day": [date(2026, 1, 1)] * 100,
        "at": [datetime(2026, 1, 1, 8)] * 100,  # noqa: DTZ001 -- files often have no zone
        "ok": [True, False] * 50,
        "shop_id": [1, 2, 3, 4] * 25,
    }
)
SHOPS = pl.DataFrame({"id": [1, 2, 3, 4], "name": ["甲", "乙", "丙", "丁"]})


@pytest.mark.parametrize("form", ["csv", "parquet", "jsonl"])
def test_the_draft_says_what_the_data_is(tmp_path, form):
    files = {}
    for name, frame in {"orders": ORDERS, "shops": SHOPS}.items():
        path = tmp_path / f"{name}.{form}"
        {"csv": frame.write_csv, "parquet": frame.write_parquet, "jsonl": frame.write_ndjson}[form](path)
        files[path.name] = path
    document = draft(files, "shop")
    contract = read(document)
    assert isinstance(contract, Contract), contract
    columns = {p["name"]: p for p in document["schema"][0]["properties"]}
    types = {name: p["logicalType"] for name, p in columns.items()}
    assert types == {
        "id": "integer", "code": "string", "region": "string", "grade": "string", "price": "number",
        "day": "date", "at": "timestamp", "ok": "boolean", "shop_id": "integer",
    }  # fmt: skip
    assert columns["id"]["primaryKey"]
    assert columns["code"]["logicalTypeOptions"]["pattern"] == "^CT[0-9]{4}$"
    assert columns["code"]["unique"]
    assert [v["value"] for v in columns["grade"]["enum"]] == ["A", "B", "C", "D"]
    assert "required" not in columns["price"]
    assert columns["shop_id"]["relationships"] == [{"type": "foreignKey", "to": "shops.id"}]
    as_of = datetime(2026, 11, 23, tzinfo=UTC)
    card = score(contract, files, as_of=as_of, policy=policies().at(as_of.date()))
    assert [c.id for c in card.checks if c.failed] == []


@pytest.mark.parametrize(
    ("texts", "pattern"),
    [
        (["A1", "B22"], "^[A-Z]{1}[0-9]{1,2}$"),
        (["x-1", "x-2"], r"^x\-[0-9]{1}$"),
        (["a", "b"], None),
        (["a1", "1a"], None),
        (["(1", "(2"], r"^\([0-9]{1}$"),
    ],
)
def test_the_shape_of_codes(texts, pattern):
    assert pattern_of(pl.Series(texts)) == pattern


FAULTY = """apiVersion: v3.1.0
kind: DataContract
id: x
version: 1.0.0
schema:
  - name: t
    properties:
      - name: a
        logicalType: blob
"""


@pytest.mark.slow
def test_the_command_line_scores_and_names_what_is_wrong(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke
    ORDERS.write_csv("whatever.csv")
    drafted = run(main, ["contract", "infer", "whatever.csv"])
    assert drafted.exit_code == 0
    (tmp_path / "c.yaml").write_text(drafted.stdout)
    assert run(main, ["contract", "check", "c.yaml"]).exit_code == 0
    scored = run(main, ["score", "whatever.csv", "--contract", "c.yaml", "--json", "--as-of", "2026-11-23"])
    assert scored.exit_code == 0
    card = __import__("json").loads(scored.stdout)
    assert {"rows", "score", "grade", "dimensions", "checks"} <= set(card)
    keys = {"id", "column", "kind", "indicator", "dimension", "evaluated", "failed", "samples"}
    assert all(keys <= set(check) for check in card["checks"])
    assert "100" in run(main, ["score", "whatever.csv", "--contract", "c.yaml", "--lang", "zh"]).stdout
    ORDERS.with_columns(grade=pl.lit("Z")).write_csv("orders.csv")
    below = run(main, ["score", "whatever=orders.csv", "--contract", "c.yaml", "--at-least", "99.5"])
    assert below.exit_code == 1
    (tmp_path / "bad.yaml").write_text(FAULTY)
    bad = run(main, ["score", "whatever.csv", "--contract", "bad.yaml"])
    assert bad.exit_code == 2
    assert "bad.yaml:9:9: /schema/0/properties/0/logicalType" in bad.stderr
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")
    broken = run(main, ["score", "broken.parquet", "--contract", "c.yaml"])
    assert broken.exit_code == 2
    assert "LT-QLT-02" in broken.stderr


VALUES = {
    "i": st.integers(-(2**60), 2**60),
    "small": st.integers(0, 3),
    "f": st.floats() | st.sampled_from([math.nan, math.inf, -math.inf, -0.0, 1e301, 5e-324]),
    "s": st.text(st.characters(codec="utf-8"), max_size=6) | st.sampled_from(["12", "007", "true", "1.5", "", " "]),
    "code": st.from_regex(r"\A[A-C][0-9]{2}\Z"),
    "b": st.booleans(),
    "d": st.dates(),
    "t": st.datetimes(),
    "o": st.fixed_dictionaries({"x": st.none() | st.integers(-5, 5), "y": st.none() | st.text("ab1", max_size=2)}),
    "l": st.lists(st.none() | st.integers(0, 9), max_size=3),
    "lo": st.lists(st.fixed_dictionaries({"k": st.none() | st.sampled_from(["p", "q"])}), max_size=2),
}
TYPES = {
    "i": pl.Int64, "small": pl.UInt8, "f": pl.Float64, "s": pl.String, "code": pl.String, "b": pl.Boolean,
    "d": pl.Date, "t": pl.Datetime("us"), "o": pl.Struct({"x": pl.Int64, "y": pl.String}), "l": pl.List(pl.Int64),
    "lo": pl.List(pl.Struct({"k": pl.String})),
}  # fmt: skip
ROWS = st.lists(
    st.fixed_dictionaries({name: st.none() | each for name, each in VALUES.items()}), min_size=1, max_size=30
)


def as_json(value):
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.slow
@pytest.mark.parametrize("form", ["parquet", "jsonl", "csv"])
@settings(max_examples=examples(8), deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=ROWS)
@example(
    rows=[
        dict.fromkeys(VALUES),
        dict.fromkeys(VALUES) | {"d": date(2000, 1, 1)},
        dict.fromkeys(VALUES) | {"d": date.min},
    ]
)
def test_what_is_drafted_of_any_data_is_kept_by_it(form, rows):
    """The property of drafts: understood by our reader, and the same data breaks nothing of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"t.{form}"
        frame = pl.DataFrame(rows, schema=TYPES)
        if form == "parquet":
            frame.write_parquet(path)
        elif form == "jsonl":
            path.write_text("\n".join(json.dumps({k: as_json(v) for k, v in row.items()}) for row in rows))
        else:
            frame.drop("o", "l", "lo").write_csv(path)
        document = draft({path.name: path}, "any")
        contract = read(document)
        assert isinstance(contract, Contract), (contract, document)
        as_of = datetime(2026, 11, 23, tzinfo=UTC)
        card = score(contract, {path.name: path}, as_of=as_of, policy=policies().at(as_of.date()))
    assert [(c.id, c.failed, c.samples) for c in card.checks if c.failed and c.id not in EXCUSED] == []


EXCUSED = {"t:malformed", "t:documented"}
"""What a draft cannot mend: lines that are no records, and columns of types that no contract has."""
