"""Time is noticed: the clock moves five years, and shelf, titles, entitlements and agreements say what is over."""

from datetime import date, timedelta

import pytest

from kernel.jobs.queue import SWEEPS
from kernel.time.clock import day_in_china
from tests.market.listings.story import LICENCE, Shelf
from tests.market.trade import Trade
from tests.refusals import not_there

BY_DAYS = (
    "rights.certificate.expire",
    "rights.title.lapse",
    "contracts.agreement.expire",
    "listings.lapse",
    "valuation.testing.expire",
)


@pytest.fixture
async def stand(as_, clock, drain, runtime):
    """A product on the shelf, and one order of it that was paid, fetched, accepted and settled."""
    shelf = await Shelf.begin(as_, clock, drain)
    await shelf.certify()
    await shelf.score()
    listing = await shelf.listed(licence={**LICENCE, "purposes": ["internal-analysis"]})
    trade = Trade(runtime, as_, shelf.provider, await as_("buyer"), listing["id"])
    order_id = await trade.delivered()
    await trade.buyer.post(f"/v1/orders/{order_id}/acceptance")
    await drain()
    assert (await trade.buyer.get(f"/v1/orders/{order_id}")).json()["status"] == "settled"
    await runtime.pool.execute("UPDATE api_key SET expires_at = expires_at + interval '10 years'")
    return shelf, trade, order_id


async def _swept(runtime, drain):
    for name in BY_DAYS:
        await SWEEPS[name][1](runtime)
    await drain()


@pytest.mark.slow
async def test_after_five_years_everything_says_that_it_is_over(stand, clock, drain, runtime):
    shelf, trade, order_id = stand
    order = (await trade.buyer.get(f"/v1/orders/{order_id}")).json()
    clock.move(timedelta(days=5 * 366 + 1))
    await _swept(runtime, drain)
    listing = (await shelf.provider.get(f"/v1/listings/{trade.listing_id}")).json()
    assert (listing["status"], listing["held_by"]) == ("suspended", "LT-LST-02")
    assert (await trade.buyer.get("/v1/listings")).json()["items"] == []
    assert (await trade.buyer.get(f"/v1/listings/{trade.listing_id}")).json()["status"] == "suspended"
    stranger = await trade.as_("buyer", "stranger")
    not_there(await stranger.get(f"/v1/listings/{trade.listing_id}"), "listing-unavailable", "LT-LST-12")
    title = (await shelf.provider.get(f"/v1/assets/{shelf.asset_id}/title")).json()
    assert (title["titles"], title["licences"]) == ([], [])
    states = await runtime.pool.fetch("SELECT DISTINCT status FROM title_grant WHERE box->>'ends' <= $1", "2031-12-01")
    assert {row["status"] for row in states} <= {"expired", "ended"}
    entitled = (await trade.buyer.get(f"/v1/entitlements/{order_id}")).json()
    assert (entitled["entitled"], entitled["reason"], entitled["files"]) == (False, "licence-expired", [])
    agreement = (await trade.buyer.get(f"/v1/agreements/{order['agreement_id']}")).json()
    assert (agreement["status"], agreement["allowed_actions"]) == ("expired", [])
    links = await trade.buyer.post(f"/v1/orders/{order_id}/links")
    assert (links.status_code, links.json()["rule"]["id"]) == (409, "LT-DLV-01")


async def test_a_licence_is_over_on_its_day_before_anybody_marks_it(stand, clock, runtime):
    shelf, trade, order_id = stand
    order = (await trade.buyer.get(f"/v1/orders/{order_id}")).json()
    agreement = (await trade.buyer.get(f"/v1/agreements/{order['agreement_id']}")).json()
    last = date.fromisoformat(agreement["licence_ends_on"])
    clock.move(timedelta(days=(last - day_in_china(clock.now())).days))
    assert (await trade.buyer.get(f"/v1/entitlements/{order_id}")).json()["entitled"]
    assert len((await shelf.provider.get(f"/v1/assets/{shelf.asset_id}/title")).json()["licences"]) == 1
    clock.move(timedelta(days=1))
    assert (await trade.buyer.get(f"/v1/entitlements/{order_id}")).json()["reason"] == "licence-expired"
    assert (await shelf.provider.get(f"/v1/assets/{shelf.asset_id}/title")).json()["licences"] == []
    await SWEEPS["contracts.agreement.expire"][1](runtime)
    agreement = (await trade.buyer.get(f"/v1/agreements/{order['agreement_id']}")).json()
    assert agreement["status"] == "expired"


