"""A score from a sample carries its interval, and only what a sample can tell comes from it."""

import random
from datetime import UTC, date, datetime
from fractions import Fraction

import msgspec
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.valuation.quality.test_reading import write_xlsx
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.policy import policies
from valuation.quality.scoring.intervals import exact
from valuation.quality.scoring.sampling import Draw
from valuation.quality.scoring.score import score
from valuation.quality.scoring.scorecard import Scorecard

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
RULES = policies().at(date(2026, 11, 23))
ROWS = 5000
DOCUMENT = {
    "apiVersion": "v3.2.0",
    "kind": "DataContract",
    "id": "c",
    "version": "1",
    "schema": [
        {
            "name": "t",
            "quality": [{"metric": "rowCount", "mustBe": ROWS}],
            "properties": [
                {"name": "id", "logicalType": "integer", "primaryKey": True},
                {"name": "x", "logicalType": "number", "required": True, "logicalTypeOptions": {"maximum": 1}},
                {"name": "s", "logicalType": "string", "logicalTypeOptions": {"pattern": "^a"}},
            ],
        }
    ],
}

# What SciPy says: beta.ppf(doubt / 2, k, n - k + 1) and beta.ppf(1 - doubt / 2, k + 1, n - k).
SCIPY = [
    (0, 10, 0.05, 0.0, 0.3084971078187607),
    (1, 10, 0.05, 0.0025285785444617848, 0.4450161170281954),
    (5, 10, 0.05, 0.18708602844739855, 0.8129139715526015),
    (10, 10, 0.05, 0.6915028921812392, 1.0),
    (3, 1000, 0.05, 0.0006190999316495713, 0.008742023238478303),
    (17, 100_000, 0.01, 8.250955945826984e-05, 0.00030788466467187843),
    (500_000, 1_000_000, 0.05, 0.49901951919531184, 0.5009804808046882),
]


@pytest.mark.parametrize(("failed", "evaluated", "doubt", "low", "high"), SCIPY)
def test_the_interval_is_that_of_clopper_and_pearson(failed, evaluated, doubt, low, high):
    found = exact(failed, evaluated, doubt)
    assert low - 2e-6 < found[0] <= Fraction(low) + Fraction(1, 10**12)
    assert Fraction(high) - Fraction(1, 10**12) <= found[1] < high + 2e-6


@given(st.integers(1, 3000), st.data())
def test_the_interval_holds_the_share_and_narrows(evaluated, data):
    failed = data.draw(st.integers(0, evaluated))
    low, high = exact(failed, evaluated, 0.05)
    wide = exact(failed, evaluated, 0.001)
    assert 0 <= wide[0] <= low <= Fraction(failed, evaluated) <= high <= wide[1] <= 1


def table(seed: int) -> pl.DataFrame:
    chance = random.Random(seed)
    return pl.DataFrame(
        {
            "id": [*range(ROWS - 1), 0],
            "x": [None if chance.random() < 0.1 else chance.random() * 1.1 for _ in range(ROWS)],
            "s": [chance.choice("aaab") for _ in range(ROWS)],
        }
    )


def scored(path, draw, engine="auto"):
    contract = read(DOCUMENT)
    assert isinstance(contract, Contract)
    return score(contract, {path.name: path}, as_of=AS_OF, policy=RULES, draw=draw, engine=engine)


@pytest.mark.slow
def test_the_interval_covers_the_whole(tmp_path):
    missed = 0
    for seed in range(12):
        table(seed).write_parquet(tmp_path / "t.parquet")
        whole, some = scored(tmp_path / "t.parquet", None), scored(tmp_path / "t.parquet", Draw(400, seed))
        assert whole.sampling is None
        assert some.sampling is not None
        assert float(some.sampling.score_low) <= float(some.score) <= float(some.sampling.score_high)
        missed += not float(some.sampling.score_low) <= float(whole.score) <= float(some.sampling.score_high)
        checks = {c.id: c for c in whole.checks}
        for check in some.checks:
            same = checks[check.id]
            if check.sampled is None:
                assert check == same
                assert check.kind in ("unique", "row_count", "columns", "documented")
            else:
                assert (check.sampled.rows, check.sampled.of) == (400, ROWS)
                assert float(check.sampled.low) <= check.failed / max(check.evaluated, 1) <= float(check.sampled.high)
        assert [c.id for c in some.checks] == [c.id for c in whole.checks]
        assert (some.rows, some.profile) == (ROWS, whole.profile)
    assert missed <= 1


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_a_draw_can_be_repeated(tmp_path, engine):
    table(1).write_csv(tmp_path / "t.csv")
    first, again = (scored(tmp_path / "t.csv", Draw(100, 7), engine) for _ in range(2))
    assert msgspec.json.encode(first) == msgspec.json.encode(again)
    assert msgspec.json.decode(msgspec.json.encode(first), type=Scorecard) == first
    other = scored(tmp_path / "t.csv", Draw(100, 8), engine)
    assert [c.failed for c in other.checks] != [c.failed for c in first.checks]


def test_a_table_that_is_no_larger_is_counted_whole(tmp_path):
    write_xlsx(tmp_path / "t.xlsx", [["id", "x", "s"], [1, 0.5, "a"], [2, 2, "b"]])
    assert scored(tmp_path / "t.xlsx", Draw(2, 1)) == scored(tmp_path / "t.xlsx", None)
