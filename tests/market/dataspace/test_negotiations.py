"""Negotiations: every message in every state on both sides, once and again, from the right party and the wrong one."""

import pytest

from market.dataspace.states import NEGOTIATION, DataspaceSide
from tests.market.dataspace.connector import message, request
from tests.market.dataspace.walks import STEPS, at, begun, signed
from tests.refusals import not_there

SIDES = ("provider", pytest.param("consumer", marks=pytest.mark.slow))
ACTIONS = ("request", "offer", "accept", "agree", "verify", "finalize", "terminate")


def takes(state: str, action: str, side: str) -> bool:
    """Whether the other side of `side` may take the step, by the machine."""
    step = NEGOTIATION.table.get((state, action))
    return step is not None and DataspaceSide(side).other.role in step.by


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("state", STEPS)
async def test_what_does_not_follow_is_refused_and_changes_nothing(peer, drain, side, state):
    made = await at(peer, drain, side, state)
    await drain()
    events = len((await peer.us.get("/v1/events?limit=100")).json()["items"])
    for action in ACTIONS:
        if takes(state, action, side):
            continue
        answer = await made.hear(action)
        assert answer.status_code == 400, (action, answer.text)
        body = answer.json()
        assert body["@type"] == "ContractNegotiationError"
        assert body["@context"] == ["https://w3id.org/dspace/2025/1/context.jsonld"]
        assert (body["providerPid"], body["consumerPid"]) == (made.provider_pid, made.consumer_pid)
        assert body["code"] in ("transition-refused", "agreement-differs"), body
        assert body["reason"]
        assert await made.state() == state
    await drain()
    assert len((await peer.us.get("/v1/events?limit=100")).json()["items"]) == events


@pytest.mark.slow
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("state", [state for state in STEPS if state not in ("finalized", "terminated")])
async def test_what_follows_is_taken_once_however_often_it_is_sent(peer, drain, side, state):
    for action in [each for each in ACTIONS if takes(state, each, side)]:
        made = await at(peer, drain, side, state)
        path, sent = made.wire(action)
        first = await peer.say(path, sent)
        assert first.status_code == 200, first.text
        reached = str(NEGOTIATION.table[state, action].to)
        assert await made.state() == reached
        again = await peer.say(path, sent)
        assert (again.status_code, again.json()) == (200, first.json())
        assert await made.state() == reached


async def test_a_first_message_sent_twice_is_one_negotiation(peer, drain):
    sent = request(peer, "urn:uuid:c1")
    first, again = await peer.say("negotiations/request", sent), await peer.say("negotiations/request", sent)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert len((await peer.see("negotiations"))["items"]) == 1
    other = await peer.say("negotiations/request", {**sent, "@id": "urn:uuid:other"})
    assert (other.status_code, other.json()["code"]) == (400, "transition-refused")


async def test_a_provider_may_begin(peer, drain):
    made = await peer.do(
        "negotiations", {"counterparty_id": peer.counterparty, "side": "provider", "dataset_id": peer.dataset}
    )
    await drain()
    assert (await peer.see(f"negotiations/{made['id']}"))["status"] == "offered"
    path, sent, headers = peer.connector.got[-1]
    assert path == "/dsp/negotiations/offers"
    assert headers["authorization"] == "Bearer out-token"
    assert sent["offer"]["permission"] == [{"action": "use"}]
    assert sent["callbackAddress"].endswith(f"/dsp/{peer.us.party}/2025-1")
    assert "consumerPid" not in sent


async def test_a_consumer_is_offered_to(peer, drain):
    offer = {"@id": "o", "@type": "Offer", "target": "urn:theirs", "permission": [{"action": "use"}]}
    sent = message(
        "ContractOfferMessage", providerPid="urn:uuid:p9", callbackAddress=peer.connector.address, offer=offer
    )
    made = await peer.say("negotiations/offers", sent)
    assert (made.status_code, made.json()["state"]) == (201, "OFFERED")
    found = (await peer.see("negotiations"))["items"][0]
    assert (found["side"], found["status"], found["allowed_actions"]) == (
        "consumer",
        "offered",
        ["accept", "request", "terminate"],
    )


async def test_an_agreement_that_says_something_else_is_not_taken(peer, drain):
    made = await begun(peer, drain, "consumer")
    _, sent = made.wire("agree")
    for wrong in (
        {"permission": [{"action": "odrl:distribute"}]},
        {"prohibition": [{"action": "use"}]},
        {"target": "urn:ds:2"},
        {"assigner": "did:web:somebody.else"},
        {"assignee": "did:web:somebody.else"},
    ):
        answer = await made.hear("agree", agreement={**sent["agreement"], **wrong})
        assert (answer.status_code, answer.json()["code"]) == (400, "agreement-differs"), wrong
    assert await made.state() == "requested"
    await made.heard("agree")
    assert await made.state() == "agreed"


