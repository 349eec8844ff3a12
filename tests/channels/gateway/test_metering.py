"""Calls are counted exactly: whatever fails, dies or comes late, and however many come at once."""

import asyncio
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from channels.gateway.calls import admission, metering
from channels.gateway.calls.metering import CallFacts, MadeBefore, Reserved
from channels.gateway.errors import CallNameReused, MeterRefused, UsesSpent
from channels.gateway.jobs import expire
from channels.gateway.rules import RULES
from kernel import ids
from tests.channels.gateway import story
from tests.market.plans import plan
from tests.market.trade import Trade

POLICY = RULES.at(story.TODAY).body


def facts(name, content=b"a"):
    return CallFacts(name, content, "GET /companies/{code}", 0, "127.0.0.1", streams=False)


class Meter:
    """Reserves and settles as the door does."""

    def __init__(self, runtime, caller):
        self.runtime, self.caller = runtime, caller

    async def admitted(self):
        return await admission.admit(self.runtime, self.caller.key, self.caller.agreement, self.runtime.clock.now())

    async def reserve(self, admitted, name, content=b"a"):
        at = self.runtime.clock.now()
        return await metering.reserve(self.runtime, admitted, facts(name, content), POLICY, at)

    async def settle(self, admitted, reserved, status=200, failure=None):
        became = "committed" if failure is None else "released"
        more = {"status": status, "failure": failure, "size_bytes": 1, "rules": POLICY}
        return await metering.settle(self.runtime, admitted, reserved, became, **more)

    async def states(self):
        rows = await self.runtime.pool.fetch("SELECT state, count(*) AS n FROM gateway_call GROUP BY state")
        return {row["state"]: row["n"] for row in rows}

    async def require_exact(self, committed):
        """Every count says the same: calls, meter, releases, uses of the plan."""
        pool = self.runtime.pool
        assert (await self.states()).get("committed", 0) == committed
        assert tuple(await pool.fetchrow("SELECT calls, calls_reserved FROM usage_meter")) == (committed, 0)
        assert await pool.fetchval("SELECT COALESCE(sum(calls), 0) FROM usage_release") == committed
        if self.caller.subscription is not None:
            assert await pool.fetchval("SELECT used FROM usage_counter") == committed
            counted = "SELECT count(*) FROM usage_event WHERE state = 'counted' AND source = 'gate'"
            assert await pool.fetchval(counted) == committed


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


@pytest.mark.slow
async def test_what_failed_died_or_came_late_is_not_charged(trade, runtime, service, clock, drain):
    meter = Meter(runtime, await story.begin(trade, service, drain, price=plan(story.CALLS)))
    admitted = await meter.admitted()
    late = await meter.reserve(admitted, "late")
    outcomes = [(200, None)] * 643 + [(500, "upstream")] * 300 + [(None, "timed-out")] * 50
    for at, (status, failure) in enumerate(outcomes):
        reserved = await meter.reserve(admitted, f"c{at}")
        await meter.settle(admitted, reserved, status, failure)
    for at in range(6):  # And the late one: seven in flight when the process dies.
        assert isinstance(await meter.reserve(admitted, f"d{at}"), Reserved)
    clock.move(timedelta(seconds=91))
    assert await meter.settle(admitted, late) == "expired"
    await expire(runtime)
    assert await meter.states() == {"committed": 643, "released": 350, "expired": 7}
    await meter.require_exact(643)
    usage = (await trade.buyer.get(f"/v1/subscriptions/{meter.caller.subscription['id']}/usage")).json()
    [line] = [one for one in usage["lines"] if one["component"] == "calls" and one["quantity"]]
    assert line["quantity"] == 643


@pytest.mark.slow
async def test_a_name_stands_for_one_call_and_a_failed_one_may_be_tried_again(trade, runtime, service, drain):
    meter = Meter(runtime, await story.begin(trade, service, drain, calls_max=2))
    admitted = await meter.admitted()
    first = await meter.reserve(admitted, "one")
    again = await meter.reserve(admitted, "one")
    assert again == MadeBefore(first.id, "reserved", None)
    with pytest.raises(CallNameReused) as reused:
        await meter.reserve(admitted, "one", b"b")
    assert reused.value.rule == "LT-GTW-03"
    assert await meter.settle(admitted, first, 503, "upstream") == "released"
    second = await meter.reserve(admitted, "one")
    assert second.id != first.id
    assert await meter.settle(admitted, second) == "committed"
    assert await meter.settle(admitted, second, 500, "upstream") == "committed"  # Settled once.
    assert await meter.reserve(admitted, "one") == MadeBefore(second.id, "committed", 200)
    await meter.require_exact(1)


