"""A valuation firm with its people, and an engagement as far as a test needs it; every step through HTTP."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from kernel.crypto import signing
from tests.beginnings import beginning
from tests.conftest import As, Client
from tests.makers import application, signing_key
from tests.market.trade import register
from tests.valuation.makers import make_asset, score
from valuation.practitioners.commands import challenge

BASE = "2026-11-23"


def said(value: str) -> dict[str, str]:
    """A parameter with its provenance."""
    return {"value": value, "source": "cost ledger 2025", "evidence": "ledger p. 7", "confidence": "high"}


def study(**over: Any) -> dict[str, Any]:
    """A study by the cost approach, by the terms of `terms`."""
    return {
        "currency": "CNY",
        "purpose": "Pledge to a bank",
        "value_type": "market-value",
        "cost": {
            "stages": {"collect": {"direct": said("100000")}, "process": {"direct": said("50000.50")}},
            "return_on_cost": said("0.1"),
            "economic_life_years": said("4"),
            "remaining_life_years": said("3"),
        },
        "single_approach_reason": "No income history and no comparable deals.",
        **over,
    }


@dataclass
class Valuer:
    """A natural person of the firm: an API key, a signing key, a registration."""

    client: Client
    id: str
    key_id: str
    signer: signing.Ed25519Signer

    def sign(self, text: str) -> str:
        """The person's signature over a text."""
        return base64.b64encode(self.signer.sign(text.encode())).decode()


async def make_firm(as_: As) -> Client:
    """A valuation firm that was also admitted as a buyer."""
    operator = await as_("operator")
    applied = await operator.with_key("").post("/v1/parties", application("valuer", roles=["valuer", "buyer"]))
    assert applied.status_code == 201, applied.text
    party = applied.json()["party"]["id"]
    await operator.post(f"/v1/parties/{party}/admission", {"action": "admit", "reason": "materials checked"})
    return operator.with_key(applied.json()["secret"], party)


async def make_valuer(firm: Client, seed: int, number: str = "", **over: Any) -> Valuer:
    """Register a person of the firm with keys of its own."""
    made = await firm.post("/v1/api-keys", {"name": f"valuer {seed}", "roles": ["valuer"]})
    assert made.status_code == 201, made.text
    person = firm.with_key(made.json()["secret"], firm.party)
    key_id, signer = await signing_key(person, bytes([seed]) * 32)
    number = number or f"1103{seed:04d}"
    api_key = made.json()["key"]["id"]
    proof = base64.b64encode(signer.sign(challenge(number, api_key).encode())).decode()
    body = {
        "name": f"评估师{seed}",
        "registration_number": number,
        "api_key_id": api_key,
        "signing_key_id": key_id,
        "proof": proof,
        **over,
    }
    registered = await firm.post("/v1/practitioners", body)
    assert registered.status_code == 201, registered.text
    return Valuer(person, registered.json()["id"], key_id, signer)


