"""An agreement passes on with the data: joined, consented or silent, refused, not joined; with its money and duties."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from contracts.successions.jobs import time_over
from contracts.successions.verify import check, follows
from tests.makers import signing_key
from tests.market.agreed import received
from tests.market.negotiation.story import between, body, following
from tests.market.trade import Trade, signature
from tests.refusals import not_there
from tests.rights import procedure


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def negotiated(trade: Trade) -> dict:
    """An agreement of the model contract of a provision, which asks for consent, paid into escrow."""
    terms = following(await between(trade), "provision")
    opened = (await trade.buyer.post("/v1/negotiations", body(terms))).json()
    standing = {"terms_digest": opened["rounds"][-1]["terms_digest"]}
    accepted = await trade.provider.post(f"/v1/negotiations/{opened['id']}/acceptance", standing)
    assert accepted.status_code == 201, accepted.text
    order = (await trade.buyer.get(f"/v1/orders/{accepted.json()['order_id']}")).json()
    agreement = (await trade.buyer.get(f"/v1/agreements/{order['agreement_id']}")).json()
    await trade.sign(agreement, "provider")
    signed = await trade.sign(agreement, "buyer")
    await trade.pay(order["id"])
    return signed


async def ordered(trade: Trade) -> dict:
    """An agreement in the centre's own text, by which the licence stands against whoever acquires the rights."""
    order = (await trade.buyer.get(f"/v1/orders/{await trade.paid()}")).json()
    return dict((await trade.buyer.get(f"/v1/agreements/{order['agreement_id']}")).json())


async def transferred(trade, clock, giver, name):
    """The registered rights pass from a provider to another; gives the client of that."""
    taker, registrar = await trade.as_("provider", name), await trade.as_("registrar")
    number = await trade.runtime.pool.fetchval("SELECT number FROM certificate ORDER BY id DESC")
    await procedure.transferred(giver, taker, registrar, clock, number)
    return taker


async def passed_on(trade, clock, drain):
    """The rights pass to another provider; gives its client, its key, and the succession it is called to."""
    taker = await transferred(trade, clock, trade.provider, "taker")
    await drain()
    (called,) = (await taker.get("/v1/successions")).json()["items"]
    return taker, await signing_key(taker, b"\x33" * 32), called


async def joined(taker, key, called):
    made = await taker.post(f"/v1/successions/{called['id']}/joinder", signature(called, *key))
    assert (made.status_code, made.json()["status"]) == (201, "joined"), made.text
    return made.json()


async def documents(client, *ids):
    return [(await client.get(f"/v1/documents/{one}")).json()["document"]["credentialSubject"] for one in ids]


