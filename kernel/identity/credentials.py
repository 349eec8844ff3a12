"""API keys: made by other keys, renewed by themselves, ended with their maker; watching offices are invited.

A key neither exceeds nor outlives the key that made it (decision 0031).
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.errors import NotFound, Unauthenticated
from kernel.identity import keys, rules
from kernel.identity.errors import (
    CentreNotDecided,
    InvitationUnusable,
    KeyOutlivesMaker,
    KeyReplaced,
    OfficeInvitesItself,
    OfficesApart,
    RoleNotHeld,
)
from kernel.identity.models import ApiKey, Member, MemberSession, OfficeInvitation, Party
from kernel.identity.queries import KEYS, key_view, successor_of
from kernel.identity.schemas import CreateKey, NewKeyView, RedeemInvitation
from kernel.log.record import record
from kernel.states import Role
from kernel.time.clock import timestamp
from kernel.views.audience import own_party


def new_key(
    party: Party,
    name: str,
    roles: list[str],
    at: datetime,
    *,
    sandbox: bool,
    until: datetime,
    made_by: str | None = None,
) -> tuple[ApiKey, str]:
    """A key of a party, to be stored, and its text, which is shown this once."""
    made = keys.make("ltk_test" if sandbox else "ltk_live")
    key = ApiKey(
        id=ids.new("key"),
        party_id=party.id,
        name=name,
        prefix=made.prefix,
        secret_sha256=made.secret_sha256,
        roles=list(dict.fromkeys(roles)),
        made_by=made_by,
        created_at=at,
        expires_at=until,
        revoked_at=None,
        replaced_by=None,
        last_used_at=None,
    )
    return key, made.text


def first_key_end(act: Act) -> datetime:
    """When a key that no other key made ends."""
    return act.at + timedelta(days=rules.ACCESS.at(act.today).body.first_key_days)


async def create_key(act: Act, data: CreateKey, *, sandbox: bool) -> NewKeyView:
    """Make another key of the actor's party within the roles and the life of this one; an operator makes officers'.

    Raises RoleNotHeld, OfficeInvitesItself, OfficesApart and KeyOutlivesMaker.
    """
    party = await locked(act.session, Party, own_party(act.actor))
    access = rules.ACCESS.at(act.today).body
    require_authority(act, party, data.roles, access)
    if (pair := rules.clash(data.roles, access)) is not None:
        raise OfficesApart(first=pair[0], second=pair[1])
    maker_end = await _maker_end(act, access)
    until = rules.key_end(act.at, data.days_valid, maker_end, access)
    if until is None:
        raise KeyOutlivesMaker(expires_at=timestamp(maker_end))
    maker = act.actor.hand
    key, text = new_key(party, data.name, data.roles, act.at, sandbox=sandbox, until=until, made_by=maker)
    act.session.add(key)
    record(act, "kernel.key.created", key.id, facts={"roles": key.roles, "prefix": key.prefix, "made_by": maker})
    await act.session.flush()
    return NewKeyView(key=key_view(key), secret=text)


def require_authority(act: Act, party: Party, roles: list[str], access: rules.Access) -> None:
    """Refuse roles that the acting key may not give or take away."""
    allowed = rules.authority(party.roles, act.actor.roles, access, centre=party.centre)
    beyond = [role for role in roles if role not in allowed]
    office = next((role for role in beyond if party.centre and role in access.invited), None)
    if office is not None and act.actor.has(Role.OPERATOR):
        raise OfficeInvitesItself(office=office)
    if beyond:
        raise RoleNotHeld(roles=", ".join(beyond), allowed=", ".join(sorted(map(str, allowed))) or "-")


async def _maker_end(act: Act, access: rules.Access) -> datetime:
    """When what the actor makes ends at the latest: with its key, or after the longest that a member's key lives."""
    if act.actor.key is None:
        return act.at + timedelta(days=access.key_days_max)
    return (await _acting_key(act)).expires_at


