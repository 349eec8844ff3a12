"""A delivered table in another format: asked for, made, opened by a link, fetched, told of, refunded and removed."""

import csv
import hashlib
import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from channels.formats import fetching
from channels.formats.jobs import tend
from kernel.storage.errors import LinkInvalid
from market.delivery import fetching as deliveries
from market.delivery import queries as files_of
from tests.channels import story
from tests.channels.formats.story import asked, opened, settled, shown
from tests.refusals import not_there, refused


async def test_a_table_from_its_asking_to_its_removal(runtime, as_, drain, clock, monkeypatch):
    trade = await story.begin(runtime, as_)
    order = await trade.paid()
    first = await asked(trade, order)
    assert (first["status"], first["sha256"], first["allowed_actions"]) == ("queued", None, ["remove"])
    path = f"/v1/table-conversions/{first['id']}"
    early = await trade.buyer.post(f"{path}/links")
    assert refused(early, 409, "conversion-not-made", "LT-FMT-02")["state"] == "queued"
    await drain()
    made = await shown(trade, first)
    assert (made["status"], made["problem"]) == ("made", None)
    assert (made["rows"], made["rows_done"], made["neutralised"]) == (4, 4, 0)
    registered = hashlib.sha256(story.files()["orders.parquet"]).hexdigest()
    assert (made["source_name"], made["source_sha256"]) == ("orders.parquet", registered)
    assert (await asked(trade, order, table="订单_表".upper()))["id"] == first["id"], "the same again is given that"

    # Opened by the buyer alone, whole and in ranges; what was made is what its digest says.
    link = await opened(trade, first)
    got = await trade.buyer.get(link)
    assert (got.status_code, hashlib.sha256(got.content).hexdigest()) == (200, made["sha256"])
    assert got.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(got.text)))
    assert [row["编号"] for row in rows] == ["1", "2", "3", "4"]
    assert [row["金额"] for row in rows] == ["10.00", "", "20.50", "-1.25"]
    assert [row["城市"] for row in rows] == ["北京", "广州", "上海", ""]
    assert rows[0]["at"] == "2026-01-01T08:00:00.123456Z"
    part = await trade.buyer.get(link, headers={"range": "bytes=0-5"})
    assert (part.status_code, part.content) == (206, got.content[:6])
    refused(await trade.provider.get(link), 403, "link-of-another", "LT-DLV-02")
    refused(await trade.buyer.get(link[:-1]), 403, "link-invalid", "LT-DLV-02")

    # Asking is no use of the licence, opening is one; who fetched what both sides and the watchers read.
    agreement = (await trade.buyer.get(f"/v1/orders/{order}")).json()["agreement_id"]
    assert len((await trade.buyer.get(f"/v1/agreements/{agreement}/releases")).json()["items"]) == 1
    for reader in (trade.provider, await as_("regulator"), await as_("auditor")):
        fetches = (await reader.get(f"{path}/downloads")).json()["items"]
        assert [(each["http_status"], each["byte_range"]) for each in fetches] == [(206, "bytes=0-5"), (200, None)]
        assert (await reader.get(path)).json()["allowed_actions"] == []
    stranger = await as_("buyer", "stranger")
    for hidden in (path, f"{path}/downloads", f"/v1/orders/{order}/table-conversions"):
        not_there(await stranger.get(hidden))
    not_there(await stranger.delete(path))
    refused(await trade.provider.delete(path), 403, "forbidden")

    async with runtime.act() as act:
        assert await files_of.was_fetched(act.session, order, ["orders.parquet"]), (
            "its part cannot be given back unread"
        )
        assert not await files_of.was_fetched(act.session, order, ["shops.parquet"])

    # What is removed, or no longer permitted, ends a download under way; nothing more is made.
    sheet = await settled(trade, order, drain, format="xlsx", table="shops")
    bytes_ = (await trade.buyer.get(await opened(trade, sheet))).content
    assert CalamineWorkbook.from_filelike(io.BytesIO(bytes_)).get_sheet_by_index(0).to_python() == [
        ["name"], ["东店"], ["西店"], ["东店"]
    ]  # fmt: skip
    monkeypatch.setattr(deliveries, "POLL_SECONDS", 0)
    watch = deliveries.watch(runtime, lambda act: fetching.require_permitted(act, sheet["id"]))
    await watch()
    assert (await trade.buyer.delete(f"/v1/table-conversions/{sheet['id']}")).status_code == 204
    with pytest.raises(LinkInvalid):
        await watch()
    await runtime.pool.execute("UPDATE agreement SET status = 'terminated' WHERE order_id = $1", order)
    refused(await trade.buyer.get(link), 403, "download-stopped", "LT-DLV-01")
    late = await trade.buyer.post(f"/v1/orders/{order}/table-conversions", {"table": "shops", "format": "csv"})
    refused(late, 409, "delivery-not-due", "LT-DLV-01")

    # What nobody opens is removed from the store, with its key.
    keys = await runtime.pool.fetch("SELECT storage_key AS key FROM table_conversion")
    clock.move(timedelta(days=7, seconds=1))
    await tend(runtime)
    assert [(await shown(trade, each))["status"] for each in (made, sheet)] == ["removed", "removed"]
    assert not any([await runtime.storage.exists(each["key"]) for each in keys])
    assert await runtime.pool.fetchval("SELECT count(storage_key) FROM table_conversion") == 0
