"""A provider works through pages alone, with scripts off: from its application to its payout."""

from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from tests.centre.pages.console.supply import Supply
from tests.centre.pages.console.valuers import Firm
from tests.centre.pages.console.walking import Walker
from tests.centre.pages.people import browser
from tests.centre.pages.signin.conftest import app, settings
from tests.market.banking.papers import Line
from tests.market.banking.story import Bank
from tests.market.payouts.story import ACCOUNT, Story
from tests.market.trade import Trade
from tests.refusals import refused

__all__ = ["app", "settings"]


@pytest.fixture
async def supply(app, client, as_, drain, clock):
    async with browser(app) as opened:
        yield Supply(Walker(opened.http), client, as_, drain, clock)


async def test_a_provider_brings_data_to_the_shelf_through_pages(supply, client):
    await supply.apply()
    await supply.describe()
    await supply.score()
    await supply.register()
    listing = await supply.list_()
    shown = (await client.get(f"/v1/listings/{listing}")).json()
    assert (shown["status"], shown["price"]["amount"]) == ("listed", "12500.00")
    page = await supply.at.open(f"/en/console/assets/{supply.asset}")
    assert "5 of 5 are done" in page


@pytest.mark.slow
async def test_a_provider_is_paid_out_through_pages(supply, runtime, as_, drain, clock):
    await supply.apply()
    await supply.describe()
    await supply.score()
    await supply.register()
    trade = Trade(runtime, as_, supply.key, await as_("buyer"), await supply.list_())
    officers = [await as_("clearing", name) for name in ("", "second", "third")]
    money = Story(trade, await Bank.begin(as_, drain), officers, drain, clock)
    order = await money.settled()
    page = await supply.at.open(f"/en/console/orders/{order}")
    assert "settled" in page

    await supply.sign_in_again()
    await supply.at.open("/en/console/payee-accounts?do=declare_payee_account")
    await supply.at.send({"holder": "示范水文数据有限公司", **ACCOUNT})
    account = supply.at.id
    issued = await officers[0].post(f"/v1/payee-accounts/{account}/code")
    await supply.at.open(f"/en/console/payee-accounts/{account}/confirmation?do=confirm_payee_account")
    await supply.at.send({"code": issued.json()["code"]})
    while not await money.due():
        await money.wait(timedelta(days=1))
    payout, _ = await money.sent()
    await money.bank.says(Line(1_187_500, credit=False, reference="OUT-1", end_to_end=payout["id"]))

    await supply.sign_in_again()
    assert payout["id"] in await supply.at.open("/en/console/payouts")
    page = await supply.at.open(f"/en/console/payouts/{payout['id']}")
    assert "confirmed" in page
    assert "CNY 11,875.00" in page, "12,500.00 less a fee of 5 %"


@pytest.mark.slow
async def test_an_engagement_goes_from_proposal_to_the_second_signature_through_pages(
    supply, app, client, runtime, as_
):
    await supply.apply()
    await supply.describe()
    await supply.score()
    card = (await supply.key.get("/v1/scorecards")).json()["items"][0]["id"]
    async with AsyncExitStack() as stack:
        firm = await Firm.begin(stack, app, client, runtime, await as_("operator"))
        page = await firm.walk(supply.at, supply.asset, card)
        shown = await supply.at.open(page)
        assert "PG2026000001" in shown
        await supply.at.follow("See the appraisal")
        appraisal = supply.at.id
        told = (await supply.key.get(f"/v1/appraisals/{appraisal}")).json()
        assert told["standing"] == "issued"
        await supply.at.follow("Ask what if")
        drawn = await supply.at.send({"overlay": "#/inputs/cost/return_on_cost: 0.12"})
        assert "Stored" in drawn
        await supply.drain()
        report = await supply.at.http.get(f"/en/console/appraisals/{appraisal}/report.pdf")
        assert report.content.startswith(b"%PDF")


@pytest.mark.slow
async def test_only_a_member_who_is_a_valuer_acts_as_one(supply, app, client, runtime, as_):
    """Neither somebody's key nor another member stands for the person, and a valuer is one of the two."""
    async with AsyncExitStack() as stack:
        firm = await Firm.begin(stack, app, client, runtime, await as_("operator"))
        first = firm.people["first"]
        body = {"interests": []}
        refused(
            await firm.key.post(f"/v1/practitioners/{first.id}/interests", body),
            403,
            "practitioner-unknown",
            "LT-ENG-02",
        )
        both = {"name": "评估师", "registration_number": "11039999", "signing_key_id": first.key_id, "proof": "x"}
        refused(await firm.key.post("/v1/practitioners", both), 422, "practitioner-faulty", "LT-ENG-02")
        other = firm.people["second"].at
        await other.open(f"/en/console/practitioners/{first.id}/interests?do=declare_interests")
        await other.send(status=403)
