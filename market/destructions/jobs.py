"""What destructions wait for: the second person, the worker that destroys, and the end of the last copy of a key."""

from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import select

from kernel.db import unit
from kernel.jobs.batches import each
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from kernel.safekeeping import tombstones
from kernel.storage.encryption.errors import FileDestroyed
from kernel.storage.objects import in_thread
from market.destructions import commands
from market.destructions.models import Destruction
from market.destructions.states import DestructionState

log: Final = structlog.get_logger("liutong.destructions")


class StillReadable(RuntimeError):
    """An object could be opened after its key was destroyed; the certificate is not issued."""


@job(commands.DESTROY)
async def destroy(runtime: Runtime, payload: dict[str, str]) -> None:
    """Destroy the keys of an approved destruction, see that nothing can be read, and certify it."""
    async with runtime.act() as act:
        row = await commands.still_free(act, payload["id"])
    if row is None or row.approved_at is None:
        return
    versions: set[str] = set()
    for stored in row.objects:
        key = stored["storage_key"]
        if await in_thread(runtime.storage.keys.is_plain, key):
            await runtime.storage.seal(key)  # What was never encrypted is not destroyed by a key.
        stone = await tombstones.bury(runtime.storage, key, row.id, row.approved_at)
        versions |= {stone.kek} if stone.kek is not None else set()
        await _require_unreadable(runtime, key)
    async with runtime.act() as act:
        await commands.certify(act, row.id, sorted(versions))


async def _require_unreadable(runtime: Runtime, key: str) -> None:
    try:
        await runtime.storage.opened(key)
    except FileDestroyed:
        return
    raise StillReadable(key)


@sweep("market.destructions.clocks", every=timedelta(minutes=10))
async def clocks(runtime: Runtime) -> None:
    """Let requests lapse that nobody approved, and destructions become final that no copy of a key can undo."""
    now = runtime.clock.now()
    waiting = select(Destruction.id).where(Destruction.status == DestructionState.REQUESTED, Destruction.due_at <= now)
    await each(runtime, waiting.order_by(Destruction.due_at), commands.lapse)
    dead = frozenset(await in_thread(runtime.storage.keys.keks.dead))
    done = select(Destruction.id).where(Destruction.status == DestructionState.DESTROYED)
    await each(
        runtime,
        done.order_by(Destruction.due_at),
        lambda act, destruction_id: commands.finalise(act, destruction_id, dead),
    )


async def replay(runtime: Runtime) -> int:
    """Destroy again what the database says was destroyed, before anything is served; returns how many objects."""
    async with unit(runtime.sessions) as session:
        done = Destruction.status.in_((DestructionState.DESTROYED, DestructionState.FINAL))
        rows = (await session.scalars(select(Destruction).where(done))).all()
    again = 0
    for row in rows:
        for stored in row.objects:
            key = stored["storage_key"]
            if not await in_thread(tombstones.is_buried, runtime.storage, key):
                await tombstones.bury(runtime.storage, key, row.id, row.approved_at or row.created_at)
                again += 1
    return again
