"""A card dispute lost where a deposit had paid a part of the price: nothing of it stays in escrow."""

import pytest

from market.reconciliation import check
from tests.journeys.test_refunds import Card
from tests.market.auctions.story import money
from tests.market.auctions.test_set_off import awarded, state
from tests.market.banking.story import balances
from tests.market.payments.test_card import events_of, page_of, report
from tests.market.trade import Trade


@pytest.mark.slow
async def test_the_deposit_goes_back_where_the_card_has_all_that_it_paid(
    runtime, as_, client, clock, drain, stripe_http
):
    """1,000.00 by card beside a deposit of 200.00: the card's bank takes 1,000.00, and 200.00 are owed by bank."""
    trade = await Trade.begin(runtime, as_)
    path, _, order = await awarded(trade, clock)
    opened = (await trade.buyer.post(f"/v1/orders/{order}/payments", {"method": "card"})).json()
    assert (opened["amount"], opened["set_off"]) == (money("1000.00"), money("200.00"))
    page = await page_of(runtime, opened["id"])
    await stripe_http.post(f"/_control/pay/{page}")
    await report(client, (await events_of(stripe_http, page))[0])
    await drain()
    assert await state(trade, path) == "set_off"
    charge = await runtime.pool.fetchval("SELECT charge_reference FROM payment WHERE order_id = $1", order)
    card, officer = Card(trade, order, str(charge), client, drain, stripe_http), await as_("clearing")
    dispute = await card.stripe("dispute", card.charge)
    await card.stripe("decide", dispute["id"], won="false")
    assert (await trade.buyer.get(f"/v1/orders/{order}")).json()["status"] == "refunded"
    (refund,) = (await trade.buyer.get("/v1/refunds")).json()["items"]
    assert (refund["amount"], refund["method"], refund["status"]) == (money("200.00"), "bank_transfer", "begun")
    assert await balances(officer) == {
        "world:bank": "-200.00",
        "world:stripe": "15.00",
        "platform:costs": "-15.00",
        f"refunding:order:{order}": "200.00",
    }
    async with runtime.sessions() as session:
        assert (await check(session)).faults == []
