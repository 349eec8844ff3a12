"""An API product: registered, tried, bought, called, metered and billed; what goes wrong with it; and its end."""

import asyncio
import json

import httpx
import pytest

from channels.gateway.jobs import close_days
from tests.channels.gateway import story
from tests.market.plans import plan
from tests.market.trade import Trade
from tests.refusals import refused


@pytest.fixture
async def service(runtime):
    async with story.service() as made:
        yield made
        await story.close(runtime)


async def test_an_interface_from_its_registration_to_its_end(runtime, as_, service, clock, drain):
    trade = await Trade.begin(runtime, as_)
    caller = await story.begin(trade, service, drain, price=plan(story.CALLS))
    await drain()
    # What buyers read before they buy: our address and one key, nothing of the upstream's.
    anonymous = trade.buyer.with_key(None)
    document = (await anonymous.get(f"/v1/listings/{trade.listing_id}/openapi")).json()
    assert document["servers"][0]["url"] == runtime.settings.public_url + "/gateway/{agreement}"
    assert document["components"]["securitySchemes"].keys() == {"LiutongKey"}
    assert "upstream" not in json.dumps(document)
    shown = (await anonymous.get(f"/v1/listings/{trade.listing_id}/api-interface")).json()
    assert shown["title"] == "企业信息"
    assert "base_url" not in shown

    # Called: the upstream has its own credential, and nothing of the caller's.
    first = await caller("GET", "/companies/91%E6%B1%89?year=2026", headers={"cookie": "a=b", "x-forwarded-for": "1"})
    assert first.status_code == 200, first.text
    assert first.json()["target"] == "/v2/companies/91%E6%B1%89?year=2026"
    assert not {"set-cookie", "server"} & first.headers.keys()
    assert first.headers["x-kept"] == "1"
    assert first.headers["ratelimit-policy"] == '"burst";q=1000000;w=60'
    received = service.seen[-1]
    assert received.header("authorization") == story.SECRET
    assert received.header("liutong-call") == first.headers["liutong-call"]
    assert not {"cookie", "x-forwarded-for", "liutong-key"} & {name.lower() for name, _ in received.headers}
    assert (await caller("POST", "/companies", json={"name": "流通"})).json()["body"] == '{"name":"流通"}'

    # What failed is not charged; what was asked twice is charged once.
    assert (await caller("GET", "/fault")).status_code == 500
    missing = await caller("GET", "/missing")
    assert (missing.status_code, missing.text) == (404, "no such")
    named = {"idempotency-key": "one"}
    assert (await caller("GET", "/companies/1", headers=named)).status_code == 200
    again = await caller("GET", "/companies/1", headers=named)
    assert (again.json()["state"], again.headers["liutong-repeated"]) == ("committed", "true")
    refused(await caller("GET", "/companies/2", headers=named), 409, "call-name-reused", "LT-GTW-03")
    refused(await caller("GET", "/unknown"), 404, "operation-unknown", "LT-GTW-02")
    assert await caller.meters() == (3, 0)
    calls = await caller.calls()
    assert [(one["operation"], one["state"], one["http_status"]) for one in calls] == [
        ("GET /companies/{code}", "committed", 200),
        ("POST /companies", "committed", 200),
        ("GET /fault", "released", 500),
        ("GET /missing", "released", 404),
        ("GET /companies/{code}", "committed", 200),
    ]
    # The usage page says what the bill will: three calls at half a yuan, two not charged.
    usage = (await trade.buyer.get(f"/v1/subscriptions/{caller.subscription['id']}/usage")).json()
    assert [(one["used"], one["not_charged"], one["reserved"]) for one in usage["meters"]] == [(3, 2, 0)]
    assert usage["total"]["amount"] == "1.50"

    # The day's receipt is in the log, for both.
    clock.move((await _next_day()) - clock.now())
    await close_days(runtime)
    [day] = (await trade.buyer.get(f"/v1/agreements/{caller.agreement}/gateway-days")).json()["items"]
    assert (day["committed"], day["released"], day["expired"]) == (3, 2, 0)

    # A revoked key is over at once, and only the parties may read of the calls.
    assert (await trade.buyer.delete(f"/v1/channel-keys/{caller.key_id}")).status_code == 204
    refused(await caller("GET", "/companies/1"), 401, "channel-key-unknown", "LT-CHN-01")
    assert "upstream-secret" not in (await trade.provider.get(f"/v1/assets/{await _asset(trade)}/api-interfaces")).text


async def _asset(trade):
    return await trade.runtime.pool.fetchval("SELECT asset_id FROM listing WHERE id = $1", trade.listing_id)


