"""Scorecards in the words of others, and two of them side by side."""

import math

import polars as pl
import pytest

from kernel import ids
from tests.refusals import not_there
from tests.valuation.makers import ORDERS, SHOPS, add_revision, make_asset, parquet, score
from valuation.quality.scoring.comparison import moved


def bins(*counts: int, low: float = 0.0) -> list[dict]:
    return [{"low": low + i, "high": low + i + 1, "count": n} for i, n in enumerate(counts)]


def test_psi_and_ks_by_hand():
    same = bins(*[10] * 10)
    assert moved(same, same) == pytest.approx((0.0, 0.0), abs=1e-9)
    # Half of every tenth goes to the last bin: q = 0.05 nine times and 0.55.
    later = bins(*[5] * 9, 55)
    psi, ks = moved(same, later)
    assert psi == pytest.approx(9 * (0.05 - 0.1) * math.log(0.5) + (0.55 - 0.1) * math.log(5.5), rel=1e-6)
    assert ks == pytest.approx(0.45)
    assert moved(same, bins(10, low=100.0))[1] == pytest.approx(1.0)
    assert moved([{"low": 1.0, "high": 1.0, "count": 3}], [{"low": 2.0, "high": 2.0, "count": 3}])[1] == 1.0


@pytest.mark.slow
async def test_a_scorecard_speaks_to_others(as_, drain):
    provider = await as_("provider")
    revision = await make_asset(provider)
    run = await score(provider, revision["asset_id"], drain)
    base = f"/v1/scorecards/{run['scorecard_id']}"
    card = (await provider.get(base)).json()["scorecard"]
    dqv = (await provider.get(f"{base}/dqv")).json()
    nodes = {node["@id"]: node for node in dqv["@graph"]}
    metrics = [node for node in nodes.values() if node["@type"] == "dqv:Metric"]
    made = [node for node in nodes.values() if node["@type"] == "dqv:QualityMeasurement"]
    assert (
        len(made)
        == len(metrics)
        == len(card["checks"]) + sum(i["score"] is not None for i in card["indicators"].values())
    )
    assert all(nodes[m["dqv:isMeasurementOf"]["@id"]]["dqv:inDimension"]["@id"] in nodes for m in made)
    facets = (await provider.get(f"{base}/openlineage")).json()["orders"]
    assert facets["dataQualityMetrics"]["rowCount"] == 4
    told = {each["name"]: each for each in facets["dataQualityAssertions"]["assertions"]}["orders.price:range"]
    assert (told["assertion"], told["success"], told["column"], told["actual"]) == ("range", False, "price", "1")
    assert facets["dataQualityMetrics"]["columnMetrics"]["id"]["max"] == 4
    assert facets["dataQualityMetrics"]["columnMetrics"]["price"]["max"] == 20.0  # Its provider may see it.
    results = (await provider.get(f"{base}/odcs-results")).json()
    assert (results["result"], len(results["checks"])) == ("failed", len(card["checks"]))
    assert str(ids.uuid_of(run["id"])) == results["runId"]
    stranger = await as_("provider", "另一提供方")
    not_there(await stranger.get(f"{base}/dqv"))


@pytest.mark.slow
async def test_two_revisions_are_compared(as_, drain):
    provider = await as_("provider")
    revision = await make_asset(provider)
    first = await score(provider, revision["asset_id"], drain)
    better = ORDERS.with_columns(price=pl.Series([10.5, 20.0, 3.0, 1.0]), colour=pl.lit("red"))
    await add_revision(provider, revision["asset_id"], orders=parquet(better), shops=parquet(SHOPS))
    second = await score(provider, revision["asset_id"], drain)
    ids = [run["scorecard_id"] for run in (first, second)]
    answer = await provider.get(f"/v1/scorecards/{ids[1]}/comparison?before={ids[0]}")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert float(found["score"]["after"]) > float(found["score"]["before"])
    assert found["causes"][0]["check"] == "orders.price:range"
    assert {c["check"] for c in found["causes"]} >= {"orders.price:range", "orders.price:not_null", "orders:documented"}
    assert found["columns"] == [{"object": "orders", "column": "colour", "before": None, "after": "String"}]
    drift = {d["column"]: d for d in found["drift"] if d["object"] == "orders"}
    assert drift["id"]["ks"] == "0.0000"
    assert (drift["price"]["ks"], drift["price"]["missing_before"], drift["price"]["missing_after"]) == (
        "0.3333",
        "0.250000",
        "0.000000",
    )
    other = await make_asset(provider, orders=parquet(ORDERS.head(3)), shops=parquet(SHOPS))
    third = await score(provider, other["asset_id"], drain)
    unrelated = await provider.get(f"/v1/scorecards/{ids[0]}/comparison?before={third['scorecard_id']}")
    assert (unrelated.status_code, unrelated.json()["code"]) == (422, "scorecards-unrelated")
