"""Portfolios through HTTP: valued in the background from stored appraisals and lineage, kept for good, compared."""

from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kernel.db import unit
from tests.beginnings import beginning
from tests.refusals import not_there, refused
from tests.rights.title.story import titled
from tests.rights.title.test_lineage import parents
from tests.valuation.appraisal.makers import said
from tests.valuation.appraisal.test_appraisals import inputs
from tests.valuation.makers import engage, make_asset, score
from valuation.appraisal.recompute import recompute
from valuation.portfolio.jobs import value_portfolio


def asked(assets, **over):
    return {
        "name": "2026 年末组合",
        "base_date": "2026-11-23",
        "currency": "CNY",
        "overlap": said("1"),
        "correlation": {"within": said("0.5"), "between": said("0.2")},
        "upstream_share": said("0.4"),
        "assets": [{"asset_id": asset, "group": "retail"} for asset in assets],
        **over,
    }


@beginning
async def valued_products(as_, drain, clock):
    """Two valued products of one registered source, and the source, which nobody valued."""
    source = await titled(as_, clock)
    owner, valuer = await as_("provider"), await as_("valuer")
    made = []
    for _ in range(2):
        revision = await make_asset(owner)
        declared = await parents(owner, revision["asset_id"], source, "product-of")
        assert declared.status_code == 201, declared.text
        run = await score(owner, revision["asset_id"], drain)
        body = {"scorecard_id": run["scorecard_id"], "base_date": "2026-11-23", "inputs": inputs()}
        await engage(valuer, revision["asset_id"])
        valued = await valuer.post(f"/v1/assets/{revision['asset_id']}/appraisals", body)
        assert valued.status_code == 201, valued.text
        made.append((revision["asset_id"], valued.json()))
    return source, made


@pytest.fixture
async def products(as_, drain, clock):
    return await valued_products(as_, drain, clock)


@pytest.mark.slow
async def test_a_portfolio_is_valued_kept_and_compared(as_, drain, products, sessions, runtime):
    source, made = products
    valuer, auditor = await as_("valuer"), await as_("auditor")
    names = [asset for asset, _ in made]
    started = await valuer.post("/v1/portfolio-runs", asked([*names, source]))
    assert started.status_code == 202, started.text
    assert (started.json()["status"], started.json()["actions"]) == ("queued", ["cancel"])
    await drain()
    path = f"/v1/portfolio-runs/{started.json()['id']}"
    run = (await valuer.get(path)).json()
    assert (run["status"], run["done_assets"], run["faulty_assets"]) == ("succeeded", 3, 1), run
    worth = Decimal(made[0][1]["value"]["amount"])
    shared = (worth * Decimal("0.4")).quantize(Decimal("0.01"))
    assert Decimal(run["result"]["sum"]["amount"]) == 2 * worth
    assert Decimal(run["result"]["discount"]["amount"]) == shared
    assert Decimal(run["value"]["amount"]) == 2 * worth - shared
    assert run["result"]["shared"][0]["source"] == source
    items = (await auditor.get(f"{path}/items?limit=2")).json()
    assert [item["asset_id"] for item in items["items"]] == names
    assert items["items"][0]["upstream"] == {source: "0.4"}
    assert items["items"][0]["appraisal_id"] == made[0][1]["id"]
    behind = (await auditor.get(f"{path}/items/1/appraisal")).json()
    assert behind["same"]
    assert behind["document_sha256"] == items["items"][0]["document_sha256"]
    assert recompute(behind["appraisal"]).same
    assert behind["appraisal"]["value"] == items["items"][0]["value"]
    for number in (3, 4, 0, 2**62):
        not_there(await auditor.get(f"{path}/items/{number}/appraisal"))
    rest = (await auditor.get(f"{path}/items?limit=2&cursor={items['next']}")).json()
    assert [fault["pointer"] for fault in rest["items"][0]["faults"]] == ["/assets/2/asset_id"]
    assert rest["next"] is None
    # The same work again changes nothing, and neither does anybody else.
    await value_portfolio(runtime, {"run": run["id"]})
    assert (await valuer.get(path)).json() == run
    for statement in (
        "UPDATE portfolio_run SET name = 'x'",
        "UPDATE portfolio_item SET value_minor = 1, high_minor = 10",
        "DELETE FROM portfolio_run",
        "DELETE FROM portfolio_item",
    ):
        with pytest.raises(DBAPIError):
            async with unit(sessions) as session:
                await session.execute(text(statement))
    # A later run with a smaller share of the source: the lineage alone is the cause.
    later = asked(names, previous_id=run["id"], upstream_share=said("0.1"))
    again = await valuer.post("/v1/portfolio-runs", later)
    await drain()
    found = (await valuer.get(f"/v1/portfolio-runs/{again.json()['id']}")).json()["result"]["change"]
    causes = {cause["cause"]: cause["amount"] for cause in found["causes"]}
    assert set(causes) == {"lineage"}
    assert sum(causes.values()) == found["after"] - found["before"]
    listed = (await auditor.get("/v1/portfolio-runs")).json()["items"]
    assert [each["id"] for each in listed] == [again.json()["id"], run["id"]]


