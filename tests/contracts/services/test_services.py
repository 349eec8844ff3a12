"""Contracts on services: signed in time or over, ended by either side, and no gate opens under them."""

from datetime import timedelta

import msgspec
import pytest

from contracts.services.jobs import lapse
from contracts.terms.document import Delivery, plain
from contracts.terms.prices import OneOff
from kernel.money import MoneyView
from tests.contracts.clauses.drafts import use, without
from tests.contracts.services.story import accepted, brokered, in_force
from tests.market.negotiation.story import between
from tests.market.trade import Trade, signature
from tests.refusals import refused


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


def _between(trade, **over):
    return brokered(trade.provider.party, trade.buyer.party, **over)


async def test_what_is_not_signed_in_time_is_over_before_any_sweep_says_so(trade, runtime):
    agreement = await accepted(trade, _between(trade))
    assert (agreement["order_id"], agreement["status"]) == (None, "drafted")
    assert agreement["sign_due_at"] == "2026-12-07T16:00:00Z"  # Ten working days after Monday, 23 November.
    await trade.sign(agreement, "provider")
    runtime.clock.move(timedelta(days=14, hours=16))
    await trade.keys()
    late = await trade.buyer.post(
        f"/v1/agreements/{agreement['id']}/signatures", signature(agreement, *trade.buyer_key)
    )
    assert (late.status_code, late.json()["code"], late.json()["rule"]["id"]) == (409, "signing-over", "LT-CON-44")
    await lapse(runtime)
    assert (await trade.buyer.get(f"/v1/agreements/{agreement['id']}")).json()["status"] == "terminated"


async def test_a_contract_that_licenses_nothing_opens_no_gate_and_is_renewed_by_no_order(trade):
    signed = await in_force(trade)
    for path in ("policy", "split"):
        told = (await trade.buyer.get(f"/v1/agreements/{signed['id']}/{path}")).json()
        assert (told["code"], told["rule"]["id"]) == ("nothing-licensed", "LT-CON-43")
    assert (await trade.buyer.get(f"/v1/agreements/{signed['id']}/releases")).json()["items"] == []
    wanted = {"terms": signed["content"]["terms"], "expires_at": None}
    refused = await trade.provider.post(f"/v1/agreements/{signed['id']}/renewals", wanted)
    assert (refused.status_code, refused.json()["rule"]["id"]) == (422, "LT-CON-43")


@pytest.mark.parametrize("side", ["provider", "buyer"])
async def test_either_side_ends_it_at_any_time_and_samples_are_deleted(trade, side):
    """民法典 arts. 933, 966; the clause gives the intermediary ten days to delete what it was shown."""
    signed = await in_force(trade)
    path = f"/v1/agreements/{signed['id']}"
    client = trade.provider if side == "provider" else trade.buyer
    ended = await client.post(f"{path}/termination", {"ground": "given-up", "reason": "no longer needed"})
    assert (ended.status_code, ended.json()["status"], ended.json()["order_id"]) == (201, "effective", None)
    assert (await trade.buyer.get(path)).json()["status"] == "terminated"
    listed = (await trade.provider.get(f"{path}/obligations")).json()
    assert sorted(one["kind"] for one in listed) == ["delete", "settle", "settle"]  # Each settles with the other.
    owed = next(one for one in listed if one["kind"] == "delete")
    assert (owed["kind"], owed["bearer"], owed["due_at"]) == ("delete", trade.provider.party, "2026-12-03T16:00:00Z")
    said = {"statement": "samples deleted"}
    done = await trade.provider.post(f"/v1/obligations/{owed['id']}/discharge", said)
    assert (done.status_code, done.json()["status"]) == (200, "discharged")


