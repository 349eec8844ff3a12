"""Rounds, acceptance and their ends, by the commands themselves."""

from datetime import timedelta

import pytest

from contracts.terms.document import digest
from kernel.actor import Actor
from kernel.states import Role
from market.negotiation import commands
from market.negotiation.schemas import (
    AcceptNegotiation,
    CounterNegotiation,
    EndNegotiation,
    ProposeNegotiation,
    RequestNegotiation,
    TakeOffer,
)  # fmt: skip
from market.offers import commands as offers
from market.offers.schemas import PublishOffer
from tests.market.negotiation.story import between, listed
from tests.market.trade import Trade


def side(client) -> Actor:
    return Actor(client.party, "key_of_the_test", frozenset({Role.PROVIDER, Role.BUYER}), frozenset(), admitted=True)


async def test_three_rounds_and_an_acceptance(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    async with runtime.act(side(trade.buyer)) as act:
        opened = await commands.request(act, RequestNegotiation(terms=await between(trade, "10000.00")))
    assert (opened.status, opened.owner, opened.last_round) == ("requested", trade.provider.party, 1)
    async with runtime.act(side(trade.provider)) as act:
        second = await commands.counter(act, opened.id, CounterNegotiation(terms=await between(trade, "12000.00")))
    assert (second.status, second.owner, second.last_round) == ("offered", trade.buyer.party, 2)
    third = await between(trade, "11000.00")
    async with runtime.act(side(trade.buyer)) as act:
        await commands.counter(act, opened.id, CounterNegotiation(terms=third))
    async with runtime.act(side(trade.provider)) as act:
        done = await commands.accept(act, opened.id, AcceptNegotiation(terms_digest=digest(third)))
    assert (done.status, done.owner, done.due_at, done.terms_digest) == ("accepted", None, None, digest(third))
    assert done.order_id is not None
    assert done.agreement_id is not None
    assert [(one.n, one.kind, one.by) for one in done.rounds] == [
        (1, "request", trade.buyer.party), (2, "offer", trade.provider.party), (3, "request", trade.buyer.party),
    ]  # fmt: skip


async def test_a_public_offer_is_taken_at_once(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    data = PublishOffer(
        "全年使用", "A whole year", runtime.clock.now() + timedelta(days=30), await listed(runtime, trade.listing_id)
    )
    async with runtime.act(side(trade.provider)) as act:
        offer = await offers.publish(act, trade.listing_id, data)
    async with runtime.act(side(trade.buyer)) as act:
        done = await commands.take(act, offer.id, TakeOffer(purpose="risk-control"))
    assert (done.status, done.offer_id, done.initiated_by) == ("accepted", offer.id, trade.provider.party)
    assert done.agreement_id is not None


@pytest.mark.parametrize("end", ["reject", "withdraw"])
async def test_a_private_offer_ends_with_its_reason(runtime, as_, end):
    trade = await Trade.begin(runtime, as_)
    async with runtime.act(side(trade.provider)) as act:
        opened = await commands.propose(act, ProposeNegotiation(terms=await between(trade)))
    assert (opened.status, opened.owner) == ("offered", trade.buyer.party)
    who = trade.buyer if end == "reject" else trade.provider
    async with runtime.act(side(who)) as act:
        done = await getattr(commands, end)(act, opened.id, EndNegotiation(reason="价格"))
    assert (done.status, done.end_code, done.reason) == (
        "terminated",
        f"{end}ed" if end == "reject" else "withdrawn",
        "价格",
    )
