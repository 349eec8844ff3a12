"""Passkeys (WebAuthn level 3): registered by a member, answered to a challenge that serves once, here and only here."""

import secrets
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, decode_credential_public_key, decoded_public_key_to_cryptography
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from kernel import ids
from kernel.act import Act
from kernel.db import find_locked
from kernel.errors import NotFound
from kernel.identity.models import Member
from kernel.log.record import record
from kernel.signin.errors import PasskeyRefused, PasskeysUnavailable, TooManyPasskeys
from kernel.signin.models import Passkey
from kernel.signin.rules import POLICY, relying_party
from kernel.signin.schemas import NamePasskey
from kernel.signin.stages import open_stage, take

NAME: Final = "流通 Liutong"
_BROKEN: Final = (WebAuthnException, ValueError, LookupError, TypeError, AttributeError)
"""What the library raises at an answer that no device made."""


def _milliseconds(act: Act) -> int:
    """How long a device has: as long as the step that it answers stands."""
    return POLICY.at(act.today).body.stage_minutes * 60_000


def _party(public_url: str) -> tuple[str, str]:
    party = relying_party(public_url)
    if party is None:
        raise PasskeysUnavailable
    return party


async def ask_registration(act: Act, member: Member, public_url: str) -> tuple[str, str]:
    """Begin to register a passkey; gives the token of the step and the options for the browser, as JSON."""
    host, _ = _party(public_url)
    challenge = secrets.token_bytes(32)
    options = generate_registration_options(
        rp_id=host,
        rp_name=NAME,
        user_id=member.id.encode(),
        user_name=member.email,
        user_display_name=member.name,
        challenge=challenge,
        timeout=_milliseconds(act),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=row.credential_id) for row in await passkeys_of(act.session, member.id)
        ],
    )
    return await open_stage(act, "registration", member.id, challenge), options_to_json(options)


async def register(act: Act, token: str, data: NamePasskey, public_url: str) -> None:
    """Keep the passkey that a device has made for the member that is signed in.

    Raises StageOver, PasskeyRefused and TooManyPasskeys.
    """
    host, origin = _party(public_url)
    stage = await take(act, token, "registration")
    limit = POLICY.at(act.today).body.passkeys_max
    if len(await passkeys_of(act.session, stage.member_id or "")) >= limit:
        raise TooManyPasskeys(limit=limit)
    try:
        verified = verify_registration_response(
            credential=_answer(data.passkey),
            expected_challenge=stage.challenge or b"",
            expected_rp_id=host,
            expected_origin=origin,
            require_user_verification=True,
        )
        decoded_public_key_to_cryptography(decode_credential_public_key(verified.credential_public_key))
    except _BROKEN as problem:
        raise PasskeyRefused from problem
    if await act.session.scalar(select(exists().where(Passkey.credential_id == verified.credential_id))):
        raise PasskeyRefused
    made = Passkey(
        id=ids.new("psk"),
        member_id=stage.member_id,
        name=data.name,
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        created_at=act.at,
        used_at=None,
    )
    act.session.add(made)
    record(act, "kernel.passkey.registered", made.id, facts={"member": made.member_id})
    await act.session.flush()


async def ask(act: Act, member_id: str | None, public_url: str) -> tuple[str, str]:
    """Ask for a passkey: of a member that is signed in, or of whoever has one; gives token and options as JSON."""
    host, _ = _party(public_url)
    challenge = secrets.token_bytes(32)
    allowed = [] if member_id is None else await passkeys_of(act.session, member_id)
    options = generate_authentication_options(
        rp_id=host,
        challenge=challenge,
        timeout=_milliseconds(act),
        allow_credentials=[PublicKeyCredentialDescriptor(id=row.credential_id) for row in allowed],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return await open_stage(act, "passkey", member_id, challenge), options_to_json(options)


async def answered(act: Act, token: str | None, answer: str, public_url: str) -> str:
    """The member whose passkey has answered the challenge of a step; raises StageOver and PasskeyRefused."""
    host, origin = _party(public_url)
    stage = await take(act, token, "passkey")
    credential = _answer(answer)
    try:
        named = base64url_to_bytes(str(credential.get("id", ""))[:2048])
        row = await find_locked(act.session, select(Passkey).where(Passkey.credential_id == named))
        if row is None or stage.member_id not in (None, row.member_id):
            raise PasskeyRefused
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=stage.challenge or b"",
            expected_rp_id=host,
            expected_origin=origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except _BROKEN as problem:
        raise PasskeyRefused from problem
    row.sign_count, row.used_at = verified.new_sign_count, act.at
    return row.member_id


def _answer(text: str) -> dict[str, Any]:
    """What the browser has made of the device's answer."""
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError as problem:
        raise PasskeyRefused from problem


async def passkeys_of(session: AsyncSession, member_id: str) -> Sequence[Passkey]:
    """A member's passkeys, the oldest first."""
    return (await session.scalars(select(Passkey).where(Passkey.member_id == member_id).order_by(Passkey.id))).all()


async def count(session: AsyncSession, member_id: str) -> int:
    """How many passkeys a member has."""
    return int(await session.scalar(select(func.count()).where(Passkey.member_id == member_id)) or 0)


async def remove(act: Act, member_id: str, passkey_id: str) -> None:
    """Forget one passkey of a member; raises NotFound for another's."""
    gone = delete(Passkey).where(Passkey.id == passkey_id, Passkey.member_id == member_id).returning(Passkey.id)
    if await act.session.scalar(gone) is None:
        raise NotFound(kind="passkey", id=passkey_id)
    record(act, "kernel.passkey.removed", passkey_id, facts={"member": member_id})


async def remove_all(session: AsyncSession, member_id: str) -> None:
    """Forget every passkey of a member."""
    await session.execute(delete(Passkey).where(Passkey.member_id == member_id))
