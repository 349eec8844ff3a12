"""A buyer reads what it bought by the Delta Sharing protocol: profile, tables, query, files, changes, and the end."""

import json
from decimal import Decimal

import polars as pl

from channels.publishing.jobs import follow
from market.delivery.queries import was_fetched
from tests.channels import story
from tests.channels.story import ORDERS, Reader, denied, files
from tests.conftest import As

DELTA = {"delta-sharing-capabilities": "responseformat=delta;readerfeatures=deletionvectors"}


async def test_a_share_from_its_profile_to_its_end(runtime, as_: As, drain):
    trade = await story.begin(runtime, as_)
    order = await trade.paid()
    profile = (await trade.buyer.get(f"/v1/orders/{order}/share-profile")).json()
    assert profile["shareCredentialsVersion"] == 1
    reader = Reader(trade.buyer, profile)
    share = (await reader("GET", "/shares")).json()["items"][0]["name"]
    waiting = await reader("GET", f"/shares/{share}/all-tables")
    denied(waiting, 503, "TEMPORARILY_UNAVAILABLE", "tables-in-preparation")
    await drain()

    # Found by paging, in any case of its name.
    first = (await reader("GET", f"/shares/{share.upper()}/all-tables?maxResults=1")).json()
    rest = (await reader("GET", f"/shares/{share}/all-tables?pageToken={first['nextPageToken']}")).json()
    assert [each["name"] for each in first["items"] + rest["items"]] == ["订单_表", "shops"]
    table = f"/shares/{share}/schemas/data/tables/订单_表"

    # What it is: unsigned numbers are signed, moments in UTC, decimals exact.
    protocol, meta = await reader.lines("GET", f"{table}/metadata")
    assert protocol == {"protocol": {"minReaderVersion": 1}}
    schema = {field["name"]: field["type"] for field in json.loads(meta["metaData"]["schemaString"])["fields"]}
    assert schema == {"编号": "long", "金额": "decimal(38,2)", "城市": "string", "at": "timestamp", "day": "date"}

    # Queried, metered once, and read by the link.
    lines = await reader.lines("POST", f"{table}/query", json={})
    again = await reader.lines("POST", f"{table}/query", json={})
    assert len(lines) == len(again) == 3
    url = lines[2]["file"]["url"]
    assert "&sp=r&" in url
    got = await reader.table(url)
    assert got["编号"].to_list() == [1, 2, 3, 4]
    assert got["金额"].to_list() == [Decimal("10.00"), None, Decimal("20.50"), Decimal("-1.25")]
    stats = json.loads(lines[2]["file"]["stats"])
    assert stats["minValues"]["at"] == "2026-01-01T08:00:00.123Z"
    assert stats["maxValues"]["at"] == "2026-01-04T08:00:00.124Z"
    agreement = await runtime.pool.fetchval('SELECT agreement_id FROM "order" WHERE id = $1', order)
    releases = (await trade.provider.get(f"/v1/agreements/{agreement}/releases")).json()["items"]
    assert [(made["calls"], made["rows"]) for made in releases] == [(1, 4)]

    async with runtime.act() as act:
        assert await was_fetched(act.session, order, ["orders.parquet"]), "its part cannot be given back unread"
        assert not await was_fetched(act.session, order, ["shops.parquet"])

    # A suffix range longer than the file, as readers of Parquet ask.
    ranged = await reader.http.get(url, headers={"range": "bytes=-262144"})
    assert (ranged.status_code, len(ranged.content)) == (206, lines[2]["file"]["size"])
    denied(await reader.http.get(url.replace("&key=chk_", "&key=chk_0")), 403, "PERMISSION_DENIED", "link-invalid")

    # A later revision is the next version, and its changes come by key.
    later = ORDERS.with_columns(
        pl.when(pl.col("编号") == 2).then(pl.lit(Decimal("7.77"))).otherwise(pl.col("金额")).alias("金额")
    )
    await story.reach(runtime, order, files(later.filter(pl.col("编号") != 1)))
    await drain()
    await follow(runtime)
    await drain()
    assert (await reader("GET", f"{table}/version")).headers["delta-table-version"] == "1"
    feed = await reader.lines("GET", f"{table}/changes?startingVersion=1")
    changed = await reader.table(feed[2]["cdf"]["url"])
    assert changed.select("编号", "金额", "_change_type").rows() == [
        (1, Decimal("10.00"), "delete"),
        (2, None, "update_preimage"),
        (2, Decimal("7.77"), "update_postimage"),
    ]
    old = await reader.lines("POST", f"{table}/query", json={"version": 0}, headers=DELTA)
    assert (await reader.table(old[2]["file"]["deltaSingleAction"]["add"]["path"])).height == 4

    # The other side sees who read what; and the end of the key is the end at once.
    key = (await trade.provider.get(f"/v1/orders/{order}/channel-keys")).json()["items"][0]["id"]
    uses = (await trade.provider.get(f"/v1/channel-keys/{key}/uses")).json()["items"]
    assert {use["operation"] for use in uses} >= {"query", "fetch-file", "changes", "list-tables"}
    size = lines[2]["file"]["size"]
    assert [use["response_bytes"] for use in uses if use["subject"] == lines[2]["file"]["id"]] == [size] * 3
    assert (await trade.buyer.delete(f"/v1/channel-keys/{key}")).status_code == 204
    for answer in (await reader("POST", f"{table}/query", json={}), await reader.http.get(url)):
        denied(answer, 401, "UNAUTHENTICATED", "channel-key-unknown")
