"""A member's own connector: its messages are the centre's negotiation, order, agreement and delivery."""

import base64
from datetime import timedelta

import msgspec
import pytest

from centre.verification.verify import DEEPER
from kernel.jobs.queue import HANDLERS
from market.dataspace import jobs
from tests.conftest import serving
from tests.makers import signing_key
from tests.market.dataspace.connector import Peer, free_offer, message
from tests.market.dataspace.walks import Negotiation, Transfer
from tests.market.trade import make_listing
from tests.refusals import not_there, refused


@pytest.fixture
def drain(runtime):
    """Send what is to be sent, and nothing else, so that a test says when."""

    async def send() -> None:
        while rows := await runtime.pool.fetch(
            "DELETE FROM pgqueuer WHERE entrypoint IN ('market.dataspace.send', 'contracts.agreement.in-force')"
            " RETURNING entrypoint, payload"
        ):
            for row in rows:
                await HANDLERS[row["entrypoint"]](runtime, msgspec.json.decode(row["payload"]))

    return send


@pytest.fixture
async def buyer(as_):
    return await as_("buyer")


@pytest.fixture
async def member(runtime, as_, client, connector, buyer):
    """A provider with a listing, of which a public offer is free, and a buyer's connector that is joined to it."""
    us = await as_("provider")
    listing = await make_listing(runtime, us.party)
    await free_offer(us, runtime, listing)
    body = {"did": "did:web:buyer.example", "address": connector.address}
    made = await buyer.post(f"/v1/dataspace/participants/{us.party}/connections", body)
    assert made.status_code == 201, made.text
    assert made.json()["counterparty"]["party_id"] == buyer.party
    peer = Peer(us, connector, made.json()["counterparty"]["id"], made.json()["token_in"], client)
    peer.dataset = f"urn:liutong:{listing}"
    return peer


async def requested(member, drain):
    """The buyer's connector asks for what the catalogue offers."""
    shown = await member.ask(f"catalog/datasets/{member.dataset}")
    assert shown.status_code == 200, shown.text
    offer = {**shown.json()["hasPolicy"][-1], "target": member.dataset}
    sent = message(
        "ContractRequestMessage", consumerPid="urn:uuid:c", callbackAddress=member.connector.address, offer=offer
    )
    made = await member.say("negotiations/request", sent)
    assert made.status_code == 201, made.text
    found = (await member.see("negotiations"))["items"][0]
    return Negotiation(member, drain, found["id"], made.json()["providerPid"], "urn:uuid:c", "provider")


@pytest.mark.slow
async def test_from_the_catalogue_to_the_files(member, buyer, drain, runtime):
    made = await requested(member, drain)
    seen = await member.see(f"negotiations/{made.id}")
    own = (await buyer.get(f"/v1/negotiations/{seen['negotiation_id']}")).json()
    assert (own["status"], own["consumer"]) == ("requested", buyer.party)
    await made.send("agree")
    sent = member.connector.sent("ContractAgreementMessage")[0]
    assert sent["urn:liutong:signature"]["public_key"]
    drafted = (await member.see(f"negotiations/{made.id}"))["agreement"]
    assert drafted["external_id"] == f"urn:liutong:{drafted['house_agreement_id']}"
    assert sent["urn:liutong:signed"] == drafted["signing_text"]
    _, key = await signing_key(buyer, b"\x22" * 32)
    public = (await buyer.get("/v1/signing-keys")).json()[0]["public_key"]
    wrong = await made.hear(
        "verify", **{"urn:liutong:signature": {"public_key": public, "signature": base64.b64encode(b"x" * 64).decode()}}
    )
    assert (wrong.status_code, wrong.json()["code"]) == (400, "message-refused")
    signature = base64.b64encode(key.sign(drafted["signing_text"].encode())).decode()
    right = await made.hear("verify", **{"urn:liutong:signature": {"public_key": public, "signature": signature}})
    assert right.status_code == 200, right.text
    agreement = (await buyer.get(f"/v1/agreements/{drafted['house_agreement_id']}")).json()
    assert agreement["status"] == "in_force", agreement
    claims = (await buyer.get(f"/v1/documents/{agreement['document_id']}")).json()["document"]["credentialSubject"]
    made_by = [(one["side"], one["kind"], one["message"]["@type"]) for one in claims["wire"]["evidence"]]
    assert made_by == [
        ("provider", "signing-key", "ContractAgreementMessage"),
        ("consumer", "signing-key", "ContractAgreementVerificationMessage"),
    ]
    assert all(one.holds for one in DEEPER["agreement"](claims))
    claims["wire"]["evidence"][1]["message"]["@id"] = "urn:uuid:another"
    wrong = [one.name.en for one in DEEPER["agreement"](claims) if not one.holds]
    assert wrong == ["How the consumer made it"]
    await made.send("finalize")
    await drain()
    concluded = (await member.see(f"negotiations/{made.id}"))["agreement"]
    assert [one["kind"] for one in concluded["evidence"]] == ["signing-key", "signing-key"]
    await transferred(member, drain, runtime, concluded)