@pytest.mark.slow
async def test_a_score_that_is_too_old_stops_the_sale_by_its_rule_and_a_new_one_lets_it_go_on(
    stand, clock, drain, runtime
):
    shelf, trade, _ = stand
    listing = (await trade.buyer.get(f"/v1/listings/{trade.listing_id}")).json()
    assert listing["lapses_rule"] == "LT-CLS-11"
    until = date.fromisoformat(listing["look_again_on"])
    clock.move(timedelta(days=(until - day_in_china(clock.now())).days))
    assert (await trade.buyer.get("/v1/listings")).json()["items"] == []
    refused = await trade.buyer.post("/v1/orders", trade.body())
    told = refused.json()
    assert (refused.status_code, told["code"], told["rule"]["id"]) == (422, "quality-too-low", "LT-CLS-11")
    assert (told["since"], told["errors"][0]["pointer"]) == (until.isoformat(), "/listing_id")
    await _swept(runtime, drain)
    held = (await shelf.provider.get(f"/v1/listings/{trade.listing_id}")).json()
    assert (held["status"], held["held_by"]) == ("suspended", "LT-CLS-11")
    assert "scored 366 days ago" in held["decision_reason"] or "367 days ago" in held["decision_reason"]
    refused = await trade.buyer.post("/v1/orders", trade.body())
    assert (refused.status_code, refused.json()["rule"]["id"]) == (409, "LT-ORD-08")
    card = await shelf.score()
    clock.move(timedelta(days=1))
    await _swept(runtime, drain)
    back = (await trade.buyer.get(f"/v1/listings/{trade.listing_id}")).json()
    assert (back["status"], back["scorecard_id"]) == ("listed", card)
    await trade.order()


@pytest.mark.slow
async def test_what_would_outlive_its_certificate_is_not_sold(stand, clock, runtime, drain):
    """The licence of a year, from a settlement within sixty days, must end with the certificate."""
    shelf, trade, _ = stand
    clock.move(timedelta(days=4 * 365))
    await shelf.score()
    await _swept(runtime, drain)
    held = (await shelf.provider.get(f"/v1/listings/{trade.listing_id}")).json()
    assert (held["status"], held["held_by"]) == ("suspended", "LT-TTL-02")


@pytest.mark.slow
async def test_a_membership_that_has_run_out_buys_and_offers_nothing_until_it_is_renewed(stand, clock, runtime, drain):
    shelf, trade, order_id = stand
    operator = await trade.as_("operator")
    party = (await operator.get(f"/v1/parties/{trade.buyer.party}")).json()
    assert party["admitted_until"] == "2031-12-01"
    await runtime.pool.execute("UPDATE party SET admitted_until = '2026-11-30' WHERE id = $1", trade.buyer.party)
    refused = await trade.buyer.post("/v1/orders", trade.body())
    assert (refused.status_code, refused.json()["code"], refused.json()["rule"]["id"]) == (
        422,
        "membership-lapsed",
        "LT-CON-08",
    )
    assert (await trade.buyer.get(f"/v1/entitlements/{order_id}")).json()["entitled"]
    path, renew = f"/v1/parties/{trade.buyer.party}/admission", {"action": "renew", "reason": "复核通过"}
    assert (await operator.post(path, renew)).json()["admitted_until"] == "2031-12-01"
    await trade.order()
    await runtime.pool.execute("UPDATE party SET admitted_until = '2026-11-30' WHERE id = $1", trade.provider.party)
    await runtime.pool.execute("UPDATE listing SET look_again_on = NULL")
    refused = await trade.buyer.post("/v1/orders", trade.body())
    assert (refused.status_code, refused.json()["code"]) == (409, "seller-without-rights")
    await _swept(runtime, drain)
    held = (await shelf.provider.get(f"/v1/listings/{trade.listing_id}")).json()
    assert (held["status"], held["held_by"]) == ("suspended", "LT-CON-08")
