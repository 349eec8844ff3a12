"""Sessions of members: begun with an id that no client chose, looked up at every page, ended at once."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, cast

from litestar.types import Scope
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.actor import ANONYMOUS, Actor, SignIn
from kernel.db import locked, unit
from kernel.errors import NotFound
from kernel.identity.models import Member, MemberSession, Party
from kernel.identity.states import PartyState
from kernel.rules.permissions import permissions_of
from kernel.runtime import Runtime
from kernel.signin.door.visitor import Visitor, session_cookie, token_in
from kernel.signin.models import SignInStage
from kernel.signin.rules import POLICY, SignInRules, needs_second_factor
from kernel.signin.schemas import SessionView
from kernel.states import Role
from kernel.time.clock import day_in_china
from kernel.views.audience import Audience, own_party
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown

BINDING: Final = "session_binding"
"""The place in the scope for what names the session, and opens nothing: forms are bound to it."""

VISITOR: Final = "visitor"
"""The place in the scope for who looks at a page."""

SESSIONS: Final = Audience("member_session")
"""The sessions of a party's members are its own."""


def digest(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


async def begin(act: Act, member: Member, strength: str, visitor: Visitor) -> str:
    """Sign a member in; gives the token for the cookie. Of too many sessions the one unused longest ends."""
    rules = POLICY.at(act.today).body
    own = select(MemberSession).where(MemberSession.member_id == member.id, live(act.at))
    rows = (await act.session.scalars(own.order_by(MemberSession.seen_at.desc()).with_for_update())).all()
    for row in rows[rules.sessions_max - 1 :]:
        end_row(row, act.at, "too-many")
    token = secrets.token_urlsafe(32)
    made = MemberSession(
        id=ids.new("ses"),
        member_id=member.id,
        token_sha256=digest(token),
        strength=strength,
        address=visitor.address,
        agent=visitor.agent,
        created_at=act.at,
        seen_at=act.at,
        proven_at=act.at,
        idle_at=act.at + timedelta(minutes=rules.idle_minutes),
        expires_at=act.at + timedelta(hours=rules.session_hours),
        ended_at=None,
        end_reason=None,
    )
    act.session.add(made)
    await act.session.flush()
    return token


def live(at: datetime) -> ColumnElement[bool]:
    """Sessions that go on at a moment."""
    return (MemberSession.ended_at.is_(None)) & (MemberSession.idle_at > at) & (MemberSession.expires_at > at)


async def actor_at_page(scope: Scope, runtime: Runtime) -> Actor:
    """Who asks for a page by the session's cookie, and nobody where it is none that goes on."""
    token = token_in(scope, session_cookie(runtime.settings))
    if token is None:
        return ANONYMOUS
    at = runtime.clock.now()
    async with unit(runtime.sessions) as session:
        actor = await actor_of(session, token, at)
    if actor.sign_in is not None:
        noted = cast(dict[str, Any], scope)
        noted[BINDING], noted[VISITOR] = digest(token).hex(), actor.sign_in
    return actor


async def actor_of(session: AsyncSession, token: str, at: datetime) -> Actor:
    """The member whose session a token is, acting for its admitted party with the roles that both have."""
    query = select(MemberSession, Member, Party).join(Member, Member.id == MemberSession.member_id)
    query = query.join(Party, Party.id == Member.party_id).where(MemberSession.token_sha256 == digest(token), live(at))
    row = (await session.execute(query)).first()
    if row is None:
        return ANONYMOUS
    opened, member, party = row
    rules = POLICY.at(day_in_china(at)).body
    roles = frozenset(Role(role) for role in member.roles if role in party.roles)
    weak = opened.strength == "password" and needs_second_factor(roles, rules)
    if member.removed_at is not None or party.status is not PartyState.ADMITTED or weak:
        return ANONYMOUS
    await _touch(session, opened, at, rules)
    return Actor(
        party=party.id,
        key=None,
        roles=roles,
        permissions=permissions_of(roles, day_in_china(at)),
        admitted=True,
        member=member.id,
        sign_in=SignIn(
            session=opened.id,
            proven_until=opened.proven_at + timedelta(minutes=rules.step_up_minutes),
            administrator=member.administrator,
            name=member.name,
            email=member.email,
            party_name=party.name,
        ),
    )


async def _touch(session: AsyncSession, row: MemberSession, at: datetime, rules: SignInRules) -> None:
    """Put off the end of a session that is used, once a minute; one that ends meanwhile stays ended."""
    if at - row.seen_at >= timedelta(seconds=rules.seen_seconds):
        used = update(MemberSession).where(MemberSession.id == row.id, live(at))
        await session.execute(used.values(seen_at=at, idle_at=at + timedelta(minutes=rules.idle_minutes)))


async def prove(act: Act) -> str:
    """Note that the member has proven anew who it is; gives the session's new token, with which the old one ends."""
    row, token = await _renewed(act)
    row.proven_at = act.at
    await act.session.flush()
    return token


async def renew(act: Act) -> str:
    """Put a new token in the place of the session's own, which ends; what was proven stays as old as it is."""
    _, token = await _renewed(act)
    await act.session.flush()
    return token


async def _renewed(act: Act) -> tuple[MemberSession, str]:
    assert act.actor.sign_in is not None
    row = await locked(act.session, MemberSession, act.actor.sign_in.session)
    token = secrets.token_urlsafe(32)
    row.token_sha256 = digest(token)
    return row, token


async def end(act: Act, session_id: str) -> None:
    """End a session of the member that acts; raises NotFound for others."""
    row = await locked(act.session, MemberSession, session_id)
    if row.member_id != act.actor.member:
        raise NotFound(kind=SESSIONS.kind, id=session_id)
    end_row(row, act.at, "signed-out")


async def end_of_member(act: Act, member_id: str, reason: str, *, but: str | None = None) -> None:
    """End every session of a member, or all but one, and every step of signing in that was begun."""
    begun = update(SignInStage).where(SignInStage.member_id == member_id, SignInStage.used_at.is_(None))
    await act.session.execute(begun.values(used_at=act.at))
    of_member = update(MemberSession).where(MemberSession.member_id == member_id, MemberSession.ended_at.is_(None))
    if but is not None:
        of_member = of_member.where(MemberSession.id != but)
    await act.session.execute(of_member.values(ended_at=act.at, end_reason=reason))


async def sessions_of(act: Act, limit: int, cursor: str | None) -> Page[SessionView]:
    """The sessions of the members of the actor's party that go on, the newest first; for whoever manages them."""
    query = select(MemberSession).join(Member, Member.id == MemberSession.member_id).where(live(act.at))
    query = query.where(Member.party_id == own_party(act.actor))
    rows = await fetch(act.session, query, MemberSession.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: shown(row, SessionView))


async def own_sessions(act: Act) -> Sequence[MemberSession]:
    """The sessions of the member that acts, the newest first."""
    own = select(MemberSession).where(MemberSession.member_id == act.actor.member, live(act.at))
    return (await act.session.scalars(own.order_by(MemberSession.id.desc()))).all()


def end_row(row: MemberSession, at: datetime, reason: str) -> None:
    """End a locked session, unless it has ended."""
    if row.ended_at is None:
        row.ended_at, row.end_reason = at, reason
