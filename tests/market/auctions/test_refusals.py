"""What is refused in an auction, by code and rule; what an officer voids; and what is marked for it."""

import pytest

from tests.market.auctions.story import (
    announced,
    committed,
    confirmed,
    joined,
    key_of,
    money,
    passed,
    planned,
    sealed,
    signs,
)
from tests.market.trade import Trade
from tests.refusals import not_there, refused


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def test_a_faulty_plan_names_every_fault_and_only_the_provider_announces(trade, as_):
    body = await planned(trade, deposit=money("1.00"), steps=[], opens_at=(await planned(trade))["closes_at"])
    answer = await trade.provider.post("/v1/auctions", body)
    refused(answer, 422, "auction-faulty", "LT-AUC-01")
    assert {one["pointer"] for one in answer.json()["errors"]} == {"/closes_at", "/deposit/amount", "/steps"}
    other = await as_("provider", "other")
    refused(await other.post("/v1/auctions", await planned(trade)), 403, "not-your-listing", "LT-LST-10")
    path = await announced(trade)
    refused(await other.post(f"{path}/notice"), 403, "auction-not-yours", "LT-AUC-02")


async def test_a_draft_is_seen_by_its_seller_alone_and_dropped_when_it_is_too_late(trade, clock):
    made = await trade.provider.post("/v1/auctions", await planned(trade))
    path = f"/v1/auctions/{made.json()['id']}"
    not_there(await trade.buyer.get(path))
    await passed(trade, clock, days=1, hours=1)
    assert (await trade.provider.get(path)).json()["status"] == "annulled"
    not_there(await trade.buyer.get(path))


async def test_the_seller_its_kin_and_who_has_paid_no_deposit_do_not_bid(trade, as_, runtime, clock):
    path = await announced(trade)
    refused(await trade.buyer.post(f"{path}/bidders", {"purpose": "research"}), 422, "offer-exceeded", "LT-CON-02")
    made = await trade.buyer.post(f"{path}/bidders", {"purpose": "risk-control"})
    again = await trade.buyer.post(f"{path}/bidders", {"purpose": "risk-control"})
    refused(again, 409, "bidder-registered", "LT-AUC-09")
    clearing = await as_("clearing")
    short = {"bank_reference": "DEP-0001", "amount": money("199.99")}
    deposit = f"/v1/auction-bidders/{made.json()['id']}/deposit"
    refused(await clearing.post(deposit, short), 422, "deposit-mismatch", "LT-AUC-06")
    kin = await as_("buyer", "kin")
    contact = 'UPDATE party SET contact = \'{"email": "One@hand.cn"}\' WHERE id = ANY($1)'
    await runtime.pool.execute(contact, [kin.party, trade.provider.party])
    refused(await kin.post(f"{path}/bidders", {"purpose": "risk-control"}), 422, "bidder-linked", "LT-AUC-05")
    await passed(trade, clock, days=8)
    bid = {"amount": money("1000.00")}
    refused(await trade.buyer.post(f"{path}/bids", bid), 409, "deposit-missing", "LT-AUC-06")
    assert (await clearing.post(deposit, {**short, "amount": money("200.00")})).status_code == 201
    dollar = {"amount": {"amount": "1000.00", "currency": "USD"}}
    refused(await trade.buyer.post(f"{path}/bids", dollar), 422, "currency-differs", "LT-AUC-04")
    assert (await trade.buyer.post(f"{path}/bids", bid)).status_code == 201
    refused(await committed(path, trade.buyer, "1000.00"), 409, "auction-not-open", "LT-AUC-03")


async def test_bidders_of_one_hand_are_marked_and_an_officer_voids_the_sale(trade, as_, runtime, clock):
    rival = await as_("buyer", "rival")
    path = await announced(trade)
    for who in (trade.buyer, rival):
        await joined(trade, path, who)
    contact = 'UPDATE party SET contact = \'{"phone": "021-1"}\' WHERE id = ANY($1)'
    await runtime.pool.execute(contact, [trade.buyer.party, rival.party])
    await passed(trade, clock, days=8)
    await trade.buyer.post(f"{path}/bids", {"amount": money("1000.00")})
    await rival.post(f"{path}/bids", {"amount": money("1100.00")})
    await passed(trade, clock, days=1)
    regulator = await as_("regulator")
    marks = (await regulator.get(f"{path}/marks")).json()
    assert [one["code"] for one in marks] == ["linked-bidders"] * 2
    not_there(await trade.buyer.get(f"{path}/marks"))
    late = await trade.provider.post(f"{path}/withdrawal", {"reason": "x"})
    refused(late, 403, "wrong-actor", "LT-GEN-03")
    void = await regulator.post(f"{path}/annulment", {"reason": "串通"})
    assert (void.status_code, void.json()["status"]) == (200, "annulled"), void.text
    items = (await regulator.get(f"{path}/bidders")).json()["items"]
    assert [one["status"] for one in items] == ["releasing", "releasing"]


async def test_a_side_signs_the_confirmation_once_and_others_not_at_all(trade, as_, clock, runtime):
    other = await as_("buyer", "other")
    path = await announced(trade)
    await joined(trade, path, trade.buyer)
    await passed(trade, clock, days=8)
    await trade.buyer.post(f"{path}/bids", {"amount": money("1000.00")})
    await key_of(other)
    await passed(trade, clock, days=1)
    await confirmed(path, trade.buyer)
    subject = path.rpartition("/")[2]
    wanted = "SELECT count(*) FROM log_entry WHERE kind = 'market.auction.signed' AND subject = $1"
    assert await runtime.pool.fetchval(wanted, subject) == 1
    text = (await trade.buyer.get(path)).json()["confirming_text"]
    again = await trade.buyer.post(f"{path}/confirmation-signatures", await signs(trade.buyer, text))
    refused(again, 409, "confirmed-already", "LT-AUC-10")
    foreign = await other.post(f"{path}/confirmation-signatures", await signs(other, text))
    refused(foreign, 403, "auction-not-yours", "LT-AUC-02")


async def test_without_a_bid_that_reaches_the_reserve_there_is_no_sale(trade, clock):
    path = await announced(trade, **sealed(trade, "sealed"), reserve=money("5000.00"))
    await joined(trade, path, trade.buyer)
    await passed(trade, clock, days=8)
    assert (await committed(path, trade.buyer, "4999.99")).status_code == 201
    await passed(trade, clock, days=1)
    told = {"amount": money("4999.99"), "nonce": "0" * 64}
    assert (await trade.buyer.post(f"{path}/reveals", told)).status_code == 201
    refused(await trade.buyer.post(f"{path}/reveals", told), 409, "bid-stands", "LT-AUC-07")
    await passed(trade, clock, days=1)
    view = (await trade.buyer.get(path)).json()
    assert (view["status"], view["price"], view["reserve"]["amount"]) == ("failed", None, money("5000.00"))
    assert (await trade.buyer.get(f"{path}/bidders")).json()["items"][0]["status"] == "releasing"