async def transferred(member, drain, runtime, agreement):
    pid = "urn:uuid:tc"
    fields = {"agreementId": agreement["external_id"], "format": "HttpData-PULL"}
    sent = message("TransferRequestMessage", consumerPid=pid, callbackAddress=member.connector.address, **fields)
    made = await member.say("transfers/request", sent)
    assert made.status_code == 201, made.text
    found = (await member.see("transfers"))["items"][0]
    transfer = Transfer(member, drain, found["id"], made.json()["providerPid"], pid, "provider")
    early = []

    async def fetches(path, sent):
        if sent.get("@type") == "TransferStartMessage":
            member.connector.on = None
            token = sent["dataAddress"]["endpointProperties"][0]["value"]
            path = sent["dataAddress"]["endpoint"].replace(runtime.settings.public_url, "")
            early.append(await member.anonymous.http.get(path, headers={"authorization": token}))

    member.connector.on = fetches  # Before its acknowledgement has reached us.
    started = await member.us.post(f"/v1/dataspace/transfers/{transfer.id}/start", {})
    assert started.status_code == 202, started.text
    await drain()
    assert [one.status_code for one in early] == [200]
    assert await transfer.state() == "started"
    address = member.connector.sent("TransferStartMessage")[-1]["dataAddress"]
    token = address["endpointProperties"][0]["value"]
    path = address["endpoint"].replace(runtime.settings.public_url, "")
    got = await member.anonymous.http.get(path, headers={"authorization": f"Bearer {token}"})
    assert got.status_code == 200, got.text
    file = got.json()["files"][0]
    content = await member.anonymous.http.get(file["url"].replace(runtime.settings.public_url, ""))
    assert content.status_code == 200
    assert len(content.content) == file["size_bytes"]
    assert await runtime.pool.fetchval("SELECT count(*) FROM usage_release") == 2
    assert (await member.anonymous.http.get(path, headers={"authorization": "Bearer x"})).status_code == 401
    await transfer.step("suspend", "consumer")
    assert (await member.anonymous.http.get(path, headers={"authorization": f"Bearer {token}"})).status_code == 401
    await transfer.step("start", "consumer")
    await member.us.post(f"/v1/dataspace/transfers/{transfer.id}/start", {})
    await drain()
    fresh = member.connector.sent("TransferStartMessage")[-1]["dataAddress"]["endpointProperties"][0]["value"]
    assert fresh != token
    assert (await member.anonymous.http.get(path, headers={"authorization": fresh})).status_code == 200
    await runtime.pool.execute("UPDATE agreement SET status = 'terminated'")
    await jobs.entitlements(runtime)
    await drain()
    assert await transfer.state() == "terminated"
    assert member.connector.sent("TransferTerminationMessage")[0]["code"] == "agreement-ended"
    assert (await member.anonymous.http.get(path, headers={"authorization": fresh})).status_code == 401


