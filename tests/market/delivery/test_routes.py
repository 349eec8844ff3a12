"""Files over HTTP under a real order: links open them for the buyer, for a while, and nothing else does."""

import hashlib
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from kernel.runtime import Runtime
from kernel.time.clock import FixedClock
from tests.beginnings import beginning
from tests.conftest import As, Client, Drain
from tests.market.listings.story import LICENCE, Shelf
from tests.market.trade import Trade
from tests.refusals import not_there, refused


@pytest.fixture
@beginning
async def trade(as_: As, clock: FixedClock, drain: Drain, runtime: Runtime) -> Trade:
    """A listed product and its buyer; the files are real."""
    shelf = await Shelf.begin(as_, clock, drain)
    await shelf.certify()
    await shelf.score()
    listing = await shelf.listed(licence={**LICENCE, "purposes": ["internal-analysis"]})
    return Trade(runtime, as_, shelf.provider, await as_("buyer"), listing["id"])


async def _links(trade: Trade, order: str) -> list[dict[str, Any]]:
    answer = await trade.buyer.post(f"/v1/orders/{order}/links")
    assert answer.status_code == 200, answer.text
    files: list[dict[str, Any]] = answer.json()["files"]
    return files


def _local(url: str, **over: str) -> str:
    """The link's path and query for the test client, with some of its parameters replaced."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query)) | over
    return f"{parts.path}?{urlencode({name: value for name, value in query.items() if value})}"


async def _confirm(trade: Trade, order: str, files: list[dict[str, Any]]) -> Any:
    body = {"files": [{"name": f["name"], "sha256": f["sha256"]} for f in files]}
    return await trade.buyer.post(f"/v1/orders/{order}/receipt", body)


async def test_from_payment_to_receipt(trade: Trade, client: Client, drain: Drain) -> None:
    order = await trade.paid()
    agreement = (await trade.buyer.post(f"/v1/orders/{order}/agreement")).json()
    files = await _links(trade, order)
    assert {f["name"]: f["sha256"] for f in files} == {
        f["name"]: f["sha256"] for f in agreement["content"]["subject"]["files"]
    }
    early = await _confirm(trade, order, files)
    assert (early.status_code, early.json()["rule"]["id"]) == (422, "LT-DLV-04")
    for file in files:
        fetched = await trade.buyer.get(_local(file["url"]))
        assert fetched.status_code == 200
        assert hashlib.sha256(fetched.content).hexdigest() == file["sha256"]
        assert fetched.headers["content-disposition"].startswith("attachment;")
    wrong = await _confirm(trade, order, [{**files[0], "sha256": "0" * 64}, *files[1:]])
    assert refused(wrong, 422, "receipt-mismatch", "LT-DLV-03")["errors"][0]["pointer"] == "/files/0/sha256"
    confirmed = await _confirm(trade, order, files)
    assert (confirmed.status_code, confirmed.json()["status"]) == (201, "received")
    assert (await trade.buyer.get(f"/v1/orders/{order}")).json()["status"] == "delivered"
    await drain()
    receipt = (await trade.provider.get(f"/v1/documents/{confirmed.json()['receipt_id']}")).json()
    assert receipt["document"]["credentialSubject"]["order"] == order
    assert (await trade.provider.get(f"/v1/orders/{order}/delivery")).json()["status"] == "received"


async def test_ranges_and_heads(trade: Trade, client: Client, runtime: Runtime) -> None:
    file = (await _links(trade, await trade.paid()))[0]
    link = _local(file["url"])
    whole = (await trade.buyer.get(link)).content
    part = await trade.buyer.get(link, headers={"range": "bytes=-262144"})
    assert (part.status_code, part.content) == (206, whole)
    middle = await trade.buyer.get(link, headers={"range": "bytes=4-7"})
    assert (middle.status_code, middle.content) == (206, whole[4:8])
    beyond = await trade.buyer.get(link, headers={"range": f"bytes={len(whole)}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(whole)}")
    head = await trade.buyer("HEAD", link)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(whole)))
    noted = await runtime.pool.fetch("SELECT method, byte_range, http_status FROM download ORDER BY id")
    assert [tuple(row) for row in noted] == [
        ("GET", None, 200),
        ("GET", "bytes=-262144", 206),
        ("GET", "bytes=4-7", 206),
        ("GET", f"bytes={len(whole)}-", 416),
        ("HEAD", None, 200),
    ]


async def test_no_links_before_payment(trade: Trade) -> None:
    order = await trade.agreed()
    prepared = await trade.provider.post(f"/v1/orders/{order}/delivery")
    assert (prepared.status_code, prepared.json()["status"]) == (201, "prepared")
    refused = await trade.buyer.post(f"/v1/orders/{order}/links")
    assert (refused.status_code, refused.json()["code"], refused.json()["rule"]["id"]) == (
        409,
        "delivery-not-due",
        "LT-DLV-01",
    )


async def test_an_expired_link(trade: Trade, client: Client, clock: FixedClock, runtime: Runtime) -> None:
    link = _local((await _links(trade, await trade.paid()))[0]["url"])
    clock.move(timedelta(seconds=runtime.settings.link_ttl_seconds))
    refused = await trade.buyer.get(link)
    assert (refused.status_code, refused.json()["code"], refused.json()["rule"]["id"]) == (
        403,
        "link-expired",
        "LT-DLV-02",
    )


async def test_an_altered_link(trade: Trade, client: Client, runtime: Runtime) -> None:
    """Six alterations of one link: none opens anything, and together they leave no trace of a download."""
    url = (await _links(trade, await trade.paid()))[0]["url"]
    alterations = [{"exp": "9999999999"}, {"sig": "A" * 43}, {"kid": "other"}, {"sp": "w"}, {"sig": ""}, {"exp": ""}]
    for over in alterations:
        link = _local(url, **over)
        refused = await trade.buyer.get(link)
        assert (refused.status_code, refused.json()["code"]) == (403, "link-invalid"), over
        assert (await trade.buyer("HEAD", link)).status_code == 403, over
    assert await runtime.pool.fetchval("SELECT count(*) FROM download") == 0


async def test_a_link_opens_no_other_file(trade: Trade, client: Client) -> None:
    first, second = await _links(trade, await trade.paid())
    swapped = _local(first["url"]).replace(first["id"], second["id"])
    refused = await trade.buyer.get(swapped)
    assert (refused.status_code, refused.json()["code"]) == (403, "link-invalid")
    unknown = await trade.buyer.get(_local(first["url"]).replace(first["id"], "dlf_" + "0" * 26))
    assert (unknown.status_code, unknown.json()["code"]) == (403, "link-invalid")


@pytest.mark.slow
async def test_a_refund_stops_the_download(trade: Trade, client: Client) -> None:
    order = await trade.paid()
    link = _local((await _links(trade, order))[0]["url"])
    clearing = await trade.as_("clearing")
    refunded = await clearing.post(f"/v1/orders/{order}/refund", {"reason": "买方与提供方协商一致"})
    assert refunded.status_code == 200, refunded.text
    refused = await trade.buyer.get(link)
    assert (refused.status_code, refused.json()["code"], refused.json()["rule"]["id"]) == (
        403,
        "download-stopped",
        "LT-DLV-01",
    )


@pytest.mark.slow
async def test_a_suspended_buyers_links_open_nothing_until_it_is_restored(trade: Trade, client: Client) -> None:
    link = _local((await _links(trade, await trade.paid()))[0]["url"])
    operator = await trade.as_("operator")
    for action, status in (("suspend", 403), ("restore", 200)):
        path = f"/v1/parties/{trade.buyer.party}/admission"
        decided = await operator.post(path, {"action": action, "reason": "x"})
        assert decided.status_code == 200, decided.text
        answer = await trade.buyer.get(link)
        assert answer.status_code == status, answer.text
        if status == 403:
            assert answer.json()["code"] == "download-stopped"


@pytest.mark.slow
async def test_deliveries_are_their_parties(trade: Trade, client: Client) -> None:
    order = await trade.paid()
    await _links(trade, order)
    other = await trade.as_("buyer", "other")
    not_there(await other.post(f"/v1/orders/{order}/links"), "delivery-missing")
    not_there(await other.get(f"/v1/orders/{order}/delivery"), "delivery-missing")
    refused(await trade.provider.post(f"/v1/orders/{order}/links"), 403, "forbidden")
    refused(await client.post(f"/v1/orders/{order}/links"), 401, "unauthenticated")
    not_there(await (await trade.as_("provider", "other")).post(f"/v1/orders/{order}/delivery"), "delivery-missing")


@pytest.mark.slow
async def test_a_file_that_rotted_in_the_store_is_not_handed_out(
    trade: Trade, client: Client, runtime: Runtime
) -> None:
    file = (await _links(trade, await trade.paid()))[0]
    key = await runtime.pool.fetchval("SELECT storage_key FROM delivery_file WHERE id = $1", file["id"])
    await runtime.storage.delete(key)
    refused = await trade.buyer.get(_local(file["url"]))
    assert (refused.status_code, refused.json()["code"]) == (503, "file-unavailable")


@pytest.mark.slow
async def test_a_link_serves_the_buyer_that_it_names_and_nobody_else(trade: Trade, client: Client) -> None:
    opened = (await trade.buyer.post(f"/v1/orders/{await trade.paid()}/links")).json()
    assert (opened["serves"], opened["to"]) == ("buyer", trade.buyer.party)
    link = _local(opened["files"][0]["url"])
    assert f"to={trade.buyer.party}" in link
    for other in (client, await trade.as_("buyer", "other"), trade.provider):
        assert (await other("HEAD", link)).status_code == 403
        assert refused(await other.get(link), 403, "link-of-another", "LT-DLV-02")["to"] == trade.buyer.party
    assert (await client.get(_local(opened["files"][0]["url"], to=""))).json()["code"] == "link-invalid"
    assert (await trade.buyer.get(link)).status_code == 200


@pytest.mark.slow
async def test_a_link_for_a_reading_tool_says_that_it_serves_whoever_holds_it_and_is_short_lived(
    trade: Trade, client: Client, clock: FixedClock, runtime: Runtime
) -> None:
    order = await trade.paid()
    opened = (await trade.buyer.post(f"/v1/orders/{order}/links", params={"serves": "holder"})).json()
    assert (opened["serves"], opened["to"]) == ("holder", None)
    link = _local(opened["files"][0]["url"])
    assert (await client.get(link)).status_code == 200
    noted = await runtime.pool.fetchval("SELECT count(*) FROM log_entry WHERE kind = 'market.delivery.opened'")
    assert noted == 1
    clock.move(timedelta(minutes=15))
    assert (await client.get(link)).json()["code"] == "link-expired"
    refused(await trade.buyer.post(f"/v1/orders/{order}/links", params={"serves": "all"}), 400, "invalid-input")
