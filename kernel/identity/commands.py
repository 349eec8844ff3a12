"""Admission, keys and signing keys."""

import asyncio
import base64
import binascii
from datetime import datetime, timedelta
from typing import Final

from argon2 import PasswordHasher
from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM, Actor
from kernel.crypto import signing
from kernel.db import lock_name, locked, one
from kernel.errors import FieldError, InvalidInput, NotFound
from kernel.identity import keys, rules, uscc
from kernel.identity.errors import (
    ApplicationFaulty,
    CentreExists,
    CentreNotDecided,
    PartyExists,
    RoleNotHeld,
    SigningKeyTaken,
    SigningKeyUnproven,
)
from kernel.identity.models import ApiKey, Member, Party, SigningKey
from kernel.identity.queries import key_view, party_view
from kernel.identity.schemas import (
    AdmissionView,
    ApplyForAdmission,
    CreateKey,
    DecideAdmission,
    NewKeyView,
    PartyView,
    RegisterSigningKey,
    SigningKeyView,
)
from kernel.identity.states import PARTY, PartyAction
from kernel.log.record import record
from kernel.states import Role
from kernel.text import Text
from kernel.time.clock import day_in_china, months_before
from kernel.views.projection import shown

_HASHER: Final = PasswordHasher()


async def apply_for_admission(act: Act, data: ApplyForAdmission, *, sandbox: bool) -> AdmissionView:
    """Take an application and give the party a key; the key can do nothing of substance until admission."""
    policy = rules.ADMISSION.at(day_in_china(act.at)).body
    faults = rules.application_faults(data.uscc, data.kind, data.roles, data.pledges, policy)
    if faults := [*faults, *rules.text_faults(*_texts(data))]:
        raise ApplicationFaulty(errors=faults)
    await lock_name(act.session, "party", data.uscc)
    if await act.session.scalar(select(exists().where(Party.uscc == data.uscc))):
        raise PartyExists(uscc=data.uscc)
    party = _party(data, act.at, centre=False)
    await lifecycle.begin(act, party, PARTY, parties=[party.id], uscc=data.uscc, name=data.name)
    if data.member is not None:
        await _add_member(act.session, party, data, act.at)
    key, text = _new_key(party, "initial", data.roles, act.at, sandbox=sandbox, days=_initial_days(sandbox))
    act.session.add(key)
    await act.session.flush()
    return AdmissionView(party=party_view(party, act.actor), key=key_view(key), secret=text)


def _texts(data: ApplyForAdmission) -> tuple[dict[str, str], dict[str, str]]:
    """The names and the e-mail addresses of an application, by their pointers."""
    names = {"/name": data.name, "/contact/name": data.contact.name}
    emails = {"/contact/email": data.contact.email}
    if data.member is not None:
        names["/member/name"], emails["/member/email"] = data.member.name, data.member.email
    return names, emails


def _party(data: ApplyForAdmission, at: datetime, *, centre: bool) -> Party:
    return Party(
        id=ids.new("pty"),
        uscc=data.uscc,
        name=data.name,
        kind=data.kind,
        roles=list(dict.fromkeys(data.roles)),
        pledges=list(dict.fromkeys(data.pledges)),
        contact={"name": data.contact.name, "email": data.contact.email, "phone": data.contact.phone},
        centre=centre,
        decision_reason=None,
        created_at=at,
    )


async def _add_member(session: AsyncSession, party: Party, data: ApplyForAdmission, at: datetime) -> None:
    assert data.member is not None
    await lock_name(session, "member", data.member.email.lower())
    if await session.scalar(select(exists().where(Member.email == data.member.email.lower()))):
        text = Text("该邮箱已被使用", "This e-mail address is taken")
        raise ApplicationFaulty(errors=[FieldError("/member/email", text)])
    session.add(
        Member(
            id=ids.new("mem"),
            party_id=party.id,
            name=data.member.name,
            email=data.member.email.lower(),
            password_hash=await asyncio.to_thread(_HASHER.hash, data.member.password),
            created_at=at,
        )
    )


async def decide(act: Act, party_id: str, data: DecideAdmission) -> PartyView:
    """Admit, refuse, suspend, restore or renew a party; never the centre, since nobody would be left to restore it."""
    party = await locked(act.session, Party, party_id)
    if party.centre:
        raise CentreNotDecided
    role = Role.OPERATOR if act.actor.has(Role.OPERATOR) else Role.REGULATOR
    action = PartyAction(data.action)
    await lifecycle.advance(act, party, PARTY, action, role, parties=[party.id], reason=data.reason)
    party.decision_reason = data.reason
    if action in (PartyAction.ADMIT, PartyAction.RENEW):
        years = rules.MEMBERSHIP.at(act.today).body.years
        party.admitted_until = months_before(act.today, -12 * years)
    return party_view(party, act.actor)


async def create_key(act: Act, data: CreateKey, *, sandbox: bool) -> NewKeyView:
    """Make another key of the actor's party, with a subset of this key's roles; an operator makes officers' keys."""
    if act.actor.party is None:
        raise NotFound(kind="party", id="")
    party = await locked(act.session, Party, act.actor.party)
    allowed = rules.authority(party.roles, act.actor.roles, centre=party.centre)
    strange = [role for role in data.roles if role not in allowed]
    if strange:
        raise RoleNotHeld(roles=", ".join(strange))
    key, text = _new_key(party, data.name, data.roles, act.at, sandbox=sandbox, days=data.days_valid)
    act.session.add(key)
    record(act, "kernel.key.created", key.id, facts={"roles": key.roles, "prefix": key.prefix})
    await act.session.flush()
    return NewKeyView(key=key_view(key), secret=text)


def _initial_days(sandbox: bool) -> int:
    """A year; in a sandbox, whose clock jumps over whole licences, far longer, or nobody could get in again."""
    return 20 * 365 if sandbox else 365


