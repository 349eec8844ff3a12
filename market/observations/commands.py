"""Noting an access, once for each event."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from market.observations.models import ServiceAccess


@dataclass(frozen=True, slots=True)
class ObservedAccess:
    """An access: whether it was served, whether our own side failed, and how long it took where that was measured."""

    event_id: str
    at: datetime
    good: bool = True
    ours: bool = False
    millis: int | None = None


async def note(session: AsyncSession, agreement_id: str, seen: ObservedAccess) -> bool:
    """Keep what was seen; the same event again changes nothing. Says whether it was new."""
    values = {"agreement_id": agreement_id, "event_id": seen.event_id, "good": seen.good, "ours": seen.ours}
    values |= {"millis": seen.millis, "at": seen.at}
    kept = insert(ServiceAccess).values(values).on_conflict_do_nothing().returning(ServiceAccess.event_id)
    return await session.scalar(kept) is not None
