"""Two organisations negotiate: three rounds, approval inside the buyer, signatures, amendment, renewal, the end."""

import base64
from datetime import datetime, timedelta
from types import SimpleNamespace

import msgspec
import pytest

from contracts.obligations.verify import check as deletion_holds
from contracts.terms.prices import OneOff
from contracts.usage.tree import Duty, DutyKind
from kernel.money import MoneyView
from tests.contracts.obligations.test_life import deletion, owed, signature, swept
from tests.market.agreed import received
from tests.market.negotiation.story import between, body, later, of_policy
from tests.market.trade import Trade
from tests.refusals import refused

DUTIES = (
    Duty(id="delete", kind=DutyKind.DELETE, days=30),
    Duty(id="prove", kind=DutyKind.PROVE_DELETION, days=44),
)


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


def at(terms, amount):
    """The same terms at another price."""
    return msgspec.structs.replace(terms, price=OneOff(MoneyView(amount=amount, currency="CNY")))


async def agreed(trade, drain):
    """Three rounds and an acceptance: the agreement as it waits for its signatures."""
    terms = await between(trade, "12500.00")
    policy = msgspec.structs.replace(terms.policy, duties=(*terms.policy.duties, *DUTIES))
    first = at(of_policy(msgspec.structs.replace(terms, policy=policy), calls_max=20), "8000.00")
    asked = await trade.buyer.post("/v1/negotiations", body(first, expires_at=later(trade.runtime, days=5)))
    assert asked.status_code == 201, asked.text
    path = f"/v1/negotiations/{asked.json()['id']}"
    assert (asked.json()["status"], asked.json()["owner"]) == ("requested", trade.provider.party)
    second = at(of_policy(first, calls_max=10), "11000.00")
    countered = await trade.provider.post(f"{path}/rounds", body(second))
    assert countered.json()["owner"] == trade.buyer.party
    difference = (await trade.buyer.get(f"{path}/difference?old=1&new=2")).json()
    told = {change["path"]: change["effect"] for change in difference["changes"]}
    assert told["/policy/permissions/licence/calls_max"] == "narrower"
    assert all(change["zh"] and change["en"] for change in difference["changes"])
    third = at(second, "9500.00")
    last = await trade.buyer.post(f"{path}/rounds", body(third))
    digest = last.json()["rounds"][-1]["terms_digest"]
    stale = countered.json()["rounds"][-1]["terms_digest"]
    late = await trade.provider.post(f"{path}/acceptance", {"terms_digest": stale})
    refused(late, 409, "round-superseded", "LT-NEG-05")
    accepted = await trade.provider.post(f"{path}/acceptance", {"terms_digest": digest})
    assert accepted.json()["status"] == "accepted", accepted.text
    order = (await trade.buyer.get(f"/v1/orders/{accepted.json()['order_id']}")).json()
    assert order["price"]["amount"] == "9500.00"
    return order, (await trade.buyer.get(f"/v1/agreements/{order['agreement_id']}")).json(), third


async def test_three_rounds_end_in_one_agreement_which_is_signed_used_ended_and_deleted(trade, drain, clock):
    order, agreement, third = await agreed(trade, drain)
    assert agreement["content"]["terms"] == body(third)["terms"]
    await trade.sign(agreement, "provider")
    assert (await trade.sign(agreement, "buyer"))["status"] == "in_force"
    order_id = order["id"]
    await trade.pay(order_id)
    await drain()
    assert (await trade.buyer.get(f"/v1/entitlements/{order_id}")).json()["entitled"] is True
    await received(trade, SimpleNamespace(id=order_id))
    await drain()
    policy = (await trade.buyer.get(f"/v1/agreements/{agreement['id']}/policy")).json()
    assert policy["meters"]["calls"] == 1
    assert policy["policy"]["permissions"][0]["calls_max"] == 10

    wider = of_policy(third, calls_max=30)
    path = f"/v1/agreements/{agreement['id']}"
    proposed = await trade.provider.post(f"{path}/amendments", body(wider, reason="more uses"))
    assert proposed.status_code == 201, proposed.text
    amendment = proposed.json()
    for who, (key_id, key) in ((trade.provider, trade.provider_key), (trade.buyer, trade.buyer_key)):
        signed = base64.b64encode(key.sign(amendment["signing_text"].encode())).decode()
        answer = await who.post(
            f"/v1/amendments/{amendment['id']}/signatures", {"signing_key_id": key_id, "signature": signed}
        )
        assert answer.status_code == 201, answer.text
    policy = (await trade.buyer.get(f"{path}/policy")).json()
    assert policy["policy"]["permissions"][0]["calls_max"] == 30
    assert policy["meters"]["calls"] == 1

    ended = await trade.buyer.post(f"{path}/termination", {"ground": "given-up", "reason": "the project is over"})
    assert ended.json()["status"] == "effective"
    due = {one["duty"]: one["status"] for one in await owed(trade, agreement)}
    assert due == {"delete": "due", "prove": "due"}
    refused(await trade.buyer.post(f"/v1/orders/{order_id}/links", {}), 409, "delivery-not-due", "LT-DLV-01")
    filed = await trade.buyer.post(
        f"{path}/deletion-statement", signature(trade, agreement, deletion(agreement, clock))
    )
    assert filed.status_code == 201, filed.text
    document = (await trade.provider.get(f"/v1/documents/{filed.json()['document_id']}")).json()["document"]
    assert all(one.holds for one in deletion_holds(document["credentialSubject"]))
    taken = await trade.provider.post(f"{path}/deletion-answer", {"accepted": True, "reason": "as agreed"})
    assert taken.json()["status"] == "accepted"


