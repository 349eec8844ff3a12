"""Transfers: every message in every state on both sides; resumption, and what the consumer is given."""

import pytest

from market.dataspace.states import TRANSFER, DataspaceSide
from tests.market.dataspace.connector import message
from tests.market.dataspace.walks import TRANSFER_STEPS, at, transfer, transfer_at

SIDES = ("provider", pytest.param("consumer", marks=pytest.mark.slow))
ACTIONS = ("start", "suspend", "complete", "terminate")


def takes(state: str, action: str, side: str) -> bool:
    step = TRANSFER.table.get((state, action))
    return step is not None and DataspaceSide(side).other.role in step.by


@pytest.mark.slow
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("state", TRANSFER_STEPS)
async def test_each_message_is_taken_where_it_follows_and_refused_elsewhere(peer, drain, side, state):
    made = await transfer_at(peer, drain, side, state)
    wrong = [action for action in ACTIONS if not takes(state, action, side)]
    for action in wrong:
        answer = await made.hear(action)
        assert (answer.status_code, answer.json()["code"]) == (400, "transition-refused"), action
        assert answer.json()["@type"] == "TransferError"
        assert await made.state() == state
    right = [action for action in ACTIONS if takes(state, action, side)]
    if right:
        path, sent = made.wire(right[0])
        first, again = await peer.say(path, sent), await peer.say(path, sent)
        assert (first.status_code, again.status_code) == (200, 200), first.text
        assert first.json() == again.json()
        assert await made.state() == str(TRANSFER.table[state, right[0]].to)


async def test_the_consumer_is_shown_where_to_fetch_and_no_longer_when_it_is_over(peer, drain):
    made = await transfer_at(peer, drain, "consumer", "started")
    seen = await peer.see(f"transfers/{made.id}")
    assert seen["data_address"]["endpoint"] == "https://peer.example/d"
    stored = await peer.us.runtime.pool.fetchval("SELECT data_address FROM dataspace_transfer WHERE id = $1", made.id)
    assert b"peer.example" not in stored
    await made.step("complete", "provider")
    assert (await peer.see(f"transfers/{made.id}"))["data_address"] is None


@pytest.mark.slow
async def test_a_consumer_that_resumes_is_given_a_fresh_address(peer, drain):
    made = await transfer_at(peer, drain, "provider", "suspended")
    assert (await made.hear("start")).status_code == 200
    assert await made.state() == "started"
    seen = await peer.see(f"transfers/{made.id}")
    assert seen["address_due"]
    assert "start" in seen["allowed_actions"]
    before = len(peer.connector.sent("TransferStartMessage"))
    await made.send("start")
    sent = peer.connector.sent("TransferStartMessage")
    assert len(sent) == before + 1
    assert sent[-1]["dataAddress"]["endpointProperties"][0] == {
        "@type": "EndpointProperty", "name": "authorization", "value": "t",
    }  # fmt: skip
    assert await made.state() == "started"
    mine = await transfer_at(peer, drain, "consumer", "suspended")
    await mine.send("start")
    assert await mine.state() == "started"
    assert (await mine.hear("start")).status_code == 200
    assert (await peer.see(f"transfers/{mine.id}"))["data_address"]["endpoint"] == "https://peer.example/d"
    assert (await mine.hear("start")).status_code == 400


async def test_a_request_under_the_same_pid_is_the_same_transfer(peer, drain):
    made = await transfer(peer, drain, "provider")
    agreement = (await peer.see(f"transfers/{made.id}"))["agreement_external_id"]
    again = message(
        "TransferRequestMessage",
        consumerPid=made.consumer_pid,
        callbackAddress=peer.connector.address,
        agreementId=agreement,
        format="HttpData-PULL",
    )
    answer = await peer.say("transfers/request", again)
    assert (answer.status_code, answer.json()["providerPid"]) == (200, made.provider_pid)
    for over, said in (
        ({"format": "HttpData-PUSH"}, (400, "transfer-format-unknown")),
        ({"agreementId": "urn:uuid:none"}, (409, "transfer-not-covered")),
        ({"callbackAddress": "http://x.example"}, (400, "message-refused")),
    ):
        answer = await peer.say("transfers/request", {**again, "@id": "urn:m2", "consumerPid": "urn:uuid:c2", **over})
        assert (answer.status_code, answer.json()["code"]) == said
        assert answer.json()["@type"] == "TransferError"
    assert len((await peer.see("transfers"))["items"]) == 1


async def test_without_a_concluded_agreement_there_is_no_transfer(peer, drain):
    negotiation = await at(peer, drain, "consumer", "verified")
    agreement = (await peer.see(f"negotiations/{negotiation.id}"))["agreement"]
    refused = await peer.us.post("/v1/dataspace/transfers", {"agreement_id": agreement["id"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "transfer-not-covered")
    assert refused.json()["rule"]["id"] == "LT-DSP-06"


async def test_where_the_centre_holds_no_data_the_provider_says_where_it_is(peer, drain):
    made = await transfer(peer, drain, "provider")
    here = f"/v1/dataspace/transfers/{made.id}/start"
    assert (await peer.us.post(here, {})).json()["code"] == "data-address-needed"
    inside = await peer.us.post(here, {"data_address": {"endpoint": "http://10.0.0.1/d"}})
    assert (inside.status_code, inside.json()["code"]) == (400, "connector-address-refused")
    assert await made.state() == "requested"