@pytest.mark.slow
async def test_the_fee_is_owed_when_the_client_says_so_or_the_register_shows_the_contract(trade, monkeypatch):
    signed = await in_force(trade)
    path = f"/v1/agreements/{signed['id']}/occurrences"
    said = {"clause": "success-fee", "code": "pay", "reference": "deal 1", "statement": "concluded with a carrier"}
    unproven = await trade.provider.post(path, said)
    assert (unproven.status_code, unproven.json()["code"]) == (422, "occurrence-unproven")
    assert unproven.json()["rule"]["id"] == "LT-CON-45"
    foreign = await trade.buyer.post(path, said | {"clause": "truthful-report", "code": "report"})
    assert (foreign.status_code, foreign.json()["code"]) == (422, "occurrence-unfounded")
    order_id = await trade.agreed()  # The client has a contract that came into force here after this one.
    shown = (await trade.buyer.get(f"/v1/orders/{order_id}")).json()["agreement_id"]
    proved = await trade.provider.post(path, said | {"reference": shown})
    assert (proved.status_code, proved.json()["trigger"]) == (201, "concluded")
    by_itself = await trade.buyer.post(path, said)
    assert by_itself.status_code == 201, by_itself.text
    again = await trade.buyer.post(path, said)
    assert (again.status_code, again.json()["code"], again.json()["rule"]["id"]) == (
        409, "occurrence-stated", "LT-CON-45",
    )  # fmt: skip
    owed = [one for one in (await trade.buyer.get("/v1/obligations")).json()["items"] if one["kind"] == "pay"]
    # Ten working days after Monday, 23 November 2026; the client owes both fees to the intermediary.
    assert {(one["due_at"], one["bearer"], one["period"]) for one in owed} == {
        ("2026-12-07T16:00:00Z", trade.buyer.party, 1),
        ("2026-12-07T16:00:00Z", trade.buyer.party, 2),
    }
    listed = (await trade.provider.get(path)).json()["items"]
    assert [one["reference"] for one in listed] == ["deal 1", shown]
    monkeypatch.setattr("contracts.obligations.occurrences.MOST", 2)  # Of each side, whatever the other stated.
    assert (await trade.buyer.post(path, said | {"reference": "deal 2"})).status_code == 201
    more = await trade.buyer.post(path, said | {"reference": "deal 3"})
    assert (more.status_code, more.json()["code"], more.json()["limit"]) == (409, "occurrence-stated", 2)


async def test_an_amendment_moves_the_last_day_and_is_checked_offline_like_the_contract(trade, drain):
    signed = await in_force(trade)
    later = msgspec.structs.replace(_between(trade), ends_on=_between(trade).ends_on.replace(year=2028))
    proposed = await trade.provider.post(
        f"/v1/agreements/{signed['id']}/amendments", {"terms": plain(later), "reason": "goes on"}
    )
    assert proposed.status_code == 201, proposed.text
    for client, key in ((trade.provider, trade.provider_key), (trade.buyer, trade.buyer_key)):
        made = await client.post(f"/v1/amendments/{proposed.json()['id']}/signatures", signature(proposed.json(), *key))
        assert made.status_code == 201, made.text
    stands = (await trade.buyer.get(f"/v1/agreements/{signed['id']}")).json()
    assert (stands["licence_ends_on"], stands["terms"]["ends_on"]) == ("2028-06-30", "2028-06-30")
    licence = plain(await between(trade))
    turned = await trade.buyer.post(
        f"/v1/agreements/{signed['id']}/amendments", {"terms": licence, "reason": "data too"}
    )
    told = refused(turned, 422, "amendment-faulty", "LT-CON-31")
    assert "/terms/policy/asset" in {one["pointer"] for one in told["errors"]}


async def test_everything_that_a_contract_on_services_cannot_say_is_told_at_once(trade):
    clauses = (*without(_between(trade).clauses, "success-fee"), use("fixed-fee"))
    licence = await between(trade)
    wrong = _between(
        trade, ends_on=None, use_case="", purpose="risk-control", delivery=Delivery.FILES, clauses=clauses,
        listing=licence.listing,
    )  # fmt: skip
    answer = await trade.provider.post("/v1/private-offers", {"terms": plain(wrong)})
    told = answer.json()
    assert (answer.status_code, told["code"], told["rule"]["id"]) == (422, "terms-contradictory", "LT-CON-20")
    assert {one["pointer"] for one in told["errors"]} == {
        "/terms/ends_on", "/terms/use_case", "/terms/purpose", "/terms/delivery", "/terms/listing", "/terms/price",
    }  # fmt: skip
    assert (await trade.provider.get("/v1/negotiations")).json()["items"] == []
    fixed = _between(trade, clauses=clauses, price=OneOff(MoneyView(amount="8000.00", currency="CNY")))
    agreement = await accepted(trade, fixed)
    assert "8,000.00 CNY" in agreement["content"]["text_en"]
    # The model of a licence does not go without a policy, and nobody offers another's service.
    bare = msgspec.structs.replace(_between(trade), model="provision")
    answer = await trade.provider.post("/v1/private-offers", {"terms": plain(bare)})
    assert "/terms/policy" in {one["pointer"] for one in answer.json()["errors"]}
    others = plain(brokered(trade.buyer.party, trade.provider.party))
    answer = await trade.provider.post("/v1/private-offers", {"terms": others})
    told = answer.json()
    assert (answer.status_code, told["code"], told["rule"]["id"]) == (422, "terms-of-other-listing", "LT-NEG-07")
    assert [one["pointer"] for one in told["errors"]] == ["/terms/provider"]
    nobodys = plain(_between(trade, consumer="pty_" + "0" * 26))
    answer = await trade.provider.post("/v1/private-offers", {"terms": nobodys})
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