async def test_with_consent_the_acquirer_provides_is_owed_and_is_paid(trade, clock, drain, as_):
    signed = await negotiated(trade)
    path = f"/v1/agreements/{signed['id']}"
    amended = {"terms": signed["content"]["terms"] | {"use_case": "another"}, "reason": "before it passes on"}
    open_ = (await trade.provider.post(f"{path}/amendments", amended)).json()
    taker, key, called = await passed_on(trade, clock, drain)
    assert (called["mode"], called["status"], called["allowed_actions"]) == ("consent", "called", ["join"])
    assert called["content"]["agreement_digest"] == signed["digest"]
    assert (await taker.get(path)).json()["content"] == signed["content"]  # It reads what it is to join.
    early = await trade.buyer.post(f"/v1/successions/{called['id']}/consent", signature(called, *trade.buyer_key))
    assert (early.status_code, early.json()["code"]) == (409, "illegal-transition")
    foreign = await trade.provider.post(f"/v1/successions/{called['id']}/joinder", signature(called, *key))
    assert (foreign.status_code, foreign.json()["code"], foreign.json()["rule"]["id"]) == (
        403, "not-yours-to-join", "LT-CON-46",
    )  # fmt: skip
    owed = (await trade.provider.get(f"{path}/obligations")).json()
    (joinder,) = [one for one in owed if one["kind"] == "joinder"]
    assert (joinder["bearer"], joinder["beneficiary"], joinder["status"]) == (
        trade.provider.party, trade.buyer.party, "due",
    )  # fmt: skip
    await joined(taker, key, called)
    # Nothing is changed behind the acquirer's back: it takes over the terms that it signed.
    behind = await trade.buyer.post(f"/v1/amendments/{open_['id']}/signatures", signature(open_, *trade.buyer_key))
    cheaper = await trade.provider.post(f"{path}/amendments", amended | {"reason": "a friendly price"})
    for refused in (behind, cheaper):
        assert (refused.status_code, refused.json()["code"], refused.json()["rule"]["id"]) == (
            409, "amendment-awaits-succession", "LT-CON-46",
        )  # fmt: skip
    again = await taker.post(f"/v1/successions/{called['id']}/joinder", signature(called, *key))
    assert (again.status_code, again.json()["code"]) == (409, "illegal-transition")
    done = await trade.buyer.post(f"/v1/successions/{called['id']}/consent", signature(called, *trade.buyer_key))
    assert (done.status_code, done.json()["status"]) == (201, "effective"), done.text

    stands = (await trade.buyer.get(path)).json()
    assert (stands["provider"], stands["status"], stands["digest"]) == (taker.party, "in_force", signed["digest"])
    assert (await trade.provider.get(path)).status_code == 200  # Whoever provided before still reads it.
    lapsed = (await trade.provider.get(f"/v1/amendments/{open_['id']}")).json()  # And signs nothing of it any more.
    assert (lapsed["status"], lapsed["allowed_actions"], lapsed["end_reason"]) == (
        "lapsed", [], "the agreement has another provider",
    )  # fmt: skip
    owed = (await taker.get(f"{path}/obligations")).json()
    assert {(one["kind"], one["status"], one["bearer"]) for one in owed} == {
        ("joinder", "discharged", trade.provider.party), ("deliver", "due", taker.party),
    }  # fmt: skip
    # Access was not interrupted, and the money that is released from now on is the acquirer's.
    order_id = signed["order_id"]
    await received(trade, SimpleNamespace(id=order_id))
    await drain()
    settled = (await taker.get(f"/v1/orders/{order_id}")).json()
    assert (settled["status"], settled["provider"]) == ("settled", taker.party)
    split = (await taker.get(f"{path}/split")).json()
    assert {one["party"] for one in split["shares"]} == {taker.party}
    balance = "SELECT count(*) FROM distribution_leg WHERE party_id = $1 AND amount_minor > 0"
    assert await trade.runtime.pool.fetchval(balance, taker.party) == 1
    assert await trade.runtime.pool.fetchval(balance, trade.provider.party) == 0
    # Anybody can follow the chain of documents offline.
    agreement, succession = await documents(trade.buyer, signed["document_id"], done.json()["document_id"])
    assert all(one.holds for one in check(succession))
    assert follows(agreement, succession) == taker.party
    assert follows(agreement, {**succession, "signatures": succession["signatures"][:1]}) is None
    page = await trade.buyer.get(f"/v1/documents/{done.json()['document_id']}/page?lang=zh")
    assert (page.status_code, "合同权利义务承继书" in page.text) == (200, True)


@pytest.mark.slow
async def test_where_the_licence_stands_against_the_acquirer_silence_goes_on(trade, clock, drain, runtime):
    signed = await ordered(trade)
    taker, key, called = await passed_on(trade, clock, drain)
    assert called["mode"] == "follows"
    waiting = await joined(taker, key, called)
    assert waiting["due_at"] > called["created_at"]
    clock.move(timedelta(days=15))
    late = await trade.buyer.post(f"/v1/successions/{called['id']}/refusal", {"reason": "too late"})
    assert (late.status_code, late.json()["code"], late.json()["rule"]["id"]) == (409, "succession-over", "LT-CON-47")
    await time_over(runtime)
    done = (await taker.get(f"/v1/successions/{called['id']}")).json()
    assert done["status"] == "effective"
    agreement, succession = await documents(trade.buyer, signed["document_id"], done["document_id"])
    assert (succession["taken_by"], follows(agreement, succession)) == ("silence", taker.party)
    assert follows(agreement, {**succession, "effective_at": called["created_at"]}) is None


