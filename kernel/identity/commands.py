"""Admission, the founding of the centre, and signing keys."""

import base64
import binascii
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM, Actor
from kernel.crypto import signing
from kernel.db import lock_name, locked
from kernel.errors import FieldError, InvalidInput
from kernel.identity import rules, uscc
from kernel.identity.credentials import first_key_end, new_key
from kernel.identity.errors import (
    ApplicationFaulty,
    CentreExists,
    CentreNotDecided,
    IdentityUnproven,
    PartyExists,
    SigningKeyTaken,
    SigningKeyUnproven,
)
from kernel.identity.models import Installation, Member, MemberSession, Party, SigningKey
from kernel.identity.queries import SIGNING_KEYS, alike, key_view, party_view
from kernel.identity.schemas import (
    AdmissionView,
    ApplyForAdmission,
    DecideAdmission,
    NewMember,
    PartyView,
    RegisterSigningKey,
    SigningKeyView,
)
from kernel.identity.states import PARTY, PartyAction, PartyState
from kernel.log.record import record
from kernel.passwords import rules as passwords
from kernel.passwords.hashing import hashed
from kernel.settings import Mode
from kernel.states import Role
from kernel.text import Text
from kernel.time.clock import day_in_china, months_before
from kernel.views.projection import shown


async def apply_for_admission(act: Act, data: ApplyForAdmission, *, sandbox: bool) -> AdmissionView:
    """Take an application and give the party a key; the key can do nothing of substance until admission.

    Whoever has applied or takes part already makes no difference to the answer: nobody is kept out by being second, and
    nobody learns who takes part (decision 0030).
    """
    policy = rules.ADMISSION.at(day_in_china(act.at)).body
    faults = rules.application_faults(data.uscc, data.kind, data.roles, data.pledges, policy)
    if faults := [*faults, *rules.text_faults(*_texts(data)), *_password_faults(data, act)]:
        raise ApplicationFaulty(errors=faults)
    # Before anything is written: whoever waits for a hash holds no connection.
    password_hash = None if data.member is None else await hashed(data.member.password)
    party = _party(data, act.at, centre=False)
    await lifecycle.begin(act, party, PARTY, parties=[party.id], uscc=data.uscc, name=data.name)
    if data.member is not None and password_hash is not None:
        _add_member(act.session, party, data.member, password_hash, act.at)
    key, text = new_key(party, "initial", data.roles, act.at, sandbox=sandbox, until=first_key_end(act))
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


def _password_faults(data: ApplyForAdmission, act: Act) -> list[FieldError]:
    """What is wrong with the first member's password."""
    if data.member is None:
        return []
    names = (data.name, data.member.name, data.member.email)
    return passwords.faults(data.member.password, names, "/member/password", passwords.POLICY.at(act.today).body)


def _add_member(session: AsyncSession, party: Party, person: NewMember, password_hash: str, at: datetime) -> None:
    """The first person of a party: an administrator with all its roles."""
    session.add(
        Member(
            id=ids.new("mem"),
            party_id=party.id,
            name=person.name,
            email=person.email.lower(),
            password_hash=password_hash,
            roles=party.roles,
            administrator=True,
            made_by=None,
            created_at=at,
            removed_at=None,
        )
    )


async def decide(act: Act, party_id: str, data: DecideAdmission) -> PartyView:
    """Admit, refuse, suspend, restore or renew a party; never the centre, since nobody would be left to restore it.

    Of several that bear one credit code one is admitted, by proof: raises IdentityUnproven and PartyExists.
    """
    party = await locked(act.session, Party, party_id)
    if party.centre:
        raise CentreNotDecided
    role = Role.OPERATOR if act.actor.has(Role.OPERATOR) else Role.REGULATOR
    action = PartyAction(data.action)
    PARTY.next(party.status, action, role)
    if action is PartyAction.ADMIT:
        await _require_identity(act.session, party, data)
    facts = {"reason": data.reason} if data.proof is None else {"reason": data.reason, "proof": data.proof}
    await lifecycle.advance(act, party, PARTY, action, role, parties=[party.id], **facts)
    party.decision_reason = data.reason
    if party.status is not PartyState.ADMITTED:
        await _end_sessions(act, party.id)
    if action in (PartyAction.ADMIT, PartyAction.RENEW):
        years = rules.MEMBERSHIP.at(act.today).body.years
        party.admitted_until = months_before(act.today, -12 * years)
    others = await alike(act.session, [party.id])
    return party_view(party, act.actor, others.get(party.id, []))


async def _end_sessions(act: Act, party_id: str) -> None:
    """End every session of a party's members."""
    people = select(Member.id).where(Member.party_id == party_id)
    of_them = update(MemberSession).where(MemberSession.member_id.in_(people), MemberSession.ended_at.is_(None))
    await act.session.execute(of_them.values(ended_at=act.at, end_reason="party"))


async def _require_identity(session: AsyncSession, party: Party, data: DecideAdmission) -> None:
    """Refuse a second party of one credit code, and a choice between several applications without a proof."""
    await lock_name(session, "party", party.uscc)
    same = select(Party).where(Party.uscc == party.uscc, Party.id != party.id, Party.status != PartyState.REFUSED)
    others = (await session.scalars(same)).all()
    standing = next((other for other in others if other.status is not PartyState.APPLIED), None)
    if standing is not None:
        raise PartyExists(uscc=party.uscc, party=standing.id)
    if others and data.proof is None:
        raise IdentityUnproven(uscc=party.uscc, count=len(others))


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


async def revoke_signing_key(act: Act, key_id: str) -> None:
    """End a signing key of the actor's party: nothing more is signed with it, and what it signed stays signed."""
    row = await locked(act.session, SigningKey, key_id)
    SIGNING_KEYS.require_party(act.actor, key_id, row.party_id)
    if row.revoked_at is None:
        row.revoked_at = act.at
        record(act, "kernel.signing-key.revoked", row.id)


async def found_centre(act: Act, data: ApplyForAdmission, *, sandbox: bool) -> AdmissionView:
    """Found the centre itself: the one party that starts admitted, with every office and an operator's key.

    It is a sandbox or production from here on; whoever starts it as the other is refused (decision 0032).
    """
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
    key, secret = new_key(party, "operator", ["operator"], act.at, sandbox=sandbox, until=first_key_end(act))
    mode = Mode.SANDBOX if sandbox else Mode.PRODUCTION
    act.session.add_all([key, Installation(id="ins", mode=str(mode), founded_at=act.at)])
    await act.session.flush()
    return AdmissionView(party=party_view(party, operator), key=key_view(key), secret=secret)
