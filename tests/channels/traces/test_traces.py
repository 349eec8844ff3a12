"""Traces called off, taken up again and given up; what is refused; and a channel that cannot carry marks."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import polars as pl
import pytest

from channels.traces import commands, jobs
from channels.traces.errors import FileUntraceable, NothingMarked
from channels.traces.policy import TRACES
from contracts.policy.marks import MarkedColumn, TableMarks
from contracts.usage.scope.tree import Comparator, Condition, TableScope
from kernel import ids
from tests.channels import marked, scoping, story
from tests.channels.gateway import story as gateway
from tests.conftest import As
from tests.database import as_replica
from tests.market.negotiation.story import between, body, later
from tests.market.trade import make_listing
from tests.refusals import not_there, refused

pytestmark = pytest.mark.slow


async def upload(who: Any, name: str, content: bytes) -> str:
    kept = await who("POST", f"/v1/files?name={name}&purpose=evidence", content=content)
    assert kept.status_code == 201, kept.text
    return str(kept.json()["id"])


async def sold(runtime: Any, as_: As, drain: Any) -> tuple[Any, str, pl.DataFrame]:
    """A trade of one marked copy of 3,000 rows, its asset, and the copy."""
    trade = await marked.begin(runtime, as_, marked.readings(3_000))
    (order,) = await marked.made(trade, drain, trade)
    _, copy = await marked.fetched(trade, order)
    asset = await runtime.pool.fetchval("SELECT asset_id FROM listing WHERE id = $1", trade.listing_id)
    return trade, asset, copy


async def test_from_its_queue_to_every_end(runtime, as_: As, drain, clock):
    trade, asset, copy = await sold(runtime, as_, drain)
    found = await upload(trade.provider, "found.csv", copy.write_csv().encode())
    body = {"asset_id": asset, "file_id": found}

    # Each is refused by name: another table, another's file, another's asset, no such thing, and one too many.
    fault = await trade.provider.post("/v1/traces", {**body, "table": "weather"})
    assert refused(fault, 400, "invalid-input")["errors"][0]["pointer"] == "/table"
    theirs = await upload(trade.buyer, "found.csv", b"id\n1\n")
    not_there(await trade.provider.post("/v1/traces", {**body, "file_id": theirs}))
    rival = await as_("provider", "rival")
    own = await upload(rival, "found.csv", b"id\n1\n")
    not_there(await rival.post("/v1/traces", {**body, "file_id": own}))
    most = TRACES.version("2026-11").body.running_max
    made = [(await trade.provider.post("/v1/traces", body)).json()["id"] for _ in range(most)]
    refused(await trade.provider.post("/v1/traces", body), 409, "traces-running", "LT-TRC-04")

    # Whoever asked calls it off, and nobody else; what is over is not called off again.
    path = f"/v1/traces/{made[0]}"
    assert (await trade.provider.get(path)).json()["allowed_actions"] == ["cancel"]
    regulator = await as_("regulator")
    assert (await regulator.get(path)).json()["allowed_actions"] == []
    not_there(await regulator.post(f"{path}/cancellation"))
    assert (await trade.provider.post(f"{path}/cancellation")).json()["status"] == "cancelled"
    refused(await trade.provider.post(f"{path}/cancellation"), 409, "illegal-transition", "LT-GEN-02")

    # A worker died with one: it is taken up again, three times, and then given up with the reason.
    numbers = TRACES.version("2026-11").body
    async with runtime.act() as act:
        assert (await commands.begin(act, made[1], 0)) is not None
    async with runtime.act() as act:
        assert (await commands.begin(act, made[1], 0)) is None, "another job of the same attempt has begun"
    for attempts in range(2, numbers.attempts_max + 1):
        clock.move(timedelta(minutes=numbers.patience_minutes, seconds=1))
        waiting = "SELECT count(*) FROM pgqueuer WHERE entrypoint = 'channels.trace'"
        before = await runtime.pool.fetchval(waiting)
        await jobs.due(runtime)
        assert await runtime.pool.fetchval(waiting) > before
        async with runtime.act() as act:
            row = await commands.begin(act, made[1], attempts - 1)
            assert row is not None
            assert row.attempts == attempts
    async with runtime.act() as act:
        assert await commands.begin(act, made[1], numbers.attempts_max) is None
    told = (await trade.provider.get(f"/v1/traces/{made[1]}")).json()
    assert (told["status"], told["problem"]["code"]) == ("failed", "trace-stopped")

    # The others end by themselves.
    await drain()
    listed = (await trade.provider.get(f"/v1/traces?asset_id={asset}&limit=2")).json()
    assert [one["id"] for one in listed["items"]] == [made[4], made[3]]
    assert {one["result"]["verdict"] for one in listed["items"]} == {"named"}
    assert (await trade.provider.get("/v1/traces?asset_id=ast_1")).json()["items"] == []
    await runtime.pool.execute("UPDATE trace SET due_at = NULL")

    # A file without the key shows no mark at all, and says which column it lacks; a column by another case is read.
    for frame, verdict, missing in (
        (copy.drop("id"), "not-enough", ["id"]),
        (copy.rename({"id": " ID ", "wind": "Wind"}).drop("temp"), "named", []),
    ):
        file = await upload(trade.provider, f"{verdict}.csv", frame.write_csv().encode())
        asked = await trade.provider.post("/v1/traces", {**body, "file_id": file})
        await drain()
        result = (await trade.provider.get(f"/v1/traces/{asked.json()['id']}")).json()["result"]
        assert (result["verdict"], result["key_missing"]) == (verdict, missing), result


async def test_the_regulator_brings_a_file_of_its_own(runtime, as_: As, drain):
    trade, asset, copy = await sold(runtime, as_, drain)
    regulator = await as_("regulator")
    file = await upload(regulator, "found.jsonl", copy.write_ndjson().encode())
    asked = await regulator.post("/v1/traces", {"asset_id": asset, "file_id": file})
    await drain()
    told = (await regulator.get(f"/v1/traces/{asked.json()['id']}")).json()
    assert [one["buyer"] for one in told["result"]["named"]] == [trade.buyer.party], told
    for client in (trade.provider, trade.buyer):
        assert asked.json()["id"] not in (await client.get("/v1/traces")).text
    refused(await trade.buyer.post("/v1/traces", {"asset_id": asset, "file_id": file}), 403, "forbidden")


async def test_on_this_machine_nothing_is_kept(runtime, as_: As, drain, tmp_path):
    trade, asset, copy = await sold(runtime, as_, drain)
    file = tmp_path / "found.parquet"
    copy.write_parquet(file)
    result = await jobs.trace_at_once(runtime, file, asset, None)
    assert [one.buyer for one in result.named] == [trade.buyer.party]
    assert await runtime.pool.fetchval("SELECT count(*) FROM trace") == 0
    file.write_bytes(b"PAR1")
    with pytest.raises(FileUntraceable) as refused_:
        await jobs.trace_at_once(runtime, file, asset, None)
    assert refused_.value.rule == "LT-TRC-04"
    other = await story.begin(runtime, as_)
    plain = await runtime.pool.fetchval("SELECT asset_id FROM listing WHERE id = $1", other.listing_id)
    with pytest.raises(NothingMarked) as none:
        await jobs.trace_at_once(runtime, file, plain, None)
    assert none.value.rule == "LT-TRC-04"


async def test_an_interface_cannot_carry_marks(runtime, as_: As, drain):
    trade, _, _ = await sold(runtime, as_, drain)
    assert (await gateway.register(trade, "https://upstream.example.cn")).status_code == 201
    order = await runtime.pool.fetchval('SELECT id FROM "order"')
    agreement = await runtime.pool.fetchval("SELECT id FROM agreement")
    key = (await story.take_key(trade, order))["secret"]
    answer = await trade.buyer.http.get(f"/gateway/{agreement}/companies/1", headers={"liutong-key": key})
    refused(answer, 403, "calls-carry-no-marks", "LT-TRC-02")
    # That is for the key's holder to know: whoever guesses, or names another agreement, is a stranger.
    guessed = key[:-1] + ("0" if key[-1] != "0" else "1")
    for agreement_id, secret in ((agreement, guessed), (ids.new("agr"), key)):
        answer = await trade.buyer.http.get(f"/gateway/{agreement_id}/companies/1", headers={"liutong-key": secret})
        refused(answer, 401, "channel-key-unknown", "LT-CHN-01")


async def test_a_later_revision_bears_the_same_marks_and_its_feed_tells_of_none(runtime, as_: As, drain):
    """Three rows change and one goes; whoever compares two copies of one delivery learns no mark."""
    frame = marked.readings(600)
    trade = await marked.begin(runtime, as_, frame)
    (order,) = await marked.made(trade, drain, trade)
    _, first = await marked.fetched(trade, order)
    wind = pl.when(pl.col("id").is_in([10, 11, 12])).then(33).otherwise(pl.col("wind")).alias("wind")
    later = frame.with_columns(wind).filter(pl.col("id") != 20)
    await story.reach(runtime, order, {"readings.parquet": marked.parquet(later)})
    await marked.follow(runtime)
    await drain()
    _, second = await marked.fetched(trade, order)
    same = ~pl.col("id").is_in([10, 11, 12, 20])
    assert second.filter(same).equals(first.filter(same))
    key = await story.take_key(trade, order)
    reader = story.Reader(trade.buyer, key["profile"])
    await drain()
    share = (await reader("GET", "/shares")).json()["items"][0]["name"]
    path = f"/shares/{share}/schemas/data/tables/readings/changes?startingVersion=1"
    changed = await reader.table((await reader.lines("GET", path))[2]["cdf"]["url"])
    assert set(changed["id"]) <= {10, 11, 12, 20}


async def test_a_revision_whose_column_may_bear_no_marks_is_not_handed_out(runtime, as_: As, drain):
    """The scan found personal data in it since; whole files never take the copy's place."""
    trade = await marked.begin(runtime, as_, marked.readings(50))
    order = await trade.paid()
    finding = {"column": "wind", "category": "mobile_number", "basis": "values", "share": "1.0000"}
    profile = {"readings": [{"column": "wind", "distinct_estimate": 1_000}]}
    body = {"personal_data": {"readings": [finding]}, "profile": profile, "sample_rows": {}}
    async with as_replica(str(runtime.settings.database_url)) as connection:
        await connection.execute("UPDATE scorecard SET body = $1", json.dumps(body))
    await marked.follow(runtime)
    await drain()
    answer = await trade.buyer.post(f"/v1/orders/{order}/links", {})
    assert "wind" in refused(answer, 422, "scope-not-made", "LT-CHN-06")["detail"]