@pytest.mark.slow
async def test_offers_and_counter_offers_are_rounds_and_an_acceptance_opens_the_order(member, buyer, drain):
    made = await requested(member, drain)
    await made.send("offer")
    offer = (await member.see(f"negotiations/{made.id}"))["offer"]
    countered = await made.hear("request", offer=offer)
    assert countered.status_code == 200, countered.text
    await made.send("offer")
    answer = await made.hear("accept")
    assert answer.status_code == 200, answer.text
    seen = await member.see(f"negotiations/{made.id}")
    own = (await buyer.get(f"/v1/negotiations/{seen['negotiation_id']}")).json()
    assert (own["status"], own["last_round"]) == ("accepted", 4)
    assert own["agreement_id"]


async def test_what_the_centre_refuses_the_message_is_refused_for_and_nothing_is_kept(member, drain, runtime):
    shown = (await member.ask(f"catalog/datasets/{member.dataset}")).json()
    offer = {**shown["hasPolicy"][-1], "target": member.dataset}
    wider = [{**rule, "constraint": _with_place(rule["constraint"], "CN-15")} for rule in offer["permission"]]
    sent = message(
        "ContractRequestMessage",
        consumerPid="urn:uuid:c",
        callbackAddress=member.connector.address,
        offer={**offer, "permission": wider, "prohibition": [], "@id": "urn:mine"},
    )
    await runtime.pool.execute("UPDATE certificate SET status = 'cancelled'")
    answer = await member.say("negotiations/request", sent)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.json()["@type"] == "ContractNegotiationError"
    assert (await member.see("negotiations"))["items"] == []


def _with_place(constraints, place):
    [one] = constraints
    spatial = {
        "leftOperand": "odrl:spatial",
        "operator": "isAnyOf",
        "rightOperand": [{"@id": f"urn:liutong:territory:{place}"}],
    }
    return [{"and": [spatial if each["leftOperand"] == "odrl:spatial" else each for each in one["and"]]}]


async def test_an_ended_negotiation_is_ended_in_the_centre(member, buyer, drain):
    made = await requested(member, drain)
    await made.heard("terminate")
    seen = await member.see(f"negotiations/{made.id}")
    own = (await buyer.get(f"/v1/negotiations/{seen['negotiation_id']}")).json()
    assert (own["status"], own["end_code"]) == ("terminated", "withdrawn")


async def test_only_the_member_itself_joins_its_connector_and_sees_its_token(member, buyer, connector):
    seen = await member.us.get(f"/v1/dataspace/counterparties/{member.counterparty}")
    assert "token_in" not in seen.json()
    not_there(await member.us.post(f"/v1/dataspace/counterparties/{member.counterparty}/rotation"))
    assert (await buyer.post(f"/v1/dataspace/counterparties/{member.counterparty}/rotation")).status_code == 201
    forged = {"did": "did:web:forged.example", "address": connector.address, "party_id": buyer.party}
    refused(await member.us.post("/v1/dataspace/counterparties", forged), 400, "invalid-input")


async def test_a_request_for_public_terms_is_accepted_at_once_where_a_rule_says_so(member, buyer, drain):
    set_ = await member.us("PUT", "/v1/dataspace/participant/standing", {"standing": ["accept-public-terms"]})
    assert set_.status_code == 200, set_.text
    made = await requested(member, drain)
    seen = await member.see(f"negotiations/{made.id}")
    assert seen["status"] == "requested"  # The agreement is drafted; only its provider signs it.
    assert seen["agreement"]["order_id"]
    assert (await buyer.get(f"/v1/orders/{seen['agreement']['order_id']}")).json()["negotiation_id"]


async def test_what_was_taken_before_a_restart_is_known_after_it(member, drain, runtime):
    made = await requested(member, drain)
    path, sent = made.wire("terminate")
    first = await member.say(path, sent)
    async with serving(runtime) as again:
        headers = {"authorization": f"Bearer {member.token}"}
        repeated = await again.http.post(f"{member.base}/{path}", json=sent, headers=headers)
    assert (repeated.status_code, repeated.json()) == (first.status_code, first.json()) == (200, first.json())
    assert await runtime.pool.fetchval("SELECT count(*) FROM dataspace_received") == 2


@pytest.mark.slow
async def test_an_agreement_that_did_not_arrive_is_sent_again_as_it_was_signed(member, drain):
    made = await requested(member, drain)
    member.connector.answers = [(400, {"reason": ["not now"]})]
    await made.send("agree")
    assert await made.state() == "requested"
    await made.send("agree")
    assert await made.state() == "agreed"


