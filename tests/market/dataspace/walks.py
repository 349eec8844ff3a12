"""Bringing a process of ours into each of its states, on either side, against a connector outside."""

import base64
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.makers import signing_key
from tests.market.dataspace.connector import USE, Peer, message, request


@dataclass
class Negotiation:
    """A negotiation of ours: its id here, the pids, and how the other side speaks in it."""

    peer: Peer
    drain: Any
    id: str
    provider_pid: str
    consumer_pid: str
    side: str

    @property
    def pids(self) -> dict[str, str]:
        return {"providerPid": self.provider_pid, "consumerPid": self.consumer_pid}

    @property
    def path(self) -> str:
        return f"negotiations/{self.provider_pid if self.side == 'provider' else self.consumer_pid}"

    def wire(self, action: str, **over: Any) -> tuple[str, dict[str, Any]]:
        """The folder and the message by which a connector would take a step."""
        offer = {"@id": "urn:offer:1", "@type": "Offer", "target": self.peer.dataset, **USE}
        agreement = {
            **offer,
            "@id": f"urn:uuid:{uuid4()}",
            "@type": "Agreement",
            "assigner": self.peer.did,
            "assignee": self.peer.us.party,
            "timestamp": "2026-11-23T00:00:00Z",
        }
        folder, kind, fields = {
            "request": ("request", "ContractRequestMessage", {"offer": offer}),
            "offer": ("offers", "ContractOfferMessage", {"offer": offer}),
            "accept": ("events", "ContractNegotiationEventMessage", {"eventType": "ACCEPTED"}),
            "agree": ("agreement", "ContractAgreementMessage", {"agreement": agreement}),
            "verify": ("agreement/verification", "ContractAgreementVerificationMessage", {}),
            "finalize": ("events", "ContractNegotiationEventMessage", {"eventType": "FINALIZED"}),
            "terminate": ("termination", "ContractNegotiationTerminationMessage", {"code": "1"}),
        }[action]
        return f"{self.path}/{folder}", message(kind, **{**self.pids, **fields, **over})

    async def hear(self, action: str, **over: Any) -> Any:
        """The other side takes a step; gives our answer."""
        return await self.peer.say(*self.wire(action, **over))

    async def heard(self, action: str) -> None:
        made = await self.hear(action)
        assert made.status_code == 200, made.text

    async def send(self, action: str) -> None:
        """We take a step, and the other side acknowledges it."""
        here = f"negotiations/{self.id}"
        if action == "agree":
            drafted = await self.peer.do(f"{here}/agreement-draft")
            await self.peer.do(f"{here}/agreement", await signed(self.peer, drafted["agreement"]["signing_text"]))
        else:
            folder, body = {
                "request": ("offers", {}),
                "offer": ("offers", {}),
                "accept": ("acceptance", None),
                "verify": ("verification", {}),
                "finalize": ("finalization", None),
                "terminate": ("termination", {"code": "X", "reasons": ["no"]}),
            }[action]
            await self.peer.do(f"{here}/{folder}", body)
        await self.drain()

    async def step(self, action: str, by: str) -> None:
        """Either side takes a step."""
        await (self.send(action) if by == self.side else self.heard(action))

    async def state(self) -> str:
        """The state as we see it, which is the state that the other side is shown."""
        seen = (await self.peer.see(f"negotiations/{self.id}"))["status"]
        told = await self.peer.ask(self.path)
        assert told.status_code == 200
        assert told.json()["state"] == seen.upper()
        return str(seen)


async def signed(peer: Peer, text: str) -> dict[str, str]:
    """Our participant's signature over a text, by its registered key."""
    known = peer.keys
    if known is None:
        known = peer.keys = await signing_key(peer.us, b"\x11" * 32)
    key_id, key = known
    return {"signing_key_id": key_id, "signature": base64.b64encode(key.sign(text.encode())).decode()}


async def begun(peer: Peer, drain: Any, side: str) -> Negotiation:
    """A negotiation that a consumer has requested, on either side."""
    if side == "provider":
        pid = f"urn:uuid:{uuid4()}"
        made = await peer.say("negotiations/request", request(peer, pid))
        assert made.status_code == 201, made.text
        found = (await peer.see("negotiations"))["items"][0]
        return Negotiation(peer, drain, found["id"], made.json()["providerPid"], pid, side)
    peer.connector.pid = f"urn:uuid:{uuid4()}"
    body = {"counterparty_id": peer.counterparty, "side": "consumer", "dataset_id": peer.dataset}
    made = await peer.do("negotiations", body)
    await drain()
    return Negotiation(peer, drain, made["id"], peer.connector.pid, made["consumer_pid"], side)


