"""The door of API products: what a call is let through by, and what its caller is given."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from channels.gateway.calls import metering
from channels.gateway.calls.requests import body_of
from channels.gateway.errors import CallTooSlow
from tests.channels.gateway import story
from tests.market.trade import Trade
from tests.refusals import refused


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def test_a_body_that_never_ends_is_waited_for_so_long():
    async def receive():
        await asyncio.sleep(0)
        return {"type": "http.request", "body": b"", "more_body": True}

    with pytest.raises(CallTooSlow) as slow:
        await body_of(receive, [], 100, 0.02)
    assert (slow.value.status, slow.value.rule) == (408, "LT-GTW-02")


@pytest.mark.slow
async def test_a_call_begins_when_its_body_has_arrived(trade, service, drain, clock):
    caller = await story.begin(trade, service, drain)

    async def late():
        yield b"{"
        clock.move(timedelta(minutes=10))
        yield b"}"

    assert (await caller("POST", "/companies", content=late())).json()["body"] == "{}"
    assert [(one["state"], one["failure"]) for one in await caller.calls()] == [("committed", None)]

    async def revoked():
        yield b"{"
        assert (await trade.buyer.delete(f"/v1/channel-keys/{caller.key_id}")).status_code == 204
        yield b"}"

    refused(await caller("POST", "/companies", content=revoked()), 401, "channel-key-unknown", "LT-CHN-01")
    assert len(service.seen) == 1


@pytest.mark.slow
async def test_an_answer_that_is_not_settled_is_given_to_nobody(trade, service, drain, clock, monkeypatch):
    begun = await story.begin(trade, service, drain)
    settle = metering.settle

    async def late(*settled, **more):
        clock.move(timedelta(minutes=20))
        return await settle(*settled, **more)

    async def fails(*_, **__):
        raise ConnectionError

    async with story.served(begun) as caller:
        for way in (late, fails):
            monkeypatch.setattr(metering, "settle", way)
            refused(await caller("GET", "/companies/1"), 503, "call-unsettled", "LT-GTW-03")
            parts: list[bytes] = []
            service.release.set()
            with pytest.raises(httpx.RemoteProtocolError):  # What was passed on has no end.
                await caller.read("/events", parts.append)
            assert b"data: 1" in b"".join(parts)
    states = [one["state"] for one in await begun.calls()]
    assert states == ["expired", "expired", "reserved", "reserved"]
