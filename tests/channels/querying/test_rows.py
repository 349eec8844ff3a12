"""Questions over HTTP: what refuses them, what they are counted as, and what ends them."""

import asyncio
import json
from datetime import timedelta

import pytest

from channels.querying import pages
from contracts.terms.prices import Flat, Meter, Metered
from kernel.jobs import desk
from market.delivery.queries import was_used
from tests.channels import story
from tests.channels.querying.story import Asker
from tests.channels.shares.test_shares import in_parts, second_order
from tests.conftest import NOW, As
from tests.journeys.test_gate_cases import agreed
from tests.market.negotiation.story import between, of_policy
from tests.market.plans import plan, subscribed
from tests.market.trade import Trade
from tests.refusals import refused

pytestmark = pytest.mark.slow
ORDER = "订单_表"


async def begin(runtime, as_: As, drain) -> tuple[Trade, str, Asker]:
    trade = await story.begin(runtime, as_)
    order, key = await story.shared(trade, drain)
    return trade, order, Asker(trade.buyer, key)


async def counted(runtime) -> tuple[int, int]:
    row = await runtime.pool.fetchrow("SELECT calls, rows FROM usage_meter")
    return (row["calls"], row["rows"]) if row is not None else (0, 0)


async def test_what_is_asked_wrongly_is_told_with_its_places_and_costs_nothing(runtime, as_: As, drain):
    _, _, ask = await begin(runtime, as_, drain)
    refused(await ask.query("nothing"), 404, "shared-thing-missing", "LT-CHN-02")
    refused(await ask.query("x" * 3000), 404, "shared-thing-missing", "LT-CHN-02")
    refused(await ask.query(ORDER, version=7), 404, "version-missing", "LT-CHN-04")
    for body in ({"limit": 10_001}, {"limit": 0}, {"limit": True}, {"order": "x"}, {"filter": {"and": [], "x": 1}}):
        assert (await ask.query(ORDER, **body)).json()["code"] == "invalid-input", body
    for params in ({"limit": 10_001}, {"where": "x"}, {"filter": "编号 = 1\x00"}):
        assert (await ask.line(ORDER, **params)).json()["code"] == "invalid-input", params
    deep: dict = {"col": "编号", "op": "eq", "value": 1}
    for _ in range(8):
        deep = {"and": [deep]}
    both = {"or": [{"col": "编号", "op": "eq", "value": "1.5"}, {"col": "at", "op": "gt", "value": "2026-01-01"}, deep]}
    faults = refused(await ask.query(ORDER, filter=both), 400, "question-faulty", "LT-QRY-01")["errors"]
    assert [fault["pointer"] for fault in faults] == ["/filter/or/2" + "/and/0" * 7]
    faults = refused(
        await ask.query(ORDER, filter={"or": both["or"][:2]}, select=["城市", "?", "城市"]),
        400,
        "question-faulty",
        "LT-QRY-01",
    )["errors"]
    assert [fault["pointer"] for fault in faults] == [
        "/select/1",
        "/select/2",
        "/filter/or/0/value",
        "/filter/or/1/value",
    ]
    big = await ask("POST", f"/{ORDER}/query", content=b'{"select": ["' + b"x" * 70_000 + b'"]}')
    assert (big.status_code, big.json()["code"]) == (413, "too-large")
    hostile = {"col": "城市", "op": "eq", "value": "' OR 1=1 --"}
    assert await ask.rows(ORDER, filter=hostile) == []
    assert (await ask.line(ORDER, filter='城市 = "\' OR 1=1 --" OR 城市 = "*"')).json()["rows"] == []
    assert await counted(runtime) == (2, 0)


