"""A buyer's program runs near the data: confined, told at a fixed time, reviewed by the provider, and receipted."""

import asyncio
import hashlib
from datetime import timedelta

import pytest
import rfc8785

from channels.programs import jobs
from channels.programs.commands import running
from kernel.text import Text
from tests.channels.computing.story import bought, listing
from tests.channels.programs.story import HAS_BWRAP, MISSING, POLICY
from tests.market.trade import Trade
from tests.refusals import not_there, refused

OFFER = {"runs_max": 3, "rows_max": 10}
PROGRAM = """
import duckdb, json, polars
wages = polars.read_csv("/data/wages.csv")
totals = wages.group_by("region").agg(polars.len().alias("n"), polars.col("pay").mean()).sort("region")
totals.write_csv("/results/totals.csv")
json.dump({"rows": duckdb.sql("select count(*) from wages").fetchall()[0][0]}, open("/results/count.json", "w"))
polars.concat([wages] * 2).write_parquet("/results/all.parquet")
print("见过", wages.height)
"""
ASKED = {"program": PROGRAM, "results": ["totals.csv", "count.json", "all.parquet", "none.csv"]}


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def offered(trade):
    """A product whose data stays and whose provider lets programs run, bought; gives it and the order."""
    product, asset = await listing(trade)
    made = await trade.provider.post(f"/v1/assets/{asset}/program-offers", OFFER)
    assert made.status_code == 201, made.text
    return product, asset, await bought(trade, product)