async def _acting_key(act: Act) -> ApiKey:
    """The key that acts, locked; raises Unauthenticated when it was revoked in this moment."""
    assert act.actor.key is not None
    key = await locked(act.session, ApiKey, act.actor.key)
    if key.revoked_at is not None:
        raise Unauthenticated
    return key


async def renew_key(act: Act, key_id: str, *, sandbox: bool) -> NewKeyView:
    """Put a new key in the place of the acting one: same roles, same maker, its makings stay; the old one ends now.

    Whoever copied the old key cannot go on unseen: of two that renew it, one is shut out. What another key made ends no
    later than its maker let it: a key lent for a day is no key for a year. Raises NotFound for others.
    """
    if key_id != act.actor.key:
        raise NotFound(kind=KEYS.kind, id=key_id)
    old = await _acting_key(act)
    party = await one(act.session, Party, old.party_id)
    until = first_key_end(act) if old.made_by is None else old.expires_at
    key, text = new_key(party, old.name, old.roles, act.at, sandbox=sandbox, until=until, made_by=old.made_by)
    act.session.add(key)
    await act.session.flush()
    await act.session.execute(update(ApiKey).where(ApiKey.made_by == old.id).values(made_by=key.id))
    old.revoked_at, old.replaced_by = act.at, key.id
    record(act, "kernel.key.renewed", key.id, facts={"roles": key.roles, "prefix": key.prefix, "replaces": old.id})
    await act.session.flush()
    return NewKeyView(key=key_view(key), secret=text)


async def revoke_key(act: Act, key_id: str) -> None:
    """Revoke one of the party's own keys that reaches no further than the actor's, and all that it made.

    Raises KeyReplaced for a key whose successor is in force: whoever is told that a key has ended must be able to
    rely on it, and whoever copied it may have replaced it first.
    """
    key = await locked(act.session, ApiKey, key_id)
    KEYS.require_party(act.actor, key_id, key.party_id)
    party = await one(act.session, Party, key.party_id)
    if key.id != act.actor.key:
        require_authority(act, party, key.roles, rules.ACCESS.at(act.today).body)
    if (successor := await successor_of(act, key)) is not None:
        raise KeyReplaced(key=key.id, successor=successor)
    for ended in await _end_with_makings(act.session, key, act.at):
        record(act, "kernel.key.revoked", ended)


async def end_makings(act: Act, member_id: str) -> None:
    """End the keys that a member made, and whatever they made."""
    for key in await act.session.scalars(select(ApiKey).where(ApiKey.made_by == member_id)):
        for ended in await _end_with_makings(act.session, key, act.at):
            record(act, "kernel.key.revoked", ended)


async def _end_with_makings(session: AsyncSession, key: ApiKey, at: datetime) -> list[str]:
    """End a key and whatever it made, at every remove; gives the ids of those that end now."""
    tree = select(ApiKey.id).where(ApiKey.id == key.id).cte(recursive=True)
    tree = tree.union_all(select(ApiKey.id).join(tree, ApiKey.made_by == tree.c.id))
    usable = select(ApiKey).where(ApiKey.id.in_(select(tree.c.id)), ApiKey.revoked_at.is_(None)).order_by(ApiKey.id)
    ended: list[str] = []
    # A key may be making another while its maker ends: what it has made by then is seen at the next look.
    while rows := (await session.scalars(usable.with_for_update())).all():
        for row in rows:
            row.revoked_at = at
            ended.append(row.id)
        await session.flush()
    return ended


async def reissue_key(act: Act, party_id: str, reason: str, *, sandbox: bool) -> NewKeyView:
    """Give a party that lost its keys one with all its roles; every earlier key ends, so a found one is worth nothing.

    The reason stands in the party's events, so that nobody takes over a party unseen. Raises CentreNotDecided: the
    centre's own keys are renewed by whoever keeps its machine, and then those of its watching offices stay.
    """
    party = await locked(act.session, Party, party_id)
    if party.centre and act.actor is not SYSTEM:
        raise CentreNotDecided
    access = rules.ACCESS.at(act.today).body
    earlier = select(ApiKey).where(ApiKey.party_id == party.id, ApiKey.revoked_at.is_(None)).order_by(ApiKey.id)
    for key in await act.session.scalars(earlier.with_for_update()):
        if not (party.centre and set(key.roles) & set(access.invited)):
            key.revoked_at = act.at
    await _end_people(act, party, access)
    roles = [str(Role.OPERATOR)] if party.centre else party.roles
    made, text = new_key(party, "reissued", roles, act.at, sandbox=sandbox, until=first_key_end(act))
    act.session.add(made)
    facts = {"roles": made.roles, "prefix": made.prefix, "reason": reason}
    record(act, "kernel.key.reissued", made.id, parties=[party.id], facts=facts)
    await act.session.flush()
    return NewKeyView(key=key_view(made), secret=text)


