"""A grade means something: what failed, what was not promised and what was not assessed hold it down, and are told."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

import centre.assembly  # noqa: F401 -- pages call charts that it names.
from kernel.crypto import canonical
from kernel.documents import render
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.policy import policies
from valuation.quality.scoring.score import score
from valuation.quality.scoring.scorecard import Scorecard

AS_OF = datetime(2026, 12, 6, 2, tzinfo=UTC)
BEFORE, CAPPED = policies().version("2026-11"), policies().at(AS_OF.date())
ROWS = 20_000
PORTS = ("秦皇岛", "黄骅", "曹妃甸")


def coal(rows: int = ROWS) -> pl.DataFrame:
    """Daily prices at ports, without a fault; the newest row is of 4 November 2026."""
    last = date(2026, 11, 4)
    return pl.DataFrame(
        {
            "id": range(rows),
            "date": [last - timedelta(days=row % 700) for row in range(rows)],
            "first": [last - timedelta(days=row % 700 + 1) for row in range(rows)],
            "port": [PORTS[row % 3] for row in range(rows)],
            "price": [600.0 + row % 200 for row in range(rows)],
        }
    )


def defective() -> pl.DataFrame:
    """The same with one row in two hundred without its price, one negative and some that come twice."""
    price = pl.when(pl.col("id") % 200 == 0).then(None).when(pl.col("id") % 667 == 0).then(-1.0).otherwise("price")
    broken = coal().with_columns(price=price)
    return pl.concat([broken, broken.head(150)])


def document(*levels: dict[str, Any], severity: str | None = None) -> dict[str, Any]:
    """The contract: every dimension that data can tell is looked at."""
    properties: list[dict[str, Any]] = [
        {"name": "id", "logicalType": "integer", "primaryKey": True},
        {"name": "date", "logicalType": "date", "required": True, "logicalTypeOptions": {"minimum": "2020-01-01"}},
        {"name": "first", "logicalType": "date"},
        {"name": "port", "logicalType": "string", "relationships": [{"to": "ports.port"}]},
        {"name": "price", "logicalType": "number", "required": True, "logicalTypeOptions": {"minimum": 0}},
    ]
    if severity:
        limit = {"type": "sql", "query": "SELECT COUNT(*) FROM {object} WHERE price > 700", "mustBe": 0}
        properties[4]["quality"] = [limit | {"severity": severity, "id": "not_dear"}]
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "coal",
        "version": "1.0.0",
        "schema": [
            {"name": "coal", "properties": properties},
            {"name": "ports", "properties": [{"name": "port", "logicalType": "string", "primaryKey": True}]},
        ],
        "slaProperties": list(levels),
    }


LATENCY = {"property": "latency", "value": 60, "unit": "d", "element": "coal.date", "id": "latency"}
BROKEN = LATENCY | {"value": 1}


def scored(tmp_path: Path, data: pl.DataFrame, *levels: dict[str, Any], policy: Any = CAPPED, **more: Any) -> Scorecard:
    data.write_parquet(tmp_path / "coal.parquet")
    pl.DataFrame({"port": PORTS}).write_parquet(tmp_path / "ports.parquet")
    files = {name: tmp_path / name for name in ("coal.parquet", "ports.parquet")}
    contract = read(document(*levels, **more))
    assert isinstance(contract, Contract), contract
    return score(contract, files, as_of=AS_OF, policy=policy)


def test_data_with_broken_cells_is_not_excellent_and_the_card_leads_with_what_broke(tmp_path: Path) -> None:
    """3,800 broken cells and rows of 201,500 scored 99.88, "excellent"."""
    card = scored(tmp_path, defective(), LATENCY)
    assert float(card.score) > 99
    assert card.basis.by_score_alone.code == "excellent"
    assert card.grade.code == "good"
    broken = {failure.check: failure for failure in card.basis.failures}
    assert [float(f.share) for f in card.basis.failures] == sorted(float(f.share) for f in card.basis.failures)[::-1]
    assert broken["coal.price:not_null"].failed == 101
    (cap,) = card.basis.caps
    assert (cap.cause, cap.grade_max.code) == ("check-failed", "good")
    assert set(cap.of) == set(broken)


def test_a_large_share_of_failures_caps_the_grade_further(tmp_path: Path) -> None:
    nearly = coal().with_columns(price=pl.when(pl.col("id") % 50 == 0).then(None).otherwise("price"))
    often = coal().with_columns(price=pl.when(pl.col("id") % 3 == 0).then(None).otherwise("price"))
    assert scored(tmp_path, nearly, LATENCY).grade.code == "qualified"
    assert scored(tmp_path, often, LATENCY).grade.code == "needs_improvement"


def test_who_promises_nothing_gains_nothing_and_both_scores_are_shown(tmp_path: Path) -> None:
    """A promise of one day that is broken cost 22 points, and silence none."""
    kept, broken, silent = (scored(tmp_path, coal(), *level) for level in ((LATENCY,), (BROKEN,), ()))
    assert (kept.grade.code, kept.basis.caps) == ("excellent", ())
    assert broken.basis.promises.broken == ("latency",)
    assert broken.basis.promises.score_with == broken.score
    assert float(broken.score) < float(broken.basis.promises.score_without) == 100
    assert [cap.cause for cap in broken.basis.caps] == ["check-failed"]
    assert broken.basis.caps[0].grade_max.code == "good"
    assert silent.grade.code == "good"
    assert ("promise-not-made", ("latency",)) in [(cap.cause, cap.of) for cap in silent.basis.caps]
    static = scored(tmp_path, coal(), {"property": "frequency", "value": "once", "unit": "d"})
    assert static.basis.promises.not_made == ()


def test_a_dimension_that_was_not_assessed_caps_and_accessibility_does_not(tmp_path: Path) -> None:
    bare = document(LATENCY)
    del bare["schema"][0]["properties"][3]["relationships"]
    coal().write_parquet(tmp_path / "coal.parquet")
    pl.DataFrame({"port": PORTS}).write_parquet(tmp_path / "ports.parquet")
    contract = read(bare)
    assert isinstance(contract, Contract), contract
    files = {name: tmp_path / name for name in ("coal.parquet", "ports.parquet")}
    card = score(contract, files, as_of=AS_OF, policy=CAPPED)
    assert [(cap.cause, cap.of) for cap in card.basis.caps] == [("dimension-not-assessed", ("consistency",))]
    assert card.grade.code == "good"


@pytest.mark.parametrize(("severity", "grade"), [("error", "needs_improvement"), ("warning", "excellent")])
def test_a_rule_that_only_advises_is_told_and_caps_nothing(tmp_path: Path, severity: str, grade: str) -> None:
    card = scored(tmp_path, coal(), LATENCY, severity=severity)
    assert (card.grade.code, card.basis.by_score_alone.code) == (grade, "excellent")
    (failure,) = card.basis.failures
    assert (failure.check, failure.mandatory) == ("not_dear", severity == "error")


def test_under_the_policy_before_caps_a_scorecard_has_its_bytes_still(tmp_path: Path) -> None:
    """What was signed under the first version is computed again under it, byte for byte."""
    card = scored(tmp_path, defective(), policy=BEFORE)
    assert card.grade.code == "excellent"
    assert "basis" not in msgspec.json.decode(canonical.dumps(card))
    after = scored(tmp_path, defective())
    assert (after.score, after.indicators, after.checks) == (card.score, card.indicators, card.checks)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_of_a_scorecard_leads_with_what_failed(tmp_path: Path, lang: str) -> None:
    """Pages of scorecards from before the caps look as they did."""
    words = {"zh": "未通过的内容与等级依据", "en": "What failed, and why the grade is what it is"}[lang]
    radar = render.HELPERS["quality_radar"]
    for policy in (CAPPED, BEFORE):
        card = msgspec.json.decode(canonical.dumps(scored(tmp_path, defective(), BROKEN, policy=policy)))
        names = dict.fromkeys(("id", "asset", "revision", "provider", "scored_by", "content_sha256"), "x")
        claims = {**names, "asset_name": "煤炭", "scorecard": card}
        body = {"credentialSubject": claims, "id": "urn:x", "validFrom": "2026-12-06T00:00:00Z", "issuer": "did:web:x"}
        page = render.html(body, "quality-scorecard", lang)
        assert (words in page) is (policy is CAPPED)
        if policy is CAPPED:
            assert page.index(words) < page.index("coal.price:not_null") < page.index(radar(card["dimensions"], lang))
