"""Model contracts from the draft to the calendar: made, compared with their model, negotiated, signed, proved, owed."""

from typing import Any

import msgspec
import pytest

from contracts.agreements.verify import check
from contracts.terms.document import Delivery, plain
from tests.contracts.clauses.drafts import FILLED, HIDDEN, NAMED
from tests.contracts.services.story import brokered
from tests.market.negotiation.story import between, body, following
from tests.market.trade import Trade
from tests.refusals import refused


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


OWED = {
    # By hand from the clauses: what the contract makes owed at once, and when it has ended.
    "provision": ({"deliver"}, {"delete", "prove-deletion", "settle"}),
    "entrusted": ({"deliver"}, {"delete", "prove-deletion", "settle"}),
    "fusion": ({"deliver"}, {"settle"}),
}


@pytest.mark.parametrize("model", sorted(OWED))
async def test_a_model_contract_is_made_compared_signed_and_kept_in_the_calendar(trade, drain, model):
    terms = following(await between(trade), model)
    draft = body(terms)["terms"]
    shown = (await trade.buyer.get(f"/v1/contract-models/{model}")).json()
    assert shown["id"] == model
    assert "GF-2025" in str(shown)
    asked = {"clauses": draft["clauses"], "policy": draft["policy"]}
    checked = (await trade.buyer.post(f"/v1/contract-models/{model}/check", asked)).json()
    assert checked["faults"] == []
    assert len(checked["matrix"]) == 6
    compared = await trade.buyer.post(f"/v1/contract-models/{model}/redline", {"after": draft["clauses"]})
    changed = {change["change"]["clause"] for change in compared.json()["changes"]}
    assert changed == {use.clause for use in terms.clauses if use.clause in FILLED}
    pdf = await trade.buyer.post(f"/v1/contract-models/{model}/preview/pdf?lang=zh", asked)
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-"), pdf.text[:300]

    opened = await trade.buyer.post("/v1/negotiations", body(terms))
    assert opened.status_code == 201, opened.text
    standing = opened.json()["rounds"][-1]["terms_digest"]
    path = f"/v1/negotiations/{opened.json()['id']}"
    accepted = await trade.provider.post(f"{path}/acceptance", {"terms_digest": standing})
    assert accepted.status_code in (200, 201), accepted.text
    order = (await trade.buyer.get(f"/v1/orders/{accepted.json()['order_id']}")).json()
    agreement = (await trade.buyer.get(f"/v1/agreements/{order['agreement_id']}")).json()
    assert agreement["content"]["terms"] == draft
    assert agreement["content"]["template"]["kind"] == "model-contracts"
    await trade.sign(agreement, "provider")
    signed = await trade.sign(agreement, "buyer")
    assert signed["status"] == "in_force"
    await drain()
    envelope = (await trade.buyer.get(f"/v1/documents/{signed['document_id']}")).json()
    assert all(one.holds for one in check(envelope["document"]["credentialSubject"]))
    page = await trade.buyer.get(f"/v1/documents/{signed['document_id']}/page?lang=zh")
    assert page.status_code == 200

    at_once, at_the_end = OWED[model]
    obligations = f"/v1/agreements/{agreement['id']}/obligations"
    assert {one["kind"] for one in await _owed(trade, obligations)} == at_once
    if (await trade.buyer.get(f"/v1/orders/{order['id']}")).json()["status"] != "paid":  # One of them is free.
        await trade.pay(order["id"])
    if model != "fusion":  # Of data that stays nothing is handed over, so that nothing is to be deleted.
        (file, *_) = (await trade.buyer.post(f"/v1/orders/{order['id']}/links")).json()["files"]
        assert (await trade.buyer.get(file["url"])).status_code == 200
    notice = {"ground": "agreed", "reason": "over"}
    given = (await trade.provider.post(f"/v1/agreements/{agreement['id']}/termination", notice)).json()
    answer = {"answer": "agree", "reason": "fine"}
    assert (await trade.buyer.post(f"/v1/terminations/{given['id']}/answer", answer)).status_code == 200
    due = [one for one in await _owed(trade, obligations) if one["status"] == "due"]
    assert {one["kind"] for one in due} >= at_the_end
    assert ("delete" in {one["kind"] for one in due}) == ("delete" in at_the_end)
    assert all(one["text"]["zh"] and one["text"]["en"] for one in due)