async def test_rows_are_told_without_loss_and_in_the_order_of_the_key(runtime, as_: As, drain):
    _, _, ask = await begin(runtime, as_, drain)
    assert (await ask.rows(ORDER, limit=1))[0] == {
        "编号": 1,
        "金额": "10.00",
        "城市": "北京",
        "at": "2026-01-01T08:00:00.123456Z",
        "day": "2026-01-01",
    }
    assert [row["编号"] for row in await ask.rows(ORDER)] == [1, 2, 3, 4]
    ne = {"col": "城市", "op": "ne", "value": "上海"}
    assert [row["编号"] for row in await ask.rows(ORDER, filter=ne)] == [1, 2]
    east = {"col": "at", "op": "eq", "value": "2026-01-01T16:00:00.123456+08:00"}
    assert [row["编号"] for row in await ask.rows(ORDER, filter=east)] == [1]
    # Without a key: in the order in which it was published, paged all the same.
    first = (await ask.query("shops", limit=2)).json()
    second = (await ask.query("shops", limit=2, cursor=first["next"])).json()
    assert [row["name"] for row in first["rows"] + second["rows"]] == ["东店", "西店", "东店"]
    assert second["next"] is None
    listed = (await ask("GET", "?limit=1")).json()
    rest = (await ask("GET", f"?cursor={listed['next']}")).json()
    assert [each["name"] for each in listed["items"] + rest["items"]] == [ORDER, "shops"]
    one = (await ask("GET", "/SHOPS")).json()
    assert (one["key"], one["rows"], one["versions"]) == ([], 3, [0])


async def test_a_cursor_is_of_its_question_and_version_and_moment(runtime, as_: As, drain, clock):
    trade, order, ask = await begin(runtime, as_, drain)
    leaf = {"col": "编号", "op": "gt", "value": 1}
    page = (await ask.query(ORDER, filter=leaf, limit=1)).json()
    line = await ask.line(ORDER, filter="编号 > 1", limit=2, cursor=page["next"])
    assert [row["编号"] for row in line.json()["rows"]] == [3, 4]
    for body in (
        {"filter": {**leaf, "value": 0}},
        {},
        {"filter": leaf, "select": ["编号"]},
        {"filter": leaf, "version": 1},
    ):
        refused(await ask.query(ORDER, cursor=page["next"], **body), 400, "query-cursor-invalid", "LT-QRY-02")
    refused(await ask.query("shops", cursor=page["next"]), 400, "query-cursor-invalid", "LT-QRY-02")
    refused(await ask.query(ORDER, filter=leaf, cursor="AAAA"), 400, "query-cursor-invalid", "LT-QRY-02")
    # Another key of the agreement goes on with it, one of another agreement does not.
    again = Asker(trade.buyer, await story.take_key(trade, order))
    assert [row["编号"] for row in await again.rows(ORDER, filter=leaf, cursor=page["next"])] == [3, 4]
    clock.move(timedelta(hours=24))
    refused(await ask.query(ORDER, filter=leaf, cursor=page["next"]), 400, "query-cursor-expired", "LT-QRY-02")


async def test_what_was_withdrawn_is_gone(runtime, as_: As, drain):
    """Case 15 of the reference: with its files destroyed, or its version no longer there."""
    _, _, ask = await begin(runtime, as_, drain)
    page = (await ask.query(ORDER, limit=1)).json()
    key = await runtime.pool.fetchval("SELECT storage_key FROM published_file ORDER BY size_bytes DESC LIMIT 1")
    runtime.storage.keys.destroy(key, "合同终止", NOW)
    refused(await ask.query(ORDER, limit=1, cursor=page["next"]), 410, "file-destroyed", "LT-STO-03")
    async with runtime.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute("UPDATE shared_version SET version = 1")
    gone = await ask.query(ORDER, limit=1, cursor=page["next"])
    refused(gone, 410, "table-version-withdrawn", "LT-QRY-02")
    assert await counted(runtime) == (1, 1)