async def test_what_has_ended_in_the_centre_ends_on_the_wire_without_a_hitch(member, buyer, drain, runtime, clock):
    made = await requested(member, drain)
    seen = await member.see(f"negotiations/{made.id}")
    ended = await buyer.post(f"/v1/negotiations/{seen['negotiation_id']}/withdrawal", {"reason": "changed my mind"})
    assert ended.status_code == 200, ended.text
    refused(
        await member.us.post(f"/v1/dataspace/negotiations/{made.id}/agreement-draft"),
        409,
        "negotiation-closed",
        "LT-NEG-03",
    )
    clock.move(timedelta(hours=169))
    await jobs.clocks(runtime)
    assert await made.state() == "terminated"


async def concluded(member, buyer, drain):
    """The agreement of a negotiation that went as both wanted."""
    made = await requested(member, drain)
    await made.send("agree")
    drafted = (await member.see(f"negotiations/{made.id}"))["agreement"]
    _, key = await signing_key(buyer, b"\x22" * 32)
    public = (await buyer.get("/v1/signing-keys")).json()[0]["public_key"]
    signature = base64.b64encode(key.sign(drafted["signing_text"].encode())).decode()
    await made.hear("verify", **{"urn:liutong:signature": {"public_key": public, "signature": signature}})
    await made.send("finalize")
    await drain()
    return drafted


async def running(member, drain, agreement):
    """A transfer that runs: its id, and where its data is fetched with which header."""
    fields = {"agreementId": agreement["external_id"], "format": "HttpData-PULL"}
    pids = {"consumerPid": "urn:uuid:tc", "callbackAddress": member.connector.address}
    await member.say("transfers/request", message("TransferRequestMessage", **pids, **fields))
    found = (await member.see("transfers"))["items"][0]
    await member.us.post(f"/v1/dataspace/transfers/{found['id']}/start", {})
    await drain()
    address = member.connector.sent("TransferStartMessage")[-1]["dataAddress"]
    path = address["endpoint"].replace(member.us.runtime.settings.public_url, "")
    return found["id"], path, {"authorization": address["endpointProperties"][0]["value"]}


@pytest.mark.slow
async def test_the_token_of_a_transfer_opens_nothing_while_the_buyer_is_suspended(member, buyer, drain, runtime):
    _, path, token = await running(member, drain, await concluded(member, buyer, drain))
    for status, expected in (("suspended", 401), ("admitted", 200)):
        await runtime.pool.execute("UPDATE party SET status = $1 WHERE id = $2", status, buyer.party)
        assert (await member.anonymous.http.get(path, headers=token)).status_code == expected


@pytest.mark.slow
@pytest.mark.parametrize("side", ["provider", "buyer"])
async def test_a_closed_counterparty_fetches_nothing_from_the_moment_on(member, buyer, drain, runtime, side):
    transfer, path, token = await running(member, drain, await concluded(member, buyer, drain))
    assert (await member.anonymous.http.get(path, headers=token)).status_code == 200
    by = member.us if side == "provider" else buyer
    assert (await by("DELETE", f"/v1/dataspace/counterparties/{member.counterparty}")).status_code == 200
    assert (await member.anonymous.http.get(path, headers=token)).status_code == 401  # No job has run.
    told = len(member.connector.got)
    await jobs.closed(runtime, {"counterparty": member.counterparty, "by": by.party})
    await drain()
    seen = await member.see(f"transfers/{transfer}")
    assert (seen["status"], seen["code"], len(member.connector.got)) == ("suspended", "counterparty-closed", told)
    assert await runtime.pool.fetchval("SELECT token_sha256 FROM dataspace_transfer") is None
    resumed = await member.us.post(f"/v1/dataspace/transfers/{transfer}/start", {})
    assert (resumed.status_code, resumed.json()["code"]) == (409, "counterparty-closed")
    assert resumed.json()["rule"]["id"] == "LT-DSP-01"