STEPS = {
    "requested": [],
    "offered": [("offer", "provider")],
    "accepted": [("offer", "provider"), ("accept", "consumer")],
    "agreed": [("agree", "provider")],
    "verified": [("agree", "provider"), ("verify", "consumer")],
    "finalized": [("agree", "provider"), ("verify", "consumer"), ("finalize", "provider")],
    "terminated": [("terminate", "consumer")],
}


async def at(peer: Peer, drain: Any, side: str, state: str) -> Negotiation:
    """A negotiation in a state."""
    made = await begun(peer, drain, side)
    for action, by in STEPS[state]:
        await made.step(action, by)
    assert await made.state() == state
    return made


@dataclass
class Transfer:
    """A transfer of ours."""

    peer: Peer
    drain: Any
    id: str
    provider_pid: str
    consumer_pid: str
    side: str

    @property
    def pids(self) -> dict[str, str]:
        return {"providerPid": self.provider_pid, "consumerPid": self.consumer_pid}

    @property
    def path(self) -> str:
        return f"transfers/{self.provider_pid if self.side == 'provider' else self.consumer_pid}"

    def wire(self, action: str, **over: Any) -> tuple[str, dict[str, Any]]:
        address = {"@type": "DataAddress", "endpointType": "https://w3id.org/idsa/v4.1/HTTP"}
        fields = {"dataAddress": {**address, "endpoint": "https://peer.example/d"}}
        folder, kind, more = {
            "start": ("start", "TransferStartMessage", fields if self.side == "consumer" else {}),
            "complete": ("completion", "TransferCompletionMessage", {}),
            "suspend": ("suspension", "TransferSuspensionMessage", {"reason": ["later"]}),
            "terminate": ("termination", "TransferTerminationMessage", {"code": "1"}),
        }[action]
        return f"{self.path}/{folder}", message(kind, **{**self.pids, **more, **over})

    async def hear(self, action: str, **over: Any) -> Any:
        return await self.peer.say(*self.wire(action, **over))

    async def send(self, action: str, expect: int = 202) -> Any:
        folder, body = {
            "start": ("start", {"data_address": {"endpoint": "http://127.0.0.1:9/d", "token": "t"}}),
            "complete": ("completion", None),
            "suspend": ("suspension", {"reasons": ["later"]}),
            "terminate": ("termination", {"code": "X"}),
        }[action]
        made = await self.peer.us.post(f"/v1/dataspace/transfers/{self.id}/{folder}", body)
        assert made.status_code == expect, made.text
        await self.drain()
        return made.json()

    async def step(self, action: str, by: str) -> None:
        if by == self.side:
            await self.send(action)
        else:
            made = await self.hear(action)
            assert made.status_code == 200, made.text

    async def state(self) -> str:
        seen = (await self.peer.see(f"transfers/{self.id}"))["status"]
        told = await self.peer.ask(self.path)
        assert told.json()["state"] == seen.upper()
        return str(seen)


async def transfer(peer: Peer, drain: Any, side: str) -> Transfer:
    """A requested transfer under an agreement that was concluded over the wire."""
    negotiation = await at(peer, drain, side, "finalized")
    agreement = (await peer.see(f"negotiations/{negotiation.id}"))["agreement"]
    if side == "provider":
        pid = f"urn:uuid:{uuid4()}"
        fields = {"agreementId": agreement["external_id"], "format": "HttpData-PULL"}
        sent = message("TransferRequestMessage", consumerPid=pid, callbackAddress=peer.connector.address, **fields)
        made = await peer.say("transfers/request", sent)
        assert made.status_code == 201, made.text
        found = (await peer.see("transfers"))["items"][0]
        return Transfer(peer, drain, found["id"], made.json()["providerPid"], pid, side)
    peer.connector.pid = f"urn:uuid:{uuid4()}"
    made = await peer.do("transfers", {"agreement_id": agreement["id"]})
    await drain()
    return Transfer(peer, drain, made["id"], peer.connector.pid, made["consumer_pid"], side)


TRANSFER_STEPS = {
    "requested": [],
    "started": [("start", "provider")],
    "suspended": [("start", "provider"), ("suspend", "provider")],
    "completed": [("start", "provider"), ("complete", "consumer")],
    "terminated": [("terminate", "consumer")],
}


async def transfer_at(peer: Peer, drain: Any, side: str, state: str) -> Transfer:
    """A transfer in a state."""
    made = await transfer(peer, drain, side)
    for action, by in TRANSFER_STEPS[state]:
        await made.step(action, by)
    assert await made.state() == state
    return made
