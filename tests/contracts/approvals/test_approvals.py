"""Approval inside an organisation: persons and not keys, amounts by band, and yeses that other terms make void."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from contracts.terms.document import digest, plain
from contracts.terms.prices import Flat, Meter, Metered, Plan
from tests.conftest import Client
from tests.market.negotiation.story import between, body, later, of_policy
from tests.market.trade import Trade, signature

BANDS = [
    {"up_to": {"amount": "10000.00", "currency": "CNY"}, "approvers": 0},
    {"up_to": {"amount": "100000.00", "currency": "CNY"}, "approvers": 1},
    {"approvers": 2},
]


async def another(client: Client, name: str) -> tuple[Client, str]:
    """A key that a key makes."""
    made = await client.post("/v1/api-keys", {"name": name, "roles": ["buyer"]})
    assert made.status_code == 201, made.text
    return client.with_key(made.json()["secret"], client.party), made.json()["key"]["id"]


class House:
    """A buyer with a manager, three members, and a rule."""

    def __init__(self, trade: Trade) -> None:
        self.trade, self.manager = trade, trade.buyer
        self.keys: dict[str, Client] = {}
        self.ids: dict[str, str] = {}

    async def hire(self, *names: str) -> None:
        for name in names:
            self.keys[name], self.ids[name] = await another(self.manager, name)

    def rule(self, *approvers: str, **more: Any) -> dict[str, Any]:
        seats = [{"key_id": self.ids[name], "name": name} for name in approvers]
        return {"rule": {"bands": BANDS, "approvers": seats, **more}, "reason": "董事会决议"}

    async def sets(self, *approvers: str, **more: Any) -> None:
        made = await self.manager.post("/v1/approval-rules", self.rule(*approvers, **more))
        assert made.status_code == 201, made.text

    async def says_yes(self, name: str, terms: Any) -> Any:
        return await self.keys[name].post("/v1/approvals", {"terms": plain(terms)})


@pytest.fixture
async def house(runtime, as_) -> House:
    made = House(await Trade.begin(runtime, as_))
    await made.hire("ada", "bo", "cy")
    return made


def told(answer: Any) -> tuple[int, str, str]:
    return answer.status_code, answer.json()["code"], answer.json()["rule"]["id"]


async def offered(house: House, amount: str) -> tuple[str, Any]:
    """An offer of the provider at a price, which waits for the buyer."""
    terms = await between(house.trade, amount)
    made = await house.trade.provider.post("/v1/private-offers", body(terms))
    assert made.status_code == 201, made.text
    return made.json()["id"], terms


async def accepts(house: House, name: str, negotiation: str, terms: Any) -> Any:
    return await house.keys[name].post(f"/v1/negotiations/{negotiation}/acceptance", {"terms_digest": digest(terms)})


async def test_within_the_limit_of_a_member_nobody_is_asked(house):
    await house.sets("bo", "cy")
    negotiation, terms = await offered(house, "10000.00")
    assert (await accepts(house, "ada", negotiation, terms)).status_code == 201


async def test_above_it_another_person_says_yes(house):
    await house.sets("ada", "bo", "cy")
    negotiation, terms = await offered(house, "10000.01")
    refused = await accepts(house, "ada", negotiation, terms)
    assert told(refused) == (409, "approval-missing", "LT-NEG-10")
    assert (refused.json()["needed"], refused.json()["given"]) == (1, 0)
    assert (await house.says_yes("ada", terms)).status_code == 201
    assert (
        told(await accepts(house, "ada", negotiation, terms))[1] == "approval-missing"
    )  # Whoever acts does not count.
    path = f"/v1/negotiations/{negotiation}/approvals"
    given = await house.keys["bo"].post(path, {"terms_digest": digest(terms)})
    assert given.status_code == 201, given.text
    assert (await accepts(house, "ada", negotiation, terms)).status_code == 201


async def test_two_must_be_two_persons_however_many_keys_they_have(house):
    await house.sets("bo", "cy")
    second, _ = await another(house.keys["bo"], "bo's second key")
    negotiation, terms = await offered(house, "180000.00")
    assert (await house.says_yes("bo", terms)).status_code == 201
    for client in (house.keys["bo"], second):
        again = await client.post("/v1/approvals", {"terms": plain(terms)})
        assert told(again) == (409, "approved-already", "LT-NEG-11")
    missing = await accepts(house, "ada", negotiation, terms)
    assert (missing.json()["needed"], missing.json()["given"]) == (2, 1)
    assert (await house.says_yes("cy", terms)).status_code == 201
    made_by_cy, _ = await another(house.keys["cy"], "cy's second key")
    own = await made_by_cy.post(f"/v1/negotiations/{negotiation}/acceptance", {"terms_digest": digest(terms)})
    assert told(own)[1] == "approval-missing"  # A key of cy acts: cy's own yes does not count.
    assert (await accepts(house, "ada", negotiation, terms)).status_code == 201


@pytest.mark.parametrize(
    ("price", "calls", "amount", "needed"),
    [
        ("900", 200, "180000.00", 2),
        ("900", 111, "99900.00", 1),
        ("1000", 100, "100000.00", 1),
        ("1000", 101, "101000.00", 2),
        ("33.333", 3_000, "99999.12", 1),  # A bill of each of 12 and a bit months may be rounded up.
    ],
)
async def test_case_21_what_a_plan_can_cost_at_most_decides_who_approves(house, price, calls, amount, needed):
    await house.sets("bo", "cy")
    plan = Plan(currency="CNY", components=(Metered("calls", Meter.CALL, Flat(price)),))
    terms = of_policy(msgspec.structs.replace(await between(house.trade), price=plan), calls_max=calls)
    made = await house.trade.provider.post("/v1/private-offers", body(terms))
    assert made.status_code == 201, made.text
    answer = await accepts(house, "ada", made.json()["id"], terms)
    assert told(answer) == (409, "approval-missing", "LT-NEG-10")
    said = answer.json()
    assert (said["amount"], said["needed"], said["given"]) == (f"{amount} CNY", needed, 0)


async def test_case_20_other_terms_make_a_yes_void(house):
    await house.sets("bo", "cy")
    negotiation, first = await offered(house, "20000.00")
    assert (await house.says_yes("bo", first)).status_code == 201
    cheap, dear = await between(house.trade, "9000.00"), await between(house.trade, "19000.00")
    made = await house.keys["ada"].post(f"/v1/negotiations/{negotiation}/rounds", body(cheap))
    assert made.status_code == 201, made.text
    made = await house.trade.provider.post(f"/v1/negotiations/{negotiation}/rounds", body(dear))
    assert made.status_code == 201, made.text
    refused = await accepts(house, "ada", negotiation, dear)
    assert told(refused) == (409, "approval-void", "LT-NEG-10")
    assert (refused.json()["approved"], refused.json()["digest"]) == (digest(first), digest(dear))
    [voided] = (await house.manager.get(f"/v1/approvals?terms_digest={digest(first)}")).json()["items"]
    assert (voided["voided_at"] is not None, voided["superseded_by"]) == (True, digest(dear))
    assert await house.trade.runtime.pool.fetchval('SELECT count(*) FROM "order"') == 0


async def test_a_round_of_ones_own_asks_for_approval_of_its_terms(house):
    await house.sets("bo", "cy")
    terms = await between(house.trade, "20000.00")
    refused = await house.keys["ada"].post("/v1/negotiations", body(terms))
    assert told(refused) == (409, "approval-missing", "LT-NEG-10")
    assert (await house.says_yes("bo", terms)).status_code == 201
    assert (await house.keys["ada"].post("/v1/negotiations", body(terms))).status_code == 201


async def test_the_yes_to_superseded_terms_is_told_to_be_void(house):
    await house.sets("bo", "cy")
    negotiation, first = await offered(house, "20000.00")
    assert (await house.says_yes("bo", first)).status_code == 201
    runtime = house.trade.runtime
    second = await between(house.trade, "21000.00")
    from contracts.approvals import commands as approvals
    from contracts.approvals.errors import ApprovalVoid
    from contracts.terms.price.amounts import exposure
    from kernel.actor import Actor

    actor = Actor(house.manager.party, house.ids["ada"])
    async with runtime.act(actor) as act:
        await approvals.void(act, digest(first), digest(second), str(house.manager.party))
    with pytest.raises(ApprovalVoid) as refused:
        async with runtime.act(actor) as act:
            await approvals.require(act, str(house.manager.party), digest(second), exposure(second, act.today))
    assert refused.value.facts["approved"] == digest(first)
    assert negotiation


async def test_a_stand_in_approves_up_to_its_limit_and_its_day(house, clock):
    until = later(house.trade.runtime, days=5)
    limit = {"amount": "50000.00", "currency": "CNY"}
    given = {"from_key_id": house.ids["bo"], "to_key_id": house.ids["cy"], "name": "cy", "limit": limit, "until": until}
    await house.sets("bo", "ada", delegations=[given])
    within, beyond = await between(house.trade, "50000.00"), await between(house.trade, "50000.01")
    refused = await house.says_yes("cy", beyond)
    assert told(refused) == (403, "approver-foreign", "LT-NEG-11")
    assert refused.json()["approvers"] == ["ada", "bo"]
    assert (await house.says_yes("cy", within)).status_code == 201
    clock.move(timedelta(days=5))
    assert told(await house.says_yes("cy", await between(house.trade, "40000.00")))[1] == "approver-foreign"


async def test_a_stand_in_is_no_second_person(house):
    until, limit = later(house.trade.runtime, days=5), {"amount": "500000.00", "currency": "CNY"}
    given = {"from_key_id": house.ids["bo"], "to_key_id": house.ids["cy"], "name": "cy", "limit": limit, "until": until}
    await house.hire("di")
    await house.sets("bo", "di", delegations=[given])
    negotiation, terms = await offered(house, "180000.00")
    for name in ("bo", "cy"):
        assert (await house.says_yes(name, terms)).status_code == 201
    refused = await accepts(house, "ada", negotiation, terms)
    assert told(refused) == (409, "approval-missing", "LT-NEG-10")
    assert (refused.json()["needed"], refused.json()["given"]) == (2, 1)
    own = await offered(house, "20000.00")
    assert (await house.says_yes("cy", own[1])).status_code == 201
    assert told(await accepts(house, "bo", *own))[1] == "approval-missing"  # Its own stand-in's yes is its own.
    assert (await house.says_yes("di", terms)).status_code == 201
    assert (await accepts(house, "ada", negotiation, terms)).status_code == 201


async def test_only_the_manager_changes_the_rule(house):
    await house.sets("bo", "cy")
    refused = await house.keys["bo"].post("/v1/approval-rules", house.rule("bo", "cy"))
    assert told(refused) == (403, "manager-only", "LT-NEG-12")
    await house.sets("bo", "ada")
    versions = (await house.keys["ada"].get("/v1/approval-rules")).json()["items"]
    assert [one["n"] for one in versions] == [2, 1]


async def test_faults_of_a_rule_come_all_at_once(house):
    sent = house.rule("bo", "bo")
    sent["rule"]["bands"] = [
        {"up_to": {"amount": "10.00", "currency": "CNY"}, "approvers": 0},
        {"up_to": {"amount": "5.00", "currency": "CNY"}, "approvers": 2},
    ]
    sent["rule"]["delegations"] = [
        {"from_key_id": house.ids["cy"], "to_key_id": "key_x", "name": "x",
         "until": later(house.trade.runtime, days=-1), "limit": {"amount": "1.00", "currency": "XXX"}}
    ]  # fmt: skip
    refused = await house.manager.post("/v1/approval-rules", sent)
    assert told(refused) == (422, "approval-rule-faulty", "LT-NEG-12")
    assert {fault["pointer"] for fault in refused.json()["errors"]} == {
        "/rule/bands/1/up_to", "/rule/approvers/1/key_id", "/rule/approvers", "/rule/delegations/0/from_key_id",
        "/rule/delegations/0/to_key_id", "/rule/delegations/0/until", "/rule/delegations/0/limit/currency",
    }  # fmt: skip


async def test_without_a_rule_nothing_is_approved(house):
    refused = await house.says_yes("ada", await between(house.trade))
    assert told(refused) == (409, "no-approval-rule", "LT-NEG-12")


async def test_a_renewed_key_is_the_same_person(house):
    await house.sets("bo", "cy")
    terms = await between(house.trade, "20000.00")
    renewed = await house.keys["bo"].post(f"/v1/api-keys/{house.ids['bo']}/renewal")
    assert renewed.status_code == 201, renewed.text
    client = house.manager.with_key(renewed.json()["secret"], house.manager.party)
    given = await client.post("/v1/approvals", {"terms": plain(terms)})
    assert (given.status_code, given.json()["seat"]) == (201, house.ids["bo"])


async def test_the_other_side_sees_nothing_of_it(house):
    await house.sets("bo", "cy")
    negotiation, terms = await offered(house, "20000.00")
    await house.says_yes("bo", terms)
    provider = house.trade.provider
    assert (await provider.get("/v1/approvals")).json()["items"] == []
    assert (await provider.get("/v1/approval-rules")).json()["items"] == []
    assert "approv" not in (await provider.get(f"/v1/negotiations/{negotiation}")).text
    seen = await house.trade.runtime.pool.fetchval(
        "SELECT count(*) FROM log_entry WHERE kind LIKE 'contracts.approval%' AND $1 = ANY(parties)", provider.party
    )
    assert seen == 0


async def test_one_yes_is_to_one_agreement_and_not_to_as_many_as_somebody_signs(house):
    trade = house.trade
    await house.sets("bo", "cy")
    terms = await between(trade, "20000.00")
    agreements = []
    assert (await house.says_yes("bo", terms)).status_code == 201
    for _ in range(2):
        made = (await trade.provider.post("/v1/private-offers", body(terms))).json()
        accepted = await accepts(house, "ada", made["id"], terms)
        assert accepted.status_code == 201, accepted.text
        agreements.append((await trade.buyer.get(f"/v1/agreements/{accepted.json()['agreement_id']}")).json())
    first, second = agreements
    await trade.keys()
    key = trade.buyer_key
    sign = [f"/v1/agreements/{one['id']}/signatures" for one in agreements]
    assert (await house.keys["ada"].post(sign[0], signature(first, *key))).status_code == 201
    again = await house.keys["ada"].post(sign[1], signature(second, *key))
    assert told(again) == (409, "approval-missing", "LT-NEG-10")
    (used,) = (await trade.buyer.get("/v1/approvals")).json()["items"]
    assert used["superseded_by"] == first["id"]
    assert (await house.says_yes("cy", terms)).status_code == 201
    assert (await house.keys["ada"].post(sign[1], signature(second, *key))).status_code == 201


async def test_terms_that_nobody_could_be_bound_by_are_not_approved(house):
    await house.sets("bo", "cy")
    terms = plain(await between(house.trade))
    terms["price"]["amount"]["amount"] = "-1.00"
    answer = await house.keys["bo"].post("/v1/approvals", {"terms": terms})
    assert (answer.status_code, answer.json()["code"]) == (422, "terms-contradictory"), answer.text
