"""An answer on its way to its caller, by the loop's own time."""

import asyncio

import pytest
from aiohttp import ClientPayloadError
from multidict import CIMultiDict

from channels.gateway.calls.relaying import Relay
from channels.gateway.calls.upstream import UpstreamRequest
from channels.gateway.rules import RULES, outcome
from channels.keys.errors import ChannelClosed, ChannelKeyExpired, ChannelKeyUnknown
from tests.channels.gateway.story import TODAY

POLICY = RULES.at(TODAY).body


class Upstream:
    """An upstream that answers at once, in so many parts."""

    status, raw_headers, headers = 200, ((b"Content-Type", b"text/plain"),), CIMultiDict()

    def __init__(self, parts):
        self.parts, self.content = parts, self

    async def ask(self, *_):
        return self

    async def readany(self):
        self.parts -= 1
        return b"x" * 1000 if self.parts >= 0 else b""

    def close(self):
        """Nothing is held."""


@pytest.fixture
async def passing(monkeypatch):
    """Lets time pass on the loop."""
    loop = asyncio.get_running_loop()
    real, moved = loop.time, []
    monkeypatch.setattr(loop, "time", lambda: real() + sum(moved))
    return moved.append


async def _watch():
    """The key opens the interface still."""


def relay(send, watch=_watch, *, streams=False):
    wanted = UpstreamRequest("GET", "https://a.example.cn", b"/x", [], b"", streams=streams)
    return Relay(wanted, POLICY, "", [], send, watch, lambda: False)


async def _take(_):
    """Whatever is sent is taken."""


async def test_a_caller_who_stops_taking_its_answer_has_left_and_is_charged(passing):
    sent = []

    async def send(message):
        sent.append(message["type"])
        if len(sent) == 4:
            passing(POLICY.whole_seconds - 0.1)
        elif len(sent) == 5:
            await asyncio.Event().wait()

    passed = await asyncio.wait_for(relay(send).run(Upstream(parts=20)), 30)
    assert passed.failure == "caller-left"
    assert outcome(passed.status, passed.failure, has_begun=True) == "committed"


async def test_a_caller_who_takes_its_answer_too_slowly_has_left_and_is_charged(passing):
    async def send(_):
        passing(POLICY.idle_seconds - 1)

    passed = await relay(send).run(Upstream(parts=20))
    assert (passed.failure, passed.size_bytes < 20_000) == ("caller-left", True)


async def test_an_upstream_that_takes_too_long_is_not_charged(passing):
    class Slow(Upstream):
        async def readany(self):
            passing(POLICY.idle_seconds - 1)
            return await super().readany()

    async def send(_):
        passing(0.1)

    assert (await relay(send).run(Slow(parts=20))).failure == "timed-out"


@pytest.mark.parametrize("parts", [0, 1, 3])
async def test_the_last_part_of_an_answer_waits_until_its_call_is_settled(parts):
    sent = []

    async def send(message):
        sent.append((message["type"].rpartition(".")[2], len(message.get("body", b"")), message.get("more_body")))

    under_way = relay(send)
    passed = await under_way.run(Upstream(parts=parts))
    assert (passed.failure, passed.size_bytes) == (None, parts * 1000)
    assert sent == ([("start", 0, None), *[("body", 1000, True)] * (parts - 1)] if parts > 1 else [])
    await under_way.end()
    assert [kind for kind, _, _ in sent] == ["start", *["body"] * max(1, parts)]
    assert sum(size for _, size, _ in sent) == parts * 1000
    assert [more for _, _, more in sent[1:]] == [True] * (max(1, parts) - 1) + [False]


async def test_an_answer_that_breaks_off_is_sent_as_far_as_it_came_and_has_no_end():
    class Broken(Upstream):
        async def readany(self):
            if self.parts == 1:
                raise ClientPayloadError
            return await super().readany()

    sent = []

    async def send(message):
        sent.append(message)

    passed = await relay(send).run(Broken(parts=3))
    assert passed.failure == "cut-short"
    assert sum(len(one.get("body", b"")) for one in sent) == 2000
    assert all(one.get("more_body", True) for one in sent)


def became(under_way, passed):
    return outcome(passed.status, passed.failure, has_begun=under_way.was_given(passed.failure))


@pytest.mark.parametrize(
    ("refusal", "failure", "state"),
    [
        (ChannelKeyUnknown(), "key-over", "committed"),
        (ChannelKeyExpired(since="2026-11-23T02:00:00Z"), "key-over", "committed"),
        (ChannelClosed(order_status="refunded", agreement_status="ended"), "stopped", "released"),
    ],
)
async def test_whoever_ends_its_key_in_the_midst_of_an_answer_has_had_it(refusal, failure, state):
    asked = []

    async def watch():
        asked.append(1)
        if len(asked) == 8:
            raise refusal

    under_way = relay(_take, watch)
    passed = await under_way.run(Upstream(parts=20))
    assert under_way.given_bytes > 0
    assert (passed.failure, became(under_way, passed)) == (failure, state)


async def test_a_key_that_ends_before_the_first_byte_of_a_stream_costs_nothing():
    asked = []

    async def watch():
        asked.append(1)
        if len(asked) == 2:
            raise ChannelKeyUnknown

    under_way = relay(_take, watch, streams=True)
    passed = await under_way.run(Upstream(parts=20))
    assert under_way.has_begun
    assert (passed.failure, became(under_way, passed)) == ("key-over", "released")


async def test_a_stream_that_is_held_to_our_limit_is_charged(passing):
    class Endless(Upstream):
        async def readany(self):
            passing(POLICY.stream_idle_seconds - 1)
            return b"x"

    under_way = relay(_take, streams=True)
    passed = await under_way.run(Endless(parts=1))
    assert (passed.failure, became(under_way, passed)) == ("too-long", "committed")


async def test_an_answer_beyond_our_size_is_charged_once_it_has_begun():
    under_way = relay(_take)
    passed = await under_way.run(Upstream(parts=POLICY.response_bytes_max // 1000 + 1))
    assert (passed.failure, became(under_way, passed)) == ("too-large", "committed")
    assert under_way.given_bytes <= POLICY.response_bytes_max
