"""An auction from its notice to the signed sale: English with an extension, Vickrey under seal, and a no-show."""

from types import SimpleNamespace

import pytest

from market.auctions.jobs import after_orders
from market.reconciliation import check
from tests.market.agreed import signed
from tests.market.auctions.story import announced, committed, confirmed, joined, money, passed, sealed
from tests.market.trade import Trade
from tests.refusals import refused


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def balances(trade):
    """What is in the deposits and on its way back, by account."""
    clearing = await trade.as_("clearing")
    items = (await clearing.get("/v1/ledger/accounts?limit=100")).json()["items"]
    return {one["account"]: one["balance"]["amount"] for one in items}


async def test_an_english_auction_is_extended_sold_confirmed_signed_and_paid(trade, runtime, as_, drain, clock):
    rival = await as_("buyer", "rival")
    path = await announced(trade, reserve=money("1500.00"))
    early = await trade.buyer.post(f"{path}/bids", {"amount": money("1000.00")})
    refused(early, 409, "auction-not-open", "LT-AUC-03")
    bidder, other = await joined(trade, path, trade.buyer), await joined(trade, path, rival)
    await passed(trade, clock, days=7)
    assert (await rival.get(path)).json()["status"] == "displayed"
    await passed(trade, clock, days=1)
    assert (await rival.get(path)).json()["next_bid"] == money("1000.00")
    first = await trade.buyer.post(f"{path}/bids", {"amount": money("1000.00")})
    assert (first.status_code, first.json()["seq"]) == (201, 1), first.text
    low = await rival.post(f"{path}/bids", {"amount": money("1099.99")})
    refused(low, 409, "bid-too-low", "LT-AUC-04")
    await passed(trade, clock, hours=23, minutes=58)
    last = await rival.post(f"{path}/bids", {"amount": money("1600.00")})
    assert last.status_code == 201, last.text
    view = (await trade.buyer.get(path)).json()
    assert (view["status"], view["extensions"], view["reserve"]) == ("closing", 1, None)
    await passed(trade, clock, minutes=4)
    again = await trade.buyer.post(f"{path}/bids", {"amount": money("1700.00")})
    assert again.status_code == 201, again.text
    await passed(trade, clock, minutes=6)
    late = await rival.post(f"{path}/bids", {"amount": money("2000.00")})
    refused(late, 409, "auction-not-open", "LT-AUC-03")
    view = (await trade.buyer.get(path)).json()
    assert (view["status"], view["winner"], view["price"]) == ("closed", trade.buyer.party, money("1700.00"))
    assert view["reserve"]["amount"] == money("1500.00")
    assert (await rival.get(path)).json()["winner"] is None
    held = await balances(trade)
    assert (held[f"deposit:bid:{bidder}"], held[f"deposit:bid:{other}"]) == ("200.00", "0.00")
    assert held[f"refunding:order:{other}"] == "200.00"
    clearing = await as_("clearing")
    back = await clearing.post(f"/v1/auction-bidders/{other}/deposit-return", {"bank_reference": "BACK-0001"})
    assert (back.status_code, back.json()["status"]) == (201, "returned"), back.text

    sale = await confirmed(path, trade.provider, trade.buyer)
    assert sale["status"] == "confirmed"
    order = (await trade.buyer.get(f"/v1/orders/{sale['order_id']}")).json()
    assert (order["status"], order["price"]) == ("placed", money("1700.00"))
    paper = (await trade.buyer.get(f"/v1/documents/{sale['confirmation_document_id']}")).json()["document"]
    assert paper["credentialSubject"]["price"] == money("1700.00")
    assert len(paper["credentialSubject"]["signatures"]) == 2
    for lang, title in (("zh", "成交确认书"), ("en", "Confirmation of sale")):
        page = await trade.buyer.get(f"/v1/documents/{sale['confirmation_document_id']}/page?lang={lang}")
        assert title in page.text, page.text
        minutes = await trade.provider.get(f"/v1/documents/{sale['minutes_document_id']}/page?lang={lang}")
        assert minutes.status_code == 200, minutes.text
    assert (await signed(trade, SimpleNamespace(agreement_id=order["agreement_id"])))["status"] == "in_force"
    await trade.pay(order["id"])
    (payment,) = (await trade.buyer.get(f"/v1/payments?order_id={order['id']}")).json()["items"]
    # Won at 1,700 with a deposit of 200: 1,500 was left to pay, and the whole price is in escrow.
    assert (payment["amount"], payment["set_off"]) == (money("1500.00"), money("200.00"))
    held = await balances(trade)
    assert (held[f"deposit:bid:{bidder}"], held[f"escrow:order:{order['id']}"]) == ("0.00", "1700.00")
    await drain()
    await after_orders(runtime)
    (mine,) = (await trade.buyer.get(f"{path}/bidders")).json()["items"]
    assert (mine["status"], mine["forfeited"]) == ("set_off", money("0.00"))
    async with runtime.sessions() as session:
        assert (await check(session)).faults == []


