"""The methods that the trade does not go through, at the real application: accounts, offers, papers and refusals."""

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from liutong_client import models as m
from liutong_client import webhooks
from liutong_client.problems import NotSignedIn
from tests.client import bridge
from tests.kernel.webhooks.receiver import receiving
from tests.kernel.webhooks.test_webhooks import deliver
from tests.market.trade import Trade


@pytest.fixture
def settings(settings):
    return bridge.local(settings)


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


@pytest.fixture
async def receiver():
    async with receiving() as made:
        yield made


async def test_a_key_is_made_used_and_revoked(trade, client):
    async with bridge.asynchronous(client, trade.buyer) as buyer:
        me = await buyer.parties.whoami()
        assert (me.party.id, (await buyer.parties.get(me.party.id)).id) == (trade.buyer.party, trade.buyer.party)
        made = await buyer.keys.create("second", me.roles, days_valid=7)
        assert {each.id for each in await buyer.keys.mine()} == {me.key.id, made.key.id}
        async with type(buyer)(bridge.ADDRESS, made.secret, transport=client.http._transport) as second:
            assert (await second.parties.whoami()).key.id == made.key.id
            await buyer.keys.revoke(made.key.id)
            with pytest.raises(NotSignedIn):
                await second.parties.whoami()


async def test_an_address_for_messages_is_made_and_removed(trade, client, receiver):
    async with bridge.asynchronous(client, trade.buyer) as buyer:
        made = await buyer.webhooks.create(receiver.url(), ["market.order.placed"])
        assert made.secret
        assert [each.id for each in await buyer.webhooks.mine()] == [made.webhook.id]
        await buyer.orders.place(trade.listing_id, "internal-analysis")
        await deliver(trade.runtime)
        sent = [each async for each in buyer.webhooks.deliveries(made.webhook.id)]
        assert [(each.kind, each.last_status) for each in sent] == [("market.order.placed", 200)]
        [message] = receiver.received
        assert webhooks.verify(message.headers, message.body, secrets=[made.secret])
        await buyer.webhooks.remove(made.webhook.id)
        assert await buyer.webhooks.mine() == []


async def test_an_order_that_is_not_paid_is_cancelled_and_nothing_is_invoiced(trade, client):
    async with bridge.asynchronous(client, trade.buyer) as buyer:
        order = await buyer.orders.place(trade.listing_id, "internal-analysis")
        assert (await buyer.orders.cancel(order.id, "another was chosen")).status == "cancelled"
        assert (await buyer.orders.get(order.id)).status == "cancelled"
        assert [each async for each in buyer.papers.invoices()] == []


def priced(listed, amount, party=None):
    """The terms of a product at another price, for one party where it is named."""
    price = m.OneOff(amount=m.MoneyView(amount=Decimal(amount), currency="CNY"))
    if party is None:
        return replace(listed.terms, price=price)
    mine = [replace(each, recipients=[f"party:{party}"]) for each in listed.terms.policy.permissions]
    policy = replace(listed.terms.policy, permissions=mine)
    return replace(listed.terms, consumer=party, purpose="internal-analysis", policy=policy, price=price)


async def test_an_offer_is_published_listed_and_taken(trade, client, clock):
    async with (
        bridge.asynchronous(client, trade.buyer) as buyer,
        bridge.asynchronous(client, trade.provider) as provider,
    ):
        assert [each async for each in buyer.listings.offers(trade.listing_id)] == []
        terms = priced(await provider.listings.terms(trade.listing_id), "9900.00")
        offer = m.PublishOffer(
            title_zh="促销", title_en="For less", expires_at=clock.now() + timedelta(days=30), terms=terms
        )
        made = await provider.negotiations.publish(trade.listing_id, offer)
        assert [each.id async for each in buyer.listings.offers(trade.listing_id)] == [made.id]
        taken = await buyer.negotiations.take(made.id, "internal-analysis")
        assert taken.offer_id == made.id
        assert (await buyer.negotiations.get(taken.id)).status == taken.status


async def test_terms_are_countered_compared_refused_and_withdrawn(trade, client):
    async with (
        bridge.asynchronous(client, trade.buyer) as buyer,
        bridge.asynchronous(client, trade.provider) as provider,
    ):
        listed = await buyer.listings.terms(trade.listing_id)
        cheap, dear = (priced(listed, amount, trade.buyer.party) for amount in ("8000.00", "11000.00"))
        asked = await buyer.negotiations.request({"terms": cheap, "purpose": "internal-analysis"})
        countered = await provider.negotiations.counter(asked.id, dear, note="not for less")
        assert (countered.last_round, countered.owner) == (2, trade.buyer.party)
        difference = await buyer.negotiations.difference(asked.id, 1, 2)
        changed = {each.path: (each.old, each.new) for each in difference.changes}
        assert changed == {"/price/amount/amount": ("8000.00", "11000.00")}
        ended = await buyer.negotiations.end(asked.id, "too dear")
        assert (ended.status, ended.end_code, ended.reason) == ("terminated", "rejected", "too dear")
        again = await buyer.negotiations.request(
            m.RequestNegotiation(terms=cheap, purpose="internal-analysis", withdrawable=True)
        )
        taken_back = await buyer.negotiations.end(again.id, "not needed", withdraw=True)
        assert (taken_back.status, taken_back.end_code) == ("terminated", "withdrawn")
