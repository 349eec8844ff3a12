"""Small tables are read once into memory: that changes no number, and where it could, they are streamed."""

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from kernel.crypto import canonical
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.policy import policies
from valuation.quality.reading import opening
from valuation.quality.scoring.score import score

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
LIMITS = policies().at(AS_OF.date()).body.limits


def contract(**more: Any) -> Contract:
    properties = [
        {"name": "key", "logicalType": "integer", "unique": True, "classification": "public"},
        {"name": "value", "logicalType": "number", "logicalTypeOptions": {"maximum": 90}, **more},
        {"name": "text", "logicalType": "string", "required": True, "relationships": [{"to": "words.word"}]},
    ]
    words = {"name": "words", "properties": [{"name": "word", "logicalType": "string"}]}
    found = read(
        {
            "apiVersion": "v3.2.0",
            "kind": "DataContract",
            "id": "small",
            "version": "1",
            "schema": [{"name": "t", "properties": properties}, words],
        }
    )
    assert isinstance(found, Contract), found
    return found


@pytest.fixture
def files(tmp_path):
    rows = pl.int_range(3000, eager=True)
    frame = pl.DataFrame({"key": rows % 2990, "value": (rows * 7 % 100) / 1.0, "text": (rows % 40).cast(pl.String)})
    frame = frame.with_columns(pl.when(pl.col("key") % 13 != 5).then("text"), pl.when(rows != 9).then("value"))
    frame.write_parquet(tmp_path / "t.parquet", row_group_size=700)
    pl.DataFrame({"word": [str(n) for n in range(37)]}).write_parquet(tmp_path / "words.parquet")
    return {name: tmp_path / name for name in ("t.parquet", "words.parquet")}


def in_memory(found: Contract, files: dict, folder: Any) -> set[str]:
    tables = opening.open_tables(found, files, LIMITS, folder)
    return {name for name, table in tables.items() if "DF [" in table.frame.explain()}


def test_what_is_held_in_memory_changes_no_byte(files, monkeypatch):
    policy, cards = policies().at(AS_OF.date()), []
    for cells in (0, 9_000, opening.HELD_CELLS):
        monkeypatch.setattr(opening, "HELD_CELLS", cells)
        cards.append(canonical.dumps(score(contract(), files, as_of=AS_OF, policy=policy)))
    assert cards[0] == cards[1] == cards[2]


@pytest.mark.parametrize(
    ("cells", "size", "held"),
    [(9_037, 1 << 26, {"t", "words"}), (9_036, 1 << 26, {"t"}), (8_999, 1 << 26, set()), (9_037, 10, set())],
)
def test_small_tables_are_held_within_both_bounds(tmp_path, files, monkeypatch, cells, size, held):
    monkeypatch.setattr(opening, "HELD_CELLS", cells)
    monkeypatch.setattr(opening, "HELD_BYTES", size)
    assert in_memory(contract(), files, tmp_path) == held


@pytest.mark.parametrize(
    "more",
    [
        {"customProperties": [{"property": "privacy", "value": "quasi-identifier"}]},
        {"quality": [{"type": "custom", "engine": "liutong", "implementation": {"metric": "mean"}, "mustBe": 3}]},
    ],
)
def test_where_values_are_added_up_nothing_is_held(tmp_path, files, more):
    assert in_memory(contract(**more), files, tmp_path) == set()
