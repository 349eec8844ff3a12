"""A payout by Stripe, through the real SDK against the double: transferred, paid, and failed after it was paid."""

import json
from dataclasses import replace

import pytest
import stripe

from kernel.money import Money
from kernel.settings import Secret
from market.ledger import book
from market.ledger import commands as ledger
from market.payments.gateways.stripe import StripeGateway
from market.payouts.commands import by_stripe
from tests.doubles.stripe import serve
from tests.market.banking.story import balances
from tests.market.payouts.story import THURSDAY, Story
from tests.patience import nearby


@pytest.fixture(scope="module")
def double():
    with serve() as running:
        yield running


@pytest.fixture
def settings(settings, double):
    return replace(settings, stripe_api_key=Secret("sk_test_liutong"), stripe_api_base=double.url)


@pytest.fixture
async def http(double):
    headers = {"authorization": "Bearer sk_test_liutong"}
    async with nearby(base_url=double.url, headers=headers) as client:
        yield client


@pytest.fixture
async def story(runtime, as_, drain, clock):
    return await Story.begin(runtime, as_, drain, clock)


async def sent(story, http, amount=9_500):
    """A provider that is owed dollars which are on Stripe's balance, and its payout as it has left."""
    seller = (await http.post("/v1/accounts", data={"country": "US"})).json()["id"]
    paid = {"amount": "20000", "currency": "usd", "confirm": "true", "payment_method": "pm_card_bypassPending"}
    assert (await http.post("/v1/payment_intents", data=paid)).json()["status"] == "succeeded"
    money, party = Money(amount, "USD"), str(story.trade.provider.party)
    async with story.trade.runtime.act() as act:
        legs = (book.Leg(book.Source.STRIPE.value, book.payable(party), money),)
        await ledger.post(act, book.Entry("test:owed", "test", party, legs))
    details = {"channel": "stripe", "number": seller, "currency": "USD", "bank_code": None, "bank_name": None}
    account = (await story.declared(**details))["id"]
    await story.confirmed(account)
    await story.wait(THURSDAY)
    proposed = await story.officers[0].post("/v1/payout-batches", {"channel": "stripe", "currency": "USD"})
    assert proposed.status_code == 201, proposed.text
    batch = await story.approved(proposed.json())
    await story.drain()
    payout = (await story.trade.provider.get(f"/v1/payouts/{batch['payouts'][0]['id']}")).json()
    return seller, payout


async def told(story, http, seller, kind):
    """Hand over Stripe's event of a kind about this account, twice."""
    found = (await http.get("/v1/events", params={"type": kind}, headers={"stripe-account": seller})).json()["data"]
    assert found, kind
    body = json.dumps(found[0])
    for _ in range(2):
        signature = stripe.WebhookSignature.generate_signature_header(body, "whsec_test")
        answer = await story.trade.provider.http.post(
            "/v1/webhooks/stripe", content=body, headers={"stripe-signature": signature}
        )
        assert answer.status_code == 200, answer.text
    await story.drain()


@pytest.mark.slow
async def test_a_payout_is_transferred_and_paid(story, http):
    seller, payout = await sent(story, http)
    assert payout["status"] == "sent"
    assert payout["transfer_reference"].startswith("tr_")
    assert payout["payout_reference"].startswith("po_")
    assert await balances(story.officers[0]) == {}
    await http.post("/_control/settle")
    await told(story, http, seller, "payout.paid")
    assert (await story.trade.provider.get(f"/v1/payouts/{payout['id']}")).json()["status"] == "confirmed"


@pytest.mark.slow
async def test_a_payout_that_fails_comes_back_and_is_owed_again(story, http):
    seller, payout = await sent(story, http)
    assert (await http.post(f"/_control/fail_payout/{payout['payout_reference']}")).status_code == 200
    await told(story, http, seller, "payout.failed")
    failed = (await story.trade.provider.get(f"/v1/payouts/{payout['id']}")).json()
    assert (failed["status"], failed["bank_reason"]) == ("returned", "account_closed")
    assert await balances(story.officers[0]) == {
        f"payable:party:{story.trade.provider.party}": "95.00",
        "world:stripe": "-95.00",
    }
    transfer = (await http.get(f"/v1/transfers/{payout['transfer_reference']}")).json()
    assert transfer["reversed"] is True


@pytest.mark.slow
async def test_a_payout_that_was_transferred_goes_on_without_a_second_transfer(story, http, monkeypatch):
    _, payout = await sent(story, http)

    async def transfer(*_args, **_named):
        raise AssertionError("transferred twice")

    monkeypatch.setattr(StripeGateway, "transfer", transfer)
    runtime = story.trade.runtime
    await runtime.pool.execute("UPDATE payout SET payout_reference = NULL WHERE id = $1", payout["id"])
    await by_stripe.send(runtime, payout["id"])
    again = (await story.trade.provider.get(f"/v1/payouts/{payout['id']}")).json()
    assert again["payout_reference"] == payout["payout_reference"]


@pytest.mark.slow
async def test_a_transfer_that_stripe_refuses_leaves_everything_owed(story, http):
    _, payout = await sent(story, http, amount=9_000_000)
    assert (payout["status"], payout["bank_reason"]) == ("returned", "balance_insufficient")
    assert (await balances(story.officers[0]))[f"payable:party:{story.trade.provider.party}"] == "90000.00"
