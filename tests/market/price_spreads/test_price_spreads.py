"""Two buyers pay unequally for equal terms: noticed at settlement, explained, decided, and no evidence of a market."""

from dataclasses import replace
from datetime import timedelta

import pytest

from market.price_spreads.jobs import fall_due
from tests.beginnings import beginning
from tests.makers import signing_key
from tests.market.trade import Trade
from tests.refusals import not_there, refused

PATH = "/v1/price-spreads"


async def settled(trade, drain):
    order = await trade.delivered()
    assert (await trade.buyer.post(f"/v1/orders/{order}/acceptance")).status_code == 200
    await drain()
    return order


async def another(trade, as_, name, seed):
    """The same shelf for another buyer."""
    buyer = await as_("buyer", name)
    return replace(trade, buyer=buyer, buyer_key=await signing_key(buyer, seed * 32))


async def repriced(runtime, minor):
    """The listing costs something else from now on; how a price is changed has tests of its own."""
    await runtime.pool.execute("UPDATE listing SET price_minor = $1", minor)


@beginning
async def unequal(runtime, as_, drain):
    """12,500.00, then the same terms to another at 15,000.00: a fifth more."""
    trade = await Trade.begin(runtime, as_)
    await settled(trade, drain)
    await repriced(runtime, 1_500_000)
    await settled(await another(trade, as_, "second", b"\x33"), drain)
    return trade


@pytest.mark.slow
async def test_unequal_prices_are_asked_about_explained_and_decided(runtime, as_, drain, clock):
    trade = await unequal(runtime, as_, drain)
    (found,) = (await trade.provider.get(PATH)).json()["items"]
    assert (found["lowest"]["amount"], found["highest"]["amount"], found["spread"]) == (
        "12500.00",
        "15000.00",
        "0.2000",
    )
    one, regulator = f"{PATH}/{found['id']}", await as_("regulator")
    # Ten working days from Monday the 23rd of November end on the 7th of December.
    assert (found["status"], found["due_at"]) == ("asked", "2026-12-07T16:00:00Z")
    assert (await regulator.get(one)).json()["allowed_actions"] == []
    prices = [deal["price"]["amount"] for deal in (await regulator.get(f"{one}/deals")).json()["items"]]
    assert prices == ["15000.00", "12500.00"]
    not_there(await trade.buyer.get(one))
    stranger = await as_("provider", "stranger")
    not_there(await stranger.get(one))
    not_there(await stranger.post(f"{one}/answer", {"text": "与我无关"}))
    operator = await as_("operator")
    taken = {"decision": "justify", "reason": "批量折扣属实"}
    refused(await operator.post(f"{one}/decision", taken), 409, "illegal-transition", "LT-GEN-02")
    told = await trade.provider.post(f"{one}/answer", {"text": "首单为推广价，已公示"})
    assert (told.status_code, told.json()["status"]) == (200, "answered"), told.text
    refused(await regulator.post(f"{one}/decision", taken), 403, "wrong-actor", "LT-GEN-03")
    decided = await operator.post(f"{one}/decision", taken)
    assert (decided.json()["status"], decided.json()["due_at"]) == ("justified", None), decided.text
    marks = await runtime.pool.fetch("SELECT price, related FROM comparable ORDER BY id")
    assert [(int(row["price"]), row["related"]) for row in marks] == [(12_500, []), (15_000, ["unequal-price"])]


@pytest.mark.slow
async def test_what_is_less_than_a_fifth_is_not_asked_about(runtime, as_, drain):
    trade = await Trade.begin(runtime, as_)
    await settled(trade, drain)
    await repriced(runtime, 1_499_937)  # 2,499.37 above 12,500.00 is a share of 0.1999496, to four places 0.1999.
    await settled(await another(trade, as_, "second", b"\x33"), drain)
    assert (await trade.provider.get(PATH)).json()["items"] == []


@pytest.mark.slow
async def test_silence_is_told_of_and_may_be_referred(runtime, as_, drain, clock):
    trade = await unequal(runtime, as_, drain)
    (found,) = (await trade.provider.get(PATH)).json()["items"]
    one = f"{PATH}/{found['id']}"
    clock.move(timedelta(days=15))
    await fall_due(runtime)
    assert (await trade.provider.get(one)).json()["status"] == "unanswered"
    operator = await as_("operator")
    refer = {"decision": "refer", "reason": "逾期未说明"}
    assert (await operator.post(f"{one}/decision", refer)).json()["status"] == "referred"
    await settled(await another(trade, as_, "third", b"\x44"), drain)
    newest, _ = (await trade.provider.get(f"{PATH}?limit=10")).json()["items"]
    assert newest["status"] == "asked"
