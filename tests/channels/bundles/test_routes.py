"""A bundle through HTTP: everything of a delivery in one archive, with descriptions that say what is in it."""

import hashlib
import io
import json
import zipfile

import pytest

from channels.bundles import commands, queries
from market.delivery import fetching
from market.delivery.errors import DownloadStopped
from tests.market.trade import Trade
from tests.refusals import refused


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def opened(trade, order, **asked):
    answer = await trade.buyer.post(f"/v1/orders/{order}/bundle-links", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def agreement_of(trade, order):
    agreement_id = (await trade.buyer.get(f"/v1/orders/{order}")).json()["agreement_id"]
    return (await trade.buyer.get(f"/v1/agreements/{agreement_id}")).json()


def path_of(link):
    return link["url"].partition("://")[2].partition("/")[2]


@pytest.mark.slow
async def test_everything_of_a_delivery_comes_in_one_archive_and_counts_as_fetched(trade):
    order = await trade.paid()
    link = await opened(trade, order)
    agreement = await agreement_of(trade, order)
    got = await trade.buyer.get(f"/{path_of(link)}")
    assert (got.status_code, got.headers["content-type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(got.content)) as archive:
        assert archive.testzip() is None
        held = {name: archive.read(name) for name in archive.namelist()}
    assert set(held) == {
        "README.md", "SHA256SUMS", "croissant.json", "datapackage.json",
        *(f"data/{file['name']}" for file in link["files"]),
    }  # fmt: skip
    for file in link["files"]:
        assert hashlib.sha256(held[f"data/{file['name']}"]).hexdigest() == file["sha256"]
        assert f"{file['sha256']}  data/{file['name']}\n" in held["SHA256SUMS"].decode()
    package = json.loads(held["datapackage.json"])
    assert [(each["path"], each["hash"], each["bytes"]) for each in package["resources"]] == [
        (f"data/{file['name']}", f"sha256:{file['sha256']}", file["size_bytes"]) for file in link["files"]
    ]
    assert agreement["id"] in package["licenses"][0]["path"]
    assert agreement["digest"] in held["README.md"].decode()
    received = [{"name": file["name"], "sha256": file["sha256"]} for file in link["files"]]
    receipt = await trade.buyer.post(f"/v1/orders/{order}/receipt", {"files": received})
    assert receipt.status_code == 201, receipt.text


@pytest.mark.slow
async def test_it_is_the_buyers_and_each_opening_is_one_use(trade, as_):
    order = await trade.paid()
    refused(await trade.provider.post(f"/v1/orders/{order}/bundle-links"), 403, "forbidden")
    refused(await (await as_("buyer", "stranger")).post(f"/v1/orders/{order}/bundle-links"), 404, "delivery-missing")
    link = await opened(trade, order)
    head = await trade.buyer("HEAD", f"/{path_of(link)}")
    assert (head.status_code, head.content) == (200, b"")
    refused(await trade.provider.get(f"/{path_of(link)}"), 403, "link-of-another", "LT-DLV-02")
    refused(await trade.buyer.get(f"/{path_of(link)[:-1]}"), 403, "link-invalid", "LT-DLV-02")
    files = (await trade.buyer.post(f"/v1/orders/{order}/links")).json()["files"]
    signature = files[0]["url"].partition("?")[2]
    refused(await trade.buyer.get(f"/{path_of(link).partition('?')[0]}?{signature}"), 403, "link-invalid", "LT-DLV-02")
    agreement = await agreement_of(trade, order)
    uses = (await trade.buyer.get(f"/v1/agreements/{agreement['id']}/releases")).json()["items"]
    assert len(uses) == 2, uses


@pytest.mark.slow
async def test_a_refund_stops_it_also_while_it_is_sent(trade, runtime, monkeypatch):
    order = await trade.paid()
    link = await opened(trade, order)
    bundle_id = path_of(link).partition("?")[0].rpartition("/")[2]
    async with runtime.act() as act:
        bundle = await queries.bundle(act, bundle_id)
    monkeypatch.setattr(fetching, "POLL_SECONDS", 0)

    async def parts():
        yield b"first"
        clearing = await trade.as_("clearing")
        gone = await clearing.post(f"/v1/orders/{order}/refund", {"reason": "x"})
        assert gone.status_code in (200, 201), gone.text
        yield b"second"

    sent = commands._while_permitted(runtime, bundle.files, parts())
    assert await anext(sent) == b"first"
    with pytest.raises(DownloadStopped):
        await anext(sent)
    refused(await trade.buyer.get(f"/{path_of(link)}"), 403, "download-stopped", "LT-DLV-01")


@pytest.mark.slow
async def test_who_has_no_link_learns_nothing_of_an_order_in_parts(trade, runtime):
    order = await trade.paid()
    link = await opened(trade, order)
    await runtime.pool.execute('UPDATE "order" SET in_parts = true WHERE id = $1', order)
    refused(await trade.buyer.get(f"/bundles/{link['delivery_id']}"), 403, "link-invalid", "LT-DLV-02")
    refused(await trade.buyer.get(f"/{path_of(link)}"), 403, "link-invalid", "LT-DLV-02")
