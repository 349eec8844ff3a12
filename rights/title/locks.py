"""One change of an asset's title at a time."""

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.db import lock_name


async def lock_title(session: AsyncSession, asset_id: str) -> None:
    """Wait for the change before, and hold until the unit ends: what was checked still holds when it is written."""
    await lock_name(session, "title", asset_id)
