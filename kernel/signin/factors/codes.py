"""Codes of an authenticator app (RFC 6238) and recovery codes: each is taken once."""

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final

import pyotp
from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.db import find_locked
from kernel.signin.models import AuthenticatorApp, RecoveryCode

STEP_SECONDS: Final = 30
DIGITS: Final = 6
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LENGTH: Final = 16


def new_secret() -> str:
    """A secret for an app to keep: 160 bits."""
    return pyotp.random_base32()


def address(secret: str, email: str) -> str:
    """What an app reads from a picture to keep the secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="流通 Liutong")


def step_of(secret: str, code: str, at: datetime, used_step: int) -> int | None:
    """The step whose code this is: now's, the one before or the one after, and later than the last that was taken."""
    present = int(at.timestamp()) // STEP_SECONDS
    generator = pyotp.TOTP(secret)
    steps = (present, present - 1, present + 1)
    fitting = [step for step in steps if hmac.compare_digest(generator.generate_otp(step).encode(), code.encode())]
    return next((step for step in fitting if step > used_step), None)


async def has_app(session: AsyncSession, member_id: str) -> bool:
    """Whether a member has an authenticator app."""
    return bool(await session.scalar(select(exists().where(AuthenticatorApp.member_id == member_id))))


async def enrol(session: AsyncSession, member_id: str, secret: str, step: int, at: datetime) -> None:
    """Keep the secret of an app that has shown a right code, in the place of an earlier app's."""
    row = {"secret": secret, "used_step": step, "created_at": at}
    statement = insert(AuthenticatorApp).values(member_id=member_id, **row)
    await session.execute(statement.on_conflict_do_update(index_elements=["member_id"], set_=row))


async def take(session: AsyncSession, member_id: str, code: str, outside_at: datetime, at: datetime) -> bool:
    """Take a code of the app, or a recovery code, so that nobody takes it again; says whether it was one."""
    plain = "".join(letter for letter in code if letter.isalnum()).upper()
    if len(plain) == _LENGTH:
        return await _take_recovery(session, member_id, plain, at)
    if len(plain) != DIGITS or not plain.isascii():
        return False
    app = await find_locked(session, select(AuthenticatorApp).where(AuthenticatorApp.member_id == member_id))
    step = None if app is None else step_of(app.secret, plain, outside_at, app.used_step)
    if app is None or step is None:
        return False
    app.used_step = step
    return True


async def _take_recovery(session: AsyncSession, member_id: str, plain: str, at: datetime) -> bool:
    """Of two that come with one code at once, the second waits for the first and finds it used."""
    unused = update(RecoveryCode).where(
        RecoveryCode.member_id == member_id,
        RecoveryCode.code_sha256 == _digest(member_id, plain),
        RecoveryCode.used_at.is_(None),
    )
    return await session.scalar(unused.values(used_at=at).returning(RecoveryCode.member_id)) is not None


async def new_recovery_codes(session: AsyncSession, member_id: str, count: int, at: datetime) -> list[str]:
    """Codes in the place of all earlier ones, shown this once."""
    await session.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member_id))
    plain = ["".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(count)]
    session.add_all(
        RecoveryCode(member_id=member_id, code_sha256=_digest(member_id, code), created_at=at, used_at=None)
        for code in plain
    )
    await session.flush()
    return ["-".join(code[at : at + 4] for at in range(0, _LENGTH, 4)) for code in plain]


async def recovery_codes_left(session: AsyncSession, member_id: str) -> int:
    """How many codes a member has not used."""
    unused = select(func.count()).where(RecoveryCode.member_id == member_id, RecoveryCode.used_at.is_(None))
    return int(await session.scalar(unused) or 0)


async def remove(session: AsyncSession, member_id: str) -> None:
    """Forget a member's app and recovery codes."""
    for table in (AuthenticatorApp, RecoveryCode):
        await session.execute(delete(table).where(table.member_id == member_id))


def _digest(member_id: str, plain: str) -> bytes:
    """Eighty random bits need no salt beside the member."""
    return hashlib.sha256(f"{member_id} {plain}".encode()).digest()
