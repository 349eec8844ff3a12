"""A product is sold in marked copies; one of them turns up elsewhere, and the provider learns whose it was."""

import io
import zipfile
from decimal import Decimal

import polars as pl

from tests.channels import marked
from tests.channels.story import Reader
from tests.conftest import As
from tests.refusals import not_there
from tests.valuation.makers import parquet


async def test_a_leaked_copy_from_its_listing_to_its_trace(runtime, as_: As, drain):
    original = marked.readings(2_000)
    trade = await marked.begin(runtime, as_, original)
    second = await marked.another(trade, 1)

    # Whoever looks at the listing is told before it buys; and the agreement says so in words.
    listing = (await trade.buyer.get(f"/v1/listings/{trade.listing_id}")).json()
    assert listing["licence"]["marks"] == marked.MARKS
    orders = await marked.made(trade, drain, trade, second)
    agreement = (await trade.buyer.get(f"/v1/orders/{orders[0]}")).json()["agreement_id"]
    said = (await trade.buyer.get(f"/v1/agreements/{agreement}/policy")).json()["sentences"]
    (sentence,) = [one["text"]["en"] for one in said if one["id"] == "marks/0"]
    assert sentence == (
        "Copies of the table “readings” bear marks by which a leaked one is traced: values differ, “wind” by at most 1,"
        " “temp” by at most 0.1; about one row in 200 is left out"
    )

    # Each buyer gets a copy of its own, by every way the same; nothing but the marked columns differs, by one step.
    copies = [await marked.fetched(each, order) for each, order in zip((trade, second), orders, strict=True)]
    (file, leaked), (other, _) = copies
    assert file["sha256"] != other["sha256"]
    for _, copy in copies:
        both = copy.join(original, on="id", suffix="_was")
        assert both.height == copy.height < original.height
        for name in ("city", "amount", "phone"):
            assert both[name].equals(both[f"{name}_was"])
        winds, temps = (both[name] - both[f"{name}_was"] for name in ("wind", "temp"))
        assert {*winds.drop_nulls()} == {-1, 0, 1}
        assert {*temps} == {Decimal("-0.1"), Decimal("0.0"), Decimal("0.1")}
        assert (copy["wind"].min(), copy["wind"].max()) == (0, 60)
        assert both["wind"].null_count() == both["wind_was"].null_count() > 0
    again, _ = await marked.fetched(trade, orders[0])
    assert again["sha256"] == file["sha256"]
    profile = await trade.buyer.get(f"/v1/orders/{orders[0]}/share-profile")
    reader = Reader(trade.buyer, profile.json())
    await drain()
    share = (await reader("GET", "/shares")).json()["items"][0]["name"]
    lines = await reader.lines("POST", f"/shares/{share}/schemas/data/tables/readings/query", json={})
    assert (await reader.table(lines[2]["file"]["url"])).equals(leaked)
    bundle = (await trade.buyer.post(f"/v1/orders/{orders[0]}/bundle-links", {})).json()
    archive = zipfile.ZipFile(io.BytesIO((await trade.buyer.get(bundle["url"])).content))
    assert pl.read_parquet(io.BytesIO(archive.read("data/readings.parquet"))).equals(leaked)
    receipt = {"files": [{"name": file["name"], "sha256": file["sha256"]}]}
    received = await trade.buyer.post(f"/v1/orders/{orders[0]}/receipt", receipt)
    assert received.status_code == 201
    paper = (await trade.buyer.get(f"/v1/documents/{received.json()['receipt_id']}")).json()["document"]
    marks = paper["credentialSubject"]["marks"]
    assert (marks["rule"], marks["tables"]) == ("LT-TRC-03", marked.MARKS)
    page = await trade.buyer.get(f"/v1/documents/{received.json()['receipt_id']}/page?lang=en")
    assert ("are no defect" in page.text, marks["registered_sha256"] in page.text) == (True, True)

    # A part of one copy turns up as a text file, in another order and without two columns.
    asset = listing["asset_id"]
    part = leaked.sample(800, shuffle=True, seed=7).select("temp", "city", "id", "wind")
    found = await _upload(trade.provider, "found.csv", part.write_csv().encode())
    asked = await trade.provider.post("/v1/traces", {"asset_id": asset, "file_id": found})
    assert asked.status_code == 201, asked.text
    assert (asked.json()["status"], asked.json()["data_table"]) == ("queued", "readings")
    await drain()
    path = f"/v1/traces/{asked.json()['id']}"
    trace = (await trade.provider.get(path)).json()
    assert (trace["status"], trace["problem"]) == ("done", None)
    result = trace["result"]
    (named,) = result["named"]
    assert (result["verdict"], named["order_id"], named["buyer"]) == ("named", orders[0], trade.buyer.party)
    assert (result["deliveries"], result["tried"], result["rows_told"]) == (2, 2, 800)
    assert named["marks_seen"] - named["marks_agreeing"] <= 2
    assert (named["omitted_rows_seen"], named["omitted_rows_expected"]) == (0, 4)
    assert float(named["chance"]) < 1e-20
    assert "evidence and no proof" in result["meaning"]["en"]

    # The signed report says the same; whoever bought, named or not, learns nothing, and those who watch see it.
    report = (await trade.provider.get(f"/v1/documents/{trace['document_id']}")).json()
    assert report["document"]["credentialSubject"]["result"] == result
    for lang, words in (("zh", "是证据，不是证明"), ("en", "evidence and no proof")):
        assert words in (await trade.provider.get(f"/v1/documents/{trace['document_id']}/page?lang={lang}")).text
    for stranger in (trade.buyer, second.buyer):
        not_there(await stranger.get(f"/v1/documents/{trace['document_id']}"))
    rival = await as_("provider", "rival")
    not_there(await rival.get(path))
    not_there(await rival.post("/v1/traces", {"asset_id": asset, "file_id": found}))
    operator = await as_("operator")
    assert [one["id"] for one in (await operator.get("/v1/traces")).json()["items"]] == [trace["id"]]

    # What was registered accuses nobody, and ten rows are too few to accuse anybody.
    for content, verdict in ((original, "nobody"), (leaked.head(10), "not-enough")):
        file_id = await _upload(operator, f"{verdict}.parquet", parquet(content))
        more = await operator.post("/v1/traces", {"asset_id": asset, "file_id": file_id})
        assert more.status_code == 201, more.text
        await drain()
        told = (await operator.get(f"/v1/traces/{more.json()['id']}")).json()["result"]
        assert (told["verdict"], told["named"], told["chance_of_any"]) == (verdict, [], None)

    # What cannot be read says why.
    broken = await _upload(trade.provider, "found.parquet", b"PAR1 and no more")
    failed = await trade.provider.post("/v1/traces", {"asset_id": asset, "file_id": broken})
    await drain()
    told = (await trade.provider.get(f"/v1/traces/{failed.json()['id']}")).json()
    assert (told["status"], told["problem"]["code"], told["result"]) == ("failed", "corrupt-file", None)


async def _upload(who, name: str, content: bytes) -> str:
    kept = await who("POST", f"/v1/files?name={name}&purpose=evidence", content=content)
    assert kept.status_code == 201, kept.text
    return str(kept.json()["id"])
