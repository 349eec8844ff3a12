"""Ports: who stands where to an asset's quality, and what is shown of it; the packages that know answer through them.

A port that nobody serves is a fault of the programme: access is never granted or refused without having asked.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from msgspec import Struct
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession


class EngagedParty(Struct, frozen=True):
    """A party that the asset's side engaged: whether it may score now, and whether it may read all scorecards now.

    Whoever was ever engaged stays in the list, since what it scored then still counts.
    """

    party: str
    scores: bool
    reads: bool


Source = Callable[[AsyncSession, str], Awaitable[Iterable[EngagedParty]]]
"""Gives everybody who ever accepted to work on an asset."""

Shown = Callable[[AsyncSession, str | None, Select[str]], Awaitable[bool]]
"""Says whether one of some scorecards is shown to a party: named by what is on the shelf or by an order of its own."""

SOURCES: Final[dict[str, Source]] = {}
WANTED: Final = ("engagement", "third-party-test")
"""What must be asked before anybody is called a scorer or a stranger."""

_SHOWN: Final[list[Shown]] = []


def source(kind: str) -> Callable[[Source], Source]:
    """Register the source of a kind; raises ValueError when the kind has another."""

    def register(found: Source) -> Source:
        if SOURCES.get(kind, found) is not found:
            raise ValueError(f"two sources tell who is engaged by {kind}")
        SOURCES[kind] = found
        return found

    return register


def shop_window(found: Shown) -> Shown:
    """Register who knows what is shown to buyers; raises ValueError when there is another."""
    if _SHOWN not in ([], [found]):
        raise ValueError("somebody tells already which scorecards are shown")
    _SHOWN[:] = [found]
    return found


async def engaged(session: AsyncSession, asset_id: str) -> list[EngagedParty]:
    """Everybody who ever accepted to work on an asset; raises LookupError while a source is missing."""
    missing = [kind for kind in WANTED if kind not in SOURCES]
    if missing:
        raise LookupError(f"nobody tells who is engaged by: {', '.join(missing)}")
    return [standing for kind in sorted(SOURCES) for standing in await SOURCES[kind](session, asset_id)]


async def scorers(session: AsyncSession, asset_id: str, provider: str) -> list[str]:
    """Whose scorecards of an asset count: the provider's first, then those of whoever was ever engaged."""
    return list(dict.fromkeys([provider, *(standing.party for standing in await engaged(session, asset_id))]))


async def shown_to(session: AsyncSession, party: str | None, scorecards: Select[str]) -> bool:
    """Whether one of some scorecards is shown to a party; raises LookupError while nobody tells."""
    if not _SHOWN:
        raise LookupError("nobody tells which scorecards are shown")
    return await _SHOWN[0](session, party, scorecards)