@pytest.mark.slow
async def test_what_is_refused_and_who_may_see(as_, drain, products):
    source, made = products
    names = [asset for asset, _ in made]
    valuer, other, provider = await as_("valuer"), await as_("valuer", "other"), await as_("provider")
    body = asked([names[0], names[0], "ast_none"], overlap=said("2"), previous_id="pfr_none")
    refusal = await valuer.post("/v1/portfolio-runs", body | {"upstream_share": said("3")})
    assert (refusal.status_code, refusal.json()["code"]) == (422, "portfolio-faulty")
    assert [error["pointer"] for error in refusal.json()["errors"]] == [
        "/overlap/value", "/upstream_share/value", "/assets/1/asset_id", "/assets/2/asset_id", "/previous_id",
    ]  # fmt: skip
    refused(await valuer.post("/v1/portfolio-runs", asked([])), 400, "invalid-input")
    refused(await provider.post("/v1/portfolio-runs", asked(names)), 403, "forbidden")
    refused(
        await valuer.post("/v1/portfolio-runs", asked(names, base_date="2019-01-01")),
        422,
        "base-date-outside",
        "LT-APR-07",
    )
    # To another firm what is not registered is not there.
    blind = await other.post("/v1/portfolio-runs", asked(names))
    assert [error["rule"] for error in blind.json()["errors"]] == ["LT-PTF-05"] * 2
    # It has no appraisal of what is registered: the run ends with every asset faulty and nothing in the sum.
    theirs = await other.post("/v1/portfolio-runs", asked([source]))
    path = f"/v1/portfolio-runs/{theirs.json()['id']}"
    not_there(await valuer.get(path))
    not_there(await valuer.post(f"{path}/cancellation", {}))
    stopped = await other.post(f"{path}/cancellation", {})
    assert (stopped.status_code, stopped.json()["status"]) == (200, "cancelled")
    await drain()
    assert (await other.get(path)).json()["status"] == "cancelled"
    refused(await other.post(f"{path}/cancellation", {}), 409, "illegal-transition", "LT-GEN-02")
    unknown = await other.post("/v1/portfolio-runs", asked([source]))
    await drain()
    run = (await other.get(f"/v1/portfolio-runs/{unknown.json()['id']}")).json()
    assert (run["status"], run["faulty_assets"], run["value"]["amount"]) == ("succeeded", 1, "0.00")
    wrong = asked(names)
    wrong["assets"][0]["upstream"] = {names[1]: "0.5"}
    odd = await valuer.post("/v1/portfolio-runs", wrong)
    await drain()
    items = (await valuer.get(f"/v1/portfolio-runs/{odd.json()['id']}/items")).json()["items"]
    assert [fault["pointer"] for fault in items[0]["faults"]] == [f"/assets/0/upstream/{names[1]}"]