@pytest.mark.slow
async def test_the_fourth_is_an_intermediarys_and_licenses_nothing(trade, drain):
    """数据中介服务合同: made, compared, negotiated, signed, proved, owed, ended; no data opens."""
    terms = brokered(trade.provider.party, trade.buyer.party)
    draft = plain(terms)
    shown = (await trade.buyer.get("/v1/contract-models/intermediary")).json()
    assert "GF-2025-2618" in str(shown)
    asked = {"clauses": draft["clauses"]}
    checked = (await trade.buyer.post("/v1/contract-models/intermediary/check", asked)).json()
    assert checked["faults"] == []
    assert len(checked["matrix"]) == 6
    redline = "/v1/contract-models/intermediary/redline"
    compared = await trade.buyer.post(redline, {"after": draft["clauses"]})
    assert {change["change"]["clause"] for change in compared.json()["changes"]} == {"services"}
    pdf = await trade.buyer.post("/v1/contract-models/intermediary/preview/pdf?lang=zh", asked)
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-"), pdf.text[:300]

    # The client asks for it, the intermediary answers with six per cent, the client accepts.
    opened = await trade.buyer.post("/v1/negotiations", {"terms": draft})
    assert (opened.status_code, opened.json()["listing_id"]) == (201, None), opened.text
    path = f"/v1/negotiations/{opened.json()['id']}"
    dearer = tuple(
        msgspec.structs.replace(use, values=use.values | {"percent": "6"}) if use.clause == "success-fee" else use
        for use in terms.clauses
    )
    final = msgspec.structs.replace(terms, clauses=dearer)
    countered = await trade.provider.post(f"{path}/rounds", {"terms": plain(final)})
    assert countered.status_code == 201, countered.text
    difference = (await trade.buyer.get(f"{path}/difference")).json()["changes"]
    assert [one["path"] for one in difference] == ["/clauses/success-fee/values/percent"]
    standing = countered.json()["rounds"][-1]["terms_digest"]
    accepted = await trade.buyer.post(f"{path}/acceptance", {"terms_digest": standing})
    assert (accepted.status_code, accepted.json()["order_id"]) == (201, None), accepted.text
    agreement = (await trade.buyer.get(f"/v1/agreements/{accepted.json()['agreement_id']}")).json()
    assert agreement["content"]["terms"] == plain(final)
    assert agreement["content"]["roles"]["provider"]["zh"] == "中介方"
    text = agreement["content"]["text_zh"]
    assert (text.startswith("数据中介服务合同"), "2027-06-30" in text) == (True, True)
    await trade.sign(agreement, "provider")
    signed = await trade.sign(agreement, "buyer")
    assert (signed["status"], signed["licence_ends_on"], signed["grant_id"]) == ("in_force", "2027-06-30", None)
    await drain()
    envelope = (await trade.buyer.get(f"/v1/documents/{signed['document_id']}")).json()
    assert all(one.holds for one in check(envelope["document"]["credentialSubject"]))
    page = await trade.buyer.get(f"/v1/documents/{signed['document_id']}/page?lang=zh")
    assert (page.status_code, "数据中介服务合同" in page.text, "数据提供协议" in page.text) == (200, True, False)

    told = (await trade.buyer.get(f"/v1/agreements/{signed['id']}/policy")).json()
    assert (told["code"], told["rule"]["id"]) == ("nothing-licensed", "LT-CON-43")
    obligations = f"/v1/agreements/{signed['id']}/obligations"
    concluded = {"reference": "deal 1", "statement": "a contract with a carrier"}
    for clause, code in (("success-fee", "pay"), ("earned-on-conclusion", "conclusion-notice")):
        said = {"clause": clause, "code": code, **concluded}
        made = await trade.buyer.post(f"/v1/agreements/{signed['id']}/occurrences", said)
        assert made.status_code == 201, made.text
    assert {one["kind"] for one in await _owed(trade, obligations)} == {"pay", "conclusion-notice"}
    (fee,) = [one for one in await _owed(trade, obligations) if one["kind"] == "pay"]
    paid = await trade.buyer.post(f"/v1/obligations/{fee['id']}/discharge", {"statement": "paid by transfer"})
    assert paid.json()["status"] == "discharged"
    notice = {"ground": "agreed", "reason": "over"}
    given = (await trade.provider.post(f"/v1/agreements/{signed['id']}/termination", notice)).json()
    answer = {"answer": "agree", "reason": "fine"}
    assert (await trade.buyer.post(f"/v1/terminations/{given['id']}/answer", answer)).status_code == 200
    due = {one["kind"] for one in await _owed(trade, obligations) if one["status"] == "due"}
    assert due == {"delete", "settle"}


async def _owed(trade: Trade, path: str) -> list[dict[str, Any]]:
    answer = await trade.provider.get(path)
    assert answer.status_code == 200, answer.text
    listed: list[dict[str, Any]] = answer.json()
    return listed


async def test_words_that_contradict_are_refused_with_their_places_before_anything_is_stored(trade):
    """Two ways to settle disputes and a duty that no clause says, in one answer; then a model without clauses."""
    terms = following(await between(trade), "provision")
    policy = msgspec.structs.replace(terms.policy, duties=(*terms.policy.duties, NAMED))
    court = {"clause": "court", "version": "1", "values": {}}
    wrong = body(msgspec.structs.replace(terms, policy=policy))["terms"]
    wrong["clauses"] = [*wrong["clauses"], court]
    answer = await trade.buyer.post("/v1/negotiations", {"terms": wrong})
    told = answer.json()
    assert (answer.status_code, told["code"], told["rule"]["id"]) == (422, "terms-contradictory", "LT-CON-20")
    places = {fault["pointer"] for fault in told["errors"]}
    assert any(place.startswith(f"/terms/clauses/{len(wrong['clauses']) - 1}") for place in places)
    assert any(place.startswith("/terms/policy/duties") for place in places)
    assert (await trade.buyer.get("/v1/negotiations")).json()["items"] == []
    bare = body(msgspec.structs.replace(terms, model="fusion", clauses=()))
    answer = await trade.buyer.post("/v1/negotiations", bare)
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/terms/clauses"]


async def test_data_that_stays_is_provided_by_computing_and_its_contract_says_so(trade):
    """The delivery of terms and the environments of their policy are one thing; who says two is refused."""
    terms = msgspec.structs.replace(following(await between(trade), "provision"), delivery=Delivery.COMPUTING)
    answer = await trade.buyer.post("/v1/negotiations", body(terms))
    refused(answer, 422, "terms-contradictory", "LT-CON-20")
    assert "/terms/delivery" in {fault["pointer"] for fault in answer.json()["errors"]}
    assert HIDDEN in terms.policy.duties
