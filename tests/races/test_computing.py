"""Privacy budgets under concurrency: sixty-four queries at once, real commits, and never one too many."""

import asyncio
from collections import Counter

import msgspec
import pytest

from channels.computing.commands import asking
from channels.computing.commands.offers import charge
from channels.computing.errors import BudgetSpent, RunsUnderWay
from channels.computing.grammar.parsing import understood
from channels.computing.queries import offer_of
from channels.computing.rules import table
from channels.computing.schemas import SetOffer
from kernel.actor import Actor
from kernel.states import Role
from tests.channels.computing.story import OFFER, bought, listing, published
from tests.market.trade import Trade

QUERIES = 64


@pytest.mark.slow
async def test_sixty_four_queries_of_two_agreements_never_exceed_the_product(runtime):
    offer = msgspec.convert(
        {**OFFER, "micro_epsilon_per_agreement": 8_000_000, "micro_epsilon_per_product": 10_000_000}, SetOffer
    )

    async def one(n):
        try:
            async with runtime.act() as act:
                await charge(act, f"agr_{n % 2}", "ast_x", offer)
        except BudgetSpent:
            return "spent"
        return f"agr_{n % 2}"

    came = Counter(await asyncio.gather(*(one(n) for n in range(QUERIES))))
    assert came["spent"] == QUERIES - 10
    rows = await runtime.pool.fetch("SELECT subject_id, spent_micro_epsilon AS spent FROM computing_budget")
    assert {row["subject_id"]: row["spent"] for row in rows} == {
        "ast_x": 10_000_000,
        "agr_0": came["agr_0"] * 1_000_000,
        "agr_1": came["agr_1"] * 1_000_000,
    }
    assert max(came["agr_0"], came["agr_1"]) <= 8


@pytest.mark.slow
async def test_sixty_four_queries_of_one_agreement_are_charged_as_often_as_they_run(runtime, as_):
    """Sixteen questions, each four times at once: three runs, for which three are charged."""
    trade = await Trade.begin(runtime, as_)
    product, asset = await listing(trade)
    await published(trade, asset)
    order = await bought(trade, product)
    buyer = Actor(party=trade.buyer.party, key="key_of_the_test", roles=frozenset({Role.BUYER}), admitted=True)
    offered = table(msgspec.convert(OFFER, SetOffer))
    queries = [understood(f"select count(*) from data where age > {age}", offered) for age in range(16)]

    async def one(n):
        try:
            async with runtime.act(buyer) as act:
                got = await asking.purchase(act, order, None, None)
                offer = await offer_of(act.session, got.agreement)
                return (await asking.place_query(act, got, offer, queries[n % 16], "x")).id
        except (BudgetSpent, RunsUnderWay) as refused:
            return refused.code()

    came = Counter(await asyncio.gather(*(one(n) for n in range(QUERIES))))
    runs = [each for each in came if each.startswith("cmr_")]
    assert len(runs) == 3
    assert await runtime.pool.fetchval("SELECT count(*) FROM computing_run") == 3
    spent = "SELECT DISTINCT spent_micro_epsilon FROM computing_budget"
    assert [row[0] for row in await runtime.pool.fetch(spent)] == [3_000_000]
    releases = "SELECT count(*) FROM usage_release WHERE environment = 'sandbox'"
    assert await runtime.pool.fetchval(releases) == 3
