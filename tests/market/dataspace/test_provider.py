"""The provider's side: each message a consumer may send, and each that we send it."""

import base64

from tests.makers import signing_key
from tests.market.dataspace.connector import message, request


async def requested(peer):
    """A negotiation that the connector has opened: our id, and the two pids."""
    pid = peer.connector.pid
    made = await peer.say("negotiations/request", request(peer, pid))
    assert made.status_code == 201, made.text
    assert made.json()["state"] == "REQUESTED"
    found = (await peer.see("negotiations"))["items"][0]
    return found["id"], {"providerPid": made.json()["providerPid"], "consumerPid": pid}


async def agree(peer, negotiation):
    key_id, key = await signing_key(peer.us, b"\x11" * 32)
    drafted = await peer.do(f"negotiations/{negotiation}/agreement-draft")
    text = drafted["agreement"]["signing_text"]
    body = {"signing_key_id": key_id, "signature": base64.b64encode(key.sign(text.encode())).decode()}
    return await peer.do(f"negotiations/{negotiation}/agreement", body)


async def test_a_request_comes_to_a_concluded_agreement(peer, drain):
    negotiation, pids = await requested(peer)
    await agree(peer, negotiation)
    assert (await peer.see(f"negotiations/{negotiation}"))["status"] == "requested"  # Not before it is acknowledged.
    await drain()
    assert (await peer.see(f"negotiations/{negotiation}"))["status"] == "agreed"
    sent = peer.connector.sent("ContractAgreementMessage")[0]
    assert sent["agreement"]["permission"] == [{"action": "use"}]
    assert sent["agreement"]["assignee"] == "did:web:peer.example"
    assert sent["agreement"]["target"] == peer.dataset
    path = f"negotiations/{pids['providerPid']}"
    made = await peer.say(f"{path}/agreement/verification", message("ContractAgreementVerificationMessage", **pids))
    assert made.status_code == 200, made.text
    await peer.do(f"negotiations/{negotiation}/finalization")
    await drain()
    seen = await peer.see(f"negotiations/{negotiation}")
    assert seen["status"] == "finalized"
    assert [(one["side"], one["kind"]) for one in seen["agreement"]["evidence"]] == [
        ("provider", "signing-key"),
        ("consumer", "dataspace-message"),
    ]
    assert seen["agreement"]["concluded_at"]