def _new_key(
    party: Party, name: str, roles: list[str], at: datetime, *, sandbox: bool, days: int
) -> tuple[ApiKey, str]:
    made = keys.make(sandbox=sandbox)
    key = ApiKey(
        id=ids.new("key"),
        party_id=party.id,
        name=name,
        prefix=made.prefix,
        secret_sha256=made.secret_sha256,
        roles=list(dict.fromkeys(roles)),
        created_at=at,
        expires_at=at + timedelta(days=days),
        revoked_at=None,
        last_used_at=None,
    )
    return key, made.text


async def revoke_key(act: Act, key_id: str) -> None:
    """Revoke one of the party's own keys that reaches no further than the actor's; twice changes nothing."""
    key = await locked(act.session, ApiKey, key_id)
    if key.party_id != act.actor.party:
        raise NotFound(kind="api key", id=key_id)
    party = await one(act.session, Party, key.party_id)
    allowed = rules.authority(party.roles, act.actor.roles, centre=party.centre)
    if key.id != act.actor.key and (beyond := [role for role in key.roles if role not in allowed]):
        raise RoleNotHeld(roles=", ".join(beyond))
    if key.revoked_at is None:
        key.revoked_at = act.at
        record(act, "kernel.key.revoked", key.id)


async def reissue_key(act: Act, party_id: str, reason: str, *, sandbox: bool) -> NewKeyView:
    """Give a party that lost its keys one with all its roles; every earlier key ends, so a found one is worth nothing.

    The reason stands in the party's events, so that nobody takes over a party unseen. Raises CentreNotDecided: the
    centre's own keys are renewed by whoever keeps its machine.
    """
    party = await locked(act.session, Party, party_id)
    if party.centre and act.actor is not SYSTEM:
        raise CentreNotDecided
    for earlier in await act.session.scalars(
        select(ApiKey).where(ApiKey.party_id == party.id, ApiKey.revoked_at.is_(None)).with_for_update()
    ):
        earlier.revoked_at = act.at
    roles = [str(Role.OPERATOR)] if party.centre else party.roles
    key, text = _new_key(party, "reissued", roles, act.at, sandbox=sandbox, days=_initial_days(sandbox))
    act.session.add(key)
    facts = {"roles": key.roles, "prefix": key.prefix, "reason": reason}
    record(act, "kernel.key.reissued", key.id, parties=[party.id], facts=facts)
    await act.session.flush()
    return NewKeyView(key=key_view(key), secret=text)


async def renew_operator(act: Act, *, sandbox: bool) -> NewKeyView:
    """Give the centre's operator a new key in place of all the centre's keys; raises NotFound before its founding."""
    centre = await act.session.scalar(select(Party.id).where(Party.centre))
    if centre is None:
        raise NotFound(kind="centre", id="")
    return await reissue_key(act.by(SYSTEM), centre, "renewed at the centre's machine", sandbox=sandbox)


def challenge(public_key: str) -> str:
    """The text that proves a signing key."""
    return f"liutong signing key: {public_key}"


async def register_signing_key(act: Act, data: RegisterSigningKey) -> SigningKeyView:
    """Register a public key after its holder has signed the challenge (电子签名法 art. 13)."""
    assert act.actor.party is not None
    try:
        public = signing.from_multibase(data.public_key)
        proof = base64.b64decode(data.proof, validate=True)
    except (ValueError, binascii.Error) as problem:
        text = Text("公钥应为 Multikey（z6Mk…），证明应为 base64", "Give a Multikey (z6Mk…) and a proof in base64")
        raise InvalidInput(errors=[FieldError("/public_key", text)]) from problem
    if not signing.verify(public, proof, challenge(data.public_key).encode()):
        raise SigningKeyUnproven(challenge=challenge(data.public_key))
    await lock_name(act.session, "signing-key", data.public_key)
    if await act.session.scalar(select(exists().where(SigningKey.public_key == data.public_key))):
        raise SigningKeyTaken
    row = SigningKey(
        id=ids.new("pky"),
        party_id=act.actor.party,
        public_key=data.public_key,
        created_at=act.at,
        revoked_at=None,
    )
    act.session.add(row)
    facts = {"public_key": data.public_key}
    record(act, "kernel.signing-key.registered", row.id, facts=facts)
    await act.session.flush()
    return shown(row, SigningKeyView)


async def found_centre(act: Act, data: ApplyForAdmission, *, sandbox: bool) -> AdmissionView:
    """Found the centre itself: the one party that starts admitted, with every office and an operator's key."""
    if not uscc.is_valid(data.uscc):
        text = Text("统一社会信用代码应为 18 位且校验码正确", "Give 18 characters whose check character is right")
        raise ApplicationFaulty(errors=[FieldError("/uscc", text, rule="LT-ADM-02")])
    await lock_name(act.session, "centre")
    if await act.session.scalar(select(exists().where(Party.centre))):
        raise CentreExists
    party = _party(data, act.at, centre=True)
    party.roles = list(rules.ADMISSION.at(day_in_china(act.at)).body.centre_roles)
    await lifecycle.begin(act.by(SYSTEM), party, PARTY, parties=[party.id], uscc=data.uscc, centre=True)
    operator = Actor(party=party.id, key=None, roles=frozenset({Role.OPERATOR}), admitted=True)
    await lifecycle.advance(act.by(operator), party, PARTY, PartyAction.ADMIT, Role.OPERATOR)
    key, secret = _new_key(party, "operator", ["operator"], act.at, sandbox=sandbox, days=_initial_days(sandbox))
    act.session.add(key)
    await act.session.flush()
    return AdmissionView(party=party_view(party, operator), key=key_view(key), secret=secret)
