"""What a step in the register does to what rests on it: asked of the packages above before the step is taken.

A registration that changes the content takes the offers of the old content off the shelf; whoever applies is told so
beforehand. The market fills this port; the register knows no listings.
"""

from collections.abc import Awaitable, Callable
from typing import Final, Literal

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

Step = Literal["update", "change"]
"""An update within what the certificate declares, or a change of what it covers."""


class Effect(msgspec.Struct, frozen=True):
    """What becomes of one thing that rests on the register, by which rule, and what its holder can do."""

    subject: str
    outcome: Literal["goes-on", "held", "ends"]
    zh: str
    en: str
    rule: str


Source = Callable[[AsyncSession, str, Step], Awaitable[list[Effect]]]
_SOURCES: Final[list[Source]] = []


def source(told: Source) -> Source:
    """Register who tells the effects of a step on an asset."""
    if told not in _SOURCES:
        _SOURCES.append(told)
    return told


async def effects(session: AsyncSession, asset_id: str, step: Step) -> list[Effect]:
    """Everything that a step would do to what rests on an asset."""
    return [effect for told in _SOURCES for effect in await told(session, asset_id, step)]
