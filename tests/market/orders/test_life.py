"""What happens to an order after it is agreed: payment, delivery, acceptance, and its other endings."""

from datetime import timedelta

import pytest

from contracts.agreements.models import Agreement
from kernel import ids
from kernel.db import locked
from kernel.states import IllegalTransition
from market.endings import jobs as endings_jobs
from market.orders import commands, jobs
from market.orders.errors import AgreementNotInForce
from market.orders.models import Order
from market.settlement import commands as settlement
from tests.market.trade import LICENCE, Trade, snapshot
from tests.refusals import not_there


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def refused(trade, client, path, body, status, code, rule):
    """Send, expect the refusal, and see that nothing changed."""
    before = await snapshot(trade.runtime)
    answer = await client.post(path, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.json().get("rule", {}).get("id") == rule
    assert await snapshot(trade.runtime) == before


async def status_of(trade, order_id):
    """The order's and its agreement's status."""
    async with trade.runtime.sessions() as session:
        order = await session.get_one(Order, order_id)
        agreement = await session.get(Agreement, order.agreement_id) if order.agreement_id else None
        return str(order.status), str(agreement.status) if agreement else None


async def test_no_money_without_an_agreement_in_force(trade):
    order_id = await trade.order()
    agreement = await trade.draft(order_id)
    await trade.sign(agreement, "provider")
    before = await snapshot(trade.runtime)
    with pytest.raises(AgreementNotInForce):
        async with trade.runtime.act() as act:
            await commands.mark_paid(act, await locked(act.session, Order, order_id), ids.new("pay"))
    assert await snapshot(trade.runtime) == before


async def test_an_order_is_paid_once(trade):
    order_id = await trade.paid()
    assert (await trade.buyer.get(f"/v1/orders/{order_id}")).json()["status"] == "paid"
    before = await snapshot(trade.runtime)
    with pytest.raises(IllegalTransition):
        async with trade.runtime.act() as act:
            await commands.mark_paid(act, await locked(act.session, Order, order_id), ids.new("pay"))
    assert await snapshot(trade.runtime) == before


async def test_delivery_starts_the_inspection(trade):
    order_id = await trade.delivered()
    body = (await trade.buyer.get(f"/v1/orders/{order_id}")).json()
    assert (body["status"], body["allowed_actions"]) == ("delivered", ["accept"])
    assert body["inspection_due_at"] == "2026-11-30T16:00:00Z"


async def test_the_buyer_accepts_and_the_order_is_settled(trade, drain):
    order_id = await trade.delivered()
    accepted = await trade.buyer.post(f"/v1/orders/{order_id}/acceptance")
    assert (accepted.status_code, accepted.json()["status"]) == (200, "accepted")
    await drain()
    assert (await status_of(trade, order_id))[0] == "settled"


async def test_acceptance_is_the_buyers_and_comes_after_delivery(trade, as_):
    order_id = await trade.paid()
    path = f"/v1/orders/{order_id}/acceptance"
    await refused(trade, trade.buyer, path, None, 409, "illegal-transition", "LT-GEN-02")
    async with trade.runtime.act() as act:
        row = await act.session.get_one(Order, order_id)
        await commands.mark_delivered(act, row)
    await refused(trade, trade.provider, path, None, 403, "wrong-actor", "LT-GEN-03")
    await refused(trade, await as_("clearing"), path, None, 403, "wrong-actor", "LT-GEN-03")
    await refused(trade, await as_("buyer", "stranger"), path, None, 404, "not-found", None)
    assert (await trade.buyer.post(path)).status_code == 200
    await refused(trade, trade.buyer, path, None, 409, "illegal-transition", "LT-GEN-02")


async def test_a_repeated_acceptance_is_replayed(trade):
    order_id = await trade.delivered()
    path = f"/v1/orders/{order_id}/acceptance"
    first = await trade.buyer.post(path, idempotency="k")
    again = await trade.buyer.post(path, idempotency="k")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert await trade.runtime.pool.fetchval("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'market.settle'") == 1


async def test_silence_accepts_after_the_inspection_and_not_before(trade, clock, drain):
    order_id = await trade.delivered()
    clock.move(timedelta(days=7, hours=13, minutes=59))
    await jobs.accept_silently(trade.runtime)
    assert (await status_of(trade, order_id))[0] == "delivered"
    clock.move(timedelta(minutes=2))
    await jobs.accept_silently(trade.runtime)
    assert (await status_of(trade, order_id))[0] == "accepted"
    facts = await trade.runtime.pool.fetchval("SELECT facts FROM log_entry WHERE kind = 'market.order.accepted'")
    assert '"rule": "LT-ORD-06"' in facts
    await drain()
    assert (await status_of(trade, order_id))[0] == "settled"


async def test_an_unpaid_order_lapses_with_its_agreement(trade, clock):
    agreed, plain = await trade.agreed(), await trade.order()
    opened = await trade.buyer.post(f"/v1/orders/{agreed}/payments", {"method": "bank_transfer"})
    clock.move(timedelta(days=7, hours=13))
    await endings_jobs.expire(trade.runtime)
    assert await status_of(trade, plain) == ("placed", None)
    clock.move(timedelta(hours=2))
    await endings_jobs.expire(trade.runtime)
    assert await status_of(trade, agreed) == ("expired", "terminated")
    assert await status_of(trade, plain) == ("expired", None)
    payment = await trade.buyer.get(f"/v1/payments/{opened.json()['id']}")
    assert payment.json()["status"] == "cancelled"


async def test_a_paid_order_does_not_lapse(trade, clock):
    order_id = await trade.paid()
    clock.move(timedelta(days=30))
    await endings_jobs.expire(trade.runtime)
    assert (await status_of(trade, order_id))[0] == "paid"


async def test_one_faulty_order_does_not_hold_up_the_others(trade, clock, caplog):
    agreed, plain = await trade.agreed(), await trade.order()
    await trade.runtime.pool.execute(
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$"
    )
    await trade.runtime.pool.execute("CREATE TRIGGER t BEFORE UPDATE ON agreement EXECUTE FUNCTION fail()")
    clock.move(timedelta(days=8))
    await endings_jobs.expire(trade.runtime)
    assert (await status_of(trade, agreed))[0] == "placed"
    assert (await status_of(trade, plain))[0] == "expired"


async def test_a_buyer_sees_again_what_it_ordered_after_it_left_the_shelf(trade, as_):
    """First-day 8: to its buyer a delisted product was not there any more, price and terms included."""
    path = f"/v1/listings/{trade.listing_id}"
    await trade.order()
    shown = (await trade.buyer.get(path)).json()
    await trade.runtime.pool.execute("UPDATE listing SET status = 'delisted'")
    again = await trade.buyer.get(path)
    assert again.status_code == 200, again.text
    assert (again.json()["price"], again.json()["licence"]) == (shown["price"], shown["licence"])
    assert again.json()["status"] == "delisted"
    for stranger in (await as_("buyer", "stranger"), await as_("provider", "stranger")):
        assert (await stranger.get(path)).json()["code"] == "listing-unavailable"


@pytest.mark.slow
async def test_the_buyer_cancels_before_payment_only(trade, as_):
    order_id = await trade.agreed()
    path, body = f"/v1/orders/{order_id}/cancellation", {"reason": "no longer needed"}
    await refused(trade, await as_("auditor"), path, body, 403, "wrong-actor", "LT-GEN-03")
    await refused(trade, await as_("buyer", "stranger"), path, body, 404, "not-found", None)
    await refused(trade, trade.buyer, path, {}, 400, "invalid-input", None)
    cancelled = await trade.buyer.post(path, body)
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert await status_of(trade, order_id) == ("cancelled", "terminated")
    await refused(trade, trade.buyer, path, body, 409, "cancellation-too-late", "LT-ORD-12")
    paid = await trade.paid()
    path = f"/v1/orders/{paid}/cancellation"
    await refused(trade, trade.buyer, path, body, 409, "cancellation-too-late", "LT-ORD-12")
    told = (await trade.buyer.post(path, body)).json()["detail"]
    assert "is paid" in told
    assert "POST /v1/refunds" in told
    assert "POST /v1/complaints" in told


@pytest.mark.slow
async def test_the_centre_refunds_before_acceptance_only(trade, as_, drain):
    clearing, body = await as_("clearing"), {"reason": "the data do not conform"}
    unpaid = await trade.order()
    await refused(trade, clearing, f"/v1/orders/{unpaid}/refund", body, 409, "illegal-transition", "LT-GEN-02")
    order_id = await trade.delivered()
    path = f"/v1/orders/{order_id}/refund"
    for client in (trade.buyer, trade.provider):
        await refused(trade, client, path, body, 403, "refund-not-yours", "LT-GEN-03")
    told = (await trade.buyer.post(path, body)).json()["detail"]
    assert "clearing officer" in told  # First-day 2: the refusal named a permission, and nothing to do about it.
    assert "before the time for inspection is over" in told
    told = (await trade.buyer.post(f"/v1/orders/{unpaid}/refund", body)).json()["detail"]
    assert f"POST /v1/orders/{unpaid}/cancellation" in told
    refunded = await clearing.post(path, body)
    assert (refunded.status_code, refunded.json()["status"]) == (200, "refunded")
    assert await status_of(trade, order_id) == ("refunded", "terminated")
    entitlement = (await trade.buyer.get(f"/v1/entitlements/{order_id}")).json()
    assert (entitlement["entitled"], entitlement["reason"]) == (False, "order-closed")
    await drain()
    await refused(trade, clearing, path, body, 409, "illegal-transition", "LT-GEN-02")


async def test_a_settled_order_is_final(trade, drain):
    order_id = await trade.delivered()
    before = await snapshot(trade.runtime)
    with pytest.raises(IllegalTransition):
        async with trade.runtime.act() as act:
            await settlement.settle(act, order_id)
    assert await snapshot(trade.runtime) == before


async def entitlement(trade, order_id):
    """What the buyer is told."""
    answer = await trade.buyer.get(f"/v1/entitlements/{order_id}")
    assert answer.status_code == 200
    body = answer.json()
    return body["entitled"], body["reason"], [file["name"] for file in body["files"]], body["until"]


@pytest.mark.slow
async def test_the_entitlement_follows_the_order(runtime, clock, drain, as_):
    trade = await Trade.begin(runtime, as_, licence={**LICENCE, "term_days": 30})
    files = ["flights.parquet", "weather.parquet"]
    assert await entitlement(trade, await trade.order()) == (False, "unpaid", [], None)
    order_id = await trade.delivered()
    assert await entitlement(trade, order_id) == (True, None, files, None)
    await trade.buyer.post(f"/v1/orders/{order_id}/acceptance")
    await drain()
    # Settled on 23 November 2026 in China; 30 days later is 23 December, which still belongs to the term.
    assert await entitlement(trade, order_id) == (True, None, files, "2026-12-23T16:00:00Z")
    not_there(await trade.provider.get(f"/v1/entitlements/{order_id}"))
    not_there(await (await as_("buyer", "x")).get(f"/v1/entitlements/{order_id}"))
    clock.move(timedelta(days=30, hours=13, minutes=59))
    assert (await entitlement(trade, order_id))[0]
    clock.move(timedelta(minutes=1))
    assert (await entitlement(trade, order_id))[:3] == (False, "licence-expired", [])
    answer = await trade.buyer.get(f"/v1/entitlements/{order_id}")
    assert "storage_key" not in answer.text
