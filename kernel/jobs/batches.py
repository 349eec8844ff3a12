"""Deadlines kept in batches: each row in a unit of its own, so that one that fails cannot hold up the others."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import structlog
from sqlalchemy import Select

from kernel.act import Act
from kernel.runtime import Runtime

BATCH: Final = 100

log: Final = structlog.get_logger("liutong.batches")


async def each(runtime: Runtime, query: Select[Any], work: Callable[[Act, str], Awaitable[object]]) -> None:
    """Do `work` for one batch of ids that the query gives; what remains or fails waits for the next sweep."""
    async with runtime.sessions() as session:
        row_ids = (await session.scalars(query.limit(BATCH))).all()
    await each_in_unit(runtime, row_ids, work)


async def each_in_unit(runtime: Runtime, row_ids: Sequence[str], work: Callable[[Act, str], Awaitable[object]]) -> None:
    """Do `work` for each of these ids in a unit of its own; whoever fails is logged and holds up no other."""
    for row_id in row_ids:
        try:
            async with runtime.act() as act:
                await work(act, row_id)
        except Exception:
            log.exception("a row of a batch failed", row=row_id)
