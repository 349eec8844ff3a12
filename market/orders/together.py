"""Orders that arrive together are placed together: one statement and one commit for all that wait at the moment.

A lone order is sent at once. While statements are under way, those that arrive meanwhile gather and go with the next,
so that a burst costs few round trips and few commits (decision 0005).
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import asyncpg

from kernel.runtime import Runtime

ONE: Final = "SELECT * FROM place_order($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)"

MANY: Final = """
SELECT given.place - 1 AS place, placed.* FROM unnest(
    $1::text[], $2::text[], $3::text[], $4::bytea[], $5::timestamptz[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::timestamptz[], $11::text[], $12::text[], $13::text[], $14::bytea[], $15::bytea[], $16::bytea[]
) WITH ORDINALITY AS given(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, place),
LATERAL place_order(
    a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11::jsonb, a12, a13::jsonb, a14, a15, a16
) AS placed
"""

IN_FLIGHT_MAX: Final = 2
BATCH_MAX: Final = 64

Arguments = tuple[Any, ...]
Waiting = tuple[Arguments, "asyncio.Future[asyncpg.Record]"]


class Together:
    """Gathers the orders of one process for one pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._waiting: list[Waiting] = []
        self._flying: set[asyncio.Task[None]] = set()

    async def place(self, arguments: Arguments) -> asyncpg.Record:
        """Place one order; gives its row, or raises what its own statement would have raised."""
        future: asyncio.Future[asyncpg.Record] = asyncio.get_running_loop().create_future()
        self._waiting.append((arguments, future))
        if len(self._flying) < IN_FLIGHT_MAX:
            self._start()
        return await future

    def _start(self) -> None:
        batch, self._waiting = self._waiting[:BATCH_MAX], self._waiting[BATCH_MAX:]
        task = asyncio.get_running_loop().create_task(self._fly(batch))
        self._flying.add(task)
        task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        if self._waiting:
            self._start()

    async def _fly(self, batch: list[Waiting]) -> None:
        if len(batch) > 1:
            # Two batches that share keys take them in one order, so that neither waits for the other in a circle.
            batch.sort(key=lambda waiting: waiting[0][:3])
            try:
                rows = await self._pool.fetch(MANY, *_columns([arguments for arguments, _ in batch]))
            except Exception:  # noqa: S110 - each is asked alone below; what a lost connection had stored, its key finds
                pass
            else:
                for row in rows:
                    _settle(batch[row["place"]][1], row)
                return
        for arguments, future in batch:
            await self._alone(arguments, future)

    async def _alone(self, arguments: Arguments, future: "asyncio.Future[asyncpg.Record]") -> None:
        try:
            _settle(future, await self._pool.fetchrow(ONE, *arguments))
        except Exception as problem:  # Whatever it is, it belongs to the one who waits.
            if not future.done():
                future.set_exception(problem)


def _columns(rows: Sequence[Arguments]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _settle(future: "asyncio.Future[asyncpg.Record]", row: asyncpg.Record) -> None:
    """Answer whoever still waits; one who has gone away leaves an order that its key finds again."""
    if not future.done():
        future.set_result(row)


def together(runtime: Runtime) -> Together:
    """The gatherer of a process."""
    found = runtime.extras.get("orders")
    if not isinstance(found, Together):
        found = runtime.extras["orders"] = Together(runtime.pool)
    return found
