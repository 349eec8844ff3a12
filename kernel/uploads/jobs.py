"""Clean-up of the store, and the encryption of what it held before there were keys."""

from datetime import timedelta
from typing import Final

import structlog

from kernel.db import unit
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from kernel.time.clock import SystemClock
from kernel.uploads.commands import encrypt_plain, sweep_keys, sweep_orphans
from kernel.uploads.queries import owned_keys

log: Final = structlog.get_logger("liutong.storage")


@sweep("storage.orphans", timedelta(hours=6))
async def orphans(runtime: Runtime) -> None:
    """Remove objects that a crash left without a row."""
    async with unit(runtime.sessions) as session:
        await sweep_orphans(session, runtime.storage, at=SystemClock().now())
        owned = await owned_keys(session)
    await sweep_keys(runtime.storage, owned, at=SystemClock().now())


@sweep("storage.encryption", timedelta(minutes=1))
async def encryption(runtime: Runtime) -> None:
    """Encrypt what was stored before there were keys, some at a time; nothing to do once all is."""
    if done := await encrypt_plain(runtime.storage):
        log.info("encrypted objects that were plain", count=done)
