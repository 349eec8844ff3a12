"""What an asset earned beside what it was valued at; and that ending a listing or an offer harms nobody who bought."""

from datetime import timedelta

import pytest

from tests.market.negotiation import story as negotiation
from tests.market.trade import Trade, make_listing
from tests.refusals import not_there, refused


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def settled(trade, drain):
    order = await trade.delivered()
    assert (await trade.buyer.post(f"/v1/orders/{order}/acceptance")).status_code == 200
    await drain()
    return order


@pytest.mark.slow
async def test_years_are_those_of_china_and_sums_those_of_the_settlements(trade, drain, clock, as_, runtime):
    order = await settled(trade, drain)
    asset = await runtime.pool.fetchval('SELECT asset_id FROM "order" WHERE id = $1', order)
    clock.move(timedelta(days=38, hours=7))  # 31 December 2026, 17:00 in China.
    await settled(trade, drain)
    clock.move(timedelta(hours=8))  # 1 January 2027, 01:00 in China, still 2026 in UTC.
    await settled(trade, drain)
    read = (await trade.provider.get(f"/v1/assets/{asset}/earnings")).json()
    figures = await runtime.pool.fetchrow("SELECT fee_minor, provider_minor FROM settlement LIMIT 1")
    money = [f"{each / 100:.2f}" for each in figures]
    lines = [(each["year"], each["orders"], each["gross"]["amount"]) for each in read["earned"]]
    assert lines == [(2027, 1, "12500.00"), (2026, 2, "25000.00")]
    newest = read["earned"][0]
    assert [newest["fee"]["amount"], newest["earned"]["amount"]] == money
    assert newest["credited"]["amount"] == "0.00"
    not_there(await trade.buyer.get(f"/v1/assets/{asset}/earnings"))
    assert (await (await as_("auditor")).get(f"/v1/assets/{asset}/earnings")).json() == read


@pytest.mark.slow
async def test_ending_a_listing_harms_nobody_who_bought(trade, drain, runtime):
    paid, done = await trade.paid(), await settled(trade, drain)
    ended = await trade.provider.post(f"/v1/listings/{trade.listing_id}/delisting", {"reason": "不再销售"})
    assert ended.json()["status"] == "delisted"
    refused(await trade.buyer.post("/v1/orders", trade.body()), 409, "listing-closed", "LT-ORD-02")
    assert (await trade.buyer.get(f"/v1/entitlements/{done}")).json()["entitled"]
    links = (await trade.buyer.post(f"/v1/orders/{paid}/links", {})).json()
    for file in links["files"]:
        assert (await trade.buyer.get(file["url"])).status_code == 200
    files = [{"name": file["name"], "sha256": file["sha256"]} for file in links["files"]]
    assert (await trade.buyer.post(f"/v1/orders/{paid}/receipt", {"files": files})).status_code == 201
    assert (await trade.buyer.post(f"/v1/orders/{paid}/acceptance")).status_code == 200
    await drain()
    assert (await trade.buyer.get(f"/v1/orders/{paid}")).json()["status"] == "settled"
    not_there(await trade.buyer.get(f"/v1/orders/{done}/rating"))
    rated = await trade.buyer.post(f"/v1/orders/{paid}/rating", {"stars": 5, "as_described": True})
    assert rated.status_code == 201


@pytest.mark.slow
async def test_withdrawing_an_offer_leaves_what_was_taken(trade, runtime):
    listing = await make_listing(runtime, str(trade.provider.party))
    terms = await negotiation.listed(runtime, listing)
    named = negotiation.addressed(terms, str(trade.buyer.party))
    body = negotiation.body(named, title_zh="要约", title_en="Offer", expires_at=negotiation.later(runtime, days=9))
    offer = (await trade.provider.post(f"/v1/listings/{listing}/offers", body)).json()
    asked = {"purpose": "internal-analysis", "use_case": "x"}
    taken = await trade.buyer.post(f"/v1/offers/{offer['id']}/acceptance", asked)
    assert taken.status_code == 201, taken.text
    gone = await trade.provider.post(f"/v1/offers/{offer['id']}/withdrawal", {"reason": "不再提供"})
    assert gone.json()["status"] == "withdrawn", gone.text
    agreement = await trade.buyer.get(f"/v1/agreements/{taken.json()['agreement_id']}")
    assert (await trade.sign(agreement.json(), "provider"))["status"] == "signed_by_one"
    assert (await trade.sign(agreement.json(), "buyer"))["status"] == "in_force"