@pytest.mark.slow
async def test_a_call_that_stands_is_known_by_its_name_though_a_later_id_failed(
    trade, runtime, service, drain, monkeypatch
):
    """Processes whose clocks differ make ids in another order than the calls came in."""
    meter = Meter(runtime, await story.begin(trade, service, drain))
    admitted = await meter.admitted()
    made = iter(sorted((ids.new("gwc") for _ in range(3)), reverse=True))
    new = ids.new
    monkeypatch.setattr(ids, "new", lambda prefix: next(made) if prefix == "gwc" else new(prefix))
    failed = await meter.reserve(admitted, "one")
    await meter.settle(admitted, failed, 503, "upstream")
    stands = await meter.reserve(admitted, "one")
    assert stands.id < failed.id
    assert await meter.reserve(admitted, "one") == MadeBefore(stands.id, "reserved", None)


@pytest.mark.slow
async def test_a_reservation_whose_answer_was_lost_is_asked_again_and_stands(
    trade, runtime, service, drain, monkeypatch
):
    meter = Meter(runtime, await story.begin(trade, service, drain, price=plan(story.CALLS), calls_max=1))
    admitted = await meter.admitted()
    call, new = ids.new("gwc"), ids.new
    monkeypatch.setattr(ids, "new", lambda prefix: call if prefix == "gwc" else new(prefix))
    first = await meter.reserve(admitted, "one")
    assert (first.id, first.used, first.bound) == (call, 1, 1)
    assert await meter.reserve(admitted, "one") == first
    assert await meter.settle(admitted, first) == "committed"
    await meter.require_exact(1)


@pytest.mark.slow
async def test_calls_of_one_batch_are_decided_one_after_the_other(trade, runtime, service, drain):
    meter = Meter(runtime, await story.begin(trade, service, drain, calls_max=7))
    admitted = await meter.admitted()
    # Asked in one turn of the loop, they go in one statement: one name sixteen times, and another content once.
    asked = [meter.reserve(admitted, "same") for _ in range(16)] + [meter.reserve(admitted, "same", b"b")]
    told = await asyncio.gather(*asked, return_exceptions=True)
    [first] = [one for one in told if isinstance(one, Reserved)]
    known = MadeBefore(first.id, "reserved", None)
    assert [one for one in told if one == known] == [known] * 15
    assert isinstance(next(one for one in told if isinstance(one, Exception)), CallNameReused)
    # Of twenty more, six are within the limit; each is told how many are used.
    told = await asyncio.gather(*(meter.reserve(admitted, f"c{at}") for at in range(20)), return_exceptions=True)
    reserved = [one for one in told if isinstance(one, Reserved)]
    assert sorted(one.used for one in reserved) == [2, 3, 4, 5, 6, 7]
    assert [one.rule for one in told if isinstance(one, UsesSpent)] == ["LT-GTW-03"] * 14
    assert await asyncio.gather(*(meter.settle(admitted, one) for one in [first, *reserved])) == ["committed"] * 7
    await meter.require_exact(7)


@pytest.mark.slow
async def test_answers_of_4xx_are_free_so_often_a_day(trade, runtime, service, drain):
    meter = Meter(runtime, await story.begin(trade, service, drain))
    admitted = await meter.admitted()
    states = []
    for at in range(POLICY.free_refusals_per_day + 2):
        reserved = await meter.reserve(admitted, f"c{at}")
        states.append(await meter.settle(admitted, reserved, 404, "request"))
    assert states == ["released"] * 100 + ["committed"] * 2
    await meter.require_exact(2)


@pytest.mark.slow
@pytest.mark.parametrize("bounded_by", ["quota", "cap"])
@pytest.mark.parametrize("number", [pytest.param(2_000, id="some"), pytest.param(100_000, id="many")])
async def test_many_at_once_with_every_name_twice_are_counted_exactly(
    trade, runtime, service, drain, bounded_by, number
):
    most = number * 3 // 10
    if bounded_by == "quota":
        caller = await story.begin(trade, service, drain, calls_max=most)
    else:
        caller = await story.begin(trade, service, drain, price=plan(story.CALLS))
        limit = {"amount": f"{most / 2:.2f}", "currency": "CNY"}
        path = f"/v1/subscriptions/{caller.subscription['id']}/collection"
        told = await trade.buyer("PUT", path, {"collection": "invoice", "spend_limit": limit})
        assert told.status_code == 200, told.text
    meter = Meter(runtime, caller)
    admitted = await meter.admitted()
    names = [f"n{at}" for at in range(number // 2)] * 2
    random.Random(7).shuffle(names)
    came: dict[str, int] = {}

    async def work(own):
        while names:
            outcome = await _called(own, admitted, names.pop())
            came[outcome] = came.get(outcome, 0) + 1

    # Four gather for themselves on the shared pool, as processes of their own would, each for sixteen connections.
    processes = [Meter(replace(runtime, extras={}), caller) for _ in range(4)]
    await asyncio.gather(*(work(each) for each in processes for _ in range(16)))
    assert came.keys() == {"committed", "known", "LT-GTW-03"}
    assert came["committed"] == most
    assert sum(came.values()) == number
    await meter.require_exact(most)


async def _called(meter, admitted, name):
    try:
        reserved = await meter.reserve(admitted, name)
    except (UsesSpent, MeterRefused) as refusal:
        return refusal.rule
    if isinstance(reserved, MadeBefore):
        return "known"
    return await meter.settle(admitted, reserved)
