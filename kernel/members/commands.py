"""Changing and removing members, and letting one in anew who has forgotten the password."""

from msgspec import UNSET

from kernel.act import Act
from kernel.db import lock_name, locked, one
from kernel.errors import FieldError
from kernel.identity import credentials
from kernel.identity.models import Member, MemberSession, Party
from kernel.identity.rules import text_faults
from kernel.log.record import record
from kernel.members import queries
from kernel.members.authority import require_authority, require_manager, role_faults
from kernel.members.errors import LastAdministrator, MemberFaulty
from kernel.members.schemas import ChangeMember, MemberView, NewReset, ResetPassword
from kernel.signin import resets, sessions
from kernel.signin.factors import codes, passkeys

LINK = "/zh/reset?secret="
"""Where a link for a new password leads, at the centre's address."""


async def _managed(act: Act, member_id: str) -> tuple[Member, Party]:
    """A member of the actor's own party that it may manage, one change of the party's people at a time."""
    row = await locked(act.session, Member, member_id)
    queries.MEMBERS.require_party(act.actor, member_id, None if row.removed_at else row.party_id)
    await require_manager(act)
    await lock_name(act.session, "members", row.party_id)
    party = await act.session.get_one(Party, row.party_id)
    require_authority(act, party, row)
    return row, party


async def change(act: Act, member_id: str, data: ChangeMember) -> MemberView:
    """Change a member's name, roles or whether it is an administrator; with its roles its sessions end.

    Raises AdministratorOnly, MemberBeyondAuthority, MemberFaulty and LastAdministrator.
    """
    row, party = await _managed(act, member_id)
    faults: list[FieldError] = []
    if data.name is not UNSET:
        faults += text_faults({"/name": data.name}, {})
    if data.roles is not UNSET:
        faults += role_faults(act, party, data.roles)
    if faults:
        raise MemberFaulty(errors=faults)
    if data.name is not UNSET:
        row.name = data.name
    before = (row.roles, row.administrator)
    if data.roles is not UNSET:
        row.roles = list(dict.fromkeys(data.roles))
    if data.administrator is not UNSET:
        if row.administrator and not data.administrator:
            await _require_another(act, row)
        row.administrator = data.administrator
    if (row.roles, row.administrator) != before:
        # Whoever may do more or less signs in anew, with a new id and with what its roles then ask for.
        await sessions.end_of_member(act, row.id, "roles")
        if not set(before[0]) <= set(row.roles):
            await credentials.end_makings(act, row.id)  # Keys may reach as far as it did.
    facts = {"roles": row.roles, "administrator": row.administrator}
    record(act, "kernel.member.changed", row.id, facts=facts)
    await act.session.flush()
    return await queries.member_view(act.session, row)


async def _require_another(act: Act, row: Member) -> None:
    if not await queries.has_other_administrator(act.session, row):
        raise LastAdministrator


async def remove(act: Act, member_id: str) -> None:
    """Remove a member: its sessions, the keys that it made and what it signs in with end now.

    Raises AdministratorOnly, MemberBeyondAuthority and LastAdministrator.
    """
    row, _ = await _managed(act, member_id)
    if row.administrator:
        await _require_another(act, row)
    row.removed_at = act.at
    await sessions.end_of_member(act, row.id, "removed")
    await credentials.end_makings(act, row.id)
    await codes.remove(act.session, row.id)
    await passkeys.remove_all(act.session, row.id)
    record(act, "kernel.member.removed", row.id)


async def sign_out(act: Act, member_id: str) -> None:
    """End every session of a member; raises AdministratorOnly and MemberBeyondAuthority."""
    row, _ = await _managed(act, member_id)
    await sessions.end_of_member(act, row.id, "administrator")


async def end_session(act: Act, session_id: str) -> None:
    """Sign a member out of one session; raises NotFound, AdministratorOnly and MemberBeyondAuthority."""
    opened = await one(act.session, MemberSession, session_id)
    member = await act.session.get_one(Member, opened.member_id)
    sessions.SESSIONS.require_party(act.actor, session_id, member.party_id)
    await _managed(act, member.id)  # The member before its session, as whoever proves itself locks them.
    sessions.end_row(await locked(act.session, MemberSession, session_id), act.at, "administrator")


async def reset_password(act: Act, member_id: str, data: ResetPassword, *, public_url: str) -> NewReset:
    """Make a link by which a member sets a new password; it is in the answer and nowhere else.

    Raises AdministratorOnly and MemberBeyondAuthority.
    """
    row, _ = await _managed(act, member_id)
    made, secret = await resets.make(act, row, clears_factors=data.clears_factors)
    return NewReset(row.id, made.expires_at, f"{public_url}{LINK}{secret}")