async def test_a_key_opens_the_tables_of_its_own_agreement(runtime, as_: As, drain):
    trade, _, ask = await begin(runtime, as_, drain)
    other = Asker(trade.buyer, await story.take_key(trade, await second_order(trade)))
    other.tables = ask.tables
    invented = "agr_" + "0" * 26
    for asker, tables in ((other, ask.tables), (ask, f"/v1/agreements/{invented}/tables")):
        asker.tables = tables
        for answer in (
            await asker("GET", ""),
            await asker("GET", f"/{ORDER}"),
            await asker.query(ORDER),
            await asker.line(ORDER),
        ):
            refused(answer, 401, "channel-key-unknown", "LT-CHN-01")
    ask.tables = "/v1/agreements/x/tables"
    refused(await ask.query(ORDER), 404, "not-found", None)
    ask.tables, ask.bearer = other.tables, trade.buyer.key or ""
    refused(await ask.query(ORDER), 401, "channel-key-unknown", "LT-CHN-01")
    assert await counted(runtime) == (0, 0)


async def test_what_ends_what_a_key_rests_on_ends_the_next_question(runtime, as_: As, drain, clock):
    _, order, ask = await begin(runtime, as_, drain)
    for table, ended, restored in (
        ("agreement", "suspended", "in_force"),
        ("agreement", "terminated", "in_force"),
        ("order", "refunded", "paid"),
        ("party", "suspended", "admitted"),
    ):
        row = {"agreement": ask.agreement, "order": order}.get(table) or await runtime.pool.fetchval(
            'SELECT buyer FROM "order" WHERE id = $1', order
        )
        await runtime.pool.execute(f'UPDATE "{table}" SET status = $1 WHERE id = $2', ended, row)
        refused(await ask.query(ORDER), 403, "channel-closed", "LT-CHN-02")
        await runtime.pool.execute(f'UPDATE "{table}" SET status = $1 WHERE id = $2', restored, row)
    assert len(await ask.rows(ORDER)) == 4
    clock.move(timedelta(days=91))
    refused(await ask.query(ORDER), 401, "channel-key-expired", "LT-CHN-01")
    uses = await runtime.pool.fetch("SELECT http_status FROM channel_use WHERE operation = 'query-rows' ORDER BY id")
    assert [use["http_status"] for use in uses] == [403, 403, 403, 403, 200, 401]


async def test_whoever_loses_the_key_while_rows_are_read_gets_and_pays_nothing(runtime, as_: As, drain, monkeypatch):
    trade, _, ask = await begin(runtime, as_, drain)
    answer = desk.answer

    async def revoked_meanwhile(*arguments, **more):
        part = await answer(*arguments, **more)
        assert (await trade.buyer.delete(f"/v1/channel-keys/{ask.id}")).status_code == 204
        return part

    monkeypatch.setattr(desk, "answer", revoked_meanwhile)
    refused(await ask.query(ORDER), 401, "channel-key-unknown", "LT-CHN-01")
    assert await counted(runtime) == (0, 0)


async def test_four_at_once_and_no_fifth(runtime, as_: As, drain, monkeypatch):
    _, _, ask = await begin(runtime, as_, drain)
    begun, go = asyncio.Semaphore(0), asyncio.Event()
    answer = desk.answer

    async def held(*arguments, **more):
        begun.release()
        await go.wait()
        return await answer(*arguments, **more)

    monkeypatch.setattr(desk, "answer", held)
    four = [asyncio.ensure_future(ask.query(ORDER, limit=n)) for n in (1, 2, 3, 4)]
    for _ in four:
        await begun.acquire()
    fifth = await ask.query(ORDER)
    refused(fifth, 429, "too-many-queries", "LT-QRY-03")
    assert fifth.headers["retry-after"] == "2"
    go.set()
    assert [len((await each).json()["rows"]) for each in four] == [1, 2, 3, 4]
    assert len(await ask.rows(ORDER)) == 4


async def test_a_failure_of_ours_costs_nothing(runtime, as_: As, drain, monkeypatch):
    _, _, ask = await begin(runtime, as_, drain)
    path = next((runtime.settings.data_dir / "storage" / "shared").rglob("*/*"))
    content = path.read_bytes()
    path.unlink()
    answers = [await ask.query(table) for table in (ORDER, "shops")]
    assert sorted(answer.status_code for answer in answers) == [200, 503]
    refused(next(each for each in answers if each.status_code == 503), 503, "file-unavailable", "LT-STO-02")
    assert (await counted(runtime))[0] == 1
    path.write_bytes(content)
    monkeypatch.setattr(pages, "SECONDS", 0.0)
    refused(await ask.query(ORDER, limit=3), 422, "processing-too-costly", "LT-GEN-08")
    assert (await counted(runtime))[0] == 1


