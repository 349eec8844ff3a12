"""Notices and the state of parties while an agreement passes on with its data."""

from datetime import date

import pytest

from tests.journeys.test_transfer_of_agreements import joined, ordered, passed_on
from tests.market.trade import Trade, signature
from tests.refusals import refused


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def suspended(trade, party):
    operator = await trade.as_("operator")
    answer = await operator.post(f"/v1/parties/{party}/admission", {"action": "suspend", "reason": "x"})
    assert answer.status_code == 200, answer.text


@pytest.mark.slow
async def test_a_notice_passes_with_the_agreement_and_its_own_side_does_not_agree_to_it(trade, clock, drain):
    signed = await ordered(trade)
    taker, key, called = await passed_on(trade, clock, drain)
    await joined(taker, key, called)
    path = f"/v1/agreements/{signed['id']}"
    given = await trade.provider.post(f"{path}/termination", {"ground": "agreed", "reason": "sold"})
    assert given.status_code == 201, given.text
    done = await trade.buyer.post(f"/v1/successions/{called['id']}/consent", signature(called, *trade.buyer_key))
    assert done.status_code == 201, done.text
    notice = f"/v1/terminations/{given.json()['id']}/answer"
    agreed = await taker.post(notice, {"answer": "agree", "reason": "fine"})
    refused(agreed, 403, "not-yours-to-answer", "LT-END-01")
    assert (await trade.buyer.get(path)).json()["status"] == "in_force"
    withdrawn = await taker.post(notice, {"answer": "withdraw", "reason": "it goes on"})
    assert (withdrawn.status_code, withdrawn.json()["status"]) == (200, "withdrawn"), withdrawn.text


@pytest.mark.slow
async def test_who_may_agree_to_nothing_does_not_join_and_is_not_consented_to(trade, clock, drain, runtime):
    await ordered(trade)
    taker, key, called = await passed_on(trade, clock, drain)
    path, until = f"/v1/successions/{called['id']}", "UPDATE party SET admitted_until = $2 WHERE id = $1"
    stands = await runtime.pool.fetchval("SELECT admitted_until FROM party WHERE id = $1", taker.party)
    await runtime.pool.execute(until, taker.party, date(2026, 11, 24))
    early = await taker.post(f"{path}/joinder", signature(called, *key))
    assert refused(early, 422, "membership-lapsed", "LT-CON-08")["party"] == taker.party
    await runtime.pool.execute(until, taker.party, stands)
    await joined(taker, key, called)
    await suspended(trade, taker.party)
    consent = await trade.buyer.post(f"{path}/consent", signature(called, *trade.buyer_key))
    assert refused(consent, 409, "party-suspended", "LT-CON-06")["party"] == taker.party
    assert (await trade.buyer.get(path)).json()["status"] == "joined"
