"""The portal's rooms where something is computed or read in full: a plan's calculator, and an offer's terms."""

import re
from datetime import timedelta

import pytest

from tests.market.listings.story import Shelf
from tests.refusals import refused_page

PLAN = {
    "kind": "plan",
    "currency": "CNY",
    "components": [
        {"kind": "entry", "name": "opening", "amount": "500.00"},
        {
            "kind": "metered",
            "name": "queries",
            "meter": "call",
            "included": 1000,
            "tariff": {
                "kind": "graduated",
                "tiers": [{"up_to": 10000, "unit_price": "0.50"}, {"unit_price": "0.20"}],
            },
        },
        {"kind": "metered", "name": "users", "meter": "unit", "aggregation": "unique",
         "tariff": {"kind": "flat", "unit_price": "10.00"}},
        {"kind": "revenue-share", "name": "share", "rate": "0.10"},
    ],
}  # fmt: skip


@pytest.fixture
async def shelf(as_, clock, drain):
    made = await Shelf.begin(as_, clock, drain)
    await made.certify()
    await made.score()
    return made


async def test_the_calculator_computes_what_the_plan_comes_to(shelf, pages):
    """By hand: 12,000 calls, 1,000 included: 10,000 at 0.50 and 1,000 at 0.20; 3 users; a tenth of 800."""
    listing = await shelf.listed(price=None, price_kind="plan", plan=PLAN)
    where = f"/en/listings/{listing['id']}"
    plain = await pages.get(where)
    assert plain.status_code == 200
    assert "Due at the beginning" not in plain.text
    asked = "?quantity=12,000&quantity=3&revenue=800.00&begin=&period="
    page = await pages.get(where + asked)
    assert page.status_code == 200, page.text
    for amount in ("CNY 500.00", "CNY 5,200.00", "CNY 30.00", "CNY 80.00", "CNY 5,310.00"):
        assert amount in page.text, amount
    assert 'value="12,000"' in page.text
    assert "¥5,310.00" in (await pages.get(f"/zh/listings/{listing['id']}{asked}")).text
    faulty = await pages.get(where + "?quantity=many&quantity=501&revenue=x&begin=soon&period=0")
    refused_page(faulty, 422, "Give a whole number from 0 to 1,000,000,000,000,000", "from 0 to 500", "from 1 to 1,201")
    assert {"f-quantities-queries", "f-quantities-users", "f-revenue-share", "f-begin", "f-period"} == set(
        re.findall(r'<li><a href="#([\w-]+)"', faulty.text)
    )
    refused_page(await pages.get(f"{where}?begin=1999-12-31"), 422, "Give a day from 2000-01-01 to 2199-12-31")
    refused_page(await pages.get(where + "?quantity=1" + "&quantity=1" * 8), 400, "quantity")
    assert "set-cookie" not in page.headers


@pytest.mark.slow
async def test_a_price_without_a_plan_has_no_calculator(shelf, pages):
    listing = await shelf.listed()
    page = await pages.get(f"/en/listings/{listing['id']}?quantity=3")
    assert page.status_code == 200
    assert "Price calculator" not in page.text


async def test_the_terms_of_an_offer_are_read_whole(shelf, pages, clock, as_):
    listing = await shelf.listed()
    terms = (await shelf.provider.get(f"/v1/listings/{listing['id']}/terms")).json()["terms"]
    terms["service"] = {"update_days_max": 7}
    expires = (clock.now() + timedelta(days=20)).isoformat()
    offer = {"title_zh": "年度要约", "title_en": "Offer of the year", "terms": terms, "expires_at": expires}
    made = (await shelf.provider.post(f"/v1/listings/{listing['id']}/offers", offer)).json()
    assert f'href="/en/offers/{made["id"]}"' in (await pages.get(f"/en/listings/{listing['id']}")).text
    page = (await pages.get(f"/en/offers/{made['id']}")).text
    for words in ("Offer of the year", "12,500.00", "research", "most days between updates", made["terms_digest"]):
        assert words in page, words
    buyer = await as_("buyer")
    addressed = offer | {"terms": terms | {"policy": _addressed(terms["policy"], buyer.party)}, "title_en": "For one"}
    private = await shelf.provider.post(f"/v1/listings/{listing['id']}/offers", addressed)
    assert private.status_code == 201, private.text
    refused_page(await pages.get(f"/en/offers/{private.json()['id']}"), 404, "There is no such page")


def _addressed(policy, party):
    return policy | {"permissions": [rule | {"recipients": [f"party:{party}"]} for rule in policy["permissions"]]}
