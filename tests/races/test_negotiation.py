"""Negotiations under concurrency: real commits at once, one winner, and clocks that are read under the lock."""

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from contracts.terms.document import digest, plain
from rights.grants.box import Exclusivity
from tests.makers import signing_key
from tests.market.negotiation.story import between, body, later, listed
from tests.market.trade import Trade, signature
from tests.races.test_papers import waited
from tests.refusals import outcomes, refused

BUYERS = 16


async def exclusive_offer(trade: Trade, **more: Any) -> str:
    """A public offer that one party may take."""
    terms = await listed(trade.runtime, trade.listing_id)
    sole = msgspec.structs.replace(
        terms, policy=msgspec.structs.replace(terms.policy, exclusivity=Exclusivity.EXCLUSIVE)
    )
    sent = {
        "title_zh": "独占",
        "title_en": "Exclusive",
        "terms": plain(sole),
        "expires_at": later(trade.runtime, days=9),
    }
    made = await trade.provider.post(f"/v1/listings/{trade.listing_id}/offers", sent | more)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


@pytest.mark.slow
async def test_case_17_sixteen_accept_one_exclusive_offer(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    offer = await exclusive_offer(trade)
    buyers = [await as_("buyer", f"buyer-{number}") for number in range(BUYERS)]
    path = f"/v1/offers/{offer}/acceptance"
    answers = await asyncio.gather(*(buyer.post(path, {"purpose": "risk-control"}) for buyer in buyers))
    won = [(buyer, answer.json()) for buyer, answer in zip(buyers, answers, strict=True) if answer.status_code == 201]
    lost = [answer.json() for answer in answers if answer.status_code != 201]
    assert len(won) == 1, [answer.text for answer in answers]
    assert [(one["status"], one["code"], one["state"]) for one in lost] == [(409, "offer-closed", "taken")] * 15
    for table in ("agreement", '"order"', "negotiation"):
        assert await runtime.pool.fetchval(f"SELECT count(*) FROM {table}") == 1
    buyer, negotiation = won[0]
    agreement = (await buyer.get(f"/v1/agreements/{negotiation['agreement_id']}")).json()
    for who, seed in ((trade.provider, b"\x11"), (buyer, b"\x22")):
        key = await signing_key(who, seed * 32)
        signed = await who.post(f"/v1/agreements/{agreement['id']}/signatures", signature(agreement, *key))
        assert signed.status_code == 201, signed.text
    grants = "SELECT count(*) FROM title_grant WHERE parent_id IS NOT NULL AND status = 'active'"
    assert await runtime.pool.fetchval(grants) == 1


@pytest.mark.slow
async def test_sixteen_take_what_everybody_may_take(runtime, as_):
    """Nobody waits in vain where there is enough for all."""
    trade = await Trade.begin(runtime, as_)
    terms = plain(await listed(runtime, trade.listing_id))
    sent = {"title_zh": "全年", "title_en": "A year", "terms": terms, "expires_at": later(runtime, days=9), "seats": 7}
    offer = (await trade.provider.post(f"/v1/listings/{trade.listing_id}/offers", sent)).json()["id"]
    buyers = [await as_("buyer", f"buyer-{number}") for number in range(10)]
    path = f"/v1/offers/{offer}/acceptance"
    answers = await asyncio.gather(*(buyer.post(path, {"purpose": "risk-control"}) for buyer in buyers))
    assert outcomes(answers) == {201: 7, (409, "offer-closed", "LT-NEG-04"): 3}
    assert (await trade.buyer.get(f"/v1/offers/{offer}")).json()["taken"] == 7


async def _accept_and_withdraw(trade: Trade, times: int) -> None:
    outcomes = set()
    for _ in range(times):
        terms = await between(trade)
        one = (await trade.buyer.post("/v1/negotiations", body(terms))).json()
        path = f"/v1/negotiations/{one['id']}"
        accepted, withdrawn = await asyncio.gather(
            trade.provider.post(f"{path}/acceptance", {"terms_digest": digest(terms)}),
            trade.buyer.post(f"{path}/withdrawal", {"reason": "另有安排"}),
        )
        [lost] = [each for each in (accepted, withdrawn) if not each.is_success]
        other = "terminated" if lost is accepted else "accepted"
        assert refused(lost, 409, "negotiation-closed", "LT-NEG-03")["state"] == other
        outcomes.add(other)
    accepted = "SELECT count(*) FROM negotiation WHERE status = 'accepted'"
    assert await trade.runtime.pool.fetchval(accepted) == await trade.runtime.pool.fetchval(
        'SELECT count(*) FROM "order"'
    )
    assert outcomes


@pytest.mark.slow
async def test_case_18_acceptance_and_withdrawal_at_once(runtime, as_):
    await _accept_and_withdraw(await Trade.begin(runtime, as_), 12)


@pytest.mark.slow
async def test_case_18_two_hundred_times(runtime, as_):
    await _accept_and_withdraw(await Trade.begin(runtime, as_), 200)


@pytest.mark.parametrize("what", ["offer", "negotiation"])
async def test_case_16_an_acceptance_that_waited_past_the_expiry(runtime, as_, what):
    """It came in time, a lock that changes nothing held it up, and when it had the lock the offer was over."""
    trade = await Trade.begin(runtime, as_)
    if what == "offer":
        name = await exclusive_offer(trade, expires_at=later(runtime, milliseconds=300))
        path, sent = f"/v1/offers/{name}/acceptance", {"purpose": "risk-control"}
    else:
        terms = await between(trade)
        made = await trade.provider.post("/v1/private-offers", body(terms, expires_at=later(runtime, milliseconds=300)))
        name = made.json()["id"]
        path, sent = f"/v1/negotiations/{name}/acceptance", {"terms_digest": digest(terms)}
    async with runtime.sessions() as session, session.begin():
        await session.execute(text(f"SELECT 1 FROM {what} WHERE id = :id FOR UPDATE"), {"id": name})
        waiting = asyncio.create_task(trade.buyer.post(path, sent))
        await waited(runtime)  # However long a busy machine took to come so far, its moment was before.
        await asyncio.sleep(0.4)
    answer = await waiting
    refused(answer, 409, "offer-closed" if what == "offer" else "negotiation-expired", "LT-NEG-04")
    assert await runtime.pool.fetchval('SELECT count(*) FROM "order"') == 0
    runtime.clock.move(timedelta(milliseconds=300))
    seen = await trade.buyer.get(path.removesuffix("/acceptance"))
    assert seen.json()["status"] == ("expired" if what == "offer" else "terminated")


async def test_two_counters_at_once_are_one_round(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    one = (await trade.buyer.post("/v1/negotiations", body(await between(trade)))).json()
    path = f"/v1/negotiations/{one['id']}/rounds"
    sent = [body(await between(trade, amount)) for amount in ("13000.00", "14000.00")]
    answers = await asyncio.gather(*(trade.provider.post(path, each) for each in sent))
    assert outcomes(answers) == {201: 1, (409, "not-your-move", "LT-NEG-02"): 1}
    assert await runtime.pool.fetchval("SELECT max(n) FROM negotiation_round") == 2


async def test_six_offers_at_once_are_five(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    terms = plain(await listed(runtime, trade.listing_id))
    sent = {"title_zh": "全年", "title_en": "A year", "terms": terms, "expires_at": later(runtime, days=9)}
    path = f"/v1/listings/{trade.listing_id}/offers"
    answers = await asyncio.gather(*(trade.provider.post(path, sent) for _ in range(8)))
    assert outcomes(answers) == {201: 5, (409, "offers-too-many", "LT-NEG-08"): 3}


async def test_the_same_person_at_once_says_yes_once(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    made = [(await trade.buyer.post("/v1/api-keys", {"name": name, "roles": ["buyer"]})).json() for name in "ab"]
    seats = [{"key_id": each["key"]["id"], "name": each["key"]["name"]} for each in made]
    rule = {"rule": {"bands": [{"approvers": 2}], "approvers": seats}, "reason": "x"}
    assert (await trade.buyer.post("/v1/approval-rules", rule)).status_code == 201
    sent = {"terms": plain(await between(trade))}
    one = trade.buyer.with_key(made[0]["secret"], trade.buyer.party)
    answers = await asyncio.gather(*(one.post("/v1/approvals", sent) for _ in range(6)))
    assert outcomes(answers) == {201: 1, (409, "approved-already", "LT-NEG-11"): 5}
