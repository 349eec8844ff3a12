"""Terms whose policy is given in ODRL: they are the terms of the typed form, and refused at their place in the ODRL."""

from typing import Any

import pytest

from contracts.terms.document import Terms, digest, plain
from contracts.usage.odrl import to_odrl
from tests.market.negotiation.story import between, later, listed, of_policy
from tests.market.trade import Trade


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


def in_odrl(terms: Terms, **over: Any) -> dict[str, Any]:
    """What a connector's user sends in the place of the typed form."""
    names = {"assigner": f"urn:liutong:{terms.provider}"}
    if terms.consumer is not None:
        names["assignee"] = f"urn:liutong:{terms.consumer}"
    document = {**to_odrl(terms.policy, uid="urn:uuid:mine", **names), "@type": "Offer", **over}
    return {"odrl_terms": {**{name: said for name, said in plain(terms).items() if name != "policy"}, "odrl": document}}


def pointers(answer: Any) -> set[str]:
    return {fault["pointer"] for fault in answer.json()["errors"]}


async def test_a_request_an_offer_and_a_counter_offer_are_taken(trade):
    terms = await between(trade)
    asked = await trade.buyer.post("/v1/negotiations", in_odrl(terms))
    assert asked.status_code == 201, asked.text
    first = asked.json()["rounds"][0]
    assert (first["terms_digest"], first["terms"]) == (digest(terms), plain(terms))
    dearer = await between(trade, "13000.00")
    countered = await trade.provider.post(f"/v1/negotiations/{asked.json()['id']}/rounds", in_odrl(dearer))
    assert countered.status_code == 201, countered.text
    assert countered.json()["rounds"][1]["terms_digest"] == digest(dearer)
    private = await trade.provider.post("/v1/private-offers", in_odrl(terms))
    assert (private.status_code, private.json()["rounds"][0]["terms_digest"]) == (201, digest(terms))
    public = await listed(trade.runtime, trade.listing_id)
    sent = {"title_zh": "全年", "title_en": "A year", "expires_at": later(trade.runtime, days=30), **in_odrl(public)}
    made = await trade.provider.post(f"/v1/listings/{trade.listing_id}/offers", sent)
    assert (made.status_code, made.json()["terms_digest"]) == (201, digest(public)), made.text


@pytest.mark.parametrize(
    ("over", "pointer"),
    [
        ({"@type": "Agreement"}, "/@type"),
        ({"@context": "https://example.org/mine.jsonld"}, "/@context"),
        ({"assigner": "urn:liutong:pty_other"}, "/assigner"),
        ({"profile": "https://w3id.org/edc/v0.0.1/ns"}, "/profile"),
        ({"conflict": "perm"}, "/conflict"),
    ],
)
async def test_what_is_not_of_the_profile_is_told_with_its_place(trade, over, pointer):
    answer = await trade.buyer.post("/v1/negotiations", in_odrl(await between(trade), **over))
    assert (answer.status_code, answer.json()["code"]) == (422, "policy-inexpressible"), answer.text
    assert answer.json()["rule"]["id"] == "LT-CON-09"
    assert pointers(answer) == {f"/odrl_terms/odrl{pointer}"}
    assert (await trade.buyer.get("/v1/negotiations")).json()["items"] == []


async def test_words_that_nobody_can_decide_are_told_where_the_odrl_says_them(trade):
    wrong = of_policy(await between(trade), purposes=("risk-control", "marketing-x"), window_days=None)
    typed = await trade.buyer.post("/v1/negotiations", {"terms": plain(wrong)})
    answer = await trade.buyer.post("/v1/negotiations", in_odrl(wrong))
    assert (answer.status_code, answer.json()["code"]) == (422, typed.json()["code"])
    assert len(answer.json()["errors"]) == len(typed.json()["errors"])
    # By hand: a rule says its revisions first, then its purposes, of which the second is the unknown one.
    assert "/odrl_terms/odrl/permission/0/constraint/0/and/1/rightOperand/1" in pointers(answer)
    assert "/odrl_terms/odrl/permission/0/constraint" in pointers(answer)  # There is no end.


async def test_one_form_and_not_both_and_not_neither(trade):
    terms = await between(trade)
    for sent in ({"terms": plain(terms), **in_odrl(terms)}, {}):
        answer = await trade.provider.post("/v1/private-offers", sent)
        assert (answer.status_code, answer.json()["code"]) == (422, "terms-contradictory"), answer.text
        assert (answer.json()["rule"]["id"], pointers(answer)) == ("LT-CON-20", {"/terms"})