async def test_who_is_not_party_to_it_is_told_nothing(peer, drain, as_, connector):
    made = await begun(peer, drain, "provider")
    path, sent = made.wire("terminate")
    other = await peer.us.post(
        "/v1/dataspace/counterparties", {"did": "did:web:other.example", "address": connector.address}
    )
    foreign = other.json()["token_in"]
    unknown = path.replace(made.provider_pid, "urn:uuid:none")
    told = []
    for where, token in ((path, foreign), (unknown, foreign), (unknown, peer.token)):
        answer = await peer.say(where, sent, token)
        assert answer.status_code == 404
        assert answer.json()["@type"] == "ContractNegotiationError"
        told.append({**answer.json(), "reason": None})
    assert told[0] == told[1]
    stranger = await as_("provider", "stranger")
    answer = await stranger.http.post(
        f"/dsp/{stranger.party}/2025-1/{path}", json=sent, headers={"authorization": peer.token}
    )
    assert answer.status_code == 404  # The token is of another participant's counterparty.
    for token in ("nobody's", "Bearer x", ""):
        headers = {"authorization": token} if token else {}
        answer = await peer.anonymous.http.post(f"{peer.base}/{path}", json=sent, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "connector-unknown")
    assert await made.state() == "requested"
    not_there(await stranger.get(f"/v1/dataspace/negotiations/{made.id}"))


async def test_a_bad_message_is_told_all_its_faults_in_the_protocols_shape(peer, drain):
    made = await begun(peer, drain, "provider")
    for raw in (b"{", b"[]", b'"x"', b"\xff", b"[" * 100 + b"]" * 100):
        answer = await peer.anonymous.http.post(
            f"{peer.base}/{made.path}/events", content=raw, headers={"authorization": peer.token}
        )
        assert answer.status_code == 400
        assert answer.json()["@type"] == "ContractNegotiationError"
    answer = await peer.say(f"{made.path}/events", {"@type": "x"})
    assert answer.status_code == 400
    assert len(answer.json()["reason"]) >= 5
    large = await peer.say(f"{made.path}/events", {"x": "y" * 300_000})
    assert (large.status_code, large.json()["code"]) == (413, "too-large")
    assert await made.state() == "requested"


async def test_pids_that_are_not_the_processes_are_refused(peer, drain):
    made = await begun(peer, drain, "provider")
    for name in ("providerPid", "consumerPid"):
        answer = await made.hear("terminate", **{name: "urn:uuid:wrong"})
        assert (answer.status_code, answer.json()["code"]) == (400, "message-refused")
    assert await made.state() == "requested"


async def test_a_callback_elsewhere_and_an_unknown_data_set_are_refused(peer, drain):
    for over in (
        {"callbackAddress": "http://127.0.0.1:1/dsp"},
        {"offer": {"@id": "o", "@type": "Offer", "target": "urn:none", "permission": [{"action": "use"}]}},
        {"offer": {"@id": "o", "@type": "Offer", "target": peer.dataset, "permission": [{"action": "odrl:sell"}]}},
    ):
        answer = await peer.say("negotiations/request", request(peer, "urn:uuid:c2", **over))
        assert (answer.status_code, answer.json()["code"]) == (400, "message-refused"), over
    assert (await peer.see("negotiations"))["items"] == []


@pytest.mark.slow
async def test_nothing_goes_by_itself_and_a_standing_rule_makes_it_go(peer, drain):
    made = await at(peer, drain, "provider", "agreed")
    await made.heard("verify")
    await drain()
    assert await made.state() == "verified"
    set_ = await peer.us("PUT", "/v1/dataspace/participant/standing", {"standing": ["finalize", "verify"]})
    assert set_.status_code == 200, set_.text
    other = await at(peer, drain, "provider", "agreed")
    await other.heard("verify")
    await drain()
    assert await other.state() == "finalized"
    mine = await begun(peer, drain, "consumer")
    await mine.heard("agree")
    await drain()
    assert await mine.state() == "verified"


async def test_one_signs_with_ones_own_key_what_was_drafted(peer, drain):
    made = await begun(peer, drain, "provider")
    here = f"/v1/dataspace/negotiations/{made.id}"
    missing = await peer.us.post(f"{here}/agreement", {"signing_key_id": "pky_1", "signature": "x"})
    assert (missing.status_code, missing.json()["code"]) == (409, "agreement-not-drafted")
    assert missing.json()["rule"]["id"] == "LT-DSP-05"
    await peer.do(f"negotiations/{made.id}/agreement-draft")
    wrong = await peer.us.post(f"{here}/agreement", await signed(peer, "something else"))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "signature-invalid")
    foreign = {**await signed(peer, "x"), "signing_key_id": "pky_" + "0" * 26}
    refused = await peer.us.post(f"{here}/agreement", foreign)
    assert refused.json()["code"] == "signing-key-foreign"
    early = await peer.us.post(f"{here}/finalization")
    assert (early.status_code, early.json()["code"]) == (409, "illegal-transition")
    await drain()
    assert peer.connector.got == []
    assert await made.state() == "requested"


async def test_by_the_diagram_a_side_does_not_end_what_it_waits_for(peer, drain):
    made = await at(peer, drain, "provider", "agreed")
    refused = await peer.us.post(f"/v1/dataspace/negotiations/{made.id}/termination", {})
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong-actor")
    await made.heard("terminate")  # What the other side sends is taken as the text has it.
    assert await made.state() == "terminated"


@pytest.mark.slow
async def test_every_state_change_is_an_event_that_tells_all(peer, drain):
    made = await at(peer, drain, "provider", "finalized")
    await drain()
    events = (await peer.us.get(f"/v1/events?subject={made.id}&limit=100")).json()["items"]
    kinds = [each["kind"].rpartition(".")[2] for each in events]
    assert kinds == ["initiated", "requested", "agreed", "verified", "finalized"]
    facts = events[-1]["facts"]
    assert facts["dataset"] == peer.dataset
    assert (facts["provider_pid"], facts["consumer_pid"]) == (made.provider_pid, made.consumer_pid)
    assert facts["message"] == "ContractNegotiationEventMessage"
    assert facts["agreement"]
