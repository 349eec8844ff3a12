"""Builders of valid things, through the same commands and routes as anybody uses."""

import base64
import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import msgspec
from sqlalchemy import update

from kernel.act import Act
from kernel.actor import ANONYMOUS, SYSTEM
from kernel.crypto import signing
from kernel.identity import commands, credentials, uscc
from kernel.identity.models import ApiKey
from kernel.identity.queries import actor_of
from kernel.identity.schemas import (
    ApplyForAdmission,
    Contact,
    CreateKey,
    DecideAdmission,
    RedeemInvitation,
)
from kernel.runtime import Runtime

if TYPE_CHECKING:
    from tests.conftest import Client

_numbers = itertools.count(1)


def make_uscc(number: int | None = None) -> str:
    """A valid unified social credit code of Inner Mongolia's region, 150100."""
    serial = next(_numbers) if number is None else number
    first17 = f"91150100{serial:09d}"
    return first17 + uscc.check_character(first17)


PLEDGES = [
    "accept-trading-rules",
    "truthful-information",
    "lawful-source",
    "no-state-secrets",
    "use-within-licence",
    "independence",
]


def application(role: str = "provider", **over: Any) -> dict[str, Any]:
    """A faultless application for admission."""
    uscc = make_uscc()
    return {
        "uscc": uscc,
        "name": f"测试机构 {role}",
        "kind": "enterprise",
        "roles": [role],
        "pledges": PLEDGES,
        "contact": {"name": "张三", "email": f"{uscc.lower()}@example.cn"},
        **over,
    }


OFFICES = ("registrar", "reviewer", "clearing", "regulator", "auditor")

CASTS: "WeakValueDictionary[int, Cast]" = WeakValueDictionary()
"""The cast of each runtime, by the runtime's id."""


def is_person(value: Any) -> bool:
    """Whether something is a client that acts as somebody."""
    return type(value).__name__ == "Client" and hasattr(value, "with_key")


@dataclass
class Cast:
    """The people of a story: each role's key is made when it is first needed.

    With `steps` a story goes on from one step that was taken before to the next; without, it only begins with one.
    `place` is where the last one left the database.
    """

    client: "Client"
    runtime: Runtime
    known: dict[str, "Client"] = field(default_factory=dict)
    operator: "Client | None" = None
    signers: dict[str, signing.Ed25519Signer] = field(default_factory=dict)
    steps: bool = True
    place: Any = None
    taking: Any = None
    disturbed: bool = False

    def __post_init__(self) -> None:
        """Let steps find the cast by its runtime."""
        CASTS[id(self.runtime)] = self

    async def act(self, role: str, name: str = "") -> "Client":
        """A client of that role; the same role and name are the same party."""
        if f"{role}/{name}" not in self.known:
            from tests.beginnings import beginning

            make = beginning(Cast._make) if self.steps else Cast._make
            self.known[f"{role}/{name}"] = await make(self, role)
        return self.known[f"{role}/{name}"]

    async def _make(self, role: str) -> "Client":
        """By the commands that the routes call, in one unit of work: what leads there has tests of its own."""
        operator = await self._operator()
        if role == "operator":
            return operator
        sandbox = self.runtime.settings.sandbox
        async with self.runtime.act(ANONYMOUS) as act:
            deciding = act.by(await actor_of(act.session, str(operator.key), act.at))
            if role in OFFICES:
                secret, party = await self._officer(act, deciding, role), operator.party
            else:
                data = msgspec.convert(application(role), ApplyForAdmission)
                applied = await commands.apply_for_admission(act, data, sandbox=sandbox)
                secret, party = applied.secret, applied.party.id
                await commands.decide(deciding, party, DecideAdmission(action="admit", reason="materials checked"))
            await _let_last(act)
        return self.client.with_key(secret, party)

    async def _officer(self, act: Act, deciding: Act, office: str) -> str:
        sandbox = self.runtime.settings.sandbox
        if office not in ("regulator", "auditor"):
            made = await credentials.create_key(deciding, CreateKey(name=office, roles=[office]), sandbox=sandbox)
            return made.secret
        invitation = await credentials.invite(act.by(SYSTEM), office, office)
        redeemed = await credentials.redeem_invitation(act, RedeemInvitation(invitation=invitation), sandbox=sandbox)
        return redeemed.secret

    async def _operator(self) -> "Client":
        if self.operator is None:
            data = ApplyForAdmission(
                uscc=make_uscc(),
                name="流通中心",
                kind="institution",
                roles=["operator"],
                pledges=[],
                contact=Contact(name="值班", email="desk@example.cn"),
            )
            async with self.runtime.act() as act:
                founded = await commands.found_centre(act, data, sandbox=True)
                await _let_last(act)
            self.operator = self.client.with_key(founded.secret, founded.party.id)
        return self.operator


async def _let_last(act: Act) -> None:
    """Let the cast's keys last while a story moves its clock over years."""
    lasting = update(ApiKey).where(ApiKey.expires_at > act.at + timedelta(days=300))
    await act.session.execute(lasting.values(expires_at=act.at + timedelta(days=20 * 365)))


async def signing_key(client: "Client", seed: bytes) -> tuple[str, signing.Ed25519Signer]:
    """Register a signing key for a client's party; gives its id and the private half."""
    key = signing.Ed25519Signer(seed)
    public = signing.multibase(key.public)
    proof = base64.b64encode(key.sign(commands.challenge(public).encode())).decode()
    made = await client.post("/v1/signing-keys", {"public_key": public, "proof": proof})
    assert made.status_code == 201, made.text
    return made.json()["id"], key
