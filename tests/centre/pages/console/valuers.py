"""A valuation firm whose three people sign in, and an engagement that they carry through pages alone."""

import base64
import json
import re
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from kernel.crypto import signing
from tests.centre.pages.console.walking import Walker
from tests.centre.pages.people import PASSWORD, browser, invited, member_id, organisation
from tests.makers import signing_key
from tests.valuation.engagements.firm import BASE, study
from valuation.practitioners.commands import challenge

PEOPLE = ("first", "second", "reviewer")


@dataclass
class Person:
    """A valuer at a browser, with a signing key that stays with them."""

    at: Walker
    id: str
    key_id: str
    signer: signing.Ed25519Signer

    def sign(self, text: str) -> str:
        return base64.b64encode(self.signer.sign(text.encode())).decode()


@dataclass
class Firm:
    """The firm by its key, and its people at their browsers."""

    key: Any
    party: str
    people: dict[str, Person]

    @staticmethod
    async def begin(stack: AsyncExitStack, app: Any, client: Any, runtime: Any, operator: Any) -> "Firm":
        """An admitted firm; three people are invited, join, and are registered as its valuers."""
        made = await organisation(client, operator, "office@firm.example", "valuer")
        key, people = client.with_key(made["secret"], made["party"]["id"]), {}
        for number, name in enumerate(PEOPLE):
            at = Walker((await stack.enter_async_context(browser(app))).http)
            email = f"{name}@firm.example"
            await at.open(await invited(key, email, ["valuer"]))
            await at.send({"name": f"评估师{number}", "password": PASSWORD})
            await at.open("/en/sign-in")
            await at.send({"email": email, "password": PASSWORD})
            async with runtime.sessions() as session:
                member = await member_id(session, email)
            people[name] = await _registered(key, at, member, 21 + number)
        return Firm(key, made["party"]["id"], people)

    async def walk(self, client_at: Walker, asset: str, card: str) -> str:
        """From the client's proposal to the second signature; gives the page of the engagement."""
        first, second, reviewer = (self.people[name] for name in PEOPLE)
        await client_at.open(f"/en/console/engagements?do=propose_engagement&asset_id={asset}")
        await client_at.send(_terms(self.party))
        page = f"/en/console/engagements/{client_at.id}"
        await first.at.open(page)
        await first.at.follow("Accept")
        await first.at.send({"first_valuer": first.id, "second_valuer": second.id, "reviewer": reviewer.id})
        await first.at.open(page)
        await first.at.follow("Ask for data")
        await first.at.send({"subject": "Cost ledger 2025", "due_on": "2026-11-27"})
        await client_at.open(page)
        await client_at.follow("Answer")
        await client_at.send({"answer": "It is in the data room."})
        for kind in ("title-verification", "survey"):
            await self._paper(first.at, page, kind)
        await first.at.open(page)
        await first.at.follow("Submit a draft")
        await first.at.send({"scorecard_id": card, "study": json.dumps(study()), "disclosures/scenario": "Credit"})
        for who in (second, reviewer):
            await who.at.open(page)
            await who.at.follow("Give an opinion")
            await who.at.send({"verdict": "agree", "reason": "read in full"})
        for who in (second, first):
            shown = await who.at.open(page)
            [text] = set(re.findall(r"liutong appraisal report \S+ sha256:[0-9a-f]{64}", shown))
            await who.at.follow("Sign")
            await who.at.send({"signing_key_id": who.key_id, "signature": who.sign(text)})
        return page

    async def _paper(self, at: Walker, page: str, kind: str) -> None:
        await at.open("/en/console/files?do=upload_file")
        await at.send({"purpose": "evidence"}, file=(f"{kind}.txt", f"seen: {kind}".encode()))
        file = at.id
        await at.open(page)
        await at.follow("Add a working paper")
        await at.send({"kind": kind, "title": f"Paper: {kind}", "file_id": file})


async def _registered(key: Any, at: Walker, member: str, seed: int) -> Person:
    """Register a member as a valuer: the person's signing key says so."""
    key_id, signer = await signing_key(key, bytes([seed]) * 32)
    number = f"1103{seed:04d}"
    proof = base64.b64encode(signer.sign(challenge(number, member).encode())).decode()
    body = {
        "name": f"评估师{seed}",
        "registration_number": number,
        "member_id": member,
        "signing_key_id": key_id,
        "proof": proof,
    }
    made = await key.post("/v1/practitioners", body)
    assert made.status_code == 201, made.text
    return Person(at, made.json()["id"], key_id, signer)


def _terms(firm: str) -> dict[str, str]:
    return {
        "firm": firm,
        "purpose": "Pledge to a bank",
        "value_type": "market-value",
        "base_date": BASE,
        "scope": "All tables of the newest revision and the registered rights in them",
        "intended_users": "The bank",
        "fee/basis": "fixed",
        "fee/amount/amount": "30000.00",
        "fee/amount/currency": "CNY",
    }
