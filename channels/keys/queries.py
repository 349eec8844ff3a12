"""Finding channel keys: for those who may know of them, and for whoever presents one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.keys.errors import ChannelClosed, ChannelKeyExpired, ChannelKeyUnknown
from channels.keys.models import ChannelKey, ChannelUse
from channels.keys.rules import KIND
from channels.keys.schemas import ChannelKeyView, ChannelUseView
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.identity import keys
from kernel.states import Role
from kernel.time.clock import timestamp
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.delivery.queries import READINGS, Handover, handover_of, with_handover
from market.orders.models import Order

_SHAPE: Final = keys.shape(KIND)

AUDIENCE: Final = Audience("channel_key", (Role.REGULATOR, Role.AUDITOR))
"""Who may know of a channel key and of its uses besides the two parties of its order."""

ORDERS: Final = Audience("order", AUDIENCE.offices)
"""The same for what an order's channels give as a whole."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever holds a key that opens its channel now, with what it rests on."""

    key: ChannelKey
    handover: Handover

    @property
    def actor(self) -> Actor:
        """The buyer, acting by this key."""
        return Actor(party=self.key.buyer, key=self.key.id, admitted=True)


async def presented(session: AsyncSession, bearer: str) -> ChannelKey:
    """The key that somebody presents, also one that is over; raises ChannelKeyUnknown."""
    parts = keys.split(bearer, _SHAPE)
    row = await session.scalar(select(ChannelKey).where(ChannelKey.prefix == parts[0])) if parts else None
    if parts is None or row is None or not keys.matches(parts[1], row.secret_sha256):
        raise ChannelKeyUnknown
    return row


async def holder(act: Act, key_id: str) -> Holder:
    """What a key opens at this moment.

    Raises ChannelKeyUnknown or ChannelKeyExpired for a key that is over, and ChannelClosed where agreement, order,
    licence, party or data no longer let anything be handed out.
    """
    found = await held(act, key_id)
    require_open(found.key, found.handover, act.at)
    return found


async def held(act: Act, key_id: str) -> Holder:
    """A key with what it rests on, whether that still stands or not; raises ChannelKeyUnknown."""
    return await _held(act, ChannelKey.id == key_id)


async def presented_with(act: Act, bearer: str) -> Holder:
    """The same of the key that somebody presents, in one query."""
    parts = keys.split(bearer, _SHAPE)
    if parts is None:
        raise ChannelKeyUnknown
    found = await _held(act, ChannelKey.prefix == parts[0])
    if not keys.matches(parts[1], found.key.secret_sha256):
        raise ChannelKeyUnknown
    return found


async def _held(act: Act, which: ColumnElement[bool]) -> Holder:
    query = with_handover(select(ChannelKey).where(which), ChannelKey.agreement_id)
    row = (await act.session.execute(query)).first()
    if row is None:
        raise ChannelKeyUnknown
    return Holder(*handover_of(row))


def require_open(key: ChannelKey, handover: Handover, at: datetime) -> None:
    """That a key opens its channel at a moment; raises what `holder` raises."""
    _require_life(key, at)
    if handover.stays or not handover.is_due(at):
        order, agreement = handover.order, handover.agreement
        raise ChannelClosed(order_status=str(order.status), agreement_status=str(agreement.status))


def _require_life(key: ChannelKey, at: datetime) -> None:
    if key.revoked_at is not None:
        raise ChannelKeyUnknown
    if key.expires_at <= at:
        raise ChannelKeyExpired(since=timestamp(key.expires_at))


def in_force(at: datetime) -> ColumnElement[bool]:
    """Keys that are neither revoked nor expired, as a condition."""
    return ChannelKey.revoked_at.is_(None) & (ChannelKey.expires_at > at)


async def count_in_force(session: AsyncSession, agreement_id: str, at: datetime) -> int:
    """How many keys of an agreement are in force and not replaced."""
    query = select(func.count()).where(ChannelKey.agreement_id == agreement_id, in_force(at))
    return int(await session.scalar(query.where(ChannelKey.replaced_by.is_(None))) or 0)


async def of_order(act: Act, order_id: str, limit: int, cursor: str | None) -> Page[ChannelKeyView]:
    """The keys of an order, newest first; raises NotFound for whoever may not know of it."""
    await seen_order(act, order_id)
    query = select(ChannelKey).where(ChannelKey.order_id == order_id)
    page = await fetch(act.session, query, ChannelKey.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(lambda row: shown(row, ChannelKeyView))


async def seen_order(act: Act, order_id: str) -> Order:
    """An order whose channels the actor may know of; raises NotFound."""
    order = await one(act.session, Order, order_id)
    ORDERS.require(act.actor, order_id, order.buyer, order.provider)
    return order


async def uses(act: Act, key_id: str, limit: int, cursor: str | None) -> Page[ChannelUseView]:
    """What was done with a key, newest first; raises NotFound for whoever may not know of it."""
    key = await one(act.session, ChannelKey, key_id)
    AUDIENCE.require(act.actor, key_id, key.buyer, key.provider)
    query = select(ChannelUse).where(ChannelUse.channel_key_id == key.id)
    page = await fetch(act.session, query, ChannelUse.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(lambda row: shown(row, ChannelUseView))


async def was_read(session: AsyncSession, order_id: str) -> bool:
    """Whether any use of an order's keys was metered: whoever has read the data cannot give it back."""
    read = select(ChannelUse.id).join(ChannelKey, ChannelKey.id == ChannelUse.channel_key_id)
    metered = read.where(ChannelKey.order_id == order_id, ChannelUse.release_id.is_not(None))
    return bool(await session.scalar(select(metered.exists())))


READINGS.append(was_read)
