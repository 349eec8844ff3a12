"""Where the use of a share is metered: at the query, once for each event, by the gate that counts every access."""

from dataclasses import dataclass
from typing import Any

from channels.keys.queries import Holder
from channels.publishing.queries import Version
from channels.shares.models import ShareQuery
from contracts.metering.schemas import Access
from kernel.act import Act
from kernel.crypto import canonical
from kernel.db import lock_name
from market.delivery import access
from market.observations import commands as observations
from market.observations.commands import ObservedAccess


@dataclass(frozen=True, slots=True)
class Metered:
    """What is asked of which version of a table, how, and how many rows and bytes the answer names."""

    version: Version
    question: dict[str, Any]
    rows: int
    size_bytes: int
    idempotency_key: str | None = None


async def meter(act: Act, holder: Holder, asked: Metered) -> str:
    """Have a query released, counted and charged, unless it was before; gives the id of the release.

    Without an id of the client's own, the same question within a minute is the same event: clients ask twice for one
    reading (rule LT-CHN-05). Raises AccessRefused and what the meters of a plan refuse.
    """
    agreement, order = holder.handover.agreement, holder.handover.order
    event = _event(act, holder, asked)
    await lock_name(act.session, "share-query", event)
    before = await act.session.get(ShareQuery, event)
    if before is not None:
        return before.release_id
    wanted = Access(revision_id=asked.version.revision_id, rows=asked.rows)
    released = await access.release(act, order, agreement, wanted, size_bytes=asked.size_bytes)
    await observations.note(act.session, agreement.id, ObservedAccess(released.id, act.at))
    await act.session.flush()  # The query refers to its release.
    act.session.add(
        ShareQuery(
            event=event,
            agreement_id=agreement.id,
            table_id=asked.version.table.id,
            version=asked.version.version,
            rows=asked.rows,
            release_id=released.id,
            at=act.at,
        )
    )
    return released.id


async def is_metered(act: Act, holder: Holder, asked: Metered) -> bool:
    """Whether the same query was metered before, so that it is answered for nothing."""
    return await act.session.get(ShareQuery, _event(act, holder, asked)) is not None


def _event(act: Act, holder: Holder, asked: Metered) -> str:
    return event_of(holder.key.id, asked, f"{act.at:%Y-%m-%dT%H:%M}")


def event_of(key_id: str, asked: Metered, minute: str) -> str:
    """The digest by which a query is the same as another: by the client's id where it sends one, else by its minute."""
    under = {"minute": minute} if asked.idempotency_key is None else {"id": asked.idempotency_key}
    about = {"key": key_id, "table": asked.version.table.id, "version": asked.version.version}
    return canonical.digest({**about, **under, "question": asked.question})
