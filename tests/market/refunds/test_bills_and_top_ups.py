"""Refunds of bills and of top-ups over HTTP: out of the shares, or off the balance, and back the way they came."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.market.banking.story import balances
from tests.market.plans import MONTHLY, bills_of, paid, plan, subscribed, ticked, topped_up
from tests.market.refunds.test_refunds import asked
from tests.market.trade import Trade
from tests.refusals import not_there, refused


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


@pytest.mark.slow
async def test_a_top_up_goes_back_as_far_as_it_stands_on_the_balance(trade, runtime, as_) -> None:
    await topped_up(trade, "400.00")
    payment = await runtime.pool.fetchval("SELECT id FROM payment WHERE subject = 'top-up'")
    officer, prepaid = await as_("clearing"), f"prepaid:party:{trade.buyer.party}"
    not_there(await trade.provider.post("/v1/refunds", asked(payment, "1.00")))
    refused(await officer.post("/v1/refunds", asked(payment, "400.01")), 422, "refund-above-remaining", "LT-RFD-01")
    made = await officer.post("/v1/refunds", asked(payment, "150.00"))
    assert (made.status_code, made.json()["status"], made.json()["method"]) == (201, "begun", "bank_transfer")
    assert await balances(officer) == {
        "world:bank": "-400.00", prepaid: "250.00", f"refunding:order:{payment}": "150.00",
    }  # fmt: skip
    left = refused(
        await officer.post("/v1/refunds", asked(payment, "250.01")), 422, "refund-above-remaining", "LT-RFD-01"
    )
    assert (left["refunded"], left["left"]) == ("150.00 CNY", "250.00 CNY")
    sent = {"bank_reference": "OUT-1", "sent_on": "2026-11-23"}
    path = f"/v1/refunds/{made.json()['id']}"
    assert (await officer.post(f"{path}/confirmation", sent)).json()["status"] == "succeeded"
    assert (await trade.buyer.get(path)).json()["amount"]["amount"] == "150.00"
    assert await balances(officer) == {"world:bank": "-250.00", prepaid: "250.00"}


@pytest.mark.slow
async def test_a_part_of_a_bill_comes_out_of_its_shares(trade, runtime, clock, drain, as_) -> None:
    """A month of 300.00: 15.00 are the centre's, 285.00 the provider's; 100.00 take 5.00 and 95.00 of these."""
    subscription = await subscribed(trade, plan(MONTHLY))
    clock.move(datetime(2026, 12, 26, 2, tzinfo=UTC) - clock.now())
    await ticked(runtime, drain)
    [bill] = await bills_of(trade, subscription)
    bill_id = bill["bill"]["id"]
    assert bill["bill"]["total"]["amount"] == "300.00"
    officer = await as_("clearing")
    refused(await officer.post("/v1/refunds", asked(bill_id, "1.00")), 409, "nothing-paid", "LT-RFD-01")
    await paid(trade, bill, "2026-12-26")
    await drain()
    before = await balances(officer)
    not_there(await (await as_("provider", "stranger")).post("/v1/refunds", asked(bill_id, "1.00")))
    refused(await trade.buyer.post("/v1/refunds", asked(bill_id, "1.00")), 403, "forbidden")
    made = await trade.provider.post("/v1/refunds", asked(bill_id, "100.00"))
    assert (made.status_code, made.json()["status"]) == (201, "begun"), made.text
    after = await balances(officer)
    moved = {path: _minor(after, path) - _minor(before, path) for path in {*before, *after}}
    assert {path: minor for path, minor in moved.items() if minor} == {
        "platform:fees": -5_00,
        f"payable:party:{trade.provider.party}": -95_00,
        f"refunding:order:{bill_id}": 100_00,
    }
    left = refused(
        await officer.post("/v1/refunds", asked(bill_id, "200.01")), 422, "refund-above-remaining", "LT-RFD-01"
    )
    assert left["left"] == "200.00 CNY"
    clock.move(timedelta(days=1))
    sent = {"bank_reference": "OUT-2", "sent_on": "2026-12-27"}
    path = f"/v1/refunds/{made.json()['id']}"
    assert (await officer.post(f"{path}/confirmation", sent)).json()["status"] == "succeeded"
    assert f"refunding:order:{bill_id}" not in await balances(officer)


def _minor(held: dict[str, str], path: str) -> int:
    return int(held.get(path, "0.00").replace(".", ""))
