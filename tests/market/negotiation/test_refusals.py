"""What is refused, through HTTP, and what each refusal names."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from contracts.terms.document import digest, plain
from contracts.terms.prices import Free
from rights.grants.box import Exclusivity
from tests.conftest import Client
from tests.market.negotiation.story import Fixed, addressed, between, body, later, listed, of_policy
from tests.market.trade import Trade
from tests.refusals import not_there, refused


async def opened(trade: Trade, **more: Any) -> dict[str, Any]:
    """A request of the buyer."""
    made = await trade.buyer.post("/v1/negotiations", body(await between(trade), **more))
    assert made.status_code == 201, made.text
    return dict(made.json())


async def published(trade: Trade, **more: Any) -> dict[str, Any]:
    """A public offer of the provider."""
    sent = {"title_zh": "全年", "title_en": "A year", "expires_at": later(trade.runtime, days=30), **more}
    sent.setdefault("terms", plain(await listed(trade.runtime, trade.listing_id)))
    made = await trade.provider.post(f"/v1/listings/{trade.listing_id}/offers", sent)
    assert made.status_code == 201, made.text
    return dict(made.json())


def told(answer: Any) -> tuple[int, str, str]:
    """A refusal by its status, code and rule."""
    return answer.status_code, answer.json()["code"], (answer.json()["rule"] or {}).get("id")


async def put(who: Client, negotiation: str, what: str, **sent: Any) -> Any:
    return await who.post(f"/v1/negotiations/{negotiation}/{what}", sent)


@pytest.mark.slow
async def test_the_one_who_waits_is_told_who_answers_by_when(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    one = await opened(trade)
    answer = await put(trade.buyer, one["id"], "acceptance", terms_digest=one["rounds"][0]["terms_digest"])
    assert told(answer) == (409, "not-your-move", "LT-NEG-02")
    assert answer.json()["owner"] == trade.provider.party
    assert datetime.fromisoformat(answer.json()["due_at"]) == datetime.fromisoformat(one["due_at"])
    assert answer.json()["allowed"] == ["withdraw"]
    assert one["allowed_actions"] == ["withdraw"]
    seen = (await trade.provider.get(f"/v1/negotiations/{one['id']}")).json()
    assert seen["allowed_actions"] == ["accept", "counter", "reject"]
    counter = await trade.buyer.post(f"/v1/negotiations/{one['id']}/rounds", body(await between(trade)))
    assert told(counter) == (409, "not-your-move", "LT-NEG-02")
    assert told(await put(trade.buyer, one["id"], "rejection", reason="x"))[1] == "not-your-move"


@pytest.mark.slow
async def test_case_19_what_was_superseded_is_not_accepted(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    one = await opened(trade)
    second, third = await between(trade, "12000.00"), await between(trade, "11000.00")
    for who, terms in ((trade.provider, second), (trade.buyer, third)):
        made = await who.post(f"/v1/negotiations/{one['id']}/rounds", body(terms))
        assert made.status_code == 201, made.text
    answer = await put(trade.provider, one["id"], "acceptance", terms_digest=one["rounds"][0]["terms_digest"])
    assert told(answer) == (409, "round-superseded", "LT-NEG-05")
    assert (answer.json()["round"], answer.json()["digest"]) == (3, digest(third))
    assert (await put(trade.provider, one["id"], "acceptance", terms_digest=digest(third))).status_code == 201
    again = await put(trade.provider, one["id"], "acceptance", terms_digest=digest(third))
    assert told(again) == (409, "negotiation-closed", "LT-NEG-03")
    assert again.json()["state"] == "accepted"


async def test_what_ended_is_told_as_it_ended(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    one = await opened(trade)
    rejected = await put(trade.provider, one["id"], "rejection", reason="价格过低")
    assert (rejected.status_code, rejected.json()["end_code"]) == (200, "rejected")
    answer = await put(trade.buyer, one["id"], "withdrawal", reason="x")
    assert told(answer) == (409, "negotiation-closed", "LT-NEG-03")
    assert (answer.json()["state"], answer.json()["ended_as"]) == ("terminated", "rejected")


async def test_an_offer_that_ran_out_is_over_before_the_sweep_and_after(runtime, as_, clock, drain):
    from market.negotiation.jobs import expire

    trade = await Trade.begin(runtime, as_)
    one = await opened(trade, expires_at=later(runtime, hours=1))
    silent = await opened(trade)
    clock.move(timedelta(hours=1))
    seen = (await trade.buyer.get(f"/v1/negotiations/{one['id']}")).json()
    assert (seen["status"], seen["end_code"], seen["owner"], seen["allowed_actions"]) == (
        "terminated",
        "expired",
        None,
        [],
    )
    answer = await put(trade.provider, one["id"], "acceptance", terms_digest=one["rounds"][0]["terms_digest"])
    assert told(answer) == (409, "negotiation-expired", "LT-NEG-04")
    over = (await trade.buyer.get("/v1/negotiations?status=terminated")).json()["items"]
    assert [each["id"] for each in over] == [one["id"]]
    assert [each["id"] for each in (await trade.buyer.get("/v1/negotiations?status=requested")).json()["items"]] == [
        silent["id"]
    ]
    await expire(runtime)
    row = await runtime.pool.fetchrow("SELECT status, end_code, owner FROM negotiation WHERE id = $1", one["id"])
    assert tuple(row) == ("terminated", "expired", None)
    clock.move(timedelta(days=40))
    await expire(runtime)
    assert (await trade.buyer.get(f"/v1/negotiations/{silent['id']}")).json()["end_code"] == "lapsed"


async def test_who_owes_an_answer_is_reminded_once(runtime, as_, clock):
    from market.negotiation.jobs import remind

    trade = await Trade.begin(runtime, as_)
    one = await opened(trade)
    clock.move(timedelta(days=13))
    await remind(runtime)
    await remind(runtime)
    events = await runtime.pool.fetch("SELECT facts FROM log_entry WHERE kind = 'market.negotiation.reminded'")
    assert len(events) == 1
    assert one["owner"] in events[0]["facts"]


@pytest.mark.parametrize(("by", "word"), [({"seconds": -1}, "future"), ({"days": 400}, "at most")])
async def test_an_expiry_that_cannot_be(runtime, as_, by, word):
    trade = await Trade.begin(runtime, as_)
    answer = await trade.buyer.post("/v1/negotiations", body(await between(trade), expires_at=later(runtime, **by)))
    assert told(answer) == (422, "expiry-impossible", "LT-NEG-04")
    assert word in answer.json()["detail"]
    assert answer.json()["errors"][0]["pointer"] == "/expires_at"


async def test_nobody_negotiates_with_itself(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    terms = msgspec.structs.replace(await between(trade), consumer=trade.provider.party)
    answer = await trade.provider.post("/v1/private-offers", body(terms))
    assert told(answer) == (422, "own-offer", "LT-NEG-01")


async def test_a_round_that_says_it_stands_is_not_withdrawn(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    one = await opened(trade, expires_at=later(runtime, days=3), withdrawable=False)
    assert one["allowed_actions"] == []
    answer = await put(trade.buyer, one["id"], "withdrawal", reason="x")
    assert told(answer) == (409, "round-binding", "LT-NEG-06")


async def test_terms_of_something_else_are_refused_with_every_place(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    terms = await between(trade)
    policy = msgspec.structs.replace(terms.policy, asset="ast_other", revisions=("rev_other",))
    wrong = msgspec.structs.replace(terms, consumer="pty_other", policy=policy)
    answer = await trade.buyer.post("/v1/negotiations", body(wrong))
    assert told(answer) == (422, "terms-of-other-listing", "LT-NEG-07")
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {
        "/terms/consumer", "/terms/policy/asset", "/terms/policy/revisions",
    }  # fmt: skip


async def test_nobody_offers_more_than_is_held(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    public = of_policy(await listed(runtime, trade.listing_id), window_days=36_000)
    sent = {"title_zh": "全年", "title_en": "A year", "expires_at": later(runtime, days=30), "terms": plain(public)}
    answer = await trade.provider.post(f"/v1/listings/{trade.listing_id}/offers", sent)
    assert told(answer) == (422, "grant-exceeds-title", "LT-TTL-02"), answer.text
    private = await trade.provider.post("/v1/private-offers", body(of_policy(await between(trade), window_days=36_000)))
    assert told(private) == (422, "grant-exceeds-title", "LT-TTL-02")
    one = await opened(trade)
    beyond = of_policy(await between(trade), window_days=36_000)
    counter = await trade.provider.post(f"/v1/negotiations/{one['id']}/rounds", body(beyond))
    assert told(counter) == (422, "grant-exceeds-title", "LT-TTL-02")


async def test_faults_of_a_policy_come_all_at_once(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    faulty = of_policy(await between(trade), purposes=("marketing-x",), window_days=None)
    answer = await trade.buyer.post("/v1/negotiations", body(faulty))
    refused(answer, 422, "terms-contradictory", "LT-CON-20")
    pointers = {fault["pointer"] for fault in answer.json()["errors"]}
    assert any(pointer.startswith("/terms/policy/permissions/0/purposes") for pointer in pointers)
    assert any(pointer.startswith("/terms/policy/permissions/0/ends") for pointer in pointers)


async def test_five_public_offers_and_no_sixth(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    made = [await published(trade) for _ in range(5)]
    sent = {"title_zh": "全年", "title_en": "A year", "expires_at": later(runtime, days=30)}
    sent["terms"] = plain(await listed(runtime, trade.listing_id))
    path = f"/v1/listings/{trade.listing_id}/offers"
    answer = await trade.provider.post(path, sent)
    assert told(answer) == (409, "offers-too-many", "LT-NEG-08")
    withdrawn = await trade.provider.post(f"/v1/offers/{made[0]['id']}/withdrawal", {"reason": "x"})
    assert withdrawn.json()["status"] == "withdrawn"
    assert (await trade.provider.post(path, sent)).status_code == 201
    assert len((await trade.buyer.get(path)).json()["items"]) == 5
    assert len((await trade.provider.get(path)).json()["items"]) == 6
    taken = await trade.buyer.post(f"/v1/offers/{made[0]['id']}/acceptance", {"purpose": "risk-control"})
    assert told(taken) == (409, "offer-closed", "LT-NEG-04")
    assert taken.json()["state"] == "withdrawn"


async def test_an_offer_to_others_is_not_there(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    other = await as_("buyer", "other")
    named = plain(addressed(await listed(runtime, trade.listing_id), trade.buyer.party))
    offer = await published(trade, terms=named)
    not_there(await other.get(f"/v1/offers/{offer['id']}"))
    assert (await other.get(f"/v1/listings/{trade.listing_id}/offers")).json()["items"] == []
    taken = await other.post(f"/v1/offers/{offer['id']}/acceptance", {"purpose": "risk-control"})
    not_there(taken)
    seen = (await trade.buyer.get(f"/v1/offers/{offer['id']}")).json()
    assert (seen["addressed"], seen["allowed_actions"]) == ([trade.buyer.party], ["take"])


async def test_nobody_takes_anothers_offer_back(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    offer = await published(trade)
    rival = await as_("provider", "rival")
    answer = await rival.post(f"/v1/offers/{offer['id']}/withdrawal", {"reason": "mine is better"})
    assert told(answer) == (403, "offer-not-yours", "LT-NEG-08")
    assert (await trade.buyer.get(f"/v1/offers/{offer['id']}")).json()["status"] == "open"


async def test_an_exclusive_offer_has_one_seat(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    terms = await listed(runtime, trade.listing_id)
    sole = msgspec.structs.replace(
        terms, policy=msgspec.structs.replace(terms.policy, exclusivity=Exclusivity.EXCLUSIVE)
    )
    offer = await published(trade, terms=plain(sole), seats=7)
    assert offer["seats"] == 1
    first = await trade.buyer.post(f"/v1/offers/{offer['id']}/acceptance", {"purpose": "risk-control"})
    assert first.status_code == 201, first.text
    second = await (await as_("buyer", "second")).post(
        f"/v1/offers/{offer['id']}/acceptance", {"purpose": "risk-control"}
    )
    assert told(second) == (409, "offer-closed", "LT-NEG-04")
    assert second.json()["state"] == "taken"


async def test_an_offer_for_another_purpose_is_refused(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    offer = await published(trade)
    answer = await trade.buyer.post(f"/v1/offers/{offer['id']}/acceptance", {"purpose": "personalised-marketing"})
    refused(answer, 422, "offer-exceeded", "LT-CON-02")
    assert "risk-control" in answer.json()["detail"]


async def test_a_request_needs_an_offer_or_terms(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    offer = await published(trade)
    both = body(await between(trade), offer_id=offer["id"], purpose="risk-control")
    for sent in ({}, both):
        answer = (await trade.buyer.post("/v1/negotiations", sent)).json()
        assert (answer["code"], answer["rule"]["id"]) == ("terms-contradictory", "LT-CON-20")
        assert [fault["pointer"] for fault in answer["errors"]] == ["/offer_id"]
    made = await trade.buyer.post("/v1/negotiations", {"offer_id": offer["id"], "purpose": "risk-control"})
    assert made.status_code == 201, made.text
    assert made.json()["rounds"][0]["terms"]["consumer"] == trade.buyer.party


async def test_a_repeated_round_is_the_same_answer(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    sent = body(await between(trade))
    first = await trade.buyer.post("/v1/negotiations", sent, idempotency="one")
    again = await trade.buyer.post("/v1/negotiations", sent, idempotency="one")
    assert again.json() == first.json()
    assert await runtime.pool.fetchval("SELECT count(*) FROM negotiation_round") == 1


async def test_rounds_are_never_changed(runtime, as_):
    import asyncpg

    trade = await Trade.begin(runtime, as_)
    await opened(trade)
    for statement in ("UPDATE negotiation_round SET note = 'x'", "DELETE FROM negotiation_round"):
        with pytest.raises(asyncpg.PostgresError):
            await runtime.pool.execute(statement)


async def test_the_difference_of_two_rounds(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    one = await opened(trade)
    await trade.provider.post(f"/v1/negotiations/{one['id']}/rounds", body(await between(trade, "15000.00")))
    path = f"/v1/negotiations/{one['id']}/difference"
    told_ = (await trade.buyer.get(f"{path}?old=1&new=2")).json()
    [change] = told_["changes"]
    assert (change["path"], change["effect"], change["for"]) == ("/price/amount/amount", "narrower", "consumer")
    assert "12500.00" in change["zh"]
    not_there(await trade.buyer.get(f"{path}?old=1&new=3"))
    not_there(await (await as_("buyer", "other")).get(f"{path}?old=1&new=2"))


async def test_what_is_offered_goes_with_its_listing(runtime, as_):
    from market.negotiation.jobs import expire_offers

    trade = await Trade.begin(runtime, as_)
    offer = await published(trade)
    one = await opened(trade)
    await trade.provider.post(f"/v1/listings/{trade.listing_id}/delisting", {"reason": "停售"})
    not_there(await trade.buyer.get(f"/v1/offers/{offer['id']}"))
    counter = await trade.provider.post(f"/v1/negotiations/{one['id']}/rounds", body(await between(trade)))
    assert told(counter) == (409, "listing-closed", "LT-ORD-02")
    accepted = await put(trade.provider, one["id"], "acceptance", terms_digest=one["rounds"][0]["terms_digest"])
    assert told(accepted) == (409, "listing-closed", "LT-ORD-02")
    await expire_offers(runtime)
    assert (await trade.provider.get(f"/v1/offers/{offer['id']}")).json()["status"] == "withdrawn"


async def test_the_terms_of_a_listing_begin_an_offer(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    given = (await trade.buyer.get(f"/v1/listings/{trade.listing_id}/terms")).json()
    assert given["terms"]["price"] == {"kind": "one-off", "amount": {"amount": "12500.00", "currency": "CNY"}}
    offer = await published(trade, terms=given["terms"])
    assert offer["terms_digest"] == given["terms_digest"]


async def test_what_costs_nothing_is_agreed_too(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    terms = await between(trade)
    policy = msgspec.structs.replace(terms.policy, duties=())
    free = of_policy(msgspec.structs.replace(terms, price=Free(), policy=policy), duties=())
    one = await trade.buyer.post("/v1/negotiations", body(free))
    assert one.status_code == 201, one.text
    done = await put(trade.provider, one.json()["id"], "acceptance", terms_digest=digest(free))
    assert done.status_code == 201, done.text
    order = (await trade.buyer.get(f"/v1/orders/{done.json()['order_id']}")).json()
    assert order["price"]["amount"] == "0.00"


async def test_officers_read_and_strangers_see_nothing(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    one = await opened(trade)
    for office in ("regulator", "auditor", "operator"):
        seen = await (await as_(office)).get(f"/v1/negotiations/{one['id']}")
        assert (seen.status_code, seen.json()["allowed_actions"], len(seen.json()["rounds"])) == (200, [], 1)
    regulator = await as_("regulator")
    assert [each["id"] for each in (await regulator.get("/v1/negotiations")).json()["items"]] == [one["id"]]
    stranger = await as_("buyer", "stranger")
    not_there(await stranger.get(f"/v1/negotiations/{one['id']}"))
    assert (await stranger.get("/v1/negotiations")).json()["items"] == []
    for what, sent in (
        ("acceptance", {"terms_digest": one["rounds"][0]["terms_digest"]}),
        ("rejection", {"reason": "x"}),
    ):
        answer = await stranger.post(f"/v1/negotiations/{one['id']}/{what}", sent)
        assert refused(answer, 404, "not-found")["kind"] == "negotiation"


async def test_public_data_is_offered_within_its_cap(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    terms = await between(trade, "700.00")
    await runtime.pool.execute(
        "UPDATE asset SET public_data = true, form = 'product' WHERE id = $1", terms.policy.asset
    )
    await runtime.pool.execute(
        "INSERT INTO classification SELECT 'cls_' || translate(substr(id, 5), '0', '1'), asset_id, level, after,"
        ' declared || \'{"price_cap": {"amount": "600.00", "currency": "CNY"}}\', items, evidence, policy,'
        " created_at + interval '1 second' FROM classification WHERE asset_id = $1",
        terms.policy.asset,
    )
    above = await trade.buyer.post("/v1/negotiations", body(terms))
    assert told(above) == (422, "above-price-cap", "LT-CLS-14"), above.text
    assert "600.00" in above.json()["errors"][0]["detail"]
    within = await trade.buyer.post("/v1/negotiations", body(await between(trade, "600.00")))
    assert within.status_code == 201, within.text


async def test_there_are_so_many_rounds_and_negotiations_of_two(runtime, as_, monkeypatch):
    monkeypatch.setattr("market.negotiation.rounds.RULES", Fixed(rounds_max=2))
    monkeypatch.setattr("market.negotiation.opening.RULES", Fixed(open_between_two_max=2))
    trade = await Trade.begin(runtime, as_)
    one = await opened(trade)
    path = f"/v1/negotiations/{one['id']}/rounds"
    assert (await trade.provider.post(path, body(await between(trade)))).status_code == 201
    third = await trade.buyer.post(path, body(await between(trade)))
    assert told(third) == (409, "rounds-too-many", "LT-NEG-09")
    await opened(trade)
    assert told(await trade.buyer.post("/v1/negotiations", body(await between(trade))))[1] == "rounds-too-many"


async def test_terms_are_so_long(runtime, as_, monkeypatch):
    monkeypatch.setattr("market.offers.rules.RULES", Fixed(terms_bytes_max=500))
    trade = await Trade.begin(runtime, as_)
    answer = await trade.buyer.post("/v1/negotiations", body(await between(trade)))
    assert told(answer) == (422, "terms-too-large", "LT-NEG-09")
    assert answer.json()["limit_bytes"] == 500


@pytest.mark.parametrize(
    ("side", "moment"),
    [("ends", "9999-12-31T23:59:59Z"), ("ends", "0001-01-01T00:00:00+14:00"), ("starts", "0001-01-01T00:00:00+14:00")],
)
async def test_a_moment_that_no_calendar_counts_from_is_a_fault_of_the_terms(runtime, as_, side, moment):
    trade = await Trade.begin(runtime, as_)
    terms = plain(await between(trade))
    terms["policy"]["permissions"][0][side] = moment
    answer = await trade.buyer.post("/v1/negotiations", {"terms": terms})
    assert told(answer) == (422, "policy-inexpressible", "LT-CON-09")
    assert f"/terms/policy/permissions/0/{side}" in [fault["pointer"] for fault in answer.json()["errors"]]


async def test_whoever_may_not_place_orders_does_not_accept_as_a_consumer(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    other = await as_("provider", "another")
    terms = await between(trade, buyer=other.party)
    made = (await trade.provider.post("/v1/private-offers", body(terms))).json()
    refused = await put(other, made["id"], "acceptance", terms_digest=digest(terms))
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize("place", ["permissions", "revisions", "duties"])
async def test_an_object_where_a_list_is_wanted_is_a_fault_with_its_place(runtime, as_, place):
    trade = await Trade.begin(runtime, as_)
    terms = plain(await between(trade))
    terms["policy"][place] = {"x": 1}
    answer = await trade.buyer.post("/v1/negotiations", {"terms": terms})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-input")
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [f"/terms/policy/{place}"]


async def test_nobody_offers_another_providers_listing(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    stranger = await as_("provider", "stranger")
    answer = await stranger.post("/v1/private-offers", body(await between(trade)))
    assert (answer.status_code, answer.json()["code"]) == (403, "not-your-listing"), answer.text
    assert (await trade.buyer.get("/v1/negotiations")).json()["items"] == []
