"""Ratings over HTTP: by verified buyers alone, once, edited until answered, never deleted, shown with their number."""

from datetime import timedelta

import asyncpg
import pytest

from kernel.jobs.queue import SWEEPS
from tests.market.trade import Trade
from tests.refusals import not_there, refused


def refusal(answer):
    told = answer.json()
    return answer.status_code, told["code"], told.get("rule", {}).get("id")


RATED = {"stars": 4, "as_described": True, "text": "字段齐全，更新及时"}


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def accepted(trade):
    order = await trade.delivered()
    taken = await trade.buyer.post(f"/v1/orders/{order}/acceptance")
    assert taken.status_code == 200, taken.text
    return order


async def rated(trade, **over):
    order = await accepted(trade)
    made = await trade.buyer.post(f"/v1/orders/{order}/rating", {**RATED, **over})
    assert made.status_code == 201, made.text
    return order, made.json()


async def test_a_rating_is_given_once_by_the_buyer_after_acceptance(trade, as_):
    order = await trade.delivered()
    early = await trade.buyer.post(f"/v1/orders/{order}/rating", RATED)
    assert refusal(early) == (409, "rating-not-verified", "LT-RAT-01")
    await trade.buyer.post(f"/v1/orders/{order}/acceptance")
    made = await trade.buyer.post(f"/v1/orders/{order}/rating", RATED)
    assert made.status_code == 201
    assert "buyer" not in made.json()
    again = await trade.buyer.post(f"/v1/orders/{order}/rating", RATED)
    assert refusal(again) == (409, "rating-repeated", "LT-RAT-01")
    stranger = await (await as_("buyer", "stranger")).post(f"/v1/orders/{order}/rating", RATED)
    not_there(stranger)
    read = await trade.provider.get(f"/v1/orders/{order}/rating")
    assert read.json() == made.json()


async def test_a_provider_does_not_rate_its_own_sale(trade, as_, runtime):
    order = await accepted(trade)
    both = await trade.provider.post("/v1/api-keys", {"name": "both", "roles": ["provider"]})
    assert both.status_code == 201
    refused = await trade.provider.post(f"/v1/orders/{order}/rating", RATED)
    assert refusal(refused)[:2] == (403, "forbidden")


async def test_it_is_edited_until_it_is_answered_and_answered_once(trade):
    _, rating = await rated(trade)
    path = f"/v1/ratings/{rating['id']}"
    edited = await trade.buyer("PUT", path, {"stars": 2, "as_described": False, "text": "缺列"})
    assert (edited.status_code, edited.json()["stars"], edited.json()["edited_at"] is None) == (200, 2, False)
    refused(await trade.provider("PUT", path, RATED), 403, "forbidden")
    answered = await trade.provider.post(f"{path}/answer", {"text": "已补列"})
    assert (answered.status_code, answered.json()["answer"]) == (200, "已补列")
    late = await trade.buyer("PUT", path, RATED)
    assert refusal(late) == (409, "rating-closed", "LT-RAT-02")
    twice = await trade.provider.post(f"{path}/answer", {"text": "再答"})
    assert refusal(twice) == (409, "rating-answered", "LT-RAT-03")


@pytest.mark.slow
async def test_unlawful_words_go_and_stars_and_reason_stay(trade, as_, runtime):
    _, rating = await rated(trade)
    operator, path = await as_("operator"), f"/v1/ratings/{rating['id']}/text-withdrawal"
    gone = await operator.post(path, {"reason": "侮辱性言辞"})
    assert (gone.json()["text"], gone.json()["withdrawn_reason"], gone.json()["stars"]) == ("", "侮辱性言辞", 4)
    again = await operator.post(path, {"reason": "x"})
    assert refusal(again) == (409, "rating-without-text", "LT-RAT-04")
    edited = await trade.buyer("PUT", f"/v1/ratings/{rating['id']}", RATED)
    assert refusal(edited) == (409, "rating-closed", "LT-RAT-02")
    with pytest.raises(asyncpg.PostgresError):
        await runtime.pool.execute("DELETE FROM rating")


async def test_figures_stand_on_listing_provider_and_search_with_their_number(trade, as_, runtime):
    anyone = await as_("buyer", "anyone")
    empty = (await anyone.get(f"/v1/listings/{trade.listing_id}")).json()
    assert empty["rating"] == empty["provider_rating"] == {"n": 0, "score": None, "as_described": None}
    await rated(trade, stars=5)
    await rated(trade, stars=4, as_described=False)
    # (5·3 + 9) / 7 = 3.42857; one of two: (0.5 + 0.9604 − 1.96·√(0.125 + 0.2401)) / 2.9208 = 0.09453
    expected = {"n": 2, "score": "3.43", "as_described": "0.0945"}
    listing = (await anyone.get(f"/v1/listings/{trade.listing_id}")).json()
    assert listing["rating"] == listing["provider_rating"] == expected
    found = (await anyone.get("/v1/listings")).json()["items"]
    assert [item["rating"] for item in found if item["id"] == trade.listing_id] == [expected]
    page = (await anyone.get(f"/v1/listings/{trade.listing_id}/ratings?limit=1")).json()
    assert (page["standing"], [each["stars"] for each in page["items"]]) == (expected, [4])
    rest = (await anyone.get(f"/v1/listings/{trade.listing_id}/ratings?cursor={page['next']}")).json()
    assert [each["stars"] for each in rest["items"]] == [5]
    provider = (await anyone.get(f"/v1/parties/{trade.provider.party}/ratings")).json()
    assert (provider["standing"], len(provider["items"])) == (expected, 2)


@pytest.mark.slow
async def test_the_mean_is_frozen_once_a_month(trade, as_, runtime, clock):
    await rated(trade, stars=5)
    await SWEEPS["market.ratings.freeze-mean"][1](runtime)
    formula = (await trade.buyer.get("/v1/rating-formula")).json()
    assert (formula["mean"], formula["mean_n"], formula["mean_since"]) == ("3.0000", 0, "2026-11-01")
    clock.move(timedelta(days=8))  # 1 December in China.
    await SWEEPS["market.ratings.freeze-mean"][1](runtime)
    await SWEEPS["market.ratings.freeze-mean"][1](runtime)
    formula = (await trade.buyer.get("/v1/rating-formula")).json()
    assert (formula["mean"], formula["mean_n"], formula["mean_since"]) == ("5.0000", 1, "2026-12-01")
    assert (formula["rule"], formula["weight"], formula["z"]) == ("LT-RAT-05", 5, "1.96")
    listing = (await trade.buyer.get(f"/v1/listings/{trade.listing_id}")).json()
    assert listing["rating"]["score"] == "5.00"  # (5·5 + 5) / 6
