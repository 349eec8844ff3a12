"""A connector outside, as far as a test needs it: it answers what it is told to, and keeps what it was sent."""

import json
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import uvicorn

from kernel.runtime import Runtime
from tests.conftest import Client

CTX = ["https://w3id.org/dspace/2025/1/context.jsonld"]
USE = {"permission": [{"action": "use"}]}


@dataclass
class Connector:
    """The other side: an HTTP server on this machine, and a client that speaks to our participant."""

    port: int = 0
    got: list[tuple[str, dict[str, Any], dict[str, str]]] = field(default_factory=list)
    answers: list[tuple[int, Any]] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)
    pid: str = field(default_factory=lambda: f"urn:uuid:{uuid4()}")
    on: Callable[[str, dict[str, Any]], Any] | None = None
    document: dict[str, Any] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/dsp"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            part = await receive()
            body += part.get("body", b"")
            if not part.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        sent = json.loads(body) if body else {}
        self.got.append((scope["path"], sent, headers))
        status, answer = self.answers.pop(0) if self.answers else (200, None)
        if scope["method"] == "GET":
            status, answer = 200, {"state": self.states.get("now", "REQUESTED")}
            if scope["path"].endswith("/did.json"):
                status, answer = (200, self.document) if self.document is not None else (404, {})
        if answer is None:
            answer = self._ack(sent)
        if self.on is not None:
            await self.on(scope["path"], sent)
        raw = json.dumps(answer).encode()
        await send(
            {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]}
        )
        await send({"type": "http.response.body", "body": raw})

    def _ack(self, sent: dict[str, Any]) -> dict[str, Any]:
        kind = "TransferProcess" if str(sent.get("@type", "")).startswith("Transfer") else "ContractNegotiation"
        pids = {name: sent.get(name, self.pid) for name in ("providerPid", "consumerPid")}
        return {"@context": CTX, "@type": kind, **pids, "state": "REQUESTED"}

    def sent(self, kind: str) -> list[dict[str, Any]]:
        """What it was sent of a kind."""
        return [message for _, message, _ in self.got if message.get("@type") == kind]


@asynccontextmanager
async def listening(connector: Connector):
    """The connector's server, while the block runs."""
    config = uvicorn.Config(connector, port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    import asyncio

    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - the server has no event for it
        await asyncio.sleep(0.01)
    connector.port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield connector
    finally:
        server.should_exit = True
        await task


@dataclass
class Peer:
    """A participant of ours, and a connector that is its counterparty."""

    us: Client
    connector: Connector
    counterparty: str
    token: str
    anonymous: Client
    dataset: str = "urn:ds:1"
    keys: Any = None
    did: str = "did:web:peer.example"
    issue: Callable[[], str] | None = None

    @property
    def base(self) -> str:
        return f"/dsp/{self.us.party}/2025-1"

    async def say(self, path: str, message: dict[str, Any], token: str | None = "") -> Any:
        """The connector sends a message to our participant."""
        issued = self.issue() if self.issue is not None and token == "" else self.token
        headers = {"authorization": f"Bearer {token or issued}"} if token is not None else {}
        return await self.anonymous.http.post(f"{self.base}/{path}", json=message, headers=headers)

    async def ask(self, path: str) -> Any:
        """The connector asks our participant."""
        token = self.issue() if self.issue is not None else self.token
        return await self.anonymous.http.get(f"{self.base}/{path}", headers={"authorization": token})

    async def do(self, path: str, body: Any = None) -> Any:
        """Our participant gives a command."""
        made = await self.us.post(f"/v1/dataspace/{path}", body)
        assert made.status_code in (200, 201, 202), made.text
        return made.json()

    async def see(self, path: str) -> Any:
        """Our participant looks."""
        found = await self.us.get(f"/v1/dataspace/{path}")
        assert found.status_code == 200, found.text
        return found.json()


def message(kind: str, **fields: Any) -> dict[str, Any]:
    """A message as another connector writes it."""
    return {"@context": CTX, "@id": f"urn:uuid:{uuid4()}", "@type": kind, **fields}


def request(peer: Peer, pid: str, **over: Any) -> dict[str, Any]:
    """A consumer's first message."""
    offer = {"@id": "urn:offer:1", "@type": "Offer", "target": peer.dataset, **USE}
    fields = {"consumerPid": pid, "callbackAddress": peer.connector.address, "offer": offer, **over}
    return message("ContractRequestMessage", **fields)


async def given_dataset(runtime: Runtime, participant: str, name: str = "urn:ds:1") -> None:
    """A data set under a name of the test's."""
    offer = {"@id": "urn:offer:1", "@type": "Offer", **USE}
    await runtime.pool.execute(
        "INSERT INTO dataspace_dataset (participant, external_id, offers, created_at) VALUES ($1, $2, $3, now())",
        participant,
        name,
        json.dumps([offer]),
    )


async def free_offer(provider: Client, runtime: Runtime, listing: str) -> str:
    """A public offer of a priced listing that costs nothing, so that its consumer need not pay; gives its id.

    The listing keeps its price: the centre holds one without (LT-LST-07) whenever its worker looks.
    """
    shown = await provider.get(f"/v1/listings/{listing}/terms")
    assert shown.status_code == 200, shown.text
    terms = shown.json()["terms"]
    terms["price"] = {"kind": "free"}
    terms["policy"].pop("duties")
    for rule in terms["policy"]["permissions"]:
        rule.pop("duties")
    expires_at = (runtime.clock.now() + timedelta(days=30)).isoformat()
    body = {"title_zh": "试用", "title_en": "Trial", "terms": terms, "expires_at": expires_at}
    made = await provider.post(f"/v1/listings/{listing}/offers", body)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])
