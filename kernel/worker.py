"""The worker: takes jobs from the queue, runs sweeps, and stops gracefully.

It runs inside `liutong serve` by default and as processes of its own with `liutong worker`.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final

import asyncpg
import msgspec
import structlog
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.models import Job

from kernel import db
from kernel.jobs import HANDLERS, SWEEPS, Handler, Sweep
from kernel.runtime import Runtime

log: Final = structlog.get_logger("liutong.worker")

ATTEMPTS_MAX: Final = 8
HEARTBEAT_SECONDS: Final = 6


def _executor(parameters: EntrypointExecutorParameters) -> DatabaseRetryEntrypointExecutor:
    return DatabaseRetryEntrypointExecutor(
        parameters=parameters,
        max_attempts=ATTEMPTS_MAX,
        initial_delay=timedelta(milliseconds=200),
        max_delay=timedelta(minutes=5),
    )


def _entry(runtime: Runtime, name: str, handler: Handler) -> Any:
    async def run(job: Job) -> None:
        await runtime.tick()
        try:
            await handler(runtime, msgspec.json.decode(job.payload or b"{}"))
        except Exception:
            log.exception("job failed", job=name, id=int(job.id), attempt=job.attempts + 1)
            raise

    return run


async def _sweeping(runtime: Runtime, name: str, every: timedelta, work: Sweep) -> None:
    """Run a sweep at its interval; a session lock keeps it to one worker at a time."""
    while True:
        try:
            await runtime.tick()
            async with runtime.pool.acquire() as connection, connection.transaction():
                # A transaction lock ends with its connection, so a killed worker never keeps it.
                if await connection.fetchval(
                    "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))", f"sweep/{name}"
                ):
                    await work(runtime)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("sweep failed", sweep=name)
        await asyncio.sleep(every.total_seconds())


@asynccontextmanager
async def working(runtime: Runtime) -> AsyncIterator[None]:
    """Run the worker beside whatever happens inside the block, and stop it gracefully after."""
    logging.getLogger("pgqueuer").setLevel(logging.WARNING)
    connection = await asyncpg.connect(db.dsn_of(str(runtime.settings.database_url)))
    manager = QueueManager(Queries(AsyncpgDriver(connection)))
    for name, handler in HANDLERS.items():
        manager.entrypoint(name, accepts_context=False, on_failure="hold", executor_factory=_executor)(
            _entry(runtime, name, handler)
        )
    running = asyncio.create_task(
        manager.run(
            dequeue_timeout=timedelta(seconds=1),
            batch_size=10,
            heartbeat_timeout=timedelta(seconds=HEARTBEAT_SECONDS),
        ),
        name="worker",
    )
    sweeps = [
        asyncio.create_task(_sweeping(runtime, name, every, work), name=f"sweep-{name}")
        for name, (every, work) in SWEEPS.items()
    ]
    try:
        yield
    finally:
        for task in sweeps:
            task.cancel()
        await asyncio.gather(*sweeps, return_exceptions=True)
        manager.shutdown.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(running, timeout=30)
        await connection.close()
