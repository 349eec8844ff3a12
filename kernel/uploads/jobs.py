"""Clean-up of the store."""

from datetime import timedelta

from kernel.db import unit
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from kernel.time.clock import SystemClock
from kernel.uploads.commands import sweep_orphans


@sweep("storage.orphans", timedelta(hours=6))
async def orphans(runtime: Runtime) -> None:
    """Remove objects that a crash left without a row."""
    async with unit(runtime.sessions) as session:
        await sweep_orphans(session, runtime.storage, at=SystemClock().now())
