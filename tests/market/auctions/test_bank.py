"""Deposits and the bank: a movement stands for one thing only, whoever saw it first."""

import pytest

from tests.market.auctions.story import announced, joined, passed
from tests.market.banking.papers import Line
from tests.market.banking.story import Bank, balances
from tests.market.trade import Trade
from tests.refusals import refused


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


@pytest.fixture
async def bank(as_, drain):
    return await Bank.begin(as_, drain)


async def registered(trade):
    """Somebody that means to bid, and has not paid the deposit."""
    path = await announced(trade)
    made = await trade.buyer.post(f"{path}/bidders", {"purpose": "risk-control"})
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def held(trade, bidder):
    return await trade.runtime.pool.fetchval("SELECT status FROM auction_bidder WHERE id = $1", bidder)


async def test_the_reference_of_a_deposit_pays_for_nothing_else(trade, as_):
    bidder = await joined(trade, await announced(trade), trade.buyer)
    order = await trade.agreed()
    opened = (await trade.buyer.post(f"/v1/orders/{order}/payments", {"method": "bank_transfer"})).json()
    seen = {"bank_reference": f"dep-{bidder[-12:]}", "amount": opened["amount"], "received_on": "2026-11-23"}
    clearing = await as_("clearing")
    refused(await clearing.post(f"/v1/payments/{opened['id']}/confirm", seen), 409, "bank-reference-used", "LT-PAY-03")


@pytest.mark.slow
async def test_a_deposit_confirmed_by_hand_is_the_same_money_on_the_statement(trade, bank):
    bidder = await joined(trade, await announced(trade), trade.buyer)
    (line,) = await bank.says(Line(20_000, name="买方", reference=f"DEP-{bidder[-12:]}".upper()))
    assert (line["status"], line["reason"]) == ("matched", "confirmed-by-hand")
    assert await balances(bank.officer) == {f"deposit:bid:{bidder}": "200.00", f"world:bank:{bank.account}": "-200.00"}
    (anew,) = await bank.says(Line(20_000, name="别人", reference=f"DEP-{bidder[-12:]}".upper(), day="2026-11-24"))
    assert anew["status"] == "unknown"  # Banks count their references anew: it is other money.


@pytest.mark.slow
async def test_a_line_that_quotes_the_bidder_holds_its_deposit(trade, bank):
    bidder = await registered(trade)
    (short,) = await bank.says(Line(19_999, text=bidder, name="买方", reference="B1"))
    assert (short["status"], await held(trade, bidder)) == ("unknown", "registered")
    (whole,) = await bank.says(Line(20_000, text=bidder, name="买方", reference="B2"))
    assert (whole["status"], whole["reason"], await held(trade, bidder)) == ("matched", "deposit", "held")
    (again,) = await bank.says(Line(20_000, text=bidder, name="买方", reference="B3"))
    assert (again["status"], await held(trade, bidder)) == ("unknown", "held")
    assert (await balances(bank.officer, "deposit:"))[f"deposit:bid:{bidder}"] == "200.00"


@pytest.mark.slow
async def test_a_deposit_that_arrives_late_is_booked_and_goes_back(trade, bank, clock):
    bidder = await registered(trade)
    for _ in range(4):  # The notice, the display and the time for bids go by without a deposit.
        await passed(trade, clock, days=10)
    assert await held(trade, bidder) == "lapsed"
    (line,) = await bank.says(Line(20_000, text=bidder, name="买方", reference="B1"))
    assert (line["status"], line["reason"], await held(trade, bidder)) == ("matched", "deposit", "releasing")
    account = f"refunding:order:{bidder}"
    assert (await balances(bank.officer, "refunding:"))[account] == "200.00"
    (again,) = await bank.says(Line(20_000, text=bidder, name="买方", reference="B2"))
    assert (again["status"], await held(trade, bidder)) == ("unknown", "releasing")
    (back,) = await bank.says(Line(20_000, credit=False, text=bidder, name="买方", reference="B3"))
    assert (back["status"], await held(trade, bidder)) == ("explained", "returned")
    assert account not in await balances(bank.officer, "refunding:")


async def test_a_debit_that_quotes_the_bidder_gives_its_deposit_back(trade, bank, clock):
    path = await announced(trade)
    made = await trade.buyer.post(f"{path}/bidders", {"purpose": "risk-control"})
    bidder = made.json()["id"]
    await bank.says(Line(20_000, text=bidder, name="买方", reference="B1"))
    for _ in range(4):  # The notice, the display and the time for bids go by, and nobody bids.
        await passed(trade, clock, days=10)
    assert await held(trade, bidder) == "releasing"
    (line,) = await bank.says(Line(20_000, credit=False, text=bidder, name="买方", reference="B2"))
    assert (line["status"], line["reason"], await held(trade, bidder)) == ("explained", "deposit", "returned")
    assert await balances(bank.officer) == {}
