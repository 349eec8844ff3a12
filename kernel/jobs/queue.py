"""Background work on pgqueuer: enqueued inside the business transaction, done at least once, dead jobs kept.

A handler must be idempotent: after a crash its job runs again.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

import msgspec
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.domain.models import Job
from pgqueuer.domain.types import JobId
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.db import driver
from kernel.runtime import Runtime

DIARY_DAYS: Final = 30

Handler = Callable[[Runtime, dict[str, Any]], Awaitable[None]]
Sweep = Callable[[Runtime], Awaitable[None]]

HANDLERS: Final[dict[str, Handler]] = {}
"""Every job by its name `slice.verb`; filled by the @job decorator when the packages are imported."""

SWEEPS: Final[dict[str, tuple[timedelta, Sweep]]] = {}
"""What runs again and again: expiries, clocks, clean-ups."""


def job(name: str) -> Callable[[Handler], Handler]:
    """Register a handler; raises ValueError when the name is taken."""

    def register(handler: Handler) -> Handler:
        if HANDLERS.get(name, handler) is not handler:
            raise ValueError(f"two jobs are named {name}")
        HANDLERS[name] = handler
        return handler

    return register


def sweep(name: str, every: timedelta) -> Callable[[Sweep], Sweep]:
    """Register something that runs at an interval, in one worker at a time."""

    def register(work: Sweep) -> Sweep:
        if name in SWEEPS:
            raise ValueError(f"two sweeps are named {name}")
        SWEEPS[name] = (every, work)
        return work

    return register


async def enqueue(
    session: AsyncSession,
    name: str,
    payload: dict[str, Any],
    *,
    delay: timedelta | None = None,
    dedupe: str | None = None,
) -> None:
    """Put a job on the queue as part of this unit of work: no commit, no job.

    `dedupe` names work that need not be queued twice: a second request joins the job that waits, which then does not
    start before this unit has ended. A job that has started already is not joined, since it may have read too early.
    """
    queries = Queries(AsyncpgDriver(await driver(session)))
    body = msgspec.json.encode(payload)
    if dedupe is None:
        await queries.enqueue(name, body, execute_after=delay)
        return
    # Taking the waiting row for update, not skipping it, is what makes the worker pass it by until this unit ends.
    await queries.enqueue(
        name, body, execute_after=delay, dedupe_key=dedupe, headers=_JOINABLE, on_conflict="update_priority"
    )


_JOINABLE: Final = {"joinable": "1"}


async def begin_running(runtime: Runtime, job: Job) -> None:
    """Take the name off a job that starts, so that later requests are queued anew; waits for a unit that joined it."""
    if job.headers and "joinable" in job.headers:
        await runtime.pool.execute("UPDATE pgqueuer SET dedupe_key = NULL WHERE id = $1", int(job.id))


async def release(session: AsyncSession, job_id: int) -> bool:
    """Queue a held job again from its first attempt, as part of this unit of work; False when it is not held."""
    query = text("SELECT id FROM pgqueuer WHERE id = :id AND status = 'failed' FOR UPDATE")
    if await session.scalar(query, {"id": job_id}) is None:
        return False
    await Queries(AsyncpgDriver(await driver(session))).requeue_jobs([JobId(job_id)])
    return True


async def discard(session: AsyncSession, job_id: int) -> bool:
    """Take a job off the queue that has failed at least once and does not run; False for any other."""
    query = text(
        "DELETE FROM pgqueuer WHERE id = :id AND (status = 'failed' OR (status = 'queued' AND attempts > 0))"
        " RETURNING id"
    )
    return await session.scalar(query, {"id": job_id}) is not None


@sweep("kernel.jobs.forget", timedelta(hours=1))
async def _forget(runtime: Runtime) -> None:
    """Drop the queue's diary of jobs that are long over; what is still queued or held keeps its own."""
    await runtime.pool.execute(
        "DELETE FROM pgqueuer_log AS diary WHERE created < now() - make_interval(days => $1) AND aggregated"
        " AND NOT EXISTS (SELECT FROM pgqueuer WHERE id = diary.job_id)",
        DIARY_DAYS,
    )
