"""The event feed: a party's own entries in the log's order, so that nothing is ever missed or seen twice."""

from typing import Final

from sqlalchemy import select

from kernel.act import Act
from kernel.log.models import LogEntry
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from kernel.webhooks.schemas import EventView

AUDIENCE: Final = Audience("event", (Role.REGULATOR, Role.AUDITOR, Role.OPERATOR))
"""Who may read all events, and not only those of its own affairs."""

INDEX_MAX: Final = 2**63 - 1
"""Beyond any entry: what a reader asks for after it is nothing yet, and no fault."""


def event_view(entry: LogEntry) -> EventView:
    """An entry as its parties see it."""
    return shown(entry, EventView, index=entry.log_index if entry.log_index is not None else -1)


async def events(act: Act, after: int, subject: str | None, limit: int) -> Page[EventView]:
    """What happened to the actor's affairs after an index, or to one subject; `next` is the `after` that follows."""
    query = select(LogEntry).where(
        LogEntry.log_index > min(after, INDEX_MAX), AUDIENCE.among(act.actor, LogEntry.parties)
    )
    if subject is not None:
        query = query.where(LogEntry.subject == subject)
    page = (await fetch(act.session, query, LogEntry.log_index, limit=limit, cursor=None)).of(event_view)
    return Page(page.items, None if page.next is None else str(page.items[-1].index))
