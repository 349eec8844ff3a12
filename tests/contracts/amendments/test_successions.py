"""What was agreed for later while the data passes on: it passes too, and waits until it is decided who provides."""

from datetime import UTC, datetime

import msgspec
import pytest

from contracts.amendments.jobs import take_effect
from contracts.successions.jobs import time_over
from contracts.terms.document import Terms, plain
from kernel.time.clock import timestamp
from tests.journeys.test_transfer_of_agreements import joined, ordered, passed_on, transferred
from tests.market.negotiation.story import of_policy
from tests.market.orders.test_title import licences
from tests.market.trade import Trade, signature
from tests.refusals import refused

LATER = datetime(2026, 12, 10, 2, tzinfo=UTC)
"""After the transfer is registered, and before the time to join is over."""


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def agreed_for_later(trade):
    """An agreement in force, and its amendment that takes effect while the data passes on."""
    agreement = await ordered(trade)
    fewer = plain(of_policy(msgspec.convert(agreement["content"]["terms"], Terms), calls_max=30))
    sent = {"terms": fewer, "reason": "fewer uses", "effective_at": LATER.isoformat()}
    made = await trade.provider.post(f"/v1/agreements/{agreement['id']}/amendments", sent)
    assert made.status_code == 201, made.text
    for who, key in ((trade.provider, trade.provider_key), (trade.buyer, trade.buyer_key)):
        signed = await who.post(f"/v1/amendments/{made.json()['id']}/signatures", signature(made.json(), *key))
        assert signed.status_code == 201, signed.text
    return agreement, signed.json()


async def calls_max(trade, agreement):
    """How many uses the terms allow that stand now."""
    shown = (await trade.buyer.get(f"/v1/agreements/{agreement['id']}")).json()
    return shown["terms"]["policy"]["permissions"][0].get("calls_max")


async def now(trade, amendment):
    """Status, moment and reason of the amendment."""
    shown = (await trade.buyer.get(f"/v1/amendments/{amendment['id']}")).json()
    return shown["status"], shown["effective_at"], shown["end_reason"]


@pytest.mark.slow
async def test_what_was_agreed_for_later_stands_when_the_acquirer_provides(trade, clock, drain):
    agreement, amendment = await agreed_for_later(trade)
    taker, key, called = await passed_on(trade, clock, drain)
    # The acquirer reads and signs what stands, and what is still to come.
    assert called["content"]["standing_digest"] == agreement["digest"]
    assert called["content"]["pending"] == [
        {"amendment_id": amendment["id"], "n": 1, "digest": amendment["digest"], "effective_at": timestamp(LATER)}
    ]
    assert "1 项" in called["content"]["text_zh"]
    assert await now(trade, amendment) == ("agreed", None, None)
    await joined(taker, key, called)
    clock.move(LATER - clock.now())
    await take_effect(trade.runtime)
    assert (await calls_max(trade, agreement), await now(trade, amendment)) == (None, ("agreed", None, None))
    done = await trade.buyer.post(f"/v1/successions/{called['id']}/consent", signature(called, *trade.buyer_key))
    assert done.status_code == 201, done.text
    assert await calls_max(trade, agreement) == 30
    await take_effect(trade.runtime)
    assert (await now(trade, amendment))[0] == "in_effect"
    asset = agreement["content"]["subject"]["asset_id"]
    (root,) = (await taker.get(f"/v1/assets/{asset}/title")).json()["titles"]
    (link,) = await licences(trade, taker)
    assert (link["parent_id"], root["grantee_id"]) == (root["id"], taker.party)


@pytest.mark.slow
async def test_a_moment_that_comes_before_the_acquirer_is_called_waits_for_it(trade, clock, drain, runtime):
    """The worker stood still when the rights passed and when the moment came; whoever comes first afterwards waits."""
    agreement, amendment = await agreed_for_later(trade)
    await transferred(trade, clock, trade.provider, "taker")
    clock.move(LATER - clock.now())
    await take_effect(runtime)
    assert (await now(trade, amendment))[0] == "agreed"
    path = f"/v1/agreements/{agreement['id']}/amendments"
    sent = {"terms": agreement["content"]["terms"], "reason": "x"}
    refused(await trade.buyer.post(path, sent), 409, "amendment-awaits-succession", "LT-CON-46")
    await drain()
    assert (await calls_max(trade, agreement), await now(trade, amendment)) == (None, ("agreed", None, None))
    # Nobody joins: whoever provides has no title any more to change the licence by.
    succession = await runtime.pool.fetchrow("SELECT id, due_at FROM succession")
    clock.move(succession["due_at"] - clock.now())
    await time_over(runtime)
    await take_effect(runtime)
    status, _, reason = await now(trade, amendment)
    assert (status, reason.partition(":")[0], await calls_max(trade, agreement)) == ("void", "LT-TTL-02", None)


@pytest.mark.slow
async def test_with_an_agreement_that_ends_in_a_refusal_falls_what_was_agreed_for_later(trade, clock, drain):
    agreement, amendment = await agreed_for_later(trade)
    taker, key, called = await passed_on(trade, clock, drain)
    await joined(taker, key, called)
    refusal = await trade.buyer.post(f"/v1/successions/{called['id']}/refusal", {"reason": "a competitor"})
    assert refusal.status_code == 200, refusal.text
    clock.move(LATER - clock.now())
    await take_effect(trade.runtime)
    assert (await now(trade, amendment))[::2] == ("void", "the agreement is terminated")
    assert agreement["status"] == "in_force"
