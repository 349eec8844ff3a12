"""Reading addresses and deliveries."""

from typing import Final, Literal

from sqlalchemy import exists, func, select, tuple_
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.db import find_locked, one
from kernel.log.models import LogEntry
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from kernel.webhooks.models import WebhookDelivery, WebhookEndpoint
from kernel.webhooks.schemas import WebhookDeliveryView, WebhookView
from kernel.webhooks.states import WEBHOOK, WebhookState

AUDIENCE: Final = Audience("webhook_endpoint")
"""An address is there for the party that set it up, and for nobody else."""


def webhook_view(endpoint: WebhookEndpoint, actor: Actor) -> WebhookView:
    """An address as its owner sees it."""
    actions = sorted({str(action) for role in actor.roles for action in WEBHOOK.actions(endpoint.status, role)})
    return shown(endpoint, WebhookView, allowed_actions=actions)


def delivery_view(row: WebhookDelivery, kind: str) -> WebhookDeliveryView:
    """A delivery as its owner sees it."""
    waiting: Literal["pending", "abandoned"] = "pending" if row.next_attempt_at is not None else "abandoned"
    state = "delivered" if row.delivered_at is not None else waiting
    return shown(row, WebhookDeliveryView, index=row.log_index, kind=kind, state=state)


def own(endpoint: WebhookEndpoint, actor: Actor) -> WebhookEndpoint:
    """Give the address back to its owner; to anybody else there is none."""
    AUDIENCE.require(actor, endpoint.id, endpoint.party_id)
    return endpoint


async def webhook(act: Act, endpoint_id: str) -> WebhookView:
    """One of the party's own addresses; raises NotFound."""
    return webhook_view(own(await one(act.session, WebhookEndpoint, endpoint_id), act.actor), act.actor)


async def webhooks(act: Act) -> list[WebhookView]:
    """All of the party's own addresses; their number is bounded."""
    query = select(WebhookEndpoint).where(WebhookEndpoint.party_id == act.actor.party).order_by(WebhookEndpoint.id)
    return [webhook_view(row, act.actor) for row in await act.session.scalars(query)]


async def deliveries(act: Act, endpoint_id: str, limit: int, cursor: str | None) -> Page[WebhookDeliveryView]:
    """What became of the messages to an address, newest first."""
    own(await one(act.session, WebhookEndpoint, endpoint_id), act.actor)
    query = (
        select(WebhookDelivery, LogEntry.kind)
        .join(LogEntry, LogEntry.id == WebhookDelivery.entry_id)
        .where(WebhookDelivery.endpoint_id == endpoint_id)
    )
    rows = await fetch(act.session, query, WebhookDelivery.log_index, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: delivery_view(*row))


async def count(session: AsyncSession, party: str) -> int:
    """How many addresses a party has."""
    query = select(func.count()).select_from(WebhookEndpoint).where(WebhookEndpoint.party_id == party)
    return await session.scalar(query) or 0


async def head(session: AsyncSession) -> int:
    """The index of the last entry in the log, -1 before the first."""
    last = await session.scalar(select(func.max(LogEntry.log_index)))
    return -1 if last is None else last


async def behind(session: AsyncSession) -> list[str]:
    """The working addresses whose party has entries that were not made into messages yet."""
    news = exists().where(
        LogEntry.log_index > WebhookEndpoint.cursor, LogEntry.parties.contains(array([WebhookEndpoint.party_id]))
    )
    query = select(WebhookEndpoint.id).where(WebhookEndpoint.status == WebhookState.ACTIVE, news)
    return list(await session.scalars(query.order_by(WebhookEndpoint.id)))


async def entries_after(session: AsyncSession, party: str, cursor: int, limit: int) -> list[LogEntry]:
    """A party's next entries in the log's order."""
    query = select(LogEntry).where(LogEntry.log_index > cursor, LogEntry.parties.contains([party]))
    return list(await session.scalars(query.order_by(LogEntry.log_index).limit(limit)))


async def locked_delivery(session: AsyncSession, endpoint_id: str, entry_id: str) -> WebhookDelivery | None:
    """A delivery, locked until the unit ends."""
    key = tuple_(WebhookDelivery.endpoint_id, WebhookDelivery.entry_id)
    return await find_locked(session, select(WebhookDelivery).where(key == (endpoint_id, entry_id)))
