"""Failing rows that are shown are the first ones of the table, wherever they are looked for first."""

from datetime import UTC, datetime

import polars as pl
import pytest

from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.counting import evidence
from valuation.quality.policy import policies
from valuation.quality.scoring.score import score

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
DOCUMENT = {
    "apiVersion": "v3.2.0",
    "kind": "DataContract",
    "id": "late",
    "version": "1",
    "schema": [
        {
            "name": "t",
            "properties": [
                {"name": "early", "logicalType": "integer", "logicalTypeOptions": {"minimum": 0}},
                {"name": "late", "logicalType": "string", "logicalTypeOptions": {"pattern": "^[a-z]+$"}},
                {"name": "day", "logicalType": "date", "required": True},
            ],
        }
    ],
}


@pytest.mark.parametrize("cells", [1, 40, 1 << 20])
def test_the_first_failing_rows_are_shown(tmp_path, monkeypatch, cells):
    monkeypatch.setattr(evidence, "FIRST_CELLS", cells)
    path = tmp_path / "t.parquet"
    frame = pl.DataFrame({"early": range(-3, 97), "late": ["a"] * 90 + ["1"] * 10}).with_columns(
        day=pl.when(pl.int_range(pl.len()) % 33 != 32).then(pl.date(2026, 1, 1))
    )
    frame.write_parquet(path)
    contract = read(DOCUMENT)
    assert isinstance(contract, Contract)
    card = score(contract, {"t.parquet": path}, as_of=AS_OF, policy=policies().at(AS_OF.date()))
    shown = {check.id: [sample.row for sample in check.samples] for check in card.checks if check.samples}
    assert shown == {
        "t.early:range": [1, 2, 3],
        "t.late:pattern": [91, 92, 93, 94, 95],
        "t.day:not_null": [33, 66, 99],
    }
