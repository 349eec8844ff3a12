"""A buyer says what it wants, providers are told and quote under seal, and the award becomes an order."""

from datetime import datetime, timedelta

import pytest

from market.requests.jobs import lapse
from tests.market.agreed import signed
from tests.market.negotiation.story import between, body
from tests.market.requests.story import asked
from tests.market.trade import Trade, make_listing
from tests.refusals import not_there, refused


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def searchable(runtime, listing_id):
    """A listing of tests has no words: these are what an edited one would be found by."""
    await runtime.pool.execute("UPDATE listing SET search = to_tsvector('simple', '航班') WHERE id = $1", listing_id)


async def test_a_want_is_matched_quoted_under_seal_clarified_awarded_and_signed(trade, runtime, as_, drain, clock):
    rival = await as_("provider", "rival")
    other = Trade(runtime, as_, rival, trade.buyer, await make_listing(runtime, str(rival.party)))
    for listing in (trade.listing_id, other.listing_id):
        await searchable(runtime, listing)

    draft = await trade.buyer.post("/v1/quotation-requests", asked(runtime, sealed=True))
    path = f"/v1/quotation-requests/{draft.json()['id']}"
    not_there(await trade.provider.get(path))
    opened = await trade.buyer.post(f"{path}/opening")
    assert opened.json()["status"] == "open", opened.text
    await drain()

    matches = (await trade.buyer.get(f"{path}/matches")).json()
    assert {one["listing_id"] for one in matches["items"]} == {trade.listing_id, other.listing_id}
    assert all(part["weight"] for one in matches["items"] for part in one["parts"])
    events = (await trade.provider.get("/v1/events?limit=100")).json()["items"]
    told = [one for one in events if one["kind"] == "market.quotation_request.matched"]
    assert [(one["subject"], one["facts"]["listing"]) for one in told] == [(draft.json()["id"], trade.listing_id)]

    asked_ = await rival.post(f"{path}/clarifications", {"question": "含历史数据吗？"})
    assert asked_.status_code == 201, asked_.text
    answer = {"answer": "自 2020 年起"}
    told = await trade.buyer.post(f"{path}/clarifications/{asked_.json()['id']}/answer", answer)
    assert told.status_code == 200, told.text
    (read,) = (await trade.provider.get(f"{path}/clarifications")).json()["items"]
    assert (read["answer"], "asked_by" in read) == ("自 2020 年起", False)

    high = await trade.provider.post(f"{path}/quotes", body(await between(trade, "9000.00")))
    low = await rival.post(f"{path}/quotes", body(await between(other, "8800.00")))
    assert (high.status_code, low.status_code) == (201, 201), low.text
    assert (await trade.buyer.get(f"{path}/quotes")).json()["items"] == []
    not_there(await trade.buyer.get(f"/v1/quotes/{high.json()['id']}"))
    not_there(await rival.get(f"/v1/quotes/{high.json()['id']}"))
    assert (await trade.buyer.get(path)).json()["quote_count"] == 2
    lower = await trade.provider.post(
        f"/v1/quotes/{high.json()['id']}/revisions", body(await between(trade, "8500.00"))
    )
    assert (lower.status_code, lower.json()["versions"]) == (201, 2), lower.text

    closes = datetime.fromisoformat(opened.json()["closes_at"])
    clock.move(closes - clock.now())
    late = await rival.post(f"/v1/quotes/{low.json()['id']}/revisions", body(await between(other, "1.00")))
    refused(late, 409, "request-not-open", "LT-RFQ-03")
    await lapse(runtime)
    quotes = (await trade.buyer.get(f"{path}/quotes")).json()["items"]
    assert {one["terms"]["price"]["amount"]["amount"] for one in quotes} == {"8500.00", "8800.00"}
    stale = {"terms_digest": high.json()["terms_digest"]}
    won = f"/v1/quotes/{high.json()['id']}"
    refused(await trade.buyer.post(f"{won}/award", stale), 409, "quote-changed", "LT-RFQ-08")
    awarded = await trade.buyer.post(f"{won}/award", {"terms_digest": lower.json()["terms_digest"]})
    assert (awarded.status_code, awarded.json()["status"]) == (201, "awarded"), awarded.text
    assert (await trade.buyer.get(path)).json()["awarded_quote_id"] == high.json()["id"]
    assert (await rival.get(f"/v1/quotes/{low.json()['id']}")).json()["status"] == "lost"

    order = (await trade.buyer.get(f"/v1/orders/{awarded.json()['order_id']}")).json()
    assert (order["status"], order["price"]["amount"]) == ("placed", "8500.00")

    class Placed:
        agreement_id = order["agreement_id"]

    assert (await signed(trade, Placed))["status"] == "in_force"
    again = await trade.buyer.post(f"{won}/award", {"terms_digest": lower.json()["terms_digest"]})
    refused(again, 409, "request-decided", "LT-RFQ-08")


async def test_what_nobody_awards_in_time_ends_and_frees_its_quotes(trade, runtime, clock):
    draft = await trade.buyer.post("/v1/quotation-requests", asked(runtime, sealed=False))
    path = f"/v1/quotation-requests/{draft.json()['id']}"
    await trade.buyer.post(f"{path}/opening")
    quote = await trade.provider.post(f"{path}/quotes", body(await between(trade, "9000.00")))
    assert [one["id"] for one in (await trade.buyer.get(f"{path}/quotes")).json()["items"]] == [quote.json()["id"]]
    clock.move(timedelta(days=6))
    assert (await trade.buyer.get(path)).json()["status"] == "closed"
    await lapse(runtime)
    withdrawn = await trade.provider.post(f"/v1/quotes/{quote.json()['id']}/withdrawal", {"reason": "x"})
    refused(withdrawn, 409, "request-not-open", "LT-RFQ-03")
    clock.move(timedelta(days=30))
    await lapse(runtime)
    assert (await trade.buyer.get(path)).json()["status"] == "none"
    assert (await trade.provider.get(f"/v1/quotes/{quote.json()['id']}")).json()["status"] == "lost"
