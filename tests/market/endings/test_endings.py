"""Orders that end without performance: declined, withdrawn, never collected, destroyed."""

from datetime import timedelta

import pytest

from kernel.jobs.queue import SWEEPS
from tests.market.trade import Trade
from tests.refusals import refused


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def _swept(runtime, *names):
    for name in names:
        await SWEEPS[name][1](runtime)


async def _order(trade, order_id):
    return (await trade.buyer.get(f"/v1/orders/{order_id}")).json()


async def _clearing_balance(trade, order_id):
    clearing = await trade.as_("clearing")
    return (await clearing.get("/v1/ledger/accounts", params={"prefix": f"refunding:order:{order_id}"})).json()


async def test_an_order_whose_agreement_is_declined_ends_and_says_why(trade, drain):
    order_id = await trade.order()
    agreement = await trade.draft(order_id)
    declined = await trade.provider.post(f"/v1/agreements/{agreement['id']}/refusal", {"reason": "用途不明"})
    assert declined.status_code == 200, declined.text
    await drain()
    order = await _order(trade, order_id)
    assert (order["status"], order["allowed_actions"]) == ("cancelled", [])
    assert "用途不明" in order["end_reason"]
    again = await trade.order()
    assert (await trade.draft(again))["id"] != agreement["id"]


@pytest.mark.parametrize("signed", [False, True])
async def test_a_provider_withdraws_before_payment_with_a_reason(trade, signed):
    order_id = await (trade.agreed() if signed else trade.order())
    path = f"/v1/orders/{order_id}/cancellation"
    assert (await trade.provider.get(f"/v1/orders/{order_id}")).json()["allowed_actions"] == ["cancel"]
    refused(await trade.provider.post(path, {}), 400, "invalid-input")
    gone = await trade.provider.post(path, {"reason": "数据源停止更新"})
    assert (gone.status_code, gone.json()["status"]) == (200, "cancelled"), gone.text
    order = await _order(trade, order_id)
    assert order["end_reason"] == "数据源停止更新"
    if signed:
        agreement = (await trade.buyer.get(f"/v1/agreements/{order['agreement_id']}")).json()
        assert agreement["status"] == "terminated"


async def test_a_paid_order_binds_its_provider(trade):
    order_id = await trade.paid()
    refused = await trade.provider.post(f"/v1/orders/{order_id}/cancellation", {"reason": "x"})
    assert (refused.status_code, refused.json()["code"]) == (409, "cancellation-too-late")


@pytest.mark.slow
async def test_what_nobody_collects_is_reminded_of_once_and_then_paid_back(trade, runtime, clock, drain):
    order_id = await trade.paid()
    due = (await _order(trade, order_id))["collect_due_at"]
    # Paid on Monday 23 November 2026: fifteen working days end with Monday 14 December in China.
    assert due == "2026-12-14T16:00:00Z"
    clock.move(timedelta(days=8))
    for _ in range(2):
        await _swept(runtime, "orders.remind", "orders.uncollected")
    kinds = await runtime.pool.fetch("SELECT kind FROM log_entry WHERE subject = $1 ORDER BY at, id", order_id)
    assert [row["kind"] for row in kinds].count("market.order.reminded") == 1
    assert (await _order(trade, order_id))["status"] == "paid"
    clock.move(timedelta(days=14))
    await _swept(runtime, "orders.uncollected")
    await drain()
    order = await _order(trade, order_id)
    assert order["status"] == "refunded"
    assert "never collected" in order["end_reason"]
    assert (await _clearing_balance(trade, order_id))["items"][0]["balance"]["amount"] == "12500.00"
    entitled = (await trade.buyer.get(f"/v1/entitlements/{order_id}")).json()
    assert (entitled["entitled"], entitled["reason"]) == (False, "order-closed")


