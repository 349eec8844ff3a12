"""Valuers who act as members of their firm that sign in."""

import base64
from dataclasses import dataclass, replace
from typing import Any

from kernel.actor import Actor
from kernel.identity.queries import actor_of
from kernel.members import invitations
from kernel.members.schemas import AcceptInvitation, InviteMember
from kernel.runtime import Runtime
from kernel.signin import sessions
from kernel.signin.door.visitor import Visitor
from tests.conftest import NOW, Client
from tests.makers import signing_key
from valuation.practitioners.commands import challenge

PASSWORD = "correct horse battery"


@dataclass
class Person:
    """Somebody of a firm who has signed in."""

    runtime: Runtime
    firm: Client
    actor: Actor

    @staticmethod
    async def begin(runtime: Runtime, firm: Client, name: str) -> "Person":
        """Invited by the firm's key, joined, and signed in."""
        here = Visitor("127.0.0.1", "", NOW, runtime.pool)
        async with runtime.act() as act:
            act = act.by(await actor_of(act.session, firm.key, act.at))
            data = InviteMember(email=f"{name}@firm.example", name=name, roles=["valuer"], administrator=False)
            secret = str((await invitations.invite(act, data, public_url="")).link).partition("=")[2]
            taken = AcceptInvitation(secret=secret, name=name, password=PASSWORD)
            row = await invitations.accept(act, replace(here, address=name), taken)
            token = await sessions.begin(act, row, "password", here)
            actor = await sessions.actor_of(act.session, token, act.at)
        return Person(runtime, firm, actor)

    async def register(self, seed: int, number: str = "", **over: Any) -> Any:
        """Ask for the person to be registered, by a signing key of their own; gives the answer."""
        assert self.actor.member is not None
        number = number or f"1103{seed:04d}"
        key_id, signer = await signing_key(self.firm, bytes([seed]) * 32)
        proof = base64.b64encode(signer.sign(challenge(number, self.actor.member).encode())).decode()
        body = {
            "name": f"评估师{seed}",
            "registration_number": number,
            "member_id": self.actor.member,
            "signing_key_id": key_id,
            "proof": proof,
            **over,
        }
        return await self.firm.post("/v1/practitioners", body)

    async def do(self, work: Any, *rest: Any) -> Any:
        """Do something as this person, in a unit of its own."""
        async with self.runtime.act() as act:
            return await work(act.by(self.actor), *rest)