@pytest.mark.slow
async def test_a_renewal_is_offered_in_its_window_and_taken_by_opting_in(trade, drain, clock):
    order, agreement, third = await agreed(trade, drain)
    await trade.sign(agreement, "provider")
    await trade.sign(agreement, "buyer")
    await trade.pay(order["id"])
    await drain()
    await received(trade, SimpleNamespace(id=order["id"]))
    await drain()
    path = f"/v1/agreements/{agreement['id']}"
    last = datetime.fromisoformat((await trade.buyer.get(path)).json()["licence_ends_on"] + "T00:00:00+08:00")
    after = last + timedelta(days=1)
    again = of_policy(third, starts=after, ends=after + timedelta(days=365), window_days=None)
    refused(await trade.provider.post(f"{path}/renewals", body(again)), 422, "renewal-not-in-window", "LT-CON-35")
    clock.move(last - timedelta(days=80) - clock.now())
    await swept(trade)
    dearer = await trade.provider.post(f"{path}/renewals", body(at(again, "12000.00")))
    refused(dearer, 422, "renewal-price-notice", "LT-CON-36")
    offered = await trade.provider.post(f"{path}/renewals", body(again))
    assert offered.status_code == 201, offered.text
    assert [one["id"] for one in (await trade.buyer.get(f"{path}/renewals")).json()["items"]] == [offered.json()["id"]]
    taken = await trade.buyer.post(f"/v1/renewals/{offered.json()['id']}/acceptance")
    assert taken.status_code in (200, 201), taken.text
    renewed = (await trade.buyer.get(f"/v1/orders/{taken.json()['order_id']}")).json()
    assert (renewed["status"], renewed["price"]["amount"]) == ("placed", "9500.00")
    assert renewed["agreement_id"] != agreement["id"]


@pytest.mark.slow
async def test_inside_the_buyer_somebody_else_says_yes_before_it_is_bound(trade, drain):
    """The buyer's own rule: above 5,000 somebody else says yes to exactly these terms, before acceptance."""
    made = await trade.buyer.post("/v1/api-keys", {"name": "head of data", "roles": ["buyer"]})
    head = trade.buyer.with_key(made.json()["secret"], trade.buyer.party)
    bands = [{"up_to": {"amount": "5000.00", "currency": "CNY"}, "approvers": 0}, {"approvers": 1}]
    seats = [{"key_id": made.json()["key"]["id"], "name": "李雷"}]
    rule = {"rule": {"bands": bands, "approvers": seats}, "reason": "董事会决议"}
    assert (await trade.buyer.post("/v1/approval-rules", rule)).status_code == 201
    terms = await between(trade, "9500.00")
    offered = await trade.provider.post("/v1/private-offers", body(terms))
    path = f"/v1/negotiations/{offered.json()['id']}"
    digest = {"terms_digest": offered.json()["rounds"][-1]["terms_digest"]}
    refused(await trade.buyer.post(f"{path}/acceptance", digest), 409, "approval-missing", "LT-NEG-10")
    assert (await head.post("/v1/approvals", {"terms": body(terms)["terms"]})).status_code == 201
    accepted = await trade.buyer.post(f"{path}/acceptance", digest)
    assert accepted.json()["status"] == "accepted", accepted.text
    order = (await trade.buyer.get(f"/v1/orders/{accepted.json()['order_id']}")).json()
    agreement = (await trade.buyer.get(f"/v1/agreements/{order['agreement_id']}")).json()
    await trade.sign(agreement, "provider")
    assert (await trade.sign(agreement, "buyer"))["status"] == "in_force"
