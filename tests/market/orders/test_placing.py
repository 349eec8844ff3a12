"""Placing an order: one statement with the semantics of every other idempotent POST."""

import json
from datetime import timedelta

import pytest

from kernel import ids
from kernel.crypto.canonical import commitment
from tests.market.trade import LICENCE, Trade, make_listing, snapshot
from tests.refusals import not_there


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def refused(trade, client, body, status, code, rule, **more):
    """Send, expect the refusal, and see that nothing changed."""
    before = await snapshot(trade.runtime)
    answer = await client.post("/v1/orders", body, **more)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.json().get("rule", {}).get("id") == rule
    assert await snapshot(trade.runtime) == before


async def test_an_order_takes_price_and_licence_of_the_listing(trade):
    made = await trade.buyer.post("/v1/orders", trade.body())
    body = made.json()
    assert made.status_code == 201
    assert body["price"] == {"amount": "12500.00", "currency": "CNY"}
    assert (body["status"], body["allowed_actions"]) == ("placed", ["cancel"])
    assert (body["buyer"], body["provider"]) == (trade.buyer.party, trade.provider.party)
    # Placed on Monday 23 November 2026; five working days end with Monday 30 November in China.
    assert body["payment_due_at"] == "2026-11-30T16:00:00Z"
    row = await trade.runtime.pool.fetchrow('SELECT licence::text, terms::text FROM "order"')
    assert json.loads(row["licence"]) == LICENCE
    assert '"version": "2026-11.1"' in row["terms"]
    seen = await trade.provider.get(f"/v1/orders/{body['id']}")
    assert {**seen.json(), "allowed_actions": ["cancel"]} == body


async def test_the_log_entry_commits_to_what_was_ordered(trade):
    order_id = await trade.order()
    row = await trade.runtime.pool.fetchrow("SELECT * FROM log_entry WHERE subject = $1", order_id)
    facts = {"listing": trade.listing_id, "purpose": "internal-analysis", "use_case": "延误预测"}
    assert row["kind"] == "market.order.placed"
    assert row["parties"] == sorted([trade.buyer.party, trade.provider.party])
    assert json.loads(row["facts"]) == facts
    assert json.loads(row["payload"])["commitment"] == commitment(row["salt"], facts)


async def test_the_same_key_gives_the_same_answer(trade):
    first = await trade.buyer.post("/v1/orders", trade.body(), idempotency="k-1")
    cancelled = await trade.buyer.post(f"/v1/orders/{first.json()['id']}/cancellation", {"reason": "x"})
    assert cancelled.status_code == 200
    await trade.runtime.pool.execute("UPDATE listing SET status = 'delisted'")
    again = await trade.buyer.post("/v1/orders", trade.body(), idempotency="k-1")
    assert again.status_code == 201
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert await trade.runtime.pool.fetchval('SELECT count(*) FROM "order"') == 1


async def test_another_party_may_use_the_same_key(trade, as_):
    await trade.buyer.post("/v1/orders", trade.body(), idempotency="k-1")
    other = await as_("buyer", "other")
    assert (await other.post("/v1/orders", trade.body(), idempotency="k-1")).status_code == 201


async def test_one_key_never_stands_for_two_contents(trade):
    await trade.order()
    await trade.buyer.post("/v1/orders", trade.body(), idempotency="k-1")
    body = trade.body(use_case="other")
    await refused(trade, trade.buyer, body, 422, "idempotency-key-reused", "LT-GEN-01", idempotency="k-1")


async def test_a_key_of_another_route_is_not_an_order(trade):
    order_id = await trade.order()
    path = f"/v1/orders/{order_id}/cancellation"
    assert (await trade.buyer.post(path, {"reason": "x"}, idempotency="k-1")).status_code == 200
    await refused(trade, trade.buyer, trade.body(), 422, "idempotency-key-reused", "LT-GEN-01", idempotency="k-1")


async def test_ones_own_listing_is_refused(trade, runtime, as_):
    own = await make_listing(runtime, trade.buyer.party)
    await refused(trade, trade.buyer, trade.body(listing_id=own), 422, "own-listing", "LT-ORD-01")


@pytest.mark.parametrize("status", ["draft", "submitted", "rejected"])
async def test_what_was_never_on_the_shelf_is_not_there(trade, runtime, status):
    hidden = await make_listing(runtime, trade.provider.party, status=status)
    await refused(trade, trade.buyer, trade.body(listing_id=hidden), 404, "not-found", None)


@pytest.mark.parametrize("status", ["suspended", "delisted"])
async def test_a_listing_that_is_not_on_the_shelf_is_refused(trade, runtime, status):
    closed = await make_listing(runtime, trade.provider.party, status=status)
    await refused(trade, trade.buyer, trade.body(listing_id=closed), 409, "listing-closed", "LT-ORD-02")


async def test_a_suspended_provider_sells_nothing_until_it_is_restored(trade):
    operator = await trade.as_("operator")
    path = f"/v1/parties/{trade.provider.party}/admission"
    assert (await operator.post(path, {"action": "suspend", "reason": "x"})).status_code == 200
    await _without_rights(trade, "suspended its provider")
    assert (await operator.post(path, {"action": "restore", "reason": "x"})).status_code == 200
    assert (await trade.buyer.post("/v1/orders", trade.body())).status_code == 201