@pytest.mark.slow
async def test_what_was_fetched_counts_as_delivered_and_is_not_paid_back(trade, runtime, clock, drain):
    order_id = await trade.paid()
    (file, *_) = (await trade.buyer.post(f"/v1/orders/{order_id}/links")).json()["files"]
    fetched = await trade.buyer.get(file["url"].removeprefix("http://liutong.test"))
    assert fetched.status_code == 200
    clock.move(timedelta(days=30))
    await _swept(runtime, "orders.uncollected")
    order = await _order(trade, order_id)
    assert (order["status"], order["end_reason"]) == ("delivered", None)
    clock.move(timedelta(days=14))
    await _swept(runtime, "orders.accept-silently")
    await drain()
    assert (await _order(trade, order_id))["status"] == "settled"


async def test_an_order_paid_before_there_was_a_clock_is_given_the_whole_period(trade, runtime, clock):
    order_id = await trade.paid()
    await runtime.pool.execute('UPDATE "order" SET remind_at = NULL, collect_due_at = NULL')
    clock.move(timedelta(days=100))
    await _swept(runtime, "orders.remind", "orders.uncollected")
    order = await _order(trade, order_id)
    assert order["status"] == "paid"
    assert order["collect_due_at"] > "2027-03"


@pytest.mark.slow
async def test_destroyed_data_is_neither_sold_nor_fetched_and_what_waits_is_paid_back(trade, runtime, drain):
    placed, paid, had = await trade.order(), await trade.paid(), await trade.paid()
    (file, *_) = (await trade.buyer.post(f"/v1/orders/{had}/links")).json()["files"]
    await runtime.pool.execute("UPDATE \"order\" SET status = 'settled', settled_at = now() WHERE id = $1", had)
    number = await runtime.pool.fetchval("SELECT id FROM certificate")
    registrar = await trade.as_("registrar")
    body = {"ground": "data-destroyed", "reason": "存储介质损毁"}
    ended = await registrar.post(f"/v1/certificates/{number}/cancellation", body)
    assert ended.status_code == 200, ended.text
    gone = await trade.buyer.get(file["url"].removeprefix("http://liutong.test"))
    assert (gone.status_code, gone.json()["code"], gone.json()["rule"]["id"]) == (410, "data-destroyed", "LT-DLV-08")
    links = await trade.buyer.post(f"/v1/orders/{had}/links")
    assert (links.status_code, links.json()["code"], links.json()["rule"]["id"]) == (
        410,
        "data-destroyed",
        "LT-DLV-08",
    )
    entitled = (await trade.buyer.get(f"/v1/entitlements/{had}")).json()
    assert (entitled["entitled"], entitled["reason"]) == (False, "data-destroyed")
    await drain()
    listing = (await trade.provider.get(f"/v1/listings/{trade.listing_id}")).json()
    assert listing["status"] == "delisted"
    assert "no longer exists" in listing["decision_reason"]
    assert (await _order(trade, placed))["status"] == "cancelled"
    assert ((await _order(trade, paid))["status"], (await _order(trade, had))["status"]) == ("refunded", "settled")


@pytest.mark.slow
async def test_a_licence_that_its_buyer_gives_up_ends_the_agreement_and_the_entitlement_that_day(
    trade, runtime, clock, drain
):
    order_id = await trade.paid()
    order = await _order(trade, order_id)
    agreement = (await trade.buyer.get(f"/v1/agreements/{order['agreement_id']}")).json()
    clock.move(timedelta(days=3))
    ended = await trade.buyer.post(f"/v1/grants/{agreement['grant_id']}/end", {"reason": "不再使用"})
    assert ended.status_code == 200, ended.text
    await runtime.pool.execute("UPDATE \"order\" SET status = 'settled', settled_at = paid_at")
    entitled = (await trade.buyer.get(f"/v1/entitlements/{order_id}")).json()
    assert (entitled["entitled"], entitled["reason"]) == (False, "licence-ended")
    assert entitled["until"][:10] == clock.now().date().isoformat()
    await drain()
    agreement = (await trade.buyer.get(f"/v1/agreements/{order['agreement_id']}")).json()
    assert agreement["status"] == "terminated"
