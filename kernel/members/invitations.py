"""How a person becomes a member: by a link that is shown once, serves once and for some days."""

import secrets
from datetime import timedelta

from sqlalchemy import select

from kernel import ids
from kernel.act import Act
from kernel.db import find_locked, locked
from kernel.identity.models import Member, Party
from kernel.identity.queries import still_gives
from kernel.identity.rules import text_faults
from kernel.identity.states import PartyState
from kernel.log.record import record
from kernel.members import queries
from kernel.members.authority import require_manager, role_faults
from kernel.members.errors import InvitationVoid, MemberExists, MemberFaulty, MembersFull
from kernel.members.models import MemberInvitation
from kernel.members.rules import POLICY
from kernel.members.schemas import AcceptInvitation, InviteMember, NewInvitation
from kernel.passwords import rules as passwords
from kernel.passwords.hashing import hashed
from kernel.signin import sessions
from kernel.signin.door import attempts
from kernel.signin.door.visitor import Visitor
from kernel.signin.factors import codes, passkeys
from kernel.signin.sessions import digest
from kernel.views.audience import own_party

LINK = "/zh/invitation?secret="
"""Where an invitation leads, at the centre's address."""


async def invite(act: Act, data: InviteMember, *, public_url: str) -> NewInvitation:
    """Invite a person to one's own party within one's own roles; the link is in the answer and nowhere else.

    Raises AdministratorOnly, MemberFaulty naming every fault, MemberExists and MembersFull.
    """
    await require_manager(act)
    party = await locked(act.session, Party, own_party(act.actor))
    return await invite_to(act, party, data, public_url=public_url)


async def invite_to(act: Act, party: Party, data: InviteMember, *, public_url: str) -> NewInvitation:
    """The same for a party that is locked."""
    email = data.email.strip().lower()
    faults = text_faults({"/name": data.name}, {"/email": email})
    if faults := [*faults, *role_faults(act, party, data.roles)]:
        raise MemberFaulty(errors=faults)
    if await _member_with(act, party.id, email) is not None:
        raise MemberExists
    rules = POLICY.at(act.today).body
    await _require_room(act, party.id)
    secret = secrets.token_urlsafe(32)
    row = MemberInvitation(
        id=ids.new("min"),
        party_id=party.id,
        email=email,
        name=data.name,
        roles=list(dict.fromkeys(data.roles)),
        administrator=data.administrator,
        secret_sha256=digest(secret),
        made_by=act.actor.name,
        created_at=act.at,
        expires_at=act.at + timedelta(days=rules.invitation_days),
        withdrawn_at=None,
        accepted_at=None,
        member_id=None,
    )
    act.session.add(row)
    facts = {"roles": row.roles, "administrator": row.administrator}
    record(act, "kernel.member.invited", row.id, parties=[party.id], facts=facts)
    await act.session.flush()
    return NewInvitation(queries.invitation_view(row), f"{public_url}{LINK}{secret}")


async def _member_with(act: Act, party_id: str, email: str) -> Member | None:
    query = select(Member).where(Member.party_id == party_id, Member.email == email)
    row = await find_locked(act.session, query)
    return row if row is not None and row.removed_at is None else None


async def _require_room(act: Act, party_id: str) -> None:
    rules = POLICY.at(act.today).body
    members = await queries.count(act.session, party_id)
    waiting = await queries.count_open(act.session, party_id, act.at)
    if members + waiting >= rules.members_max or waiting >= rules.invitations_max:
        raise MembersFull(members=rules.members_max, invitations=rules.invitations_max)


async def withdraw(act: Act, invitation_id: str) -> None:
    """Take an invitation of one's own party back; one that was accepted stays."""
    row = await locked(act.session, MemberInvitation, invitation_id)
    queries.INVITATIONS.require_party(act.actor, invitation_id, row.party_id)
    await require_manager(act)
    if row.withdrawn_at is None and row.accepted_at is None:
        row.withdrawn_at = act.at
        record(act, "kernel.member-invitation.withdrawn", row.id)


async def look(act: Act, secret: str) -> tuple[MemberInvitation, Party]:
    """An invitation by its secret, locked, with the party; raises InvitationVoid whatever is wrong with it."""
    row = await find_locked(
        act.session, select(MemberInvitation).where(MemberInvitation.secret_sha256 == digest(secret))
    )
    if row is None or row.accepted_at is not None or row.withdrawn_at is not None or row.expires_at <= act.at:
        raise InvitationVoid
    party = await act.session.get_one(Party, row.party_id)
    if party.status is not PartyState.ADMITTED or not await still_gives(act.session, row.made_by, row.roles):
        raise InvitationVoid
    return row, party


async def accept(act: Act, visitor: Visitor, data: AcceptInvitation) -> Member:
    """Become a member by an invitation's secret, with a password of one's own; one signs in after that.

    Whoever was a member before, and left, is one again. Raises SignInDelayed, InvitationVoid and MemberFaulty.
    """
    await attempts.charge(act, visitor, attempts.address(visitor))
    invitation, party = await look(act, data.secret)
    names = (data.name, invitation.email, party.name)
    faults = text_faults({"/name": data.name}, {})
    faults += passwords.faults(data.password, names, "/password", passwords.POLICY.at(act.today).body)
    if faults:
        raise MemberFaulty(errors=faults)
    earlier = select(Member).where(Member.party_id == party.id, Member.email == invitation.email)
    row = await find_locked(act.session, earlier)
    if row is not None and row.removed_at is None:
        raise InvitationVoid
    if row is None:
        row = Member(id=ids.new("mem"), party_id=party.id, email=invitation.email, created_at=act.at)
        act.session.add(row)
    else:  # Nothing by which whoever was here before signed in serves whoever comes now.
        await codes.remove(act.session, row.id)
        await passkeys.remove_all(act.session, row.id)
        await sessions.end_of_member(act, row.id, "joined")
    row.name, row.password_hash, row.removed_at = data.name, await hashed(data.password), None
    row.roles = [role for role in invitation.roles if role in party.roles]
    row.administrator, row.made_by = invitation.administrator, invitation.made_by
    await act.session.flush()
    invitation.accepted_at, invitation.member_id = act.at, row.id
    await attempts.spare(act, attempts.address(visitor))
    facts = {"invitation": invitation.id, "roles": row.roles, "administrator": row.administrator}
    record(act, "kernel.member.joined", row.id, parties=[party.id], facts=facts)
    return row