@pytest.mark.slow
async def test_a_vickrey_auction_is_committed_revealed_and_pays_the_second_bid(trade, runtime, as_, clock):
    rival, silent = await as_("buyer", "rival"), await as_("buyer", "silent")
    path = await announced(trade, **sealed(trade), reserve=money("1100.00"), start_price=money("1000.00"))
    for who in (trade.buyer, rival, silent):
        await joined(trade, path, who)
    await passed(trade, clock, days=8)
    for who, amount in ((trade.buyer, "1400.00"), (rival, "1250.00"), (silent, "9000.00")):
        made = await committed(path, who, amount)
        assert made.status_code == 201, made.text
    refused(await committed(path, rival, "1.00"), 409, "bid-stands", "LT-AUC-07")
    assert {one["amount"] for one in (await rival.get(f"{path}/commitments")).json()["items"]} == {None}
    await passed(trade, clock, days=1)
    assert (await rival.get(path)).json()["status"] == "closing"
    wrong = await rival.post(f"{path}/reveals", {"amount": money("1260.00"), "nonce": "0" * 64})
    refused(wrong, 422, "reveal-wrong", "LT-AUC-08")
    for who, amount in ((trade.buyer, "1400.00"), (rival, "1250.00")):
        told = await who.post(f"{path}/reveals", {"amount": money(amount), "nonce": "0" * 64})
        assert told.status_code == 201, told.text
    await passed(trade, clock, days=1)
    view = (await trade.buyer.get(path)).json()
    assert (view["status"], view["winner"], view["price"]) == ("closed", trade.buyer.party, money("1250.00"))
    (lost,) = (await silent.get(f"{path}/bidders")).json()["items"]
    assert (lost["status"], lost["forfeited"]) == ("releasing", money("100.00"))
    held = await balances(trade)
    assert held[f"payable:party:{trade.provider.party}"] == "100.00"
    sale = await confirmed(path, trade.buyer, trade.provider)
    assert (sale["status"], sale["price"]) == ("confirmed", money("1250.00"))


@pytest.mark.slow
async def test_a_winner_that_does_not_sign_loses_its_deposit_and_the_runner_up_is_asked(trade, as_, clock):
    rival = await as_("buyer", "rival")
    path = await announced(trade, runner_up=True)
    bidder, _ = await joined(trade, path, rival), await joined(trade, path, trade.buyer)
    await passed(trade, clock, days=8)
    assert (await trade.buyer.post(f"{path}/bids", {"amount": money("1200.00")})).status_code == 201
    assert (await rival.post(f"{path}/bids", {"amount": money("1300.00")})).status_code == 201
    await passed(trade, clock, days=1)
    assert (await rival.get(path)).json()["winner"] == rival.party
    await passed(trade, clock, days=12)
    view = (await trade.buyer.get(path)).json()
    assert (view["status"], view["winner"], view["price"]) == ("closed", trade.buyer.party, money("1200.00"))
    held = await balances(trade)
    assert (held[f"deposit:bid:{bidder}"], held[f"payable:party:{trade.provider.party}"]) == ("0.00", "200.00")
    assert (await confirmed(path, trade.provider, trade.buyer))["status"] == "confirmed"
