"""Sending: when it is tried again, when it is over, and what arrives before its acknowledgement."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from kernel.jobs.queue import HANDLERS
from market.dataspace import jobs
from market.dataspace.processes import sending
from tests.market.dataspace.connector import message
from tests.market.dataspace.walks import at, begun


async def run_queued(runtime):
    """Run what is queued now, once."""
    rows = await runtime.pool.fetch(
        "DELETE FROM pgqueuer WHERE entrypoint = 'market.dataspace.send' RETURNING entrypoint, payload"
    )
    for row in rows:
        await HANDLERS[row["entrypoint"]](runtime, msgspec.json.decode(row["payload"]))


@pytest.mark.slow
async def test_what_may_pass_is_tried_again_with_the_same_bytes_and_4xx_is_final(peer, drain, runtime):
    made = await begun(peer, drain, "provider")
    peer.connector.answers = [(503, {}), (429, {}), (500, {}), (200, None)]
    await peer.do(f"negotiations/{made.id}/offers", {})
    for _ in range(3):
        await run_queued(runtime)
        seen = await peer.see(f"negotiations/{made.id}")
        assert (seen["status"], seen["allowed_actions"]) == ("requested", [])
        assert seen["failure"].startswith("status-")
        assert seen["sending"]["attempts"]
        busy = await peer.us.post(f"/v1/dataspace/negotiations/{made.id}/offers", {})
        assert (busy.status_code, busy.json()["code"]) == (409, "message-under-way")
    await run_queued(runtime)
    assert await made.state() == "offered"
    offers = peer.connector.sent("ContractOfferMessage")
    assert len(offers) == 4
    assert all(one == offers[0] for one in offers)
    other = await begun(peer, drain, "provider")
    peer.connector.answers = [(400, {"reason": ["no"]})]
    await peer.do(f"negotiations/{other.id}/offers", {})
    await drain()
    seen = await peer.see(f"negotiations/{other.id}")
    assert (seen["status"], seen["sending"]) == ("requested", None)
    assert seen["failure"].startswith("400")
    kinds = [one["kind"] for one in (await peer.us.get(f"/v1/events?subject={other.id}")).json()["items"]]
    assert "market.dataspace_message.refused" in kinds


async def test_a_lost_acknowledgement_is_found_by_asking_for_the_state(peer, drain, runtime):
    made = await begun(peer, drain, "provider")
    peer.connector.answers, peer.connector.states = [(500, {}), (409, {})], {"now": "OFFERED"}
    await peer.do(f"negotiations/{made.id}/offers", {})
    await run_queued(runtime)
    await run_queued(runtime)
    assert await made.state() == "offered"


async def test_an_answer_that_overtakes_its_acknowledgement_shows_that_it_arrived(peer, drain, runtime):
    made = await begun(peer, drain, "provider")

    async def accepts(path, sent):
        if sent.get("@type") == "ContractOfferMessage":
            peer.connector.on = None
            answer = await made.hear("accept")
            assert answer.status_code == 200, answer.text

    peer.connector.on = accepts
    await peer.do(f"negotiations/{made.id}/offers", {})
    await drain()
    assert await made.state() == "accepted"
    assert (await peer.see(f"negotiations/{made.id}"))["sending"] is None


async def test_an_offer_that_overtakes_the_acknowledgement_of_the_first_request_stands(peer, drain):
    """The Dataspace TCK answers a request with its offer at once: the acknowledgement must not undo it."""

    async def offers(path, sent):
        if path.endswith("/negotiations/request"):
            peer.connector.on = None
            pids = {"providerPid": peer.connector.pid, "consumerPid": sent["consumerPid"]}
            answer = await peer.say(
                f"negotiations/{sent['consumerPid']}/offers",
                message("ContractOfferMessage", **pids, offer=sent["offer"]),
            )
            assert answer.status_code == 200, answer.text

    peer.connector.on = offers
    asked = {"counterparty_id": peer.counterparty, "side": "consumer", "dataset_id": "urn:theirs"}
    made = await peer.do("negotiations", asked)
    await drain()
    seen = await peer.see(f"negotiations/{made['id']}")
    assert (seen["status"], seen["offered_by"], seen["sending"]) == ("offered", "provider", None)


async def test_who_asks_after_our_last_message_is_told_where_it_leads(peer, drain):
    """Whoever asks may have the message already; a step that is not the last waits for its acknowledgement."""
    made = await begun(peer, drain, "provider")
    await peer.do(f"negotiations/{made.id}/offers", {})
    assert (await peer.ask(made.path)).json()["state"] == "REQUESTED"
    await drain()
    await peer.do(f"negotiations/{made.id}/termination", {"code": "X"})
    assert (await peer.see(f"negotiations/{made.id}"))["status"] == "offered"
    assert (await peer.ask(made.path)).json()["state"] == "TERMINATED"


async def test_a_first_message_that_is_refused_ends_the_process(peer, drain):
    peer.connector.answers = [(403, {})]
    made = await peer.do(
        "negotiations", {"counterparty_id": peer.counterparty, "side": "consumer", "dataset_id": "urn:theirs"}
    )
    await drain()
    seen = await peer.see(f"negotiations/{made['id']}")
    assert (seen["status"], seen["code"]) == ("terminated", "refused")


async def test_no_state_waits_for_ever_and_the_other_side_is_told(peer, drain, runtime, clock):
    made = await begun(peer, drain, "provider")
    clock.move(timedelta(hours=167))
    await jobs.clocks(runtime)
    assert await made.state() == "requested"
    clock.move(timedelta(hours=2))
    await jobs.clocks(runtime)
    await drain()
    assert await made.state() == "terminated"
    told = peer.connector.sent("ContractNegotiationTerminationMessage")
    assert told[0]["code"] == "timeout"
    assert "REQUESTED" in told[0]["reason"][0]


async def test_one_that_cannot_be_ended_holds_up_no_other(peer, drain, runtime, clock, monkeypatch):
    first, second = await begun(peer, drain, "provider"), await begun(peer, drain, "provider")
    give_up = sending.give_up

    async def broken(act, row):
        if row.id == first.id:
            raise RuntimeError("a row that nobody foresaw")
        await give_up(act, row)

    monkeypatch.setattr(sending, "give_up", broken)
    clock.move(timedelta(hours=169))
    await jobs.clocks(runtime)
    assert (await first.state(), await second.state()) == ("requested", "terminated")


@pytest.mark.slow
async def test_two_messages_at_once_are_taken_one_after_the_other(peer, drain, runtime):
    for _ in range(5):
        made = await at(peer, drain, "provider", "offered")
        sent = [made.wire("accept"), made.wire("request"), made.wire("terminate")]
        answers = await asyncio.gather(*(peer.say(*each) for each in sent))
        codes = sorted(one.status_code for one in answers)
        assert codes in ([200, 200, 400], [200, 400, 400]), [one.text for one in answers]
        await drain()
        events = (await peer.us.get(f"/v1/events?subject={made.id}&limit=100")).json()["items"]
        reached = [each["kind"].rpartition(".")[2] for each in events][3:]
        assert len(reached) == codes.count(200)
        assert await made.state() == reached[-1]


async def test_one_message_sent_eight_times_at_once_has_one_effect(peer, drain, runtime):
    made = await at(peer, drain, "provider", "offered")
    path, sent = made.wire("accept")
    answers = await asyncio.gather(*(peer.say(path, sent) for _ in range(8)))
    assert {one.status_code for one in answers} == {200}
    assert (
        await runtime.pool.fetchval("SELECT count(*) FROM dataspace_received WHERE message_id = $1", sent["@id"]) == 1
    )


async def test_tokens_are_replaced_with_an_overlap_and_end_with_the_counterparty(peer, drain, clock):
    rotated = await peer.do(f"counterparties/{peer.counterparty}/rotation")
    new, old = rotated["token_in"], peer.token
    path, catalogue = "catalog/request", message("CatalogRequestMessage")
    assert (await peer.say(path, catalogue, new)).status_code == 200
    assert (await peer.say(path, catalogue, old)).status_code == 200
    clock.move(timedelta(hours=25))
    assert (await peer.say(path, catalogue, old)).status_code == 401
    assert (await peer.say(path, catalogue, new)).status_code == 200
    closed = await peer.us.delete(f"/v1/dataspace/counterparties/{peer.counterparty}")
    assert closed.json()["active"] is False
    assert (await peer.say(path, catalogue, new)).status_code == 401
    refused = await peer.us.post(
        "/v1/dataspace/negotiations",
        {"counterparty_id": peer.counterparty, "side": "consumer", "dataset_id": "urn:x"},
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "counterparty-closed")


async def test_nothing_is_sent_to_addresses_inside(peer, runtime):
    for address in ("http://10.0.0.1/dsp", "https://169.254.169.254/", "ftp://x.example", "https://u:p@x.example/"):
        refused = await peer.us.post("/v1/dataspace/counterparties", {"did": "did:web:x", "address": address})
        assert (refused.status_code, refused.json()["code"]) == (400, "connector-address-refused")
    again = await peer.us.post(
        "/v1/dataspace/counterparties", {"did": "did:web:peer.example", "address": peer.connector.address}
    )
    assert (again.status_code, again.json()["code"]) == (409, "counterparty-known")
    stored = await runtime.pool.fetchval(
        "SELECT token_out FROM dataspace_counterparty WHERE id = $1", peer.counterparty
    )
    assert b"out-token" not in stored


@pytest.mark.slow
async def test_a_transfer_asked_for_on_the_word_of_the_finalisation_is_covered(peer, drain):
    made = await at(peer, drain, "provider", "verified")
    agreement = (await peer.see(f"negotiations/{made.id}"))["agreement"]["external_id"]
    answers = []

    async def asks(path, sent):
        if sent.get("eventType") == "FINALIZED":
            peer.connector.on = None
            fields = {"agreementId": agreement, "format": "HttpData-PULL", "consumerPid": "urn:uuid:t"}
            fields["callbackAddress"] = peer.connector.address
            answers.append(await peer.say("transfers/request", message("TransferRequestMessage", **fields)))

    early = message(
        "TransferRequestMessage",
        agreementId=agreement,
        format="HttpData-PULL",
        consumerPid="urn:uuid:early",
        callbackAddress=peer.connector.address,
    )
    assert (await peer.say("transfers/request", early)).status_code == 409
    peer.connector.on = asks
    await made.send("finalize")
    assert [one.status_code for one in answers] == [201], answers[0].text
    assert await made.state() == "finalized"
