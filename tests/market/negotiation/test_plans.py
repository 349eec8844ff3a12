"""A plan that two agree to: the order is for what is due at the beginning, and the text says every part of it."""

import msgspec
import pytest

from contracts.terms.document import plain
from contracts.terms.prices import Entry, Flat, Meter, Metered, OnRequest, Plan, Recurring, Trial
from tests.market.negotiation.story import between, body, later, listed
from tests.market.trade import Trade
from tests.refusals import refused

PLAN = Plan(
    currency="CNY",
    components=(
        Entry("opening", "50.00"),
        Recurring("fee", "300.00"),
        Metered("calls", Meter.CALL, Flat("0.0123"), included=10_000, cap="100.00"),
    ),
)

TRIAL = Plan(currency="CNY", components=(Recurring("fee", "300.00"), Trial("trial", days=14)))


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


async def tried(trade, buyer):
    """Ask for terms with a trial, and let the provider accept them."""
    terms = msgspec.structs.replace(await between(trade, buyer=buyer.party), price=TRIAL)
    asked = await buyer.post("/v1/negotiations", body(terms))
    assert asked.status_code == 201, asked.text
    standing = {"terms_digest": asked.json()["rounds"][-1]["terms_digest"]}
    return await trade.provider.post(f"/v1/negotiations/{asked.json()['id']}/acceptance", standing)


@pytest.mark.slow
async def test_a_trial_is_had_once_by_a_member_and_whoever_is_one_hand_with_it(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    first = await tried(trade, trade.buyer)
    assert first.status_code == 201, first.text
    refused(await tried(trade, trade.buyer), 409, "trial-used", "LT-PRC-04")
    kin = await as_("buyer", "kin")
    share = "UPDATE party SET contact = (SELECT contact FROM party WHERE id = $1) WHERE id = $2"
    await runtime.pool.execute(share, trade.buyer.party, kin.party)
    refused(await tried(trade, kin), 409, "trial-used", "LT-PRC-04")
    stranger = await as_("buyer", "stranger")
    other = "UPDATE party SET contact = jsonb_build_object('email', 'nobody@elsewhere.example') WHERE id = $1"
    await runtime.pool.execute(other, stranger.party)
    assert (await tried(trade, stranger)).status_code == 201


async def test_what_both_never_signed_was_no_trial(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    first = await tried(trade, trade.buyer)
    declined = await trade.buyer.post(f"/v1/orders/{first.json()['order_id']}/cancellation", {"reason": "x"})
    assert declined.status_code == 200, declined.text
    assert (await tried(trade, trade.buyer)).status_code == 201


async def test_a_price_on_request_is_not_agreed_to(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    terms = msgspec.structs.replace(await between(trade), price=OnRequest())
    answer = await trade.buyer.post("/v1/negotiations", body(terms))
    assert (answer.status_code, answer.json()["rule"]["id"]) == (422, "LT-CON-20")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/terms/price"]


async def test_an_offer_on_request_is_published_and_not_taken_as_it_is(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    terms = msgspec.structs.replace(await listed(runtime, trade.listing_id), price=OnRequest())
    data = {"title_zh": "询价", "title_en": "On request", "terms": plain(terms), "expires_at": later(runtime, days=30)}
    offer = await trade.provider.post(f"/v1/listings/{trade.listing_id}/offers", data)
    assert offer.status_code == 201, offer.text
    taken = await trade.buyer.post(f"/v1/offers/{offer.json()['id']}/acceptance", {"purpose": "risk-control"})
    assert (taken.status_code, taken.json()["code"]) == (422, "price-on-request")
    assert taken.json()["rule"]["id"] == "LT-PRC-02"
