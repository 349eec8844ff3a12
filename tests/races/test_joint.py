"""Budgets of two sides under concurrency: sixty-four queries at once, of joins and of single tables, real commits."""

import asyncio
from collections import Counter

import msgspec
import pytest

from channels.computing.commands.offers import charge
from channels.computing.errors import BudgetSpent
from channels.computing.grammar.parsing import understood
from channels.computing.rules import table
from channels.computing.schemas import SetOffer
from channels.joint.commands import asking
from channels.joint.commands.asking import charge_both
from channels.joint.errors import JointRunsUnderWay
from channels.joint.models import JointAgreement
from channels.joint.rules import joint_offer
from channels.joint.schemas import AskJoint
from kernel.actor import Actor
from kernel.states import Role
from tests.channels.computing.story import OFFER
from tests.channels.joint.story import Joint
from tests.channels.joint.tables import SPENDING_OFFER

QUERIES = 64


def offers(**over):
    wages = msgspec.convert({**OFFER, **over}, SetOffer)
    return wages, msgspec.convert({**SPENDING_OFFER, **over}, SetOffer)


@pytest.mark.slow
async def test_both_are_charged_or_none_whichever_side_comes_first(runtime):
    """Joins of a with b and of b with a beside queries of one table: no deadlock, and never one too many."""
    a, b = offers(micro_epsilon_per_agreement=8_000_000, micro_epsilon_per_product=10_000_000)
    sides = {"a": ("ast_x", "agr_x"), "b": ("ast_y", "agr_y")}

    def joined(first, second):
        ids = {f"a_{name}": each for name, each in zip(("asset_id", "agreement_id"), sides[first], strict=True)}
        ids |= {f"b_{name}": each for name, each in zip(("asset_id", "agreement_id"), sides[second], strict=True)}
        return JointAgreement(**ids, a_order_id="", b_order_id="", a_provider="", b_provider="")

    async def one(n):
        try:
            async with runtime.act() as act:
                if n % 4 == 3:
                    await charge(act, "agr_x", "ast_x", a)
                    return "alone"
                row, both = (joined("a", "b"), (a, b)) if n % 2 else (joined("b", "a"), (b, a))
                await charge_both(act, row, both, 1_000_000)
        except BudgetSpent as spent:
            return spent.code()
        return "joined"

    came = Counter(await asyncio.gather(*(one(n) for n in range(QUERIES))))
    rows = await runtime.pool.fetch("SELECT subject_id, spent_micro_epsilon AS spent FROM computing_budget")
    # Eight are all that the agreement with a has; of these each join was charged to b as well, and nothing else was.
    assert came["joined"] + came["alone"] == 8
    assert came["joined"] > 0
    assert {row["subject_id"]: row["spent"] for row in rows} == {
        "ast_x": 8_000_000,
        "agr_x": 8_000_000,
        "ast_y": came["joined"] * 1_000_000,
        "agr_y": came["joined"] * 1_000_000,
    }


@pytest.mark.slow
async def test_sixty_four_queries_of_a_join_are_charged_to_both_as_often_as_they_run(runtime, as_):
    """Sixteen questions, each four times at once: three runs, for which each side is charged three."""
    joint = await Joint.begin(runtime, as_)
    joint_id = await joint.in_force()
    buyer = Actor(party=joint.buyer.party, key="key_of_the_test", roles=frozenset({Role.BUYER}), admitted=True)
    both_offers = offers()
    offered = table(joint_offer(*both_offers, 10))
    queries = [understood(f"select count(*) from data where a_age > {age}", offered) for age in range(16)]

    async def one(n):
        try:
            async with runtime.act(buyer) as act:
                both = await asking.both_sides(act, joint_id, AskJoint(sql="x"))
                return (await asking.place_query(act, both, both_offers, queries[n % 16], "x")).id
        except (BudgetSpent, JointRunsUnderWay) as refused:
            return refused.code()

    came = Counter(await asyncio.gather(*(one(n) for n in range(QUERIES))))
    assert len([each for each in came if each.startswith("jrn_")]) == 3
    assert await runtime.pool.fetchval("SELECT count(*) FROM joint_run") == 3
    rows = await runtime.pool.fetch("SELECT spent_micro_epsilon FROM computing_budget")
    assert [row[0] for row in rows] == [3_000_000] * 4
    releases = "SELECT count(*) FROM usage_release WHERE environment = 'sandbox' GROUP BY agreement_id"
    assert [row[0] for row in await runtime.pool.fetch(releases)] == [3, 3]
