"""Background work on pgqueuer: enqueued inside the business transaction, done at least once, dead jobs kept.

A handler must be idempotent: after a crash its job runs again.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

import msgspec
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.runtime import Runtime

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

    `dedupe` names work that need not be queued twice; the second is dropped while the first waits.
    """
    # SQLAlchemy sends BEGIN with its first statement; without this one the job would be stored outside the unit.
    await session.execute(text("SELECT 1"))
    raw = await (await session.connection()).get_raw_connection()
    driver: Any = raw.driver_connection
    queries = Queries(AsyncpgDriver(driver))
    body = msgspec.json.encode(payload)
    await queries.enqueue(name, body, execute_after=delay, dedupe_key=dedupe, on_conflict="skip")
