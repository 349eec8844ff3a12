"""Steps on the way in: each is led to by a token that only its browser has, for some minutes, once."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from kernel import ids
from kernel.act import Act
from kernel.db import find_locked
from kernel.identity.models import Member
from kernel.signin.errors import StageOver
from kernel.signin.models import SignInStage
from kernel.signin.rules import POLICY
from kernel.signin.sessions import digest


@dataclass(frozen=True, slots=True)
class Step:
    """Where signing in has come to: `session`, or the purpose of the stage that the token leads to."""

    purpose: str
    token: str


async def open_stage(act: Act, purpose: str, member_id: str | None, challenge: bytes | None = None) -> str:
    """Begin a step; gives its token."""
    token = secrets.token_urlsafe(32)
    made = SignInStage(
        id=ids.new("stg"),
        token_sha256=digest(token),
        purpose=purpose,
        member_id=member_id,
        challenge=challenge,
        created_at=act.at,
        expires_at=act.at + timedelta(minutes=POLICY.at(act.today).body.stage_minutes),
        used_at=None,
    )
    act.session.add(made)
    await act.session.flush()
    return token


async def look(act: Act, token: str | None, purpose: str) -> SignInStage:
    """The step that a token leads to, locked; raises StageOver for one that was taken, is too old, or is another's.

    A step that belongs to a member who is signed in is nobody else's.
    """
    query = select(SignInStage).where(SignInStage.token_sha256 == digest(token or ""))
    row = await find_locked(act.session, query)
    usable = row is not None and row.used_at is None and row.expires_at > act.at and row.purpose == purpose
    if row is None or not usable:
        raise StageOver
    if act.actor.member is not None and row.member_id not in (None, act.actor.member):
        raise StageOver
    return row


async def take(act: Act, token: str | None, purpose: str) -> SignInStage:
    """Take the step that a token leads to, which nobody can do again; raises StageOver."""
    row = await look(act, token, purpose)
    row.used_at = act.at
    return row


async def member_of(act: Act, row: SignInStage) -> Member:
    """The member whose step it is, who has not been removed meanwhile; raises StageOver."""
    member = await act.session.get(Member, row.member_id)
    if member is None or member.removed_at is not None:
        raise StageOver
    return member
