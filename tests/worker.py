"""The worker without its loop: tests decide when background work happens."""

import msgspec

from kernel.jobs.queue import HANDLERS
from kernel.jobs.sweeps import sequence
from kernel.runtime import Runtime


async def drain_once(runtime: Runtime, rounds: int = 20) -> None:
    """Run every queued job through its handler, in order, until none is left; then sequence the log."""
    for _ in range(rounds):
        rows = await runtime.pool.fetch(
            "DELETE FROM pgqueuer WHERE id IN (SELECT id FROM pgqueuer WHERE status = 'queued' ORDER BY id LIMIT 50)"
            " RETURNING id, entrypoint, payload"
        )
        if not rows:
            break
        for row in sorted(rows, key=lambda found: found["id"]):
            await HANDLERS[row["entrypoint"]](runtime, msgspec.json.decode(row["payload"]))
    await sequence(runtime)
