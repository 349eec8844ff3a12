"""Bids at once: real commits, one winner, the order of the lock; and the clock that moves across the closing."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from kernel.actor import Actor
from kernel.errors import DomainError
from kernel.money import MoneyView
from kernel.states import Role
from market.auctions.bids import english
from market.auctions.schemas import PlaceBid
from tests.market.auctions.story import announced, joined, money, passed
from tests.market.trade import Trade

BIDDERS = 4


async def stormed(runtime, as_, clock, count):
    """An auction near its end, and so many bids at once by a few bidders; gives its id and the answers."""
    trade = await Trade.begin(runtime, as_)
    buyers = [await as_("buyer", f"bidder-{number}") for number in range(BIDDERS)]
    path = await announced(trade, steps=[{"from_price": money("0.00"), "step": money("0.01")}])
    for who in buyers:
        await joined(trade, path, who)
    await passed(trade, clock, days=8, hours=23, minutes=59)
    auction = path.rpartition("/")[2]
    actors = [Actor(who.party, "key_of_the_test", frozenset({Role.BUYER}), frozenset()) for who in buyers]

    async def bid(number):
        amount = f"{1000 + number if number % 5 else 1000}.00"
        asked = PlaceBid(MoneyView(amount, "CNY"))
        try:
            return await english.place(runtime, actors[number % BIDDERS], auction, asked, f"key-{number}", b"x")
        except DomainError as refusal:
            return refusal

    answers = await asyncio.gather(*(bid(number) for number in range(count)))
    return trade, path, auction, answers


async def held(runtime, as_, clock, count):
    trade, path, auction, answers = await stormed(runtime, as_, clock, count)
    won = [one for one in answers if not isinstance(one, DomainError)]
    assert {type(one).__name__ for one in answers if isinstance(one, DomainError)} <= {"BidTooLow"}
    rows = await runtime.pool.fetch("SELECT * FROM auction_bid WHERE auction_id = $1 ORDER BY seq", auction)
    assert [row["seq"] for row in rows] == list(range(1, len(won) + 1))
    assert all(a["amount_minor"] < b["amount_minor"] and a["at"] <= b["at"] for a, b in pairwise(rows))
    assert rows[-1]["amount_minor"] == (1000 + count - 1) * 100
    view = (await trade.provider.get(path)).json()
    assert (view["status"], view["bid_count"]) == ("closing", len(won))
    await passed(trade, clock, minutes=6)
    view = (await trade.provider.get(path)).json()
    assert (view["status"], view["price"]["amount"]) == ("closed", f"{1000 + count - 1}.00")
    assert await runtime.pool.fetchval("SELECT count(*) FROM auction WHERE status = 'closed'") == 1


@pytest.mark.slow
async def test_three_hundred_bids_at_once_have_one_order_and_one_winner(runtime, as_, clock):
    await held(runtime, as_, clock, 300)


@pytest.mark.slow
async def test_ten_thousand_bids_in_the_last_minute_have_one_order_and_one_winner(runtime, as_, clock):
    await held(runtime, as_, clock, 10_000)


@pytest.mark.slow
async def test_a_bid_that_is_sent_twice_is_one_bid(runtime, as_, clock):
    trade = await Trade.begin(runtime, as_)
    path = await announced(trade)
    await joined(trade, path, trade.buyer)
    await passed(trade, clock, days=8)
    actor = Actor(trade.buyer.party, "key_of_the_test", frozenset({Role.BUYER}), frozenset())
    asked = PlaceBid(MoneyView("1000.00", "CNY"))
    auction = path.rpartition("/")[2]
    answers = await asyncio.gather(
        *(english.place(runtime, actor, auction, asked, "one", b"x") for _ in range(8)), return_exceptions=True
    )
    assert {answer.seq for answer in answers} == {1}
    assert await runtime.pool.fetchval("SELECT count(*) FROM auction_bid") == 1


async def test_a_bid_is_taken_until_the_closing_and_not_after_it(runtime, as_, clock):
    """The clock is moved across the closing: what waited for the lock until then is late."""
    trade = await Trade.begin(runtime, as_)
    path = await announced(trade)
    await joined(trade, path, trade.buyer)
    await passed(trade, clock, days=8)
    clock.move(timedelta(days=1) - timedelta(seconds=30))
    good = await trade.buyer.post(f"{path}/bids", {"amount": money("1000.00")})
    assert good.status_code == 201, good.text
    clock.move(timedelta(minutes=5, seconds=30))
    late = await trade.buyer.post(f"{path}/bids", {"amount": money("1500.00")})
    assert (late.status_code, late.json()["code"]) == (409, "auction-not-open")