async def run_of(client, run):
    answer = await client.get(f"/v1/program-runs/{run['id']}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def found_missing(monkeypatch, runtime):
    """A probe that finds nothing that confines, as on a machine without bubblewrap."""
    runtime.extras.pop("programs.probe", None)
    monkeypatch.setenv("PATH", "/nowhere")
    await jobs.probe(runtime)
    assert (await runtime.pool.fetchval("SELECT confinement FROM program_probe")) is None


async def test_where_nothing_confines_programs_are_refused_and_the_offer_says_so(trade, runtime, monkeypatch):
    product, asset, order = await offered(trade)
    path = f"/v1/orders/{order}/program-runs"
    unproved = refused(await trade.buyer.post(path, ASKED), 503, "programs-not-run-here", "LT-COD-03")
    assert "workers" in unproved["detail"]
    await found_missing(monkeypatch, runtime)
    before = (await trade.buyer.get(f"/v1/listings/{product}/program-offer")).json()
    assert (before["n"], before["terms"], before["service"]["available"]) == (1, OFFER, False)
    assert before["service"]["missing"][0] == {"zh": "未安装 bubblewrap", "en": "bubblewrap is not installed"}
    no = await trade.buyer.post(path, ASKED)
    assert "bubblewrap is not installed" in refused(no, 503, "programs-not-run-here", "LT-COD-03")["detail"]
    assert no.headers["retry-after"] == "60"
    assert (await trade.buyer.get("/v1/program-runs")).json()["items"] == []
    assert (await trade.buyer.get("/v1/program-service")).json() == before["service"]
    same = await trade.provider.post(f"/v1/assets/{asset}/program-offers", OFFER)
    assert same.json()["id"] == before["id"]


async def held(runtime, clock, run_id):
    """The run's time is over."""
    clock.move(POLICY.running_time)
    await jobs.time_over(runtime)
    return run_id


@pytest.mark.slow
@pytest.mark.skipif(not HAS_BWRAP, reason=MISSING)
async def test_a_program_is_run_reviewed_released_and_confirmed(trade, runtime, drain, clock, as_):
    product, _, order = await offered(trade)
    await jobs.probe(runtime)
    service = (await trade.buyer.get(f"/v1/listings/{product}/program-offer")).json()["service"]
    assert (service["available"], service["missing"]) == (True, [])
    assert {each["name"] for each in service["libraries"]} == set(POLICY.libraries)
    path = f"/v1/orders/{order}/program-runs"
    wrong = {"program": "é" * 33_000, "results": ["a.csv", "a.csv", "b.csv", "c.csv", "d.csv", "e.csv"]}
    unfit = refused(await trade.buyer.post(path, wrong), 422, "program-unfit", "LT-COD-02")
    assert [each["pointer"] for each in unfit["errors"]] == ["/program", "/results", "/results/1"]
    asked = await trade.buyer.post(path, ASKED)
    assert asked.status_code == 201, asked.text
    run = asked.json()
    assert (run["status"], run["allowed_actions"]) == ("queued", ["cancel"])
    assert run["program_sha256"] == hashlib.sha256(PROGRAM.encode()).hexdigest()
    refused(await trade.buyer.post(path, ASKED), 429, "program-under-way", "LT-COD-02")
    await drain()
    # It has ended, and nobody is told before its time is over: not even its reviewer, and not that it has ended.
    for client in (trade.buyer, trade.provider):
        seen = await run_of(client, run)
        assert (seen["status"], seen["outcome"], seen["results"], seen["said"]) == ("running", None, None, None)
    await held(runtime, clock, run["id"])
    hidden = await run_of(trade.buyer, run)
    assert (hidden["status"], hidden["outcome"], hidden["results"]) == ("in_review", None, None)
    assert (hidden["said"], hidden["results_sha256"], hidden["milliseconds"]) == (None, None, None)
    totals = f"/v1/program-runs/{run['id']}/results/totals.csv"
    not_there(await trade.buyer.get(totals))
    reviewed = await run_of(trade.provider, run)
    assert (reviewed["outcome"], reviewed["exit_code"], reviewed["said"]) == ("ended", 0, "见过 60\n"), reviewed
    assert (reviewed["program"], reviewed["confinement"].split("+")[:2]) == (PROGRAM, ["bubblewrap", "seccomp"])
    assert reviewed["milliseconds"] > 0
    by_name = {each["name"]: each for each in reviewed["results"]}
    assert [by_name[name]["rows"] for name in ("totals.csv", "count.json")] == [3, 1]
    assert [by_name[name]["problem"] is None for name in ASKED["results"]] == [True, True, False, False]
    assert (by_name["all.parquet"]["rows"], by_name["all.parquet"]["problem"]["zh"]) == (120, "行数超过说明所许")
    assert by_name["none.csv"]["problem"]["en"] == "Nothing was written to it"
    # By hand: twenty in each region, whose pay is 1000.50 to 1019.50.
    content = (await trade.provider.get(totals)).text
    assert content == "region,n,pay\n华东,20,1010.0\n华北,20,1010.0\n西北,20,1010.0\n"
    refused(await trade.buyer.post(f"/v1/program-runs/{run['id']}/release", {"reason": "x"}), 403, "forbidden")
    done = await trade.provider.post(f"/v1/program-runs/{run['id']}/release", {"reason": "已核对"})
    assert (done.status_code, done.json()["status"]) == (200, "released"), done.text
    had = await run_of(trade.buyer, run)
    assert (had["outcome"], had["said"], had["review_reason"]) == ("ended", "见过 60\n", "已核对")
    assert (had["milliseconds"], had["peak_bytes"], had["reviewed_by"]) == (None, None, None)
    file = await trade.buyer.get(totals)
    assert (file.text, file.headers["content-type"].partition(";")[0]) == (content, "text/csv")
    unusable = await trade.buyer.get(totals.replace("totals.csv", "all.parquet"))
    assert "more rows" in refused(unusable, 409, "program-result-unusable", "LT-COD-04")["detail"]
    not_there(await trade.buyer.get(totals.replace("totals.csv", "other.csv")))
    manifest = {
        "outcome": "ended",
        "said_sha256": hashlib.sha256(had["said"].encode()).hexdigest(),
        "complained_sha256": hashlib.sha256(had["complained"].encode()).hexdigest(),
        "results": {each["name"]: each["sha256"] for each in had["results"] if each["problem"] is None},
    }
    assert manifest["results"]["totals.csv"] == hashlib.sha256(content.encode()).hexdigest()
    assert hashlib.sha256(rfc8785.dumps(manifest)).hexdigest() == had["results_sha256"]
    not_there(await (await as_("buyer", "stranger")).get(totals))
    confirmed = {"uses": [{"id": had["use_id"], "result_sha256": had["results_sha256"]}]}
    receipt = await trade.buyer.post(f"/v1/orders/{order}/receipt", confirmed)
    assert receipt.status_code == 201, receipt.text
    entries = await runtime.pool.fetch("SELECT kind FROM log_entry WHERE subject = $1", run["id"])
    assert {each["kind"].rpartition(".")[2] for each in entries} == {"queued", "running", "in_review", "released"}


@pytest.mark.slow
@pytest.mark.skipif(not HAS_BWRAP, reason=MISSING)
async def test_what_fails_is_told_as_what_ends_and_what_is_refused_late_or_cancelled_leaves_nothing(
    trade, runtime, drain, clock
):
    _, _, order = await offered(trade)
    await jobs.probe(runtime)
    path = f"/v1/orders/{order}/program-runs"
    failing = {"program": "import sys\nprint('华东')\nsys.exit('x' * 9)", "results": ["a.csv"]}
    kept = (await trade.buyer.post(path, failing)).json()
    await drain()
    await held(runtime, clock, kept["id"])
    seen = await run_of(trade.buyer, kept)
    assert (seen["status"], seen["outcome"], seen["complained"]) == ("in_review", None, None)
    reviewed = await run_of(trade.provider, kept)
    assert (reviewed["outcome"], reviewed["exit_code"], reviewed["complained"]) == ("failed", 1, "x" * 9 + "\n")
    no = await trade.provider.post(f"/v1/program-runs/{kept['id']}/refuse", {"reason": "输出含明细"})
    assert no.json()["status"] == "refused"
    seen = await run_of(trade.buyer, kept)
    assert (seen["review_reason"], seen["said"], seen["results"]) == ("输出含明细", None, None)
    # One that nobody reviews in time: what it wrote is gone.
    writes = {"program": "open('/results/a.csv', 'w').write('x\\n1\\n')", "results": ["a.csv"]}
    late = (await trade.buyer.post(path, writes)).json()
    await drain()
    await held(runtime, clock, late["id"])
    key = await runtime.pool.fetchval("SELECT storage_key FROM program_result WHERE run_id = $1", late["id"])
    assert await runtime.storage.exists(key)
    clock.move(timedelta(days=20))
    await jobs.time_over(runtime)
    assert (await run_of(trade.buyer, late))["status"] == "lapsed"
    await jobs.forget(runtime)
    assert not await runtime.storage.exists(key)
    assert await runtime.pool.fetchval("SELECT count(*) FROM program_result WHERE run_id = $1", late["id"]) == 0
    # The probe is too old by now.
    refused(await trade.buyer.post(path, writes), 503, "programs-not-run-here", "LT-COD-03")
    await jobs.probe(runtime)
    gone = (await trade.buyer.post(path, {"program": "while True: pass", "results": ["a.csv"]})).json()
    working = asyncio.ensure_future(jobs.run_program(runtime, {"run": gone["id"]}))
    while (await run_of(trade.buyer, gone))["status"] == "queued":
        assert not working.done()
        await asyncio.sleep(0.02)
    cancelled = await trade.buyer.post(f"/v1/program-runs/{gone['id']}/cancel")
    assert cancelled.json()["status"] == "cancelled"
    await working
    assert (await run_of(trade.provider, gone))["outcome"] is None
    assert not list((runtime.settings.data_dir / "programs").glob("*"))
    spent = await trade.buyer.post(path, writes)
    refused(spent, 409, "program-runs-spent", "LT-COD-02")


@pytest.mark.slow
async def test_what_nobody_takes_up_fails_and_is_not_counted(trade, runtime, clock):
    _, _, order = await offered(trade)
    await shown_confining(runtime)
    path = f"/v1/orders/{order}/program-runs"
    for _ in range(4):
        run = (await trade.buyer.post(path, ASKED)).json()
        clock.move(timedelta(minutes=POLICY.queue_minutes_max))
        await jobs.time_over(runtime)
        assert (await run_of(trade.buyer, run))["status"] == "failed"
        await shown_confining(runtime)
    # Taken up by a worker that finds nothing to confine with, it fails as well, and never runs in a weaker way.
    run = (await trade.buyer.post(path, ASKED)).json()
    runtime.extras["programs.probe"] = (float("inf"), jobs.probing.Probe(None, (Text("无", "nothing"),)))
    await jobs.run_program(runtime, {"run": run["id"]})
    assert (await run_of(trade.buyer, run))["status"] == "failed"
    async with runtime.act() as act:
        assert await running.work(act, run["id"]) is None


async def shown_confining(runtime):
    """That some worker has shown that it confines, as the database keeps it."""
    await runtime.pool.execute(
        "INSERT INTO program_probe VALUES ('workers', 'shown', '[]', '[]', $1)"
        " ON CONFLICT (id) DO UPDATE SET confinement = 'shown', probed_at = $1",
        runtime.clock.now(),
    )


@pytest.mark.slow
async def test_programs_run_only_under_an_agreement_that_had_them(trade, runtime, clock):
    product, asset = await listing(trade)
    not_there(await trade.buyer.get(f"/v1/listings/{product}/program-offer"))
    order = await bought(trade, product)
    clock.move(timedelta(seconds=1))
    assert (await trade.provider.post(f"/v1/assets/{asset}/program-offers", OFFER)).status_code == 201
    await shown_confining(runtime)
    path = f"/v1/orders/{order}/program-runs"
    refused(await trade.buyer.post(path, ASKED), 409, "programs-not-offered", "LT-COD-01")


@pytest.mark.slow
@pytest.mark.parametrize("under_way", [False, True])
async def test_a_program_ends_with_its_agreement(trade, runtime, as_, under_way):
    """One that runs has failed when it is looked at next, which is twice a second; one that waits is not begun."""
    _, _, order = await offered(trade)
    await shown_confining(runtime)
    run = (await trade.buyer.post(f"/v1/orders/{order}/program-runs", ASKED)).json()
    if under_way:
        async with runtime.act() as act:
            assert await running.begin(act, run["id"], "shown")
            assert await running.is_wanted(act, run["id"])
    agreement = await runtime.pool.fetchval('SELECT agreement_id FROM "order" WHERE id = $1', order)
    body = {"reason": "inquiry", "days": 5}
    regulator = await as_("regulator")
    assert (await regulator.post(f"/v1/agreements/{agreement}/suspension", body)).status_code == 200
    async with runtime.act() as act:
        goes_on = running.is_wanted(act, run["id"]) if under_way else running.begin(act, run["id"], "shown")
        assert not await goes_on
    assert (await run_of(trade.buyer, run))["status"] == "failed"
