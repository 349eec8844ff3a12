"""What stays under seal: quotes whose request was cancelled before its closing, and who asked a question."""

import pytest

from tests.market.negotiation.story import between, body
from tests.market.requests.story import opened
from tests.market.trade import Trade
from tests.refusals import not_there


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


@pytest.mark.slow
async def test_a_buyer_does_not_open_sealed_quotes_by_cancelling_before_the_closing(trade, drain):
    path = await opened(trade, sealed=True)
    quote = (await trade.provider.post(f"{path}/quotes", body(await between(trade)))).json()
    assert (await trade.buyer.post(f"{path}/cancellation", {"reason": "x"})).status_code == 200
    await drain()
    regulator = await trade.as_("regulator")
    for who in (trade.buyer, regulator):
        not_there(await who.get(f"/v1/quotes/{quote['id']}"))
        assert (await who.get(f"{path}/quotes")).json()["items"] == []
    events = (await trade.buyer.get(f"/v1/events?subject={quote['id']}")).json()["items"]
    assert events == []
    assert (await trade.provider.get(f"/v1/quotes/{quote['id']}")).json()["status"] == "lost"


async def test_quotes_of_an_open_request_that_is_cancelled_stay_readable(trade):
    path = await opened(trade, sealed=False)
    quote = (await trade.provider.post(f"{path}/quotes", body(await between(trade)))).json()
    assert (await trade.buyer.post(f"{path}/cancellation", {"reason": "x"})).status_code == 200
    assert (await trade.buyer.get(f"/v1/quotes/{quote['id']}")).json()["status"] == "lost"


@pytest.mark.slow
async def test_the_events_of_a_question_do_not_tell_the_buyer_who_asked(trade, drain):
    path = await opened(trade)
    made = await trade.provider.post(f"{path}/clarifications", {"question": "含历史数据吗？"})
    assert made.status_code == 201, made.text
    await drain()
    events = (await trade.buyer.get(f"/v1/events?subject={path.rpartition('/')[2]}&limit=100")).json()["items"]
    (asked,) = [one for one in events if one["kind"] == "market.quotation_request.asked"]
    assert (asked["actor_party"], asked["facts"]) == (None, {"clarification": made.json()["id"]})
    assert trade.provider.party not in str(events)
