"""Registering an interface and trying it: faults, notice, who is told, and how often it may be tried."""

import copy
from datetime import timedelta

import pytest

from tests.channels.gateway import story
from tests.channels.gateway.story import DOCUMENT, register
from tests.market.trade import Trade
from tests.refusals import not_there, refused

pytestmark = pytest.mark.slow


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def test_every_fault_is_named_and_nothing_is_kept(trade, runtime, as_):
    told = refused(
        await register(
            trade,
            "http://[::ffff:127.0.0.1]/",
            "openapi: 3.1.0\n",
            tests_per_day=21,
            credential={"header": "Content-Length", "value": "0"},
        ),
        422,
        "interface-unfit",
        "LT-GTW-01",
    )
    pointers = [one["pointer"] for one in told["errors"]]
    assert pointers == ["/base_url", "/credential/header", "/tests_per_day", "/document/info", "/document/paths"]
    assert await runtime.pool.fetchval("SELECT count(*) FROM gateway_interface") == 0
    stranger = await as_("provider", "another")
    asset = await runtime.pool.fetchval("SELECT asset_id FROM listing WHERE id = $1", trade.listing_id)
    body = {"base_url": "https://a.example.cn", "document": "openapi: 3.1.0\n"}
    not_there(await stranger.post(f"/v1/assets/{asset}/api-interfaces", body))
    not_there(await trade.buyer.get(f"/v1/listings/{trade.listing_id}/openapi"))


async def test_what_callers_would_notice_takes_effect_after_the_notice(trade, service, drain, clock, runtime):
    caller = await story.begin(trade, service, drain)
    after = copy.deepcopy(DOCUMENT)
    del after["paths"]["/missing"]
    after["paths"]["/new"] = {"get": {"responses": {"200": {"description": "new"}}}}
    made = (await register(trade, service.url, after)).json()
    assert made["interface"]["changes"] == [{"kind": "removed", "operation": "GET /missing", "subject": ""}]
    assert made["interface"]["effective_at"] == "2026-12-23T02:00:00Z"
    await drain()
    events = (await trade.buyer.get("/v1/events?limit=100")).json()["items"]
    assert "channels.interface.registered" in {one["kind"] for one in events}
    missing = await caller("GET", "/missing")
    assert (missing.status_code, missing.text) == (404, "no such")
    refused(await caller("GET", "/new"), 404, "operation-unknown", "LT-GTW-02")
    clock.move(timedelta(days=30))
    assert (await caller("GET", "/new")).status_code == 200
    refused(await caller("GET", "/missing"), 404, "operation-unknown", "LT-GTW-02")
    sealed = await runtime.pool.fetchval("SELECT credential_sealed FROM gateway_interface LIMIT 1")
    assert story.SECRET.encode() not in sealed


async def test_an_interface_is_tried_a_few_times_a_day_for_nothing(trade, service, drain, runtime, clock):
    await story.begin(trade, service, drain)
    path = f"/v1/listings/{trade.listing_id}/api-test-calls"
    first = (await trade.buyer.post(path, {"path": "/companies/1", "query": "year=2026"})).json()
    assert (first["http_status"], first["left"], first["cut"]) == (200, 2, False)
    assert '"target": "/v2/companies/1?year=2026"' in first["text"]
    assert service.seen[-1].header("liutong-test") == "true"
    # The upstream was asked, so a failure counts too; what only posts or streams is not tried.
    refused(await trade.buyer.post(path, {"path": "/fault"}), 502, "upstream-failed", "LT-GTW-04")
    refused(await trade.buyer.post(path, {"path": "/events"}), 404, "operation-unknown", "LT-GTW-02")
    assert (await trade.buyer.post(path, {"path": "/missing"})).json()["http_status"] == 404
    refused(await trade.buyer.post(path, {"path": "/companies/1"}), 403, "no-test-calls", "LT-GTW-05")
    clock.move(timedelta(days=1))
    assert (await trade.buyer.post(path, {"path": "/companies/1"})).status_code == 200
    assert await runtime.pool.fetchval("SELECT count(*) FROM gateway_call") == 0
    odd = (await trade.buyer.post(path, {"path": "/odd"})).json()
    assert (odd["content_type"], odd["text"]) == ("text/", "ok")
    large = (await trade.buyer.post(path, {"path": "/endless"})).json()
    assert (len(large["text"]), large["cut"]) == (65_536, True)


async def test_events_come_as_they_are_sent_and_end_with_the_agreement(trade, service, drain):
    begun = await story.begin(trade, service, drain)
    parts: list[bytes] = []

    def each(part):
        parts.append(part)
        service.release.set()  # The second event is sent once the first has arrived.

    async with story.served(begun) as caller:
        await caller.read("/events", each)
    assert b"".join(parts) == b"data: 1\n\ndata: 2\n\n"
    assert parts[0] == b"data: 1\n\n"


async def test_what_cannot_be_read_in_one_way_goes_no_further(trade, service, drain):
    caller = await story.begin(trade, service, drain)
    refused(await caller("POST", "/companies", content=b"x" * 1_048_577), 413, "call-too-large", "LT-GTW-02")
    refused(await caller("GET", "/companies/1", headers={"upgrade": "websocket"}), 501, "upgrade-unsupported",
            "LT-GTW-02")  # fmt: skip
    refused(await caller("GET", "/companies/1", headers={"x-long": "x" * 32_768}), 400, "call-unreadable", "LT-GTW-02")
    refused(await caller("GET", "/companies/a%2fb"), 404, "operation-unknown", "LT-GTW-02")
    other = await caller.trade.buyer.http.get(f"/gateway/{caller.agreement}/companies/1")
    refused(other, 401, "channel-key-unknown", "LT-CHN-01")
    assert not service.seen
    assert await caller.calls() == []