async def test_marks_of_a_scope_are_negotiated_and_each_unsuitable_column_is_named(runtime, as_: As, drain):
    frame = marked.readings(600)
    trade = await marked.begin(runtime, as_, frame)
    scope = (TableScope("readings", ("id", "temp"), Condition(col="city", op=Comparator.EQ, value="上海")),)
    unsuitable = (TableMarks("readings", (MarkedColumn("amount", "0.01"), MarkedColumn("phone", "1"))),)
    terms = await between(trade)
    policy = msgspec.structs.replace(terms.policy, scope=scope, marks=unsuitable)
    asked = body(msgspec.structs.replace(terms, policy=policy), expires_at=later(runtime, days=5))
    problem = refused(await trade.buyer.post("/v1/negotiations", asked), 422, "marks-unsuitable", "LT-TRC-01")
    here = "/terms/policy/marks/0/columns"
    assert [fault["pointer"] for fault in problem["errors"]] == [f"{here}/0/column", f"{here}/1/column"]

    marks = (TableMarks("readings", (MarkedColumn("temp", "0.1"),)),)
    order, agreement = await scoping.paid(trade, drain, scope, marks=marks)
    await marked.follow(runtime)
    await drain()
    _, copy = await marked.fetched(trade, order)
    assert copy.columns == ["id", "temp"]
    both = copy.join(frame, on="id", suffix="_was")
    assert both.height == copy.height == (frame["city"] == "上海").sum()
    assert {*(both["temp"] - both["temp_was"])} == {Decimal("-0.1"), Decimal("0.0"), Decimal("0.1")}
    wider = {**agreement["content"]["terms"], "policy": {**agreement["content"]["terms"]["policy"], "marks": []}}
    answer = await trade.provider.post(
        f"/v1/agreements/{agreement['id']}/amendments", {"terms": wider, "reason": "without marks"}
    )
    assert refused(answer, 422, "amendment-faulty", "LT-CON-31")["errors"][0]["pointer"] == "/terms/policy/marks"


async def test_a_listing_with_unsuitable_marks_is_not_submitted(runtime, as_: As):
    provider = await as_("provider")
    assert provider.party is not None
    licence = {**marked.LICENCE, "marks": [{"table": "readings", "columns": [{"column": "id", "step": "1"}]}]}
    files = {"readings.parquet": marked.parquet(marked.readings(9))}
    listing = await make_listing(runtime, provider.party, files, marked.DOCUMENT, licence=licence, status="draft")
    problem = refused(await provider.post(f"/v1/listings/{listing}/submission"), 422, "marks-unsuitable", "LT-TRC-01")
    assert [fault["pointer"] for fault in problem["errors"]] == ["/licence/marks/0/columns/0/column"]
