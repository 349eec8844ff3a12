"""A winner's deposit is a part of the price: what is paid beside it, and what goes back."""

from types import SimpleNamespace

import pytest

from kernel.money import Money
from market.payments.models import Payment
from market.reconciliation import check
from market.refunds.commands import way_back
from tests.market.agreed import signed
from tests.market.auctions.story import announced, confirmed, joined, money, passed
from tests.market.banking.papers import Line
from tests.market.banking.story import Bank, balances
from tests.market.trade import Trade


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def awarded(trade, clock):
    """An auction won at 1,200.00 with a deposit of 200.00: path, registration, and the order that both have signed."""
    path = await announced(trade)
    bidder = await joined(trade, path, trade.buyer)
    await passed(trade, clock, days=8)
    assert (await trade.buyer.post(f"{path}/bids", {"amount": money("1200.00")})).status_code == 201
    await passed(trade, clock, days=1)
    sale = await confirmed(path, trade.buyer, trade.provider)
    order = (await trade.buyer.get(f"/v1/orders/{sale['order_id']}")).json()
    await signed(trade, SimpleNamespace(agreement_id=order["agreement_id"]))
    return path, bidder, order["id"]


async def state(trade, path):
    return (await trade.buyer.get(f"{path}/bidders")).json()["items"][0]["status"]


async def name_of(trade):
    return await trade.runtime.pool.fetchval("SELECT name FROM party WHERE id = $1", trade.buyer.party)


@pytest.mark.slow
async def test_the_bank_is_quoted_the_rest_and_the_whole_price_goes_back(trade, runtime, as_, drain, clock):
    path, bidder, order = await awarded(trade, clock)
    bank = await Bank.begin(as_, drain)
    opened = (await trade.buyer.post(f"/v1/orders/{order}/payments", {"method": "bank_transfer"})).json()
    assert (opened["amount"], opened["set_off"]) == (money("1000.00"), money("200.00"))
    reference = opened["instructions"]["reference"]
    (line,) = await bank.says(Line(100_000, text=reference, name=await name_of(trade), reference="B1"))
    assert line["status"] == "matched", line
    assert await state(trade, path) == "set_off"
    clearing = await as_("clearing")
    asked = {"subject_id": order, "amount": money("1200.00"), "reason": "无法交付"}
    back = await clearing.post("/v1/refunds", asked)
    assert (back.status_code, back.json()["method"]) == (201, "bank_transfer"), back.text
    sent = {"bank_reference": "BACK-0009", "sent_on": "2026-11-23"}
    done = await clearing.post(f"/v1/refunds/{back.json()['id']}/confirmation", sent)
    assert (done.status_code, done.json()["status"]) == (200, "succeeded"), done.text
    paid = (await trade.buyer.get(f"/v1/payments/{opened['id']}")).json()
    assert (paid["status"], paid["refunded"]) == ("refunded", money("1200.00"))
    deposit = Line(20_000, reference=f"DEP-{bidder[-12:]}")
    await bank.says(deposit, Line(120_000, credit=False, reference="BACK-0009"))
    async with runtime.sessions() as session:
        assert (await check(session)).faults == []
    assert await balances(bank.officer, "") == {}


def paid(method, minor, off, refunded=0):
    return Payment(method=method, amount_minor=minor, set_off_minor=off, refunded_minor=refunded, currency="CNY")


@pytest.mark.parametrize(
    ("payment", "minor", "lost", "way"),
    [
        (paid("card", 100_000, 20_000), 100_000, 0, "card"),
        (paid("card", 100_000, 20_000), 100_001, 0, "bank_transfer"),  # More than the card has paid.
        (paid("card", 100_000, 20_000, 90_000), 10_001, 0, "bank_transfer"),
        (paid("card", 100_000, 20_000), 20_000, 80_000, "card"),
        (paid("card", 100_000, 20_000), 20_000, 80_001, "bank_transfer"),  # The card's bank has taken it back.
        (paid("bank_transfer", 100_000, 20_000), 120_000, 0, "bank_transfer"),
        (None, 1, 0, "prepaid"),
    ],
)
def test_what_a_card_has_not_paid_goes_back_by_bank_as_the_deposit_came(payment, minor, lost, way):
    assert way_back(payment, Money(minor, "CNY"), Money(lost, "CNY")) == way
