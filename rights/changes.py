"""One change of the rights in an asset at a time, told to the packages above, which listen by the job's name."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.db import lock_name
from kernel.jobs.queue import enqueue

CHANGED: Final = "rights.title.changed"
"""The job of whoever offers what others hold; its payload is {asset}."""

LICENCE_ENDED: Final = "rights.title.licence-ended"
"""The job of whoever made the contract behind a licence given up or taken away; its payload is {grant, reason}."""


async def announce(session: AsyncSession, asset_id: str) -> None:
    """Have what rests on an asset's title looked at again once this unit has ended."""
    await enqueue(session, CHANGED, {"asset": asset_id}, dedupe=f"{CHANGED}/{asset_id}")


async def announce_end(session: AsyncSession, grant_id: str, reason: str) -> None:
    """Have the contract behind a licence end with it once this unit has ended."""
    await enqueue(session, LICENCE_ENDED, {"grant": grant_id, "reason": reason})


async def lock_title(session: AsyncSession, asset_id: str) -> None:
    """Wait for the change before, and hold until the unit ends: what was checked still holds when it is written."""
    await lock_name(session, "title", asset_id)
