"""The meter over real sockets: `liutong serve`, sixteen connections that stay open, and every name sent twice.

`make meter` sends a hundred thousand names; the suite fewer.
"""

import asyncio
import os
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from channels.gateway.jobs import expire
from kernel.time.clock import FixedClock
from tests.channels.gateway import story
from tests.channels.gateway.sockets import CONNECTIONS, ask, counting, counts, serving
from tests.market.plans import bills_of, plan, ticked
from tests.market.trade import Trade

NAMES = int(os.environ.get("METER_NAMES", "1500"))


@pytest.fixture
def clock():
    """The machine's time when the test begins: the server's own clock is the machine's."""
    return FixedClock(datetime.now(UTC))


@pytest.fixture
async def upstream():
    async with counting() as made:
        yield made


@pytest.mark.slow
async def test_every_name_twice_against_cap_and_quota_is_counted_exactly(
    runtime, as_, clock, drain, upstream, settings, record_property
):
    trade = await Trade.begin(runtime, as_)
    cap, quota = NAMES * 35 // 100, NAMES * 60 // 100
    caller = await story.begin(trade, upstream, drain, price=plan(story.CALLS), calls_max=quota)
    await _limit(trade, caller, f"{cap / 2:.2f}")
    names = [f"n{at}" for at in range(NAMES)] * 2
    random.Random(7).shuffle(names)
    loop, answers = asyncio.get_running_loop(), []
    async with serving(settings) as server:
        began = loop.time()
        for half, limit in ((iter(names[:NAMES]), None), (iter(names[NAMES:]), f"{NAMES}.00")):
            if limit is not None:
                # The cap was met on the way, and not passed; the buyer raises it, and the quota is met next.
                assert (await counts(runtime.pool))["committed"] == cap
                await _limit(trade, caller, limit)
            await asyncio.gather(*(ask(server.port, caller, half, answers) for _ in range(CONNECTIONS)))
        record_property("calls_per_second", round(2 * NAMES / (loop.time() - began)))
    assert len(answers) == 2 * NAMES

    # What was answered, what the upstream has answered, the calls, the meter and the releases say the same.
    kinds = Counter(_kind(told) for told in answers)
    record_property("answers", dict(kinds))
    assert kinds.keys() <= {"answered", "repeated", "under-way", "failed", "cap", "quota"}
    assert kinds["cap"] > 0 < kinds["quota"]
    answered = Counter(told.name for told in answers if _kind(told) == "answered")
    assert answered == upstream.answered
    assert set(answered.values()) == {1}
    assert kinds["answered"] == quota
    assert kinds["failed"] == len(upstream.failed)
    assert await counts(runtime.pool) == {"committed": quota, "released": len(upstream.failed)}
    assert await caller.meters() == (quota, 0)
    assert await runtime.pool.fetchval("SELECT sum(calls) FROM usage_release") == quota

    # And the usage page and the lines of the bill.
    usage = (await trade.buyer.get(f"/v1/subscriptions/{caller.subscription['id']}/usage")).json()
    [used] = usage["meters"]
    assert (used["used"], used["not_charged"], used["reserved"]) == (quota, len(upstream.failed), 0)
    assert usage["total"]["amount"] == f"{quota / 2:.2f}"
    clock.move(timedelta(days=40))
    await ticked(runtime, drain)
    lines = [one for bill in await bills_of(trade, caller.subscription) for one in bill["lines"]]
    assert sum(one["quantity"] for one in lines if one["component"] == "calls") == quota
    assert sum(float(one["amount"]["amount"]) for one in lines) == quota / 2


async def _limit(trade, caller, amount):
    money = {"amount": amount, "currency": "CNY"}
    path = f"/v1/subscriptions/{caller.subscription['id']}/collection"
    told = await trade.buyer("PUT", path, {"collection": "invoice", "spend_limit": money})
    assert told.status_code == 200, told.text


def _kind(told):
    """What an answer was."""
    if told.status == 200:
        return "repeated" if told.is_repeated else "answered"
    if told.status == 500:
        return "failed"
    code = msgspec.json.decode(told.body)["code"]
    return {"call-under-way": "under-way", "meter-refused": "cap", "access-refused": "quota", "uses-spent": "quota"}[
        code
    ]


@pytest.mark.slow
async def test_who_dies_in_the_midst_has_charged_what_was_answered(runtime, as_, clock, drain, upstream, settings):
    """Batches that were being stored when the server was killed are stored whole or not at all."""
    trade = await Trade.begin(runtime, as_)
    caller = await story.begin(trade, upstream, drain, price=plan(story.CALLS))
    names, answers = (f"n{at}" for at in range(1_000_000)), []
    async with serving(settings) as server:
        for most in (150, 400):
            asking = [asyncio.create_task(ask(server.port, caller, names, answers)) for _ in range(CONNECTIONS)]
            while len(answers) < most:  # noqa: ASYNC110 - answers are told in no other way
                await asyncio.sleep(0.01)
            await server.kill()
            await asyncio.gather(*asking)
            await server.start()
        answered = {told.name for told in answers if told.status == 200}
        await _settled(runtime)
        committed = {row["call_id"] for row in await _committed(runtime)}
        assert answered <= committed
        assert len(committed - answered) <= 2 * CONNECTIONS
        # Whoever asks again is told what became of the call, or has it done; each name is charged once.
        asked_again = [f"n{at}" for at in range(most)]
        again = iter(asked_again)
        await asyncio.gather(*(ask(server.port, caller, again, answers) for _ in range(CONNECTIONS)))
    clock.move(timedelta(minutes=10))
    await expire(runtime)
    states = await counts(runtime.pool)
    assert "reserved" not in states
    calls = await _committed(runtime)
    assert len({row["call_id"] for row in calls}) == len(calls) == states["committed"]
    assert await caller.meters() == (states["committed"], 0)
    assert await runtime.pool.fetchval("SELECT sum(calls) FROM usage_release") == states["committed"]
    usage = (await trade.buyer.get(f"/v1/subscriptions/{caller.subscription['id']}/usage")).json()
    assert [(one["used"], one["reserved"]) for one in usage["meters"]] == [(states["committed"], 0)]


async def _settled(runtime):
    """No statement of the killed server is under way any more."""
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'"
    while await runtime.pool.fetchval(others) > 1:  # noqa: ASYNC110 - the database tells it in no other way
        await asyncio.sleep(0.05)


async def _committed(runtime):
    return await runtime.pool.fetch("SELECT call_id FROM gateway_call WHERE state = 'committed'")
