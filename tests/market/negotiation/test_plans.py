"""A plan that two agree to: the order is for what is due at the beginning, and the text says every part of it."""

import msgspec

from contracts.terms.document import plain
from contracts.terms.prices import Entry, Flat, Meter, Metered, OnRequest, Plan, Recurring
from tests.market.negotiation.story import between, body, later, listed
from tests.market.trade import Trade

PLAN = Plan(
    currency="CNY",
    components=(
        Entry("opening", "50.00"),
        Recurring("fee", "300.00"),
        Metered("calls", Meter.CALL, Flat("0.0123"), included=10_000, cap="100.00"),
    ),
)


async def test_an_order_on_a_plan_is_for_what_is_due_at_the_beginning(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    terms = msgspec.structs.replace(await between(trade), price=PLAN)
    asked = await trade.buyer.post("/v1/negotiations", body(terms))
    assert asked.status_code == 201, asked.text
    standing = {"terms_digest": asked.json()["rounds"][-1]["terms_digest"]}
    accepted = await trade.provider.post(f"/v1/negotiations/{asked.json()['id']}/acceptance", standing)
    assert accepted.status_code == 201, accepted.text
    order = (await trade.buyer.get(f"/v1/orders/{accepted.json()['order_id']}")).json()
    assert order["price"] == {"amount": "350.00", "currency": "CNY"}
    agreement = (await trade.buyer.get(f"/v1/agreements/{order['agreement_id']}")).json()
    assert agreement["content"]["terms"]["price"] == plain(terms)["price"]
    assert "（2）fee：每月 300.00 CNY，期初收取。" in agreement["content"]["text_zh"]


async def test_a_price_on_request_is_not_agreed_to(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    terms = msgspec.structs.replace(await between(trade), price=OnRequest())
    refused = await trade.buyer.post("/v1/negotiations", body(terms))
    assert refused.status_code == 422
    assert refused.json()["rule"]["id"] == "LT-CON-20"
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/terms/price"]


async def test_an_offer_on_request_is_published_and_not_taken_as_it_is(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    terms = msgspec.structs.replace(await listed(runtime, trade.listing_id), price=OnRequest())
    data = {"title_zh": "询价", "title_en": "On request", "terms": plain(terms), "expires_at": later(runtime, days=30)}
    offer = await trade.provider.post(f"/v1/listings/{trade.listing_id}/offers", data)
    assert offer.status_code == 201, offer.text
    taken = await trade.buyer.post(f"/v1/offers/{offer.json()['id']}/acceptance", {"purpose": "risk-control"})
    assert (taken.status_code, taken.json()["code"]) == (422, "price-on-request")
    assert taken.json()["rule"]["id"] == "LT-PRC-02"