@pytest.mark.slow
async def test_what_is_on_its_way_to_a_closed_counterparty_does_not_arrive(member, buyer, drain, runtime):
    agreement = await concluded(member, buyer, drain)
    fields = {"agreementId": agreement["external_id"], "format": "HttpData-PULL"}
    pids = {"consumerPid": "urn:uuid:tc", "callbackAddress": member.connector.address}
    await member.say("transfers/request", message("TransferRequestMessage", **pids, **fields))
    found = (await member.see("transfers"))["items"][0]
    await member.us.post(f"/v1/dataspace/transfers/{found['id']}/start", {})
    await member.us("DELETE", f"/v1/dataspace/counterparties/{member.counterparty}")
    await jobs.closed(runtime, {"counterparty": member.counterparty, "by": member.us.party})
    await drain()
    assert member.connector.sent("TransferStartMessage") == []
    seen = await member.see(f"transfers/{found['id']}")
    assert (seen["status"], seen["sending"]) == ("requested", None)
    assert await runtime.pool.fetchval("SELECT outcome FROM dataspace_sent ORDER BY id DESC LIMIT 1") == "given_up"


async def test_who_may_not_place_orders_does_not_by_its_connector(runtime, as_, client, connector):
    us, other = await as_("provider"), await as_("provider", "another")
    listing = await make_listing(runtime, us.party)
    body = {"did": "did:web:other.example", "address": connector.address}
    made = (await other.post(f"/v1/dataspace/participants/{us.party}/connections", body)).json()
    peer = Peer(us, connector, made["counterparty"]["id"], made["token_in"], client, f"urn:liutong:{listing}")
    shown = await peer.ask(f"catalog/datasets/{peer.dataset}")
    offer = {**shown.json()["hasPolicy"][-1], "target": peer.dataset}
    first = {"consumerPid": "urn:uuid:c", "callbackAddress": connector.address, "offer": offer}
    answer = await peer.say("negotiations/request", message("ContractRequestMessage", **first))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), answer.text
    assert (await peer.see("negotiations"))["items"] == []


@pytest.mark.slow
async def test_what_is_not_approved_is_neither_offered_nor_accepted_by_itself(member, drain):
    made = await member.us.post("/v1/api-keys", {"name": "ada", "roles": ["provider"]})
    rule = {"bands": [{"approvers": 1}], "approvers": [{"key_id": made.json()["key"]["id"], "name": "ada"}]}
    assert (await member.us.post("/v1/approval-rules", {"rule": rule, "reason": "x"})).status_code == 201
    standing = {"standing": ["accept-public-terms"]}
    set_ = await member.us("PUT", "/v1/dataspace/participant/standing", standing)
    assert set_.status_code == 200, set_.text
    process = await requested(member, drain)
    now = await member.see(f"negotiations/{process.id}")
    assert (now["status"], now["agreement"]) == ("requested", None)
    answer = await member.us.post(f"/v1/dataspace/negotiations/{process.id}/offers", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "approval-missing"), answer.text
    await drain()
    assert member.connector.sent("ContractOfferMessage") == []


@pytest.mark.slow
async def test_who_approved_does_not_also_act_over_the_dataspace(member, buyer, drain):
    made = await member.us.post("/v1/api-keys", {"name": "ada", "roles": ["provider"]})
    ada = member.us.with_key(made.json()["secret"], member.us.party)
    rule = {"bands": [{"approvers": 1}], "approvers": [{"key_id": made.json()["key"]["id"], "name": "ada"}]}
    assert (await member.us.post("/v1/approval-rules", {"rule": rule, "reason": "x"})).status_code == 201
    process = await requested(member, drain)
    ours = (await member.see(f"negotiations/{process.id}"))["negotiation_id"]
    last = (await buyer.get(f"/v1/negotiations/{ours}")).json()["rounds"][0]["terms_digest"]
    said = await ada.post(f"/v1/negotiations/{ours}/approvals", {"terms_digest": last})
    assert said.status_code == 201, said.text
    draft = f"/v1/dataspace/negotiations/{process.id}/agreement-draft"
    answer = await ada.post(draft)
    assert (answer.status_code, answer.json()["code"]) == (409, "approval-missing"), answer.text
    assert (await member.us.post(draft)).status_code in (200, 201)