async def _next_day():
    from tests.conftest import NOW

    return NOW.replace(day=24)


@pytest.mark.slow
async def test_an_upstream_that_lies_or_leads_inward_costs_nothing(runtime, as_, service, drain):
    trade = await Trade.begin(runtime, as_)
    begun = await story.begin(trade, service, drain, calls_max=100)
    async with story.served(begun) as caller:
        # Promises 100 bytes and sends 40: the answer is as short, and the connection closed.
        with pytest.raises(httpx.RemoteProtocolError):
            await caller("GET", "/short")
        # 3 GB in chunks: cut at 32 MiB, which its caller has had.
        sizes: list[int] = []
        with pytest.raises(httpx.RemoteProtocolError):
            await caller.read("/endless", lambda part: sizes.append(len(part)))
        assert 31 * 2**20 < sum(sizes) <= 32 * 2**20
        # 3 GB by its own word: refused before a byte.
        refused(await caller("GET", "/large"), 502, "upstream-failed", "LT-GTW-04")
        refused(await caller("GET", "/die"), 502, "upstream-failed", "LT-GTW-04")
        # A redirect inward is not followed, and no second connection is made.
        before = service.connections
        refused(await caller("GET", "/inward"), 502, "upstream-failed", "LT-GTW-04")
        assert service.connections <= before + 1
        onward = await caller("GET", "/moved", follow_redirects=False)
        assert onward.headers["location"].endswith(f"/gateway/{caller.agreement}/companies/1?a=b")
        # More than promised: the rest is nobody's answer.
        assert (await caller("GET", "/more")).text == "ok"
        assert (await caller("GET", "/companies/1")).json()["name"] == "流通"
        refused(await caller("GET", "/companies/%2e%2e/x"), 404, "operation-unknown", "LT-GTW-02")
        # Two lengths: refused at the door, or by the server before it.
        reader, writer = await asyncio.open_connection("127.0.0.1", int(caller.base.rpartition(":")[2]))
        line = f"POST /gateway/{caller.agreement}/companies HTTP/1.1\r\nHost: x\r\nLiutong-Key: {caller.key}\r\n"
        writer.write(f"{line}Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx".encode())
        assert (await reader.readline()).startswith(b"HTTP/1.1 400")
        writer.close()
    states = [(one["operation"], one["state"], one["failure"]) for one in await begun.calls()]
    assert states == [
        ("GET /short", "released", "cut-short"),
        ("GET /endless", "committed", "too-large"),
        ("GET /large", "released", "too-large"),
        ("GET /die", "released", "upstream"),
        ("GET /inward", "released", "upstream"),
        ("GET /moved", "committed", None),
        ("GET /more", "committed", None),
        ("GET /companies/{code}", "committed", None),
    ]
    assert await begun.meters() == (4, 0)


@pytest.mark.slow
async def test_the_last_use_is_had_once_and_a_running_answer_ends_with_its_key(runtime, as_, service, drain):
    trade = await Trade.begin(runtime, as_)
    begun = await story.begin(trade, service, drain, calls_max=2)
    assert (await begun("GET", "/companies/1")).headers["ratelimit"].startswith('"quota";r=1, ')
    async with story.served(begun) as caller:
        # One left, and two at once: the second is told that the uses are spent while the first is still under way.
        slow = asyncio.create_task(caller("GET", "/slow"))
        while len(service.seen) < 2:  # noqa: ASYNC110 - the service tells it in no other way
            await asyncio.sleep(0.01)
        over = await caller("GET", "/companies/1")
        refused(over, 403, "access-refused", "LT-CON-10")
        assert await begun.meters() == (1, 1)
        service.release.set()
        assert (await slow).text == "at last"
        assert await begun.meters() == (2, 0)
        refused(await caller("GET", "/companies/1"), 403, "access-refused", "LT-CON-10")


@pytest.mark.slow
async def test_revoking_cuts_an_answer_within_a_second(runtime, as_, service, drain):
    trade = await Trade.begin(runtime, as_)
    begun = await story.begin(trade, service, drain)
    loop, revoked = asyncio.get_running_loop(), []

    async def revoke(_):
        if not revoked:
            assert (await trade.buyer.delete(f"/v1/channel-keys/{begun.key_id}")).status_code == 204
            revoked.append(loop.time())

    async with story.served(begun) as caller:
        with pytest.raises(httpx.RemoteProtocolError):
            await caller.read("/drip", revoke)
        assert loop.time() - revoked[0] < 5  # Half a second, on a machine that is not busy.
    assert [(one["state"], one["failure"]) for one in await begun.calls()] == [("committed", "key-over")]
