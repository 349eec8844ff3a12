"""Links by which a member who has forgotten the password sets a new one: made by another person, shown once."""

import secrets
from datetime import timedelta

from sqlalchemy import select, update

from kernel import ids
from kernel.act import Act
from kernel.db import find_locked
from kernel.identity.models import Member, Party
from kernel.identity.queries import still_gives
from kernel.log.record import record
from kernel.passwords.hashing import hashed
from kernel.signin import sessions
from kernel.signin.account import require_password
from kernel.signin.door import attempts
from kernel.signin.door.visitor import Visitor
from kernel.signin.errors import ResetVoid
from kernel.signin.factors import codes, passkeys
from kernel.signin.models import PasswordReset
from kernel.signin.rules import POLICY
from kernel.signin.schemas import UseReset


async def make(act: Act, member: Member, *, clears_factors: bool) -> tuple[PasswordReset, str]:
    """Make a link's secret for a member, in the place of an earlier one; gives it this once."""
    earlier = update(PasswordReset).where(PasswordReset.member_id == member.id, PasswordReset.used_at.is_(None))
    await act.session.execute(earlier.values(used_at=act.at))
    secret = secrets.token_urlsafe(32)
    row = PasswordReset(
        id=ids.new("pwr"),
        member_id=member.id,
        secret_sha256=sessions.digest(secret),
        clears_factors=clears_factors,
        made_by=act.actor.name,
        created_at=act.at,
        expires_at=act.at + timedelta(minutes=POLICY.at(act.today).body.reset_minutes),
        used_at=None,
    )
    act.session.add(row)
    facts = {"member": member.id, "clears_factors": clears_factors}
    record(act, "kernel.password-reset.made", row.id, parties=[member.party_id], facts=facts)
    await act.session.flush()
    return row, secret


async def use(act: Act, visitor: Visitor, data: UseReset) -> None:
    """Set a new password by a link, which serves once; every session of the member ends, and it signs in anew.

    Raises SignInDelayed, ResetVoid in the same words whatever is wrong with the link, and PasswordFaulty.
    """
    await attempts.charge(act, visitor, attempts.address(visitor))
    query = select(PasswordReset).where(PasswordReset.secret_sha256 == sessions.digest(data.secret))
    row = await find_locked(act.session, query)
    if row is None or row.used_at is not None or row.expires_at <= act.at:
        raise ResetVoid
    member = await act.session.get_one(Member, row.member_id)
    if member.removed_at is not None or not await still_gives(act.session, row.made_by, member.roles):
        raise ResetVoid
    party = await act.session.get_one(Party, member.party_id)
    require_password(act, data.new_password, (member.name, member.email, party.name), "/new_password")
    member.password_hash = await hashed(data.new_password)
    row.used_at = act.at
    if row.clears_factors:
        await codes.remove(act.session, member.id)
        await passkeys.remove_all(act.session, member.id)
    await sessions.end_of_member(act, member.id, "reset")
    await attempts.succeed(act, member.email, attempts.address(visitor))
    facts = {"reset": row.id, "cleared_factors": row.clears_factors}
    record(act, "kernel.password.reset", member.id, parties=[party.id], facts=facts)
