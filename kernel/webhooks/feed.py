"""The event feed: a party's own entries in the log's order, so that nothing is ever missed or seen twice."""

from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from sqlalchemy import select

from kernel.act import Act
from kernel.http.guards import allow
from kernel.log.models import LogEntry
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import LIMIT_DEFAULT, Limit, Page, fetch
from kernel.views.projection import shown

AUDIENCE: Final = Audience("event", (Role.REGULATOR, Role.AUDITOR, Role.OPERATOR))
"""Who may read all events, and not only those of its own affairs."""

INDEX_MAX: Final = 2**63 - 1
"""Beyond any entry: what a reader asks for after it is nothing yet, and no fault."""


class EventView(msgspec.Struct, frozen=True):
    """One thing that happened; `index` is its place in the public log."""

    id: str
    index: int
    at: datetime
    kind: str
    subject: str
    actor_party: str | None
    facts: dict[str, Any]


def event_view(entry: LogEntry) -> EventView:
    """An entry as its parties see it."""
    return shown(entry, EventView, index=entry.log_index if entry.log_index is not None else -1)


@get("/v1/events", opt=allow("kernel:event:read", admitted=False))
async def list_events(
    act: NamedDependency[Act],
    after: Annotated[
        int, QueryParameter(ge=-1, description="最后已读事件的 index · index of the last event read")
    ] = -1,
    subject: Annotated[str | None, QueryParameter(max_length=40)] = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[EventView]:
    """事件流 · What happened to the party's affairs after an index; `next` is the `after` of the next page."""
    query = select(LogEntry).where(
        LogEntry.log_index > min(after, INDEX_MAX), AUDIENCE.among(act.actor, LogEntry.parties)
    )
    if subject is not None:
        query = query.where(LogEntry.subject == subject)
    events = (await fetch(act.session, query, LogEntry.log_index, limit=limit, cursor=None)).of(event_view)
    return Page(events.items, None if events.next is None else str(events.items[-1].index))


ROUTES = [list_events]
