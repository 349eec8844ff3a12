"""Data that stays is computed on: aggregates with noise under a budget, templates with review, and the receipt."""

import asyncio
import hashlib
from datetime import timedelta

import pytest
import rfc8785

from channels.computing.commands import asking
from channels.computing.jobs import compute, time_over
from kernel.jobs.processes import BUSY
from tests.channels.computing.story import (
    BY_RULE,
    OFFER,
    QUERY,
    TEMPLATE,
    approved,
    bought,
    listing,
    published,
)
from tests.channels.computing.tables import REGIONS
from tests.market.trade import Trade
from tests.refusals import not_there, refused


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def run_of(client, run):
    answer = await client.get(f"/v1/computing-runs/{run['id']}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_query_is_charged_computed_and_confirmed_by_its_digest(trade, drain, as_, clock):
    product, asset = await listing(trade)
    not_there(await trade.buyer.get(f"/v1/listings/{product}/computing-offer"))
    await published(trade, asset)
    seen = (await trade.buyer.get(f"/v1/listings/{product}/computing-offer")).json()
    assert (seen["n"], seen["queries_per_agreement"], seen["pico_delta_per_agreement"]) == (1, 3, 3_000_000)
    assert "protects nobody" in seen["caution"]["en"]
    order = await bought(trade, product)
    path = f"/v1/orders/{order}/computing"
    asked = await trade.buyer.post(f"{path}/queries", {"sql": QUERY})
    assert asked.status_code == 201, asked.text
    run = asked.json()
    assert (run["status"], run["micro_epsilon"], run["answer"]) == ("queued", 1_000_000, None)
    standing = (await trade.buyer.get(path)).json()
    assert (standing["micro_epsilon_spent"], standing["micro_epsilon_left"]) == (1_000_000, 2_000_000)
    await drain()
    run = await run_of(trade.buyer, run)
    assert run["status"] == "released"
    assert run["answer"]["columns"] == ["region", "n", "pay"]
    assert sorted(row[0] for row in run["answer"]["rows"]) == sorted(REGIONS)
    assert hashlib.sha256(rfc8785.dumps(run["answer"])).hexdigest() == run["answer_sha256"]
    # The same in other letters is the same query: its answer is there, and costs nothing.
    again = await trade.buyer.post(f"{path}/queries", {"sql": QUERY.upper().replace("REGION", "region")})
    refused(again, 422, "query-refused", "LT-SBX-04")
    again = await trade.buyer.post(f"{path}/queries", {"sql": QUERY.replace("select", "SELECT  ")})
    assert (again.json()["id"], again.json()["answer"]) == (run["id"], run["answer"])
    assert (await trade.buyer.get(path)).json()["micro_epsilon_spent"] == 1_000_000
    # A later version of the offer is for later agreements.
    clock.move(timedelta(seconds=1))
    await published(trade, asset, micro_epsilon_per_agreement=1_000_000)
    assert (await trade.buyer.get(path)).json()["offer"]["n"] == 1
    for more in ("华东", "华北"):
        sql = f"select count(*) as n from data where region = '{more}'"
        assert (await trade.buyer.post(f"{path}/queries", {"sql": sql})).status_code == 201
    spent = await trade.buyer.post(f"{path}/queries", {"sql": "select count(*) as n from data"})
    assert refused(spent, 409, "budget-spent", "LT-SBX-03")["left"] == 0
    # The run is a use of the delivery, and the receipt names its result.
    not_there(await (await as_("buyer", "stranger")).get(f"/v1/computing-runs/{run['id']}"))
    confirmed = {"uses": [{"id": run["use_id"], "result_sha256": run["answer_sha256"]}]}
    receipt = await trade.buyer.post(f"/v1/orders/{order}/receipt", confirmed)
    assert receipt.status_code == 201, receipt.text
    log = (await trade.provider.get(f"/v1/computing-runs?order_id={order}")).json()["items"]
    assert [each["sql"] is not None for each in log] == [True, True, True]


@pytest.mark.slow
async def test_a_template_is_approved_once_run_reviewed_and_released(trade, runtime, drain, clock):
    product, asset = await listing(trade)
    template = await approved(trade, asset, TEMPLATE)
    order = await bought(trade, product)
    path = f"/v1/orders/{order}/computing"
    (shown,) = (await trade.buyer.get(path)).json()["templates"]
    assert (shown["id"], shown["content"]["sql"]) == (template, TEMPLATE["sql"])
    asks = {"template_id": template, "parameters": {"least_age": 17, "other": 1}}
    unfit = refused(await trade.buyer.post(f"{path}/runs", asks), 422, "parameters-unfit", "LT-SBX-05")
    assert {each["pointer"] for each in unfit["errors"]} == {"/parameters/least_age", "/parameters/other"}
    refused(await trade.buyer.post(f"{path}/queries", {"sql": QUERY}), 409, "computing-not-offered", "LT-SBX-01")
    run = (await trade.buyer.post(f"{path}/runs", {**asks, "parameters": {"least_age": 20}})).json()
    await drain()
    held = await run_of(trade.buyer, run)
    assert (held["status"], held["answer"], held["allowed_actions"]) == ("in_review", None, ["cancel"])
    reviewed = await run_of(trade.provider, run)
    # By hand: 20 persons in each region, whose pay is 1000.50 to 1019.50: 1010 on average.
    assert reviewed["answer"]["rows"] == [[region, 20, "1010.0"] for region in sorted(REGIONS)]
    refused(await trade.buyer.post(f"/v1/computing-runs/{run['id']}/release", {"reason": "x"}), 403, "forbidden")
    done = await trade.provider.post(f"/v1/computing-runs/{run['id']}/release", {"reason": "已核对分组"})
    assert (done.json()["status"], done.json()["review_reason"]) == ("released", "已核对分组")
    assert (await run_of(trade.buyer, run))["answer"] == reviewed["answer"]
    # What the provider keeps, and what nobody looks at in time.
    kept, late = [
        (await trade.buyer.post(f"{path}/runs", {**asks, "parameters": {"least_age": age}})).json() for age in (30, 40)
    ]
    await drain()
    no = await trade.provider.post(f"/v1/computing-runs/{kept['id']}/refuse", {"reason": "分组过小"})
    assert no.json()["status"] == "refused"
    assert (await run_of(trade.buyer, kept))["answer"] is None
    more = await trade.buyer.post(f"{path}/runs", {**asks, "parameters": {"least_age": 50}})
    refused(more, 409, "template-spent", "LT-SBX-05")
    clock.move(timedelta(days=20))
    await time_over(runtime)
    assert (await run_of(trade.buyer, late))["status"] == "lapsed"


@pytest.mark.slow
async def test_a_template_by_rule_leaves_small_groups_out_and_a_cancelled_run_gives_nothing(trade, drain, clock):
    product, asset = await listing(trade)
    template = await approved(trade, asset, BY_RULE)
    order = await bought(trade, product)
    path = f"/v1/orders/{order}/computing/runs"
    run = (await trade.buyer.post(path, {"template_id": template, "parameters": {"least_age": 45}})).json()
    gone = (await trade.buyer.post(path, {"template_id": template, "parameters": {"least_age": 46}})).json()
    cancelled = await trade.buyer.post(f"/v1/computing-runs/{gone['id']}/cancel")
    assert cancelled.json()["status"] == "cancelled"
    await drain()
    # By hand: ages are 20 to 59 and 20 to 39 again, so 15 of the sixty are 45 or more: five in each region, too few.
    assert (await run_of(trade.buyer, run))["answer"] == {"columns": ["region", "units", "pay"], "rows": []}
    assert (await run_of(trade.buyer, gone))["answer"] is None
    clock.move(timedelta(seconds=1))
    withdrawn = await trade.provider.post(f"/v1/computing-templates/{template}/withdraw")
    assert withdrawn.json()["status"] == "withdrawn"
    kept = await trade.buyer.post(path, {"template_id": template, "parameters": {"least_age": 20}})
    assert kept.status_code == 201, kept.text


@pytest.mark.slow
async def test_a_run_that_is_cancelled_ends_with_its_process(trade, runtime):
    """What would work for hours is given up while it works: its process is gone, and nothing comes of it."""
    product, asset = await listing(trade)
    endless = {**TEMPLATE, "sql": "select count(*) as n from range(100000000000) where range > $least_age"}
    template = await approved(trade, asset, endless)
    order = await bought(trade, product)
    asks = {"template_id": template, "parameters": {"least_age": 20}}
    run = (await trade.buyer.post(f"/v1/orders/{order}/computing/runs", asks)).json()
    working = asyncio.ensure_future(compute(runtime, {"run": run["id"]}))
    while not BUSY:
        assert not working.done()
        await asyncio.sleep(0.02)
    cancelled = await trade.buyer.post(f"/v1/computing-runs/{run['id']}/cancel")
    assert cancelled.json()["status"] == "cancelled"
    await working
    assert not BUSY
    assert (await run_of(trade.buyer, run))["status"] == "cancelled"


@pytest.mark.slow
async def test_a_table_that_no_process_can_hold_costs_nothing(trade, runtime):
    product, asset = await listing(trade)
    await published(trade, asset)
    template = await approved(trade, asset, TEMPLATE)
    order = await bought(trade, product)
    path = f"/v1/orders/{order}/computing"
    runs = {"template_id": template, "parameters": {"least_age": 20}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asking, "text_too_large", lambda *_: True)
        for way, body in (("queries", {"sql": QUERY}), ("runs", runs)):
            large = refused(await trade.buyer.post(f"{path}/{way}", body), 409, "text-too-large", "LT-SBX-06")
            assert (large["file"], large["limit"]) == ("wages.csv", 512)
    await runtime.pool.execute(
        "INSERT INTO revision_measure (revision_id, record_count, created_at)"
        " SELECT id, 20000001, now() FROM asset_revision WHERE asset_id = $1",
        asset,
    )
    for way, body, limit in (("queries", {"sql": QUERY}, 3_000_000), ("runs", runs, 20_000_000)):
        large = refused(await trade.buyer.post(f"{path}/{way}", body), 409, "table-too-large", "LT-SBX-06")
        assert (large["rows"], large["limit"]) == (20_000_001, limit)
    assert (await trade.buyer.get(path)).json()["micro_epsilon_spent"] == 0


@pytest.mark.slow
async def test_a_template_that_reads_anything_but_its_table_is_not_written(trade):
    _, asset = await listing(trade)
    for source in ("read_text('/etc/passwd')", "data, '/etc/passwd.csv'", "parquet_metadata('/proc/self/fd/3')"):
        wrong = {**TEMPLATE, "sql": f"select 1 as n, $least_age as a from {source}"}
        answer = await trade.provider.post(f"/v1/assets/{asset}/computing-templates", wrong)
        (fault,) = refused(answer, 422, "template-unfit", "LT-SBX-05")["errors"]
        assert fault["pointer"] == "/sql"


@pytest.mark.slow
async def test_an_offer_is_told_all_its_faults(trade):
    _, asset = await listing(trade)
    wrong = {
        **OFFER,
        "unit": "nobody",
        "dimensions": [{"column": "pay", "kind": "integer", "domain": [1, "x", 1]}],
        "measures": [{"column": "pay", "lower": 5, "upper": 5, "missing": 9}],
        "micro_epsilon_per_query": 4_000_000,
        "units_min": 2,
    }
    path = f"/v1/assets/{asset}/computing-offers"
    problem = refused(await trade.provider.post(path, wrong), 422, "offer-unfit", "LT-SBX-01")
    assert {each["pointer"] for each in problem["errors"]} == {
        "/unit",
        "/measures/0/column",
        "/micro_epsilon_per_query",
        "/micro_epsilon_per_agreement",
        "/units_min",
        "/dimensions/0/domain",
        "/dimensions/0/domain/1",
        "/measures/0/upper",
        "/measures/0/missing",
    }
    refused(await trade.provider.post(path, {**OFFER, "file": "x.xlsx"}), 422, "offer-unfit", "LT-SBX-01")


@pytest.mark.slow
async def test_an_offer_has_so_many_versions_in_a_day_and_the_same_again_is_none(trade, clock):
    _, asset = await listing(trade)
    first = await published(trade, asset)
    assert (await published(trade, asset)) == first
    await trade.runtime.pool.execute(
        "INSERT INTO computing_offer (id, asset_id, provider, n, terms, sha256, created_at)"
        " SELECT 'cof_' || at, asset_id, provider, at, terms, 'x' || at, created_at"
        " FROM computing_offer, generate_series(2, 20) AS every(at)"
    )
    path, other = f"/v1/assets/{asset}/computing-offers", {**OFFER, "rows_max": 50}
    told = refused(await trade.provider.post(path, other), 429, "offer-versions-too-many", "LT-SBX-01")
    assert told["limit"] == 20
    clock.move(timedelta(seconds=told["retry_after_seconds"]))
    assert (await published(trade, asset, rows_max=50))["n"] == 21
