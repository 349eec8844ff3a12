"""Who had dealings with whom: higher packages answer through this port, since valuation may not know of them.

A source that is missing is a fault of the programme: independence is never confirmed without having asked everybody.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from valuation.engagements.rules import Dealing

Source = Callable[[AsyncSession, Collection[str], Collection[str], datetime], Awaitable[Iterable[Dealing]]]
"""Gives the dealings since a moment in which a party of the first group met one of the second."""

SOURCES: Final[dict[str, Source]] = {}
"""Every source by the kind of dealing it tells of; filled by the packages that own the tables."""

WANTED: Final = ("agreement", "order", "payment", "trade")
"""What must be asked before anybody is called independent."""


def source(kind: str) -> Callable[[Source], Source]:
    """Register the source of a kind; raises ValueError when the kind has another."""

    def register(found: Source) -> Source:
        if SOURCES.get(kind, found) is not found:
            raise ValueError(f"two sources tell of dealings of the kind {kind}")
        SOURCES[kind] = found
        return found

    return register


async def between(
    session: AsyncSession, ours: Collection[str], theirs: Collection[str], since: datetime
) -> tuple[Dealing, ...]:
    """Every dealing of ours with theirs; raises LookupError while a source is missing."""
    missing = [kind for kind in WANTED if kind not in SOURCES]
    if missing:
        raise LookupError(f"nobody tells of these dealings: {', '.join(missing)}")
    found: list[Dealing] = []
    for kind in sorted(SOURCES):
        found += await SOURCES[kind](session, ours, theirs, since)
    return tuple(found)
