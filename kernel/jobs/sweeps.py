"""What the kernel does again and again: give log entries their places, and forget old idempotent answers."""

from datetime import timedelta

from kernel.db import unit
from kernel.http import idempotency
from kernel.jobs.queue import sweep
from kernel.log import sequencer
from kernel.log.witnesses import submission
from kernel.runtime import Runtime


async def sequence(runtime: Runtime) -> int:
    """Sequence everything that waits; gives how many entries."""
    total = 0
    while True:
        taken = await sequencer.sequence(
            runtime.sessions,
            runtime.storage,
            runtime.log_keys,
            clock=runtime.clock,
        )
        total += taken
        if taken < sequencer.BATCH:
            return total


@sweep("kernel.log.sequence", timedelta(milliseconds=150))
async def _sequence(runtime: Runtime) -> None:
    await sequence(runtime)


@sweep("kernel.log.witness", timedelta(seconds=2))
async def _witness(runtime: Runtime) -> None:
    """Tell the witnesses that have an address of the latest head; one that failed is left alone for a while."""
    await submission.tell_all(runtime.sessions, runtime.storage, runtime.log_keys, clock=runtime.clock)


@sweep("kernel.idempotency.forget", timedelta(hours=1))
async def _forget(runtime: Runtime) -> None:
    async with unit(runtime.sessions) as session:
        await idempotency.forget(session, runtime.clock.now() - timedelta(days=7))
