"""Telling the packages above that the title of an asset is no longer what it was; they listen by the job's name."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.jobs.queue import enqueue

CHANGED: Final = "rights.title.changed"
"""The job of whoever offers what others hold; its payload is {asset}."""


async def announce(session: AsyncSession, asset_id: str) -> None:
    """Have what rests on an asset's title looked at again once this unit has ended."""
    await enqueue(session, CHANGED, {"asset": asset_id}, dedupe=f"{CHANGED}/{asset_id}")
