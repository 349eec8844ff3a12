"""The desk as a page: what waits for the member's organisation, in both languages, and for nobody else."""

import re

from tests.centre.pages.people import PASSWORD, browser, invited
from tests.market.trade import Trade
from tests.refusals import refused_page


async def signed_in(zhang, of, email, role):
    """A person at a browser, invited by the key of a party."""
    link = await invited(of, email, [role])
    taken = await zhang.submit(link.partition("?")[0], {"name": "王五", "password": PASSWORD}, at=link)
    assert taken.status_code == 303, taken.text
    assert (await zhang.sign_in(email)).status_code == 303


async def test_a_member_sees_the_desk_of_its_organisation(runtime, as_, app):
    trade = await Trade.begin(runtime, as_)
    order = await trade.order()
    async with browser(app) as zhang, browser(app) as wang:
        away = await zhang.get("/zh/desk")
        assert (away.status_code, away.headers["location"]) == (303, "/zh/sign-in?next=%2Fzh%2Fdesk")
        await signed_in(zhang, trade.buyer, "zhang@a.example", "buyer")
        await signed_in(wang, trade.provider, "wang@b.example", "provider")
        mine, theirs = await zhang.get("/zh/desk"), await wang.get("/en/desk?waits_for=others")
        assert mine.status_code == theirs.status_code == 200
        assert "签约并付款" in mine.text
        assert order in mine.text
        assert re.search(r'role="status">\s*1 项，其中 0 项已逾期', mine.text)
        assert "Sign and pay an order" in theirs.text
        assert order in theirs.text
        assert order not in (await wang.get("/en/desk")).text
        assert order in (await zhang.get("/en/desk?kind=market.order")).text
        assert order not in (await zhang.get("/en/desk?kind=market.bill")).text
        assert '<a class="lang" href="/en/desk">' in (await zhang.get("/en/listings")).text
        wrong = await zhang.get("/en/desk?kind=%3Cscript%3E")
        refused_page(wrong, 400, "market.order")
        assert "<script>" not in wrong.text.partition("<main")[2]


async def test_an_empty_desk_says_so(as_, app):
    buyer = await as_("buyer")
    async with browser(app) as zhang:
        await signed_in(zhang, buyer, "zhang@a.example", "buyer")
        page = (await zhang.get("/en/desk")).text
        assert "Nothing waits" in page
        assert page.count("<h1>") == 1