async def _end_people(act: Act, party: Party, access: rules.Access) -> None:
    """Sign everybody of a party out and remove them, but for the centre's watching offices, whose keys stay too.

    Whoever found the key may have let in itself and others, or set anybody's password; the new key invites again.
    """
    people = select(Member).where(Member.party_id == party.id, Member.removed_at.is_(None)).order_by(Member.id)
    members = (await act.session.scalars(people.with_for_update())).all()
    leaving = [each for each in members if not (party.centre and set(each.roles) & set(access.invited))]
    open_sessions = update(MemberSession).where(MemberSession.ended_at.is_(None))
    of_them = open_sessions.where(MemberSession.member_id.in_([each.id for each in leaving]))
    await act.session.execute(of_them.values(ended_at=act.at, end_reason="reissued"))
    for member in leaving:
        member.removed_at = act.at
        record(act, "kernel.member.removed", member.id)


async def renew_operator(act: Act, *, sandbox: bool) -> NewKeyView:
    """Give the centre's operator a new key in place of the centre's keys; raises NotFound before its founding."""
    centre = await centre_party(act.session)
    return await reissue_key(act.by(SYSTEM), centre.id, "renewed at the centre's machine", sandbox=sandbox)


async def centre_party(session: AsyncSession) -> Party:
    """The centre itself; raises NotFound before its founding."""
    centre = await session.scalar(select(Party).where(Party.centre))
    if centre is None:
        raise NotFound(kind="centre", id="")
    return centre


async def invite(act: Act, office: str, name: str) -> str:
    """Invite a watching office to take its first key, at the centre's machine only; gives the invitation, this once.

    Raises RoleNotHeld for an office whose keys the operator makes.
    """
    access = rules.ACCESS.at(act.today).body
    if office not in access.invited:
        raise RoleNotHeld(roles=office, allowed=", ".join(access.invited))
    centre = await centre_party(act.session)
    text = f"lti_{secrets.token_urlsafe(32)}"
    row = OfficeInvitation(
        id=ids.new("inv"),
        office=office,
        name=name,
        secret_sha256=_digest(text),
        created_at=act.at,
        expires_at=act.at + timedelta(days=access.invitation_days),
        redeemed_at=None,
        key_id=None,
    )
    act.session.add(row)
    record(act.by(SYSTEM), "kernel.office.invited", row.id, parties=[centre.id], facts={"office": office, "name": name})
    await act.session.flush()
    return text


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


async def redeem_invitation(act: Act, data: RedeemInvitation, *, sandbox: bool) -> NewKeyView:
    """Give a watching office the first key of its own; an invitation serves once. Raises InvitationUnusable."""
    row = await act.session.scalar(
        select(OfficeInvitation).where(OfficeInvitation.secret_sha256 == _digest(data.invitation)).with_for_update()
    )
    if row is None or row.redeemed_at is not None or row.expires_at <= act.at:
        raise InvitationUnusable
    centre = await centre_party(act.session)
    key, text = new_key(centre, row.name, [row.office], act.at, sandbox=sandbox, until=first_key_end(act))
    act.session.add(key)
    await act.session.flush()
    row.redeemed_at, row.key_id = act.at, key.id
    facts = {"roles": key.roles, "prefix": key.prefix, "invitation": row.id}
    record(act, "kernel.office.taken", key.id, parties=[centre.id], facts=facts)
    return NewKeyView(key=key_view(key), secret=text)
