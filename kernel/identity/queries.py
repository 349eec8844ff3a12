"""Reading parties and keys, and turning a presented key into an Actor."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kernel.act import Act
from kernel.actor import SYSTEM, Actor
from kernel.db import one
from kernel.errors import NotFound, Unauthenticated
from kernel.identity import keys
from kernel.identity.models import ApiKey, Member, Party, SigningKey
from kernel.identity.schemas import Contact, KeyView, PartyView, SigningKeyView, WhoAmI
from kernel.identity.states import PARTY, PartyState
from kernel.rules.permissions import permissions_of
from kernel.states import Role
from kernel.time.clock import day_in_china
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown

AUDIENCE: Final = Audience("party", permission="kernel:party:read")
"""Who may read a party besides itself."""

KEYS: Final = Audience("api_key")
"""A party's keys are its own."""

SIGNING_KEYS: Final = Audience("signing_key")
"""So are the keys it signs with; what they signed shows the public part."""


def party_view(party: Party, actor: Actor, others: Sequence[str] = ()) -> PartyView:
    """A party with what the actor may do to it, and the others that it may be mistaken for."""
    actions = sorted({str(action) for role in actor.roles for action in PARTY.actions(party.status, role)})
    known = actor.party == party.id or "kernel:party:read" in actor.permissions
    contact = msgspec.convert(party.contact, Contact) if known else None
    return shown(party, PartyView, allowed_actions=actions, contact=contact, alike=list(others))


async def alike(session: AsyncSession, party_ids: Sequence[str]) -> dict[str, list[str]]:
    """For each of these parties, the others of its credit code or its name that are not refused."""
    other = aliased(Party)
    same = (other.uscc == Party.uscc) | (other.name == Party.name)
    pairs = (
        select(Party.id, other.id)
        .join(other, (other.id != Party.id) & same)
        .where(Party.id.in_(party_ids), other.status != PartyState.REFUSED)
        .order_by(other.id)
    )
    others: dict[str, list[str]] = {}
    for party_id, other_id in await session.execute(pairs):
        others.setdefault(party_id, []).append(other_id)
    return others


def key_view(key: ApiKey) -> KeyView:
    """A key without its secret."""
    return shown(key, KeyView, prefix=f"ltk_{key.prefix}")


async def party(act: Act, party_id: str) -> PartyView:
    """A party, for itself and for the centre; raises NotFound for anybody else."""
    AUDIENCE.require(act.actor, party_id, party_id)
    row = await one(act.session, Party, party_id)
    others = await alike(act.session, [party_id]) if "kernel:party:read" in act.actor.permissions else {}
    return party_view(row, act.actor, others.get(party_id, []))


async def parties(act: Act, status: str | None, limit: int, cursor: str | None) -> Page[PartyView]:
    """Parties in the order of their applications."""
    query = select(Party)
    if status is not None:
        query = query.where(Party.status == PartyState(status))
    rows = await fetch(act.session, query, Party.id, limit=limit, cursor=cursor)
    others = await alike(act.session, [row.id for row in rows.items])
    return rows.of(lambda row: party_view(row, act.actor, others.get(row.id, [])))


async def whoami(act: Act) -> WhoAmI:
    """The caller; raises Unauthenticated where a key has ended meanwhile."""
    actor = act.actor
    key = await act.session.get(ApiKey, actor.key)
    if key is None or actor.party is None:
        raise Unauthenticated
    owner = await one(act.session, Party, actor.party)
    roles = sorted(str(role) for role in actor.roles)
    return WhoAmI(party_view(owner, actor), key_view(key), roles, sorted(actor.permissions))


async def keys_of(act: Act) -> list[KeyView]:
    """The party's own keys."""
    rows = await act.session.scalars(select(ApiKey).where(ApiKey.party_id == act.actor.party).order_by(ApiKey.id))
    return [key_view(row) for row in rows]


async def signing_keys_of(act: Act) -> list[SigningKeyView]:
    """The party's own signing keys, revoked ones too."""
    own = select(SigningKey).where(SigningKey.party_id == act.actor.party).order_by(SigningKey.id)
    return [shown(row, SigningKeyView) for row in await act.session.scalars(own)]


async def signing_key(session: AsyncSession, party_id: str, key_id: str) -> SigningKey:
    """A party's signing key that is not revoked; raises NotFound."""
    row = await session.get(SigningKey, key_id)
    if row is None or row.party_id != party_id or row.revoked_at is not None:
        raise NotFound(kind=SIGNING_KEYS.kind, id=key_id)
    return row


async def actor_of(session: AsyncSession, presented: str, at: datetime) -> Actor:
    """Turn a presented key into an Actor; raises Unauthenticated alike for unknown, expired and revoked keys."""
    parts = keys.split(presented)
    if parts is None:
        raise Unauthenticated
    query = select(ApiKey, Party).join(Party, Party.id == ApiKey.party_id).where(ApiKey.prefix == parts[0])
    row = (await session.execute(query)).first()
    if row is None:
        raise Unauthenticated
    key, owner = row
    if not keys.matches(parts[1], key.secret_sha256) or key.revoked_at is not None or key.expires_at <= at:
        raise Unauthenticated
    roles = frozenset(Role(role) for role in key.roles if role in owner.roles)
    return Actor(
        party=owner.id,
        key=key.id,
        roles=roles,
        permissions=permissions_of(roles, day_in_china(at)),
        admitted=owner.status == PartyState.ADMITTED,
    )


async def touch_key(session: AsyncSession, key_id: str, at: datetime) -> None:
    """Note the last use of a key, to the minute: one write a minute is enough to find forgotten keys."""
    stale = at - timedelta(minutes=1)
    await session.execute(
        update(ApiKey)
        .where(ApiKey.id == key_id, (ApiKey.last_used_at.is_(None)) | (ApiKey.last_used_at < stale))
        .values(last_used_at=at)
    )


def _heirs(key_id: str) -> Select[str]:
    """A key and those that took its place, one after the other."""
    tree = select(ApiKey.id, ApiKey.replaced_by).where(ApiKey.id == key_id).cte(recursive=True)
    tree = tree.union_all(select(ApiKey.id, ApiKey.replaced_by).join(tree, ApiKey.id == tree.c.replaced_by))
    return select(tree.c.id)


async def successor_of(act: Act, key: ApiKey) -> str | None:
    """The key in force that stands in the place of another, at whichever remove."""
    live = select(ApiKey.id).where(
        ApiKey.id.in_(_heirs(key.id)), ApiKey.id != key.id, ApiKey.revoked_at.is_(None), ApiKey.expires_at > act.at
    )
    return await act.session.scalar(live)


async def was_revoked(session: AsyncSession, hand: str) -> bool:
    """Whether a key was revoked and none took its place, or a member removed; a key that merely ran out was not."""
    if (member := await session.get(Member, hand)) is not None:
        return member.removed_at is not None
    standing = select(ApiKey.id).where(ApiKey.id.in_(_heirs(hand)), ApiKey.revoked_at.is_(None))
    return await session.scalar(standing.limit(1)) is None


async def still_gives(session: AsyncSession, maker: str, roles: Iterable[str]) -> bool:
    """Whether whoever made a link may give these roles still: a key that was not revoked, an administrator with them.

    What was made at the centre's machine serves as long as it says.
    """
    if maker == SYSTEM.name:
        return True
    member = await session.get(Member, maker)
    if member is not None:
        return member.removed_at is None and member.administrator and set(roles) <= set(member.roles)
    return not await was_revoked(session, maker)
