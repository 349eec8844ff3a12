"""Reading addresses and deliveries."""

from typing import Final

from sqlalchemy import exists, func, select, tuple_
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.errors import NotFound
from kernel.log.models import LogEntry
from kernel.views.paging import CursorOf, Page, number_of, page
from kernel.webhooks.models import WebhookDelivery, WebhookEndpoint
from kernel.webhooks.schemas import WebhookDeliveryView, WebhookView
from kernel.webhooks.states import WEBHOOK, WebhookState

INDEX_MAX: Final = 2**63 - 1


def webhook_view(endpoint: WebhookEndpoint, actor: Actor) -> WebhookView:
    """An address as its owner sees it."""
    actions = sorted({str(action) for role in actor.roles for action in WEBHOOK.actions(endpoint.status, role)})
    return WebhookView(
        id=endpoint.id,
        url=endpoint.url,
        kinds=endpoint.kinds,
        status=str(endpoint.status),
        allowed_actions=actions,
        cursor=endpoint.cursor,
        failing_since=endpoint.failing_since,
        created_at=endpoint.created_at,
    )


def delivery_view(row: WebhookDelivery, kind: str) -> WebhookDeliveryView:
    """A delivery as its owner sees it."""
    waiting = "pending" if row.next_attempt_at is not None else "abandoned"
    return WebhookDeliveryView(
        entry_id=row.entry_id,
        index=row.log_index,
        kind=kind,
        state="delivered" if row.delivered_at is not None else waiting,
        attempts=row.attempts,
        last_status=row.last_status,
        last_failure=row.last_failure,
        next_attempt_at=row.next_attempt_at,
        delivered_at=row.delivered_at,
    )


def own(endpoint: WebhookEndpoint, actor: Actor) -> WebhookEndpoint:
    """Give the address back to its owner; to anybody else there is none."""
    if endpoint.party_id != actor.party:
        raise NotFound(kind=WebhookEndpoint.__tablename__, id=endpoint.id)
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
        .order_by(WebhookDelivery.log_index.desc())
        .limit(limit + 1)
    )
    query = query.where(WebhookDelivery.log_index < number_of(cursor, INDEX_MAX))
    rows = [delivery_view(row, kind) for row, kind in await act.session.execute(query)]
    return page(rows, limit, CursorOf[WebhookDeliveryView](("index",)))


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
    query = select(WebhookDelivery).where(key == (endpoint_id, entry_id)).with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).first()