@pytest.mark.slow
async def test_silence_is_no_consent_where_consent_is_asked_and_the_price_goes_back(trade, clock, drain, runtime):
    """民法典 arts. 551, 555."""
    signed = await negotiated(trade)
    taker, key, called = await passed_on(trade, clock, drain)
    await joined(taker, key, called)
    clock.move(timedelta(days=15))
    await time_over(runtime)
    assert (await taker.get(f"/v1/successions/{called['id']}")).json()["status"] == "refused"
    ended = (await trade.buyer.get(f"/v1/agreements/{signed['id']}")).json()
    order = (await trade.buyer.get(f"/v1/orders/{signed['order_id']}")).json()
    assert (ended["status"], ended["provider"], order["status"]) == ("terminated", trade.provider.party, "refunded")


@pytest.mark.slow
async def test_who_refuses_in_time_ends_the_agreement_at_once(trade, clock, drain):
    signed = await ordered(trade)
    taker, key, called = await passed_on(trade, clock, drain)
    await joined(taker, key, called)
    refusal = await trade.buyer.post(f"/v1/successions/{called['id']}/refusal", {"reason": "a competitor"})
    assert (refusal.status_code, refusal.json()["status"]) == (200, "refused"), refusal.text
    ended = (await trade.buyer.get(f"/v1/agreements/{signed['id']}")).json()
    order = (await trade.buyer.get(f"/v1/orders/{signed['order_id']}")).json()
    assert (ended["status"], order["status"]) == ("terminated", "refunded")
    other = await trade.as_("buyer", "other")
    not_there(await other.get(f"/v1/successions/{called['id']}"))


@pytest.mark.slow
async def test_an_acquirer_that_does_not_join_leaves_the_agreement_where_it_was(trade, clock, drain, runtime):
    signed = await ordered(trade)
    taker, key, called = await passed_on(trade, clock, drain)
    clock.move(timedelta(days=15))
    late = await taker.post(f"/v1/successions/{called['id']}/joinder", signature(called, *key))
    assert (late.status_code, late.json()["code"]) == (409, "succession-over")
    await time_over(runtime)
    lapsed = (await taker.get(f"/v1/successions/{called['id']}")).json()
    stays = (await trade.buyer.get(f"/v1/agreements/{signed['id']}")).json()
    assert (lapsed["status"], stays["status"], stays["provider"]) == ("lapsed", "in_force", trade.provider.party)
    owed = (await trade.buyer.get(f"/v1/agreements/{signed['id']}/obligations")).json()
    assert [(one["kind"], one["bearer"]) for one in owed if one["kind"] == "joinder"] == [
        ("joinder", trade.provider.party)
    ]
    await drain()  # Whoever looks again asks nobody twice.
    assert len((await taker.get("/v1/successions")).json()["items"]) == 1


@pytest.mark.slow
async def test_who_has_passed_the_rights_on_meanwhile_is_followed_by_whoever_holds_them(trade, clock, drain):
    """A passes them to B, which joins, and B to C before the consumer answers: C is called once B provides."""
    signed = await ordered(trade)
    taker, key, called = await passed_on(trade, clock, drain)
    await joined(taker, key, called)
    third = await transferred(trade, clock, taker, "third")
    await drain()
    assert (await third.get("/v1/successions")).json()["items"] == []
    done = await trade.buyer.post(f"/v1/successions/{called['id']}/consent", signature(called, *trade.buyer_key))
    assert done.status_code == 201, done.text
    await drain()
    (next_,) = (await third.get("/v1/successions")).json()["items"]
    assert (next_["agreement_id"], next_["transferor"], next_["transferee"]) == (
        signed["id"], taker.party, third.party,
    )  # fmt: skip


@pytest.mark.slow
async def test_with_an_agreement_that_ends_its_succession_is_over_at_once(trade, clock, drain):
    signed = await ordered(trade)
    taker, key, called = await passed_on(trade, clock, drain)
    notice = {"ground": "agreed", "reason": "over"}
    given = (await trade.provider.post(f"/v1/agreements/{signed['id']}/termination", notice)).json()
    agreed = await trade.buyer.post(f"/v1/terminations/{given['id']}/answer", {"answer": "agree", "reason": "fine"})
    assert agreed.status_code == 200, agreed.text
    over = (await taker.get(f"/v1/successions/{called['id']}")).json()
    assert (over["status"], over["end_reason"]) == ("lapsed", "the agreement is terminated")
    late = await taker.post(f"/v1/successions/{called['id']}/joinder", signature(called, *key))
    assert (late.status_code, late.json()["code"]) == (409, "illegal-transition")
