"""A buyer asks a listed table instead of fetching its files: described, filtered, paged, metered, and at its end."""

import json

from channels.publishing.jobs import follow
from tests.channels import scoping, story
from tests.channels.querying.story import Asker
from tests.channels.story import ORDERS, files
from tests.conftest import As
from tests.refusals import refused

ORDER = "订单_表"
FIRST = {"编号": 1, "金额": "10.00", "day": "2026-01-01"}
THIRD = {"编号": 3, "金额": "20.50", "day": "2026-01-03"}


async def test_a_table_is_asked_from_its_description_to_the_end_of_the_key(runtime, as_: As, drain):
    trade = await story.begin(runtime, as_)
    order, agreement = await scoping.paid(trade, drain, updates="included")
    ask = Asker(trade.buyer, await story.take_key(trade, order))
    refused(await ask.query(ORDER), 503, "tables-in-preparation", "LT-CHN-03")
    await drain()

    # What there is to ask: the licensed columns with their types, the key, and the versions.
    (table,) = (await ask("GET", "")).json()["items"]
    assert (table["name"], table["rows"], table["key"], table["versions"]) == (ORDER, 2, ["编号"], [0])
    assert table["columns"] == [
        {"name": "编号", "type": "long"},
        {"name": "金额", "type": "decimal(38,2)"},
        {"name": "day", "type": "date"},
    ]

    # Asked by a tree and by a line, alike; only what is licensed is there to be found.
    assert await ask.rows(ORDER) == [FIRST, THIRD]
    tree = {"and": [{"col": "金额", "op": "ge", "value": "10.01"}, {"col": "day", "op": "lt", "value": "2026-02-01"}]}
    assert await ask.rows(ORDER, filter=tree, select=["金额"]) == [{"金额": "20.50"}]
    line = await ask.line(ORDER, filter="金额 >= 10.01 AND day < 2026-02-01", select="金额")
    assert line.json()["rows"] == [{"金额": "20.50"}]
    for hidden in ("城市", "没有的列"):
        leaf = {"col": hidden, "op": "is_null", "value": False}
        fault = refused(await ask.query(ORDER, filter=leaf), 400, "question-faulty", "LT-QRY-01")["errors"][0]
        assert fault["pointer"] == "/filter/col"
        assert fault["detail"] == f"This version has no column {hidden}; the table's description lists them"
    refused(await ask.query("shops"), 404, "shared-thing-missing", "LT-CHN-02")

    # All faults at once; AND and OR without parentheses are nobody's guess.
    mixed = await ask.line(ORDER, filter="编号=1 AND 编号=2 OR 编号=3", select=["城市"])
    told = refused(mixed, 400, "question-faulty", "LT-QRY-01")["errors"]
    assert [fault["pointer"] for fault in told] == ["/query/filter", "/query/select"]
    assert "put parentheses" in told[0]["detail"]

    # Page by page, each row once; a cursor serves its own question only.
    page = (await ask.query(ORDER, limit=1)).json()
    assert page["rows"] == [FIRST]
    assert (await ask.query(ORDER, limit=1, cursor=page["next"])).json() == {**page, "rows": [THIRD], "next": None}
    elsewhere = await ask.query(ORDER, filter=tree, cursor=page["next"])
    refused(elsewhere, 400, "query-cursor-invalid", "LT-QRY-02")

    # Counted by the rows that were given; the same again within the minute is the same use.
    releases = (await trade.provider.get(f"/v1/agreements/{agreement['id']}/releases")).json()["items"]
    assert [made["rows"] for made in reversed(releases)] == [2, 1, 1, 1]
    await ask.rows(ORDER)
    used = await runtime.pool.fetchrow("SELECT calls, rows FROM usage_meter")
    assert (used["calls"], used["rows"]) == (4, 5)

    # A later revision is the next version; a cursor goes on in its own.
    await story.reach(runtime, order, files(ORDERS.filter(ORDERS["编号"] > 1)))
    await follow(runtime)
    await drain()
    assert (await ask.query(ORDER)).json()["version"] == 1
    assert await ask.rows(ORDER) == [THIRD]
    assert await ask.rows(ORDER, version=0) == [FIRST, THIRD]
    assert (await ask.query(ORDER, limit=1, cursor=page["next"])).json()["version"] == 0

    # Both sides see who asked what; and the end of the key is the end at once.
    uses = (await trade.provider.get(f"/v1/channel-keys/{ask.id}/uses")).json()["items"]
    assert {(use["operation"], use["http_status"]) for use in uses} >= {("query-rows", 200), ("query-rows", 400)}
    answered = [use for use in uses if (use["operation"], use["http_status"]) == ("query-rows", 200)]
    assert all(use["release_id"] for use in answered)
    assert answered[-1]["response_bytes"] == sum(
        len(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()) + 1 for row in (FIRST, THIRD)
    )
    assert (await trade.buyer.delete(f"/v1/channel-keys/{ask.id}")).status_code == 204
    refused(await ask.query(ORDER), 401, "channel-key-unknown", "LT-CHN-01")
