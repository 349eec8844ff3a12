"""Orders under concurrency: real commits, many connections."""

import asyncio

import pytest

from kernel import ids
from kernel.actor import Actor
from kernel.db import locked
from kernel.postgres.gathering import Gatherer
from kernel.states import IllegalTransition
from market.orders import commands
from market.orders.models import Order
from market.orders.placing.place import PLACE, arguments
from market.orders.schemas import PlaceOrder
from market.settlement.jobs import settle
from tests.market.trade import Trade
from tests.refusals import outcome, outcomes


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def test_one_key_sent_twenty_times_at_once_is_one_order(trade):
    answers = await asyncio.gather(*(trade.buyer.post("/v1/orders", trade.body(), idempotency="k") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    pool = trade.runtime.pool
    assert await pool.fetchval('SELECT count(*) FROM "order"') == 1
    assert await pool.fetchval("SELECT count(*) FROM log_entry WHERE kind = 'market.order.placed'") == 1


async def test_one_key_with_two_contents_at_once_is_one_of_them(trade):
    bodies = [trade.body(use_case=str(n % 2)) for n in range(10)]
    answers = await asyncio.gather(*(trade.buyer.post("/v1/orders", body, idempotency="k") for body in bodies))
    assert outcomes(answers) == {201: 5, (422, "idempotency-key-reused", "LT-GEN-01"): 5}
    assert await trade.runtime.pool.fetchval('SELECT count(*) FROM "order"') == 1


async def test_many_orders_of_one_listing_do_not_disturb_each_other(trade):
    answers = await asyncio.gather(*(trade.buyer.post("/v1/orders", trade.body()) for _ in range(30)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 30


async def test_a_faulty_order_does_not_take_those_along_that_came_with_it(trade):
    body = PlaceOrder(**trade.body())
    actor = Actor(party=trade.buyer.party, key="key_of_the_test")
    rows = [arguments(actor, body, f"k{n}", b"f" * 32, trade.runtime.clock.now()) for n in range(9)]
    rows[4] = (*rows[4][:3], None, *rows[4][4:])  # No fingerprint: the database refuses it.
    gathered = Gatherer(trade.runtime.pool, PLACE)
    answers = await asyncio.gather(*(gathered.ask(*row) for row in rows), return_exceptions=True)
    assert [getattr(answer, "sqlstate", None) for answer in answers] == [None] * 4 + ["23502"] + [None] * 4
    placed = {answer["order_id"] for number, answer in enumerate(answers) if number != 4}
    assert len(placed) == 8
    assert await trade.runtime.pool.fetchval('SELECT count(*) FROM "order"') == 8


@pytest.mark.slow
async def test_entitlements_asked_together_are_each_answered_for_themselves(trade):
    """Some are asked alone and most in one statement: one that is not there, or another's, stays that one's answer."""
    mine, stranger = await trade.order(), trade.provider
    delivered = await trade.delivered()
    asked = [(trade.buyer, mine), (trade.buyer, ids.new("ord")), (stranger, mine), (trade.buyer, delivered)] * 8
    answers = await asyncio.gather(*(who.get(f"/v1/entitlements/{order_id}") for who, order_id in asked))
    missing = (404, "not-found", None)
    assert [outcome(answer) for answer in answers] == [200, missing, missing, 200] * 8
    told = [(answer.json()["order_id"], answer.json()["entitled"]) for answer in answers if answer.status_code == 200]
    assert told == [(mine, False), (delivered, True)] * 8


@pytest.mark.slow
async def test_acceptance_and_silence_at_once_accept_once(trade, clock, drain):
    from datetime import timedelta

    order_id = await trade.delivered()
    clock.move(timedelta(days=8))

    async def silent():
        async with trade.runtime.act() as act:
            return await commands.accept_silently(act, order_id)

    path = f"/v1/orders/{order_id}/acceptance"
    results = await asyncio.gather(*(silent() for _ in range(3)), *(trade.buyer.post(path) for _ in range(3)))
    told = [one for one in results if one is True] + [one for one in results[3:] if one.status_code == 200]
    assert len(told) == 1
    accepted = "SELECT count(*) FROM log_entry WHERE kind = 'market.order.accepted'"
    assert await trade.runtime.pool.fetchval(accepted) == 1
    await asyncio.gather(*(settle(trade.runtime, {"order_id": order_id}) for _ in range(3)))
    assert await trade.runtime.pool.fetchval("SELECT count(*) FROM settlement") == 1
    await drain()


async def test_both_parties_ask_for_the_agreement_at_once(trade):
    order_id = await trade.order()
    path = f"/v1/orders/{order_id}/agreement"
    answers = await asyncio.gather(*(client.post(path) for client in (trade.buyer, trade.provider) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_both_parties_sign_at_once(trade):
    order_id = await trade.order()
    agreement = await trade.draft(order_id)
    await trade.keys()
    await asyncio.gather(trade.sign(agreement, "provider"), trade.sign(agreement, "buyer"))
    seen = (await trade.buyer.get(f"/v1/agreements/{agreement['id']}")).json()
    assert (seen["status"], len(seen["signatures"])) == ("in_force", 2)
    assert await trade.runtime.pool.fetchval("SELECT count(*) FROM document WHERE kind = 'agreement'") == 1


async def test_cancellation_and_payment_at_once_leave_one_outcome(trade):
    order_id = await trade.agreed()

    async def pay():
        try:
            async with trade.runtime.act() as act:
                await commands.mark_paid(act, await locked(act.session, Order, order_id), "pay_x")
        except IllegalTransition:
            return False
        return True

    path = f"/v1/orders/{order_id}/cancellation"
    paid, cancelled = await asyncio.gather(pay(), trade.buyer.post(path, {"reason": "x"}))
    assert paid != (cancelled.status_code == 200)
    async with trade.runtime.sessions() as session:
        order = await session.get_one(Order, order_id)
    assert str(order.status) == ("paid" if paid else "cancelled")
