"""Registering the valuers of a firm, their interests, and the end of their practice there."""

from collections.abc import AsyncIterator

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.crypto import signing
from kernel.db import constraint_name, locked
from kernel.errors import FieldError
from kernel.identity.models import ApiKey, Member, Party, SigningKey
from kernel.log.record import record
from kernel.text import Text
from valuation.practitioners import queries
from valuation.practitioners.errors import PractitionerFaulty, PractitionerTaken, PractitionerUnknown
from valuation.practitioners.models import Practitioner
from valuation.practitioners.schemas import DeclareInterests, PractitionerView, RegisterPractitioner

_RULE = "LT-ENG-02"
_TAKEN = (
    "uq_practitioner_registration_number_active",
    "uq_practitioner_api_key_id",
    "uq_practitioner_member_id",
    "uq_practitioner_signing_key_id",
)


def challenge(registration_number: str, hand: str) -> str:
    """The text by which a person binds a signing key, and the API key or member that acts, to the number."""
    return f"liutong practitioner {registration_number} {hand}"


async def register(act: Act, data: RegisterPractitioner) -> PractitionerView:
    """Register a valuer of the actor's firm; raises PractitionerFaulty with every fault, PractitionerTaken."""
    assert act.actor.party is not None
    found = [fault async for fault in _faults(act.session, act.actor.party, data)]
    if found:
        raise PractitionerFaulty(errors=found)
    row = Practitioner(
        id=ids.new("prc"),
        firm=act.actor.party,
        name=data.name,
        registration_number=data.registration_number,
        api_key_id=data.api_key_id,
        member_id=data.member_id,
        signing_key_id=data.signing_key_id,
        interests=sorted(set(data.interests)),
        interests_declared_at=act.at,
        created_at=act.at,
        ended_at=None,
    )
    act.session.add(row)
    facts = {"name": row.name, "registration_number": row.registration_number, "signing_key": row.signing_key_id}
    record(act, "valuation.practitioner.registered", row.id, facts=facts)
    try:
        await act.session.flush()  # Two registrations of one number at once: the second is told here.
    except IntegrityError as problem:
        if constraint_name(problem) in _TAKEN:
            raise PractitionerTaken from problem
        raise
    return queries.practitioner_view(row)


async def _faults(session: AsyncSession, firm: str, data: RegisterPractitioner) -> AsyncIterator[FieldError]:
    if (fault := await _hand_fault(session, firm, data)) is not None:
        yield fault
    key = await session.get(SigningKey, data.signing_key_id)
    if key is None or key.party_id != firm or key.revoked_at is not None:
        text = Text("不是本机构有效的签名密钥。", "This is no valid signing key of your firm.")
        yield FieldError("/signing_key_id", text, _RULE)
    elif not _proven(key.public_key, data):
        asked = challenge(data.registration_number, _hand(data))
        text = Text(f"请以该签名密钥签署：{asked}", f"Sign this with the signing key: {asked}")
        yield FieldError("/proof", text, _RULE)
    async for fault in _unknown(session, data.interests):
        yield fault


async def _unknown(session: AsyncSession, interests: list[str]) -> AsyncIterator[FieldError]:
    known = set(await session.scalars(select(Party.id).where(Party.id.in_(interests))))
    for number, party in enumerate(interests):
        if party not in known:
            yield FieldError(f"/interests/{number}", Text("没有该主体。", "There is no such party."), _RULE)


def _proven(public_key: str, data: RegisterPractitioner) -> bool:
    return signing.verify_text(public_key, data.proof, challenge(data.registration_number, _hand(data)))


def _hand(data: RegisterPractitioner) -> str:
    return data.api_key_id or data.member_id or ""


async def _hand_fault(session: AsyncSession, firm: str, data: RegisterPractitioner) -> FieldError | None:
    """What is wrong with the key or the member by which the person is to act."""
    if (data.api_key_id is None) == (data.member_id is None):
        text = Text("请在接口密钥与登录成员中选定一项。", "Name an API key or a member who signs in: one of the two.")
        return FieldError("/member_id", text, _RULE)
    if data.member_id is not None:
        member = await session.get(Member, data.member_id)
        if member is None or member.party_id != firm or member.removed_at is not None:
            text = Text("不是本机构的在册成员。", "This is no member of your firm.")
            return FieldError("/member_id", text, _RULE)
        return None
    key = await session.get(ApiKey, data.api_key_id)
    if key is None or key.party_id != firm or key.revoked_at is not None:
        text = Text("不是本机构有效的接口密钥。", "This is no valid API key of your firm.")
        return FieldError("/api_key_id", text, _RULE)
    return None


async def declare(act: Act, practitioner_id: str, data: DeclareInterests) -> PractitionerView:
    """Take a person's own declaration of interests; raises PractitionerUnknown for another key of its firm."""
    row = await locked(act.session, Practitioner, ids.require("prc", practitioner_id))
    queries.AUDIENCE.require_party(act.actor, practitioner_id, row.firm)
    if act.actor.hand is None or act.actor.hand != (row.api_key_id or row.member_id) or row.ended_at is not None:
        raise PractitionerUnknown
    found = [fault async for fault in _unknown(act.session, data.interests)]
    if found:
        raise PractitionerFaulty(errors=found)
    row.interests, row.interests_declared_at = sorted(set(data.interests)), act.at
    facts = {"interests": row.interests}
    record(act, "valuation.practitioner.declared", row.id, facts=facts)
    return queries.practitioner_view(row)


async def end(act: Act, practitioner_id: str) -> PractitionerView:
    """End a person's practice at the actor's firm; ending again changes nothing."""
    row = await locked(act.session, Practitioner, ids.require("prc", practitioner_id))
    queries.AUDIENCE.require_party(act.actor, practitioner_id, row.firm)
    if row.ended_at is None:
        row.ended_at = act.at
        record(act, "valuation.practitioner.ended", row.id)
    return queries.practitioner_view(row)