async def test_a_name_stands_for_one_question(runtime, as_: As, drain, clock):
    _, _, ask = await begin(runtime, as_, drain)
    named = {"headers": {"idempotency-key": "one"}}
    assert len(await ask.rows(ORDER, **named)) == 4
    clock.move(timedelta(hours=2))
    assert len(await ask.rows(ORDER, **named)) == 4
    assert await counted(runtime) == (1, 4)
    refused(await ask.query(ORDER, limit=1, **named), 422, "idempotency-key-reused", "LT-GEN-01")
    refused(await ask.query("shops", **named), 422, "idempotency-key-reused", "LT-GEN-01")
    assert len(await ask.rows(ORDER)) == 4
    assert await counted(runtime) == (2, 8)


async def test_what_the_policy_permits_is_not_exceeded(runtime, as_: As, drain):
    trade = await story.begin(runtime, as_)
    signed = await agreed(trade, of_policy(await between(trade), rows_max=5, calls_max=2))
    await trade.pay(signed["order_id"])
    key = await story.take_key(trade, signed["order_id"])
    await drain()
    ask = Asker(trade.buyer, key)
    assert len(await ask.rows(ORDER)) == 4
    refused(await ask.query(ORDER, limit=2), 403, "access-refused", "LT-CON-10")
    assert len(await ask.rows(ORDER, limit=1)) == 1
    refused(await ask.query(ORDER, limit=3), 403, "access-refused", "LT-CON-10")
    # What was counted is answered again for nothing, also when all is used.
    assert len(await ask.rows(ORDER)) == 4
    assert await counted(runtime) == (2, 5)


async def test_rows_are_billed_as_the_usage_page_tells_them(runtime, as_: As, drain):
    trade = await story.begin(runtime, as_)
    rows = Metered(name="rows", meter=Meter.ROW, tariff=Flat(unit_price="0.10"), included=1)
    subscription = await subscribed(trade, plan(rows))
    await drain()
    key = await story.take_key(trade, subscription["order_id"])
    await drain()
    ask = Asker(trade.buyer, key)
    assert len(await ask.rows(ORDER)) == len(await ask.rows(ORDER)) == 4
    usage = (await trade.buyer.get(f"/v1/subscriptions/{subscription['id']}/usage")).json()
    assert [(meter["meter"], meter["used"]) for meter in usage["meters"]] == [("rows", 4)]
    assert usage["total"]["amount"] == "0.30"


async def test_of_an_order_in_parts_what_is_handed_over_is_asked(runtime, as_: As, drain):
    _, order, ask = await begin(runtime, as_, drain)
    await in_parts(runtime, order)
    refused(await ask.query(ORDER), 409, "part-not-released", "LT-PRT-02")
    assert [table["name"] for table in (await ask("GET", "")).json()["items"]] == ["shops"]
    assert len(await ask.rows("shops")) == 3


async def test_what_was_asked_counts_as_fetched(runtime, as_: As, drain):
    _, order, ask = await begin(runtime, as_, drain)
    async with runtime.act() as act:
        assert not await was_used(act.session, order)
    await ask.rows("shops")
    async with runtime.act() as act:
        assert await was_used(act.session, order)


async def test_twenty_at_once_are_counted_each_once(runtime, as_: As, drain):
    _, _, ask = await begin(runtime, as_, drain)
    names = [f"n{n % 5}" for n in range(20)]
    answers = []
    for start in range(0, 20, 4):
        batch = [ask.query(ORDER, headers={"idempotency-key": name}) for name in names[start : start + 4]]
        answers += await asyncio.gather(*batch)
    assert {answer.status_code for answer in answers} == {200}
    assert len({json.dumps(answer.json()["rows"]) for answer in answers}) == 1
    assert await counted(runtime) == (5, 20)