@pytest.mark.parametrize(("ending", "ground"), [("cancellation", "data-destroyed"), ("revocation", "false-materials")])
async def test_nothing_is_sold_under_a_certificate_that_has_ended(trade, runtime, ending, ground):
    assert (await trade.buyer.post("/v1/orders", trade.body())).status_code == 201
    certificate = await runtime.pool.fetchval("SELECT certificate_id FROM listing")
    path = f"/v1/certificates/{certificate}/{ending}"
    ended = await (await trade.as_("registrar")).post(path, {"ground": ground, "reason": "x"})
    assert ended.status_code in (200, 201), ended.text
    await _without_rights(trade, "cancelled or revoked")


async def test_nothing_is_sold_after_the_certificates_last_day(trade, runtime, clock):
    """The day decides, also before the sweep has marked that the certificate lapsed."""
    await runtime.pool.execute("UPDATE api_key SET expires_at = '2040-01-01'")
    clock.move(timedelta(days=5 * 365))
    assert (await trade.buyer.post("/v1/orders", trade.body())).status_code == 201
    clock.move(timedelta(days=2))
    await _without_rights(trade, "has run out; order again once its provider has renewed it")


async def _without_rights(trade, words):
    """First-day 5: three guesses at once, and no cure; now the one that holds, with what to do."""
    await refused(trade, trade.buyer, trade.body(), 409, "seller-without-rights", "LT-ORD-07")
    told = (await trade.buyer.post("/v1/orders", trade.body())).json()["detail"]
    assert words in told


async def test_an_unknown_listing_is_refused(trade):
    await refused(trade, trade.buyer, trade.body(listing_id=ids.new("lst")), 404, "not-found", None)
    await refused(trade, trade.buyer, trade.body(listing_id="lst_1"), 404, "not-found", None)


@pytest.mark.parametrize("purpose", ["research", "spying"])
async def test_a_purpose_outside_the_licence_is_refused(trade, purpose):
    await refused(trade, trade.buyer, trade.body(purpose=purpose), 422, "purpose-not-offered", "LT-ORD-03")
    told = (await trade.buyer.post("/v1/orders", trade.body(purpose=purpose))).json()["errors"]
    assert [(each["pointer"], each["detail"]) for each in told] == [
        ("/purpose", "Use one of internal-analysis, risk-control")
    ]


async def test_malformed_bodies_are_refused(trade):
    for body in ({}, trade.body(price="1"), trade.body(use_case="x" * 401), trade.body(purpose="")):
        await refused(trade, trade.buyer, body, 400, "invalid-input", None)


async def test_a_provider_without_the_buyers_role_may_not_order(trade):
    await refused(trade, trade.provider, trade.body(), 403, "forbidden", None)


async def test_orders_are_listed_to_their_parties_only(trade, as_):
    placed = [await trade.order() for _ in range(3)]
    page = (await trade.buyer.get("/v1/orders?limit=2")).json()
    assert [item["id"] for item in page["items"]] == placed[:0:-1]
    rest = (await trade.buyer.get(f"/v1/orders?limit=2&cursor={page['next']}")).json()
    assert [item["id"] for item in rest["items"]] == placed[:1]
    assert rest["next"] is None
    assert len((await trade.provider.get("/v1/orders?status=placed")).json()["items"]) == 3
    assert (await trade.provider.get("/v1/orders?status=paid")).json()["items"] == []
    assert len((await (await as_("clearing")).get("/v1/orders")).json()["items"]) == 3
    stranger = await as_("buyer", "stranger")
    assert (await stranger.get("/v1/orders")).json()["items"] == []
    not_there(await stranger.get(f"/v1/orders/{placed[0]}"))


async def test_an_order_needs_a_key_of_its_own(trade):
    before = await snapshot(trade.runtime)
    headers = {"authorization": f"Bearer {trade.buyer.key}", "accept-language": "en"}
    for more in ({}, {"idempotency-key": ""}, {"idempotency-key": "k" * 256}):
        answer = await trade.buyer.http.post("/v1/orders", json=trade.body(), headers={**headers, **more})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid-input")
    assert await snapshot(trade.runtime) == before


@pytest.mark.slow
async def test_what_is_free_is_ordered_signed_and_delivered_without_money(trade, drain):
    trade.listing_id = await make_listing(
        trade.runtime, trade.provider.party, price_minor=None, currency=None, price_kind="free"
    )
    order_id = await trade.agreed()
    assert (await trade.buyer.get(f"/v1/orders/{order_id}")).json()["price"] == {"amount": "0.00", "currency": "CNY"}
    await drain()
    assert (await trade.buyer.get(f"/v1/orders/{order_id}")).json()["status"] == "paid"
    assert await trade.runtime.pool.fetchval("SELECT count(*) FROM posting") == 0


async def test_what_is_on_request_is_not_ordered_as_it_is_listed(trade):
    listing = await make_listing(
        trade.runtime, trade.provider.party, price_minor=None, currency=None, price_kind="on-request"
    )
    body = {**trade.body(), "listing_id": listing}
    await refused(trade, trade.buyer, body, 422, "price-on-request", "LT-PRC-02")