@dataclass
class Work:
    """An engagement and everybody in it."""

    as_: As
    drain: Any
    provider: Client
    firm: Client
    asset: str
    card: str
    first: Valuer
    second: Valuer
    reviewer: Valuer
    client: Client
    id: str = ""
    draft: dict[str, Any] = field(default_factory=dict)

    @staticmethod
    @beginning
    async def begin(as_: As, drain: Any, client: str = "provider") -> "Work":
        """A scored asset, a firm with three people, and who will be the client."""
        provider, firm = await as_("provider"), await make_firm(as_)
        revision = await make_asset(provider)
        run = await score(provider, revision["asset_id"], drain)
        people = [await make_valuer(firm, seed) for seed in (101, 102, 103)]
        who = provider if client == "provider" else await as_(client, "client")
        if who is not provider:
            await register(provider.runtime, revision["asset_id"])  # Nobody else knows of what is not registered.
        return Work(as_, drain, provider, firm, revision["asset_id"], run["scorecard_id"], *people, who)

    @staticmethod
    async def on(as_: As, drain: Any, provider: Client, asset: str, card: str) -> "Work":
        """A firm with three people, for an asset that is there already."""
        firm = await make_firm(as_)
        people = [await make_valuer(firm, seed) for seed in (101, 102, 103)]
        return Work(as_, drain, provider, firm, asset, card, *people, provider)

    def terms(self, **over: Any) -> dict[str, Any]:
        """What the client proposes."""
        return {
            "firm": self.firm.party,
            "asset_id": self.asset,
            "purpose": "Pledge to a bank",
            "value_type": "market-value",
            "base_date": BASE,
            "scope": "All tables of the newest revision and the registered rights in them",
            "intended_users": ["First Bank"],
            "fee": {"basis": "fixed", "amount": {"amount": "30000.00", "currency": "CNY"}},
            **over,
        }

    async def propose(self, **over: Any) -> dict[str, Any]:
        """The client proposes, and the asset's provider consents where it is another."""
        made = await self.client.post("/v1/engagements", self.terms(**over))
        assert made.status_code == 201, made.text
        self.id = made.json()["id"]
        if self.client.party != self.provider.party:
            consented = await self.provider.post(f"{self.path}/consent")
            assert consented.status_code == 200, consented.text
        return dict(made.json())

    @property
    def path(self) -> str:
        """Where the engagement is."""
        return f"/v1/engagements/{self.id}"

    @property
    def team(self) -> dict[str, str]:
        """Who does what."""
        return {"first_valuer": self.first.id, "second_valuer": self.second.id, "reviewer": self.reviewer.id}

    async def accept(self) -> Any:
        """The firm accepts."""
        return await self.firm.post(f"{self.path}/acceptance", self.team)

    @beginning
    async def accepted(self, **over: Any) -> "Work":
        """An engagement that the firm has accepted."""
        await self.propose(**over)
        answer = await self.accept()
        assert answer.status_code == 200, answer.text
        return self

    async def paper(self, kind: str, content: bytes = b"seen and checked") -> dict[str, Any]:
        """The first valuer keeps a paper."""
        path = f"/v1/files?name={kind}.txt&purpose=evidence"
        kept = await self.firm("POST", path, content=content + kind.encode())
        assert kept.status_code == 201, kept.text
        body = {"kind": kind, "title": f"Paper: {kind}", "file_id": kept.json()["id"]}
        made = await self.first.client.post(f"{self.path}/working-papers", body)
        assert made.status_code == 201, made.text
        return dict(made.json())

    async def submit(self, **over: Any) -> Any:
        """The first valuer submits a draft."""
        body = {"scorecard_id": self.card, "study": study(), "disclosures": {"scenario": "Credit"}, **over}
        return await self.first.client.post(f"{self.path}/drafts", body)

    @beginning
    async def drafted(self, **over: Any) -> "Work":
        """An engagement with its papers and a draft."""
        await self.accepted()
        await self.paper("title-verification")
        await self.paper("survey")
        made = await self.submit(**over)
        assert made.status_code == 201, made.text
        self.draft = made.json()
        return self

    async def say(self, who: Valuer, verdict: str = "agree", **over: Any) -> Any:
        """Somebody gives an opinion on the draft."""
        body = {"draft_id": self.draft["id"], "verdict": verdict, "reason": "read in full", **over}
        return await who.client.post(f"{self.path}/opinions", body)

    @beginning
    async def reviewed(self, **over: Any) -> "Work":
        """A draft that is ready to be signed."""
        await self.drafted(**over)
        for who in (self.second, self.reviewer):
            answer = await self.say(who)
            assert answer.status_code == 201, answer.text
        return self

    async def sign(self, who: Valuer, **over: Any) -> Any:
        """Somebody signs the draft."""
        signature = who.sign(self.draft["signing_text"])
        body = {"draft_id": self.draft["id"], "signing_key_id": who.key_id, "signature": signature, **over}
        return await who.client.post(f"{self.path}/signatures", body)

    @beginning
    async def issued(self, **over: Any) -> dict[str, Any]:
        """A signed report; gives the engagement."""
        await self.reviewed(**over)
        for who in (self.second, self.first):
            answer = await self.sign(who)
            assert answer.status_code == 201, answer.text
        return dict(answer.json())


def shown(answer: Any) -> str:
    """An answer for a failing assertion."""
    return json.dumps(answer.json(), ensure_ascii=False, indent=1)
