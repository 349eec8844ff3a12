"""Reading an organisation's people and its invitations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import one
from kernel.identity.models import Member, MemberSession
from kernel.members.models import MemberInvitation
from kernel.members.schemas import InvitationView, MemberView
from kernel.signin.models import AuthenticatorApp, Passkey
from kernel.views.audience import Audience, own_party
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown

MEMBERS: Final = Audience("member")
"""Who acts for a party is the party's own business; those who watch see the entries of what they did."""

INVITATIONS: Final = Audience("member_invitation")
"""So is whom it has invited."""


async def member_view(session: AsyncSession, row: Member) -> MemberView:
    """A member for the wire."""
    return (await _views(session, [row]))[0]


async def _views(session: AsyncSession, rows: Sequence[Member]) -> list[MemberView]:
    people = [row.id for row in rows]
    seen = select(MemberSession.member_id, func.max(MemberSession.seen_at)).group_by(MemberSession.member_id)
    rows_seen = await session.execute(seen.where(MemberSession.member_id.in_(people)))
    last: dict[str, datetime] = {row[0]: row[1] for row in rows_seen}
    guarded: set[str] = set()
    for table in (AuthenticatorApp, Passkey):
        guarded |= {*await session.scalars(select(table.member_id).where(table.member_id.in_(people)))}
    return [shown(row, MemberView, second_factor=row.id in guarded, signed_in_at=last.get(row.id)) for row in rows]


async def member(act: Act, member_id: str) -> MemberView:
    """One member of the actor's own party; raises NotFound."""
    row = await one(act.session, Member, member_id)
    MEMBERS.require_party(act.actor, member_id, row.party_id)
    return await member_view(act.session, row)


async def members(act: Act, limit: int, cursor: str | None) -> Page[MemberView]:
    """The members of the actor's own party, those who left too, in the order in which they came."""
    query = select(Member).where(Member.party_id == own_party(act.actor))
    rows = await fetch(act.session, query, Member.id, limit=limit, cursor=cursor)
    return Page(await _views(act.session, rows.items), rows.next)


def invitation_view(row: MemberInvitation) -> InvitationView:
    """An invitation for the wire."""
    return shown(row, InvitationView)


async def invitations(act: Act, limit: int, cursor: str | None) -> Page[InvitationView]:
    """The invitations of the actor's own party, the newest first."""
    query = select(MemberInvitation).where(MemberInvitation.party_id == own_party(act.actor))
    rows = await fetch(act.session, query, MemberInvitation.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(invitation_view)


async def open_invitations(act: Act) -> list[InvitationView]:
    """The invitations of the actor's own party that may still be accepted, the newest first; rules bound how many."""
    query = select(MemberInvitation).where(MemberInvitation.party_id == own_party(act.actor), *_open(act.at))
    rows = await act.session.scalars(query.order_by(MemberInvitation.id.desc()))
    return [invitation_view(row) for row in rows]


def _open(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Neither accepted nor withdrawn, and not too old."""
    return (
        MemberInvitation.accepted_at.is_(None),
        MemberInvitation.withdrawn_at.is_(None),
        MemberInvitation.expires_at > at,
    )


async def has_other_administrator(session: AsyncSession, row: Member) -> bool:
    """Whether a party has an administrator besides a member."""
    others = select(Member.id).where(
        Member.party_id == row.party_id, Member.id != row.id, Member.administrator, Member.removed_at.is_(None)
    )
    return bool(await session.scalar(select(exists(others))))


async def count(session: AsyncSession, party_id: str) -> int:
    """How many members a party has."""
    query = select(func.count()).where(Member.party_id == party_id, Member.removed_at.is_(None))
    return int(await session.scalar(query) or 0)


async def count_open(session: AsyncSession, party_id: str, at: datetime) -> int:
    """How many invitations of a party may still be accepted."""
    query = select(func.count()).where(MemberInvitation.party_id == party_id, *_open(at))
    return int(await session.scalar(query) or 0)
