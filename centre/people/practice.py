"""The people of a seeded sandbox: one for each key, with a password of its own that the sandbox's file shows."""

import secrets
from collections.abc import Mapping
from typing import Final

from kernel.actor import SYSTEM
from kernel.db import locked
from kernel.identity.models import Party
from kernel.members import invitations
from kernel.members.schemas import AcceptInvitation, InviteMember
from kernel.runtime import Runtime
from kernel.signin.door.visitor import Visitor
from kernel.time.clock import outside

PEOPLE_FILE: Final = "sandbox-people.json"
"""Who signs in on the pages of a sandbox, and with which password, in its folder."""

PEOPLE: Final = {
    "operator": "运营员",
    "registrar": "登记员",
    "reviewer": "审核员",
    "clearing": "清算员",
    "regulator": "监管员",
    "auditor": "审计员",
    "provider": "提供方成员",
    "buyer": "需求方成员",
    "card_buyer": "银行卡买方成员",
    "valuer": "评估师",
    "tester": "检测员",
}
"""What each is called; those of the centre have the office that they are called by."""


async def enter(runtime: Runtime, parties: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Make a member for each of these parties by the same steps as anybody's; gives addresses and passwords."""
    accounts: dict[str, dict[str, str]] = {}
    for name, party_id in parties.items():
        password = secrets.token_urlsafe(15)
        email = f"{name.replace('_', '-')}@demo.example"
        async with runtime.act() as act:
            party = await locked(act.session, Party, party_id)
            roles = [name] if party.centre else party.roles
            data = InviteMember(email=email, name=PEOPLE[name], roles=roles, administrator=True)
            made = await invitations.invite_to(act.by(SYSTEM), party, data, public_url="")
            secret = str(made.link).partition("=")[2]
            here = Visitor("local", "", outside(runtime.clock), runtime.pool)
            await invitations.accept(act, here, AcceptInvitation(secret=secret, name=PEOPLE[name], password=password))
        accounts[name] = {"email": email, "password": password}
    return accounts
