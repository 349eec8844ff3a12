"""The finer indicators by hand: each from the checks that serve it, or with what is missing."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.policy import policies
from valuation.quality.scoring.breakdown import finer_indicators
from valuation.quality.scoring.score import score

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
SOURCE = [{"url": "https://example.org/list", "type": "standard"}]
NET, PAID = (f"(SELECT SUM({c}) FROM {t})" for c, t in (("net", "a"), ("paid", "b")))
DOCUMENT = {
    "apiVersion": "v3.2.0",
    "kind": "DataContract",
    "id": "c",
    "version": "1",
    "customProperties": [
        {"property": "authorisedFrom", "value": "2026-01-01"},
        {"property": "authorisedUntil", "value": "2026-12-31"},
    ],
    "schema": [
        {
            "name": "a",
            "quality": [
                {"type": "sql", "query": "SELECT COUNT(*) FROM {object} WHERE net <> gross", "mustBe": 0},
                {"type": "sql", "query": "SELECT COUNT(*) FROM {object} WHERE NOT (gross >= net)", "mustBe": 0},
                {"type": "sql", "query": f"SELECT {NET} - {PAID}", "mustBe": 0},
            ],
            "properties": [
                {
                    "name": "code",
                    "logicalType": "string",
                    "authoritativeDefinitions": SOURCE,
                    "logicalTypeOptions": {"pattern": "^[A-Z]+$", "maxLength": 2},
                    "enum": [{"value": "A"}, {"value": "B"}],
                },
                {"name": "net", "logicalType": "number"},
                {"name": "gross", "logicalType": "number"},
                {"name": "b", "logicalType": "integer", "relationships": [{"to": "b.id"}]},
            ],
        },
        {"name": "b", "properties": [{"name": n, "logicalType": "integer"} for n in ("id", "paid")]},
    ],
}
A = pl.DataFrame(
    {"code": ["A", "B", "ccc", None], "net": [1.0, 2, 3, 4], "gross": [1.0, 2, 2, 5], "b": [1, 2, 3, None]}
)
B = pl.DataFrame({"id": [1, 2], "paid": [4, 6]})


def contract(document=DOCUMENT) -> Contract:
    found = read(document)
    assert isinstance(found, Contract), found
    return found


def test_every_finer_indicator_by_hand(tmp_path):
    A.write_parquet(tmp_path / "a.parquet")
    B.write_parquet(tmp_path / "b.parquet")
    files = {f"{n}.parquet": tmp_path / f"{n}.parquet" for n in "ab"}
    card = score(contract(), files, as_of=AS_OF, policy=policies().at(date(2026, 11, 23)))
    scores = {code: each.score for code, each in card.finer.items()}
    assert scores == {
        "0101.type": "100.00",  # 18 values of 18
        "0101.format": "66.67",  # 2 of 3 codes
        "0101.length": "66.67",
        "0101": "77.78",  # (1 + 2/3 + 2/3) / 3
        "0306": "66.67",  # 2 of 3 codes are in the authority's list
        "0402.equality-within": "50.00",  # 2 of 4 rows
        "0402.logic-within": "75.00",  # 3 of 4 rows
        "0402.equality-across": "100.00",  # 10 = 10
        "0402.logic-across": "66.67",  # 2 of 3 keys
        "0402": "72.92",  # (1/2 + 3/4 + 1 + 2/3) / 4
        "0403": "100.00",
        "0504": "100.00",
    }


@pytest.mark.parametrize(("until", "expected"), [("2026-11-23", "100.00"), ("2026-11-22", "0.00"), ("soon", None)])
def test_the_authorised_period_is_a_promise(until, expected):
    period = [
        {"property": "authorisedFrom", "value": "2026-01-01"},
        {"property": "authorisedUntil", "value": until},
    ]
    found = finer_indicators(contract(DOCUMENT | {"customProperties": period}), (), AS_OF)
    assert found["0504"].score == expected
    missing = [each for each in found.values() if each.score is None]
    assert all(each.reason is not None and each.reason.zh and each.reason.en for each in missing)
