"""The worker: takes jobs from the queue, runs sweeps, and stops gracefully.

It runs inside `liutong serve` by default and as processes of its own with `liutong worker`. A lost database
connection is opened again; a job that was under way when its worker died is taken by another after a few seconds.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
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
from kernel.jobs.queue import HANDLERS, SWEEPS, Handler, Sweep, begin_running
from kernel.runtime import Runtime

log: Final = structlog.get_logger("liutong.worker")

HEARTBEAT_SECONDS: Final = 6
STOP_SECONDS: Final = 25.0
"""How long a stop waits for what is under way; what is not done then is done again by another worker."""

PAUSE_SECONDS_MAX: Final = 30.0


@dataclass(frozen=True, slots=True)
class Retries:
    """How a failing job is tried again: the pause doubles, and after the last attempt the job is held for people."""

    attempts: int = 12
    first: timedelta = timedelta(milliseconds=200)
    longest: timedelta = timedelta(minutes=5)


class _Stopped(Exception):
    """The handler was cancelled from inside, which is a failure and never a reason to drop its job."""


def _entry(runtime: Runtime, name: str, handler: Handler) -> Any:
    async def run(job: Job) -> None:
        try:
            await runtime.tick()
            await begin_running(runtime, job)
            await handler(runtime, msgspec.json.decode(job.payload or b"{}"))
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            # pgqueuer drops a cancelled job; a cancelled future inside a handler must not look like that.
            log.exception("job failed", job=name, id=int(job.id), attempt=job.attempts + 1)
            raise _Stopped("the handler was cancelled from inside") from None
        except Exception:
            log.exception("job failed", job=name, id=int(job.id), attempt=job.attempts + 1)
            raise

    return run


def _manager(runtime: Runtime, connection: asyncpg.Connection, retries: Retries) -> QueueManager:
    def executor(parameters: EntrypointExecutorParameters) -> DatabaseRetryEntrypointExecutor:
        return DatabaseRetryEntrypointExecutor(
            parameters=parameters,
            # pgqueuer counts retries, not attempts.
            max_attempts=retries.attempts - 1,
            initial_delay=retries.first,
            max_delay=retries.longest,
        )

    manager = QueueManager(Queries(AsyncpgDriver(connection)))
    for name, handler in HANDLERS.items():
        register = manager.entrypoint(name, accepts_context=False, on_failure="hold", executor_factory=executor)
        register(_entry(runtime, name, handler))
    return manager


async def _connect(runtime: Runtime) -> asyncpg.Connection:
    dsn = db.dsn_of(str(runtime.settings.database_url))
    opened: asyncpg.Connection = await asyncpg.connect(dsn, server_settings={"application_name": "liutong-worker"})
    return opened


async def _taking(runtime: Runtime, retries: Retries, stop: asyncio.Event) -> None:
    """Take jobs on one connection until told to stop; raises when the connection fails."""
    connection = await _connect(runtime)
    manager = _manager(runtime, connection, retries)
    running = asyncio.create_task(
        manager.run(
            dequeue_timeout=timedelta(seconds=1),
            batch_size=10,
            shutdown_on_listener_failure=True,
            heartbeat_timeout=timedelta(seconds=HEARTBEAT_SECONDS),
        ),
        name="jobs",
    )
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
        manager.shutdown.set()
        await asyncio.wait({running}, timeout=STOP_SECONDS)
        if running.done():
            running.result()
        else:
            log.warning("jobs left to another worker", jobs=[int(job) for job in manager.job_context])
    finally:
        stopped.cancel()
        if not running.done():
            # A cancelled job would be recorded as done with; without a connection it stays and is taken again.
            connection.terminate()
            running.cancel()
            await asyncio.wait({running}, timeout=5)
        await connection.close()


async def _queueing(runtime: Runtime, retries: Retries, stop: asyncio.Event) -> None:
    """Take jobs until told to stop, opening the connection again when it is lost."""
    failures = 0
    while not stop.is_set():
        began = asyncio.get_running_loop().time()
        try:
            await _taking(runtime, retries, stop)
        except Exception:
            # Whatever ended it, a process whose queue stands still would look healthy and do nothing.
            log.exception("queue interrupted")
        failures = failures + 1 if asyncio.get_running_loop().time() - began < 60 else 1
        await _pause(stop, min(PAUSE_SECONDS_MAX, 0.25 * 2**failures))


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


class _Locks:
    """Session locks on a connection of their own: they end with it, so a killed worker never keeps one."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._connection: asyncpg.Connection | None = None
        self._one_at_a_time = asyncio.Lock()

    @asynccontextmanager
    async def held(self, name: str) -> AsyncIterator[bool]:
        """Say whether the lock was free; it is held inside the block when it was."""
        got = await self._ask("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", name)
        try:
            yield got
        finally:
            if got:
                await self._ask("SELECT pg_advisory_unlock(hashtextextended($1, 0))", name)

    async def _ask(self, query: str, name: str) -> bool:
        async with self._one_at_a_time:
            if self._connection is None or self._connection.is_closed():
                self._connection = await _connect(self._runtime)
            return bool(await self._connection.fetchval(query, f"sweep/{name}"))

    async def close(self) -> None:
        """Let go of everything."""
        if self._connection is not None:
            await self._connection.close()


async def _sweeping(
    runtime: Runtime, locks: _Locks, stop: asyncio.Event, name: str, every: timedelta, work: Sweep
) -> None:
    """Run a sweep at its interval, in one worker at a time; failures make the pauses longer."""
    failures = 0
    while not stop.is_set():
        try:
            await runtime.tick()
            async with locks.held(name) as free:
                if free:
                    await work(runtime)
            failures = 0
        except Exception:
            log.exception("sweep failed", sweep=name)
            failures += 1
        seconds = every.total_seconds()
        await _pause(stop, max(seconds, min(PAUSE_SECONDS_MAX, seconds * 2**failures)))


@asynccontextmanager
async def working(runtime: Runtime, *, retries: Retries | None = None) -> AsyncIterator[None]:
    """Run the worker beside whatever happens inside the block; at its end finish what is under way and stop."""
    # Each failure is logged here once, with the job's name and without its payload.
    logging.getLogger("pgqueuer").setLevel(logging.CRITICAL)
    stop, locks = asyncio.Event(), _Locks(runtime)
    tasks = [asyncio.create_task(_queueing(runtime, retries or Retries(), stop), name="queue")]
    tasks += [
        asyncio.create_task(_sweeping(runtime, locks, stop, name, every, work), name=f"sweep-{name}")
        for name, (every, work) in SWEEPS.items()
    ]
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait(tasks, timeout=STOP_SECONDS + 10)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await locks.close()
