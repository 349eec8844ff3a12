"""A buyer licenses some columns and rows of a table: what it gets, in every way, is made to that and holds no more."""

import io
import json
import zipfile
from decimal import Decimal

import polars as pl

from channels.publishing.jobs import follow
from tests.channels import scoping, story
from tests.channels.scoping import SCOPE
from tests.channels.story import ORDERS, Reader, files
from tests.conftest import As
from tests.refusals import refused


async def test_a_licence_of_some_columns_and_rows_from_its_terms_to_its_changes(runtime, as_: As, drain):
    trade = await story.begin(runtime, as_)
    order, agreement = await scoping.paid(trade, drain, updates="included")
    said = [
        sentence["text"]
        for sentence in (await trade.buyer.get(f"/v1/agreements/{agreement['id']}/policy")).json()["sentences"]
    ]
    assert {
        "zh": "数据表“订单 表”，仅限列：编号、金额、day",
        "en": "Of the table “订单 表” only the columns 编号, 金额, day",
    } in said

    # Until the files are made to it nothing is handed out, and never the whole instead.
    waiting = await trade.buyer.post(f"/v1/orders/{order}/links", {})
    refused(waiting, 503, "tables-in-preparation", "LT-CHN-03")
    await follow(runtime)
    await drain()
    links = (await trade.buyer.post(f"/v1/orders/{order}/links", {})).json()
    assert [file["name"] for file in links["files"]] == ["订单_表.parquet"]
    content = (await trade.buyer.get(links["files"][0]["url"])).content
    got = pl.read_parquet(io.BytesIO(content))
    assert got.columns == ["编号", "金额", "day"]
    assert got.select("编号", "金额").rows() == [(1, Decimal("10.00")), (3, Decimal("20.50"))]
    entitled = (await trade.buyer.get(f"/v1/entitlements/{order}")).json()
    assert [file["sha256"] for file in entitled["files"]] == [links["files"][0]["sha256"]]

    # The bundle describes what is licensed and nothing else; the meters count its rows alone.
    bundle = (await trade.buyer.post(f"/v1/orders/{order}/bundle-links", {})).json()
    archive = zipfile.ZipFile(io.BytesIO((await trade.buyer.get(bundle["url"])).content))
    package = json.loads(archive.read("datapackage.json"))
    assert [field["name"] for field in package["resources"][0]["schema"]["fields"]] == ["编号", "金额", "day"]
    assert all(
        "城市" not in archive.read(name).decode() for name in archive.namelist() if name.endswith((".json", ".md"))
    )
    releases = (await trade.provider.get(f"/v1/agreements/{agreement['id']}/releases")).json()["items"]
    assert [made["rows"] for made in releases] == [2, 2]

    # What arrived is receipted by the digests of what was made.
    receipt = [{"name": file["name"], "sha256": file["sha256"]} for file in links["files"]]
    none = await trade.buyer.post(f"/v1/orders/{order}/receipt", {"files": []})
    refused(none, 422, "receipt-mismatch", "LT-DLV-03")
    assert (await trade.buyer.post(f"/v1/orders/{order}/receipt", {"files": receipt})).status_code == 201
    assert (await trade.buyer.post(f"/v1/orders/{order}/acceptance")).status_code == 200

    # The share has the licensed table alone.
    reader = Reader(trade.buyer, (await trade.buyer.get(f"/v1/orders/{order}/share-profile")).json())
    share = (await reader("GET", "/shares")).json()["items"][0]["name"]
    tables = (await reader("GET", f"/shares/{share}/all-tables")).json()["items"]
    assert [each["name"] for each in tables] == ["订单_表"]
    table = f"/shares/{share}/schemas/data/tables/订单_表"
    lines = await reader.lines("POST", f"{table}/query", json={})
    stats = json.loads(lines[2]["file"]["stats"])
    assert (stats["numRecords"], set(stats["nullCount"])) == (2, {"编号", "金额", "day"})

    # A row that leaves the scope is a delete, one that enters an insert; what changes elsewhere is nothing.
    moved = ORDERS.with_columns(pl.Series("城市", ["上海", "广州", "北京", "深圳"]), pl.col("at").dt.offset_by("1d"))
    await story.reach(runtime, order, files(moved))
    await follow(runtime)
    await drain()
    feed = await reader.lines("GET", f"{table}/changes?startingVersion=1")
    changed = await reader.table(feed[2]["cdf"]["url"])
    assert changed.select("编号", "_change_type").rows() == [(1, "delete"), (2, "insert")]

    # What was made to the scope stays the scope: another one is another agreement.
    terms = agreement["content"]["terms"]
    wider = {**terms, "policy": {**terms["policy"], "scope": []}}
    answer = await trade.provider.post(
        f"/v1/agreements/{agreement['id']}/amendments", {"terms": wider, "reason": "the whole table"}
    )
    refused(answer, 422, "amendment-faulty", "LT-CON-31")
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/terms/policy/scope"]
    assert SCOPE[0].table == terms["policy"]["scope"][0]["table"]
