"""Hot questions that arrive together are asked together: one statement and one commit for all that wait.

A lone question is asked at once. While statements are under way, those that arrive meanwhile gather and go with the
next, so that a burst costs few round trips and few commits (decision 0005).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.db import driver
from kernel.runtime import Runtime

IN_FLIGHT_MAX: Final = 2
BATCH_MAX: Final = 64

Arguments = tuple[Any, ...]
Waiting = tuple[Arguments, "asyncio.Future[asyncpg.Record | None]"]


_WITHOUT_RIGHTS: Final = """
    SELECT CASE
        WHEN seller.status <> 'admitted' THEN 'suspended'
        WHEN asset.party_id <> l.provider THEN 'passed'
        WHEN basis.id IS NULL THEN 'unregistered'
        WHEN EXISTS (
            SELECT FROM certificate AS newer WHERE newer.asset_id = l.asset_id AND newer.party_id = l.provider
             AND newer.status = 'in_force' AND newer.valid_from <= $2 AND newer.valid_until >= $2
        ) THEN 'replaced'
        WHEN basis.status IN ('cancelled', 'revoked') THEN 'ended'
        ELSE 'expired'
    END
    FROM listing l
    JOIN party seller ON seller.id = l.provider
    JOIN asset ON asset.id = l.asset_id
    LEFT JOIN certificate basis ON basis.id = l.certificate_id
    WHERE l.id = $1
"""
"""What the statement that places orders sees at once and does not tell apart: asked after a refusal only."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement in two forms: `one` gives one row or none; `many` takes a list for each argument.

    Each row of `many` says in `place`, from 0, whose it is.
    """

    one: str
    many: str


class Alone:
    """Asks a statement by itself: of a pool, or on the connection of a unit whose changes its own are to join."""

    def __init__(self, pool: Any, statement: Statement) -> None:
        self._pool = pool
        self._statement = statement

    async def ask(self, *arguments: Any) -> asyncpg.Record | None:
        """Give the row of one question."""
        row: asyncpg.Record | None = await self._pool.fetchrow(self._statement.one, *arguments)
        return row

    async def was_listed(self, listing_id: str) -> bool:
        """Whether a listing was ever on the shelf, so that everybody knows of it."""
        return bool(await self._pool.fetchval("SELECT listed_at IS NOT NULL FROM listing WHERE id = $1", listing_id))

    async def without_rights(self, listing_id: str, day: date) -> str:
        """Why a listing cannot be sold on a day, as a code of market.orders.errors.WITHOUT_RIGHTS."""
        return str(await self._pool.fetchval(_WITHOUT_RIGHTS, listing_id, day))

    async def purposes(self, listing_id: str) -> list[str]:
        """The purposes that a listing's licence offers."""
        query = "SELECT jsonb_array_elements_text(licence::jsonb -> 'purposes') FROM listing WHERE id = $1"
        return [row[0] for row in await self._pool.fetch(query, listing_id)]


class Together(Alone):
    """Gathers what one process asks of one pool by one statement."""

    def __init__(self, pool: asyncpg.Pool, statement: Statement) -> None:
        super().__init__(pool, statement)
        self._waiting: list[Waiting] = []
        self._flying: set[asyncio.Task[None]] = set()

    async def ask(self, *arguments: Any) -> asyncpg.Record | None:
        """Give the row of one question, or raise what its own statement would have raised."""
        future: asyncio.Future[asyncpg.Record | None] = asyncio.get_running_loop().create_future()
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
                rows = await self._pool.fetch(self._statement.many, *_columns([arguments for arguments, _ in batch]))
            except Exception:  # noqa: S110 - each is asked alone below; what a lost connection had stored, its key finds
                pass
            else:
                given = {row["place"]: row for row in rows}
                for place, (_, future) in enumerate(batch):
                    _settle(future, given.get(place))
                return
        for arguments, future in batch:
            await self._alone(arguments, future)

    async def _alone(self, arguments: Arguments, future: "asyncio.Future[asyncpg.Record | None]") -> None:
        try:
            _settle(future, await super().ask(*arguments))
        except Exception as problem:  # Whatever it is, it belongs to the one who waits.
            if not future.done():
                future.set_exception(problem)


def _columns(rows: Sequence[Arguments]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _settle(future: "asyncio.Future[asyncpg.Record | None]", row: asyncpg.Record | None) -> None:
    """Answer whoever still waits; one who has gone away leaves an order that its key finds again."""
    if not future.done():
        future.set_result(row)


async def inside(session: AsyncSession, statement: Statement) -> Alone:
    """Asks on a unit's own connection: what the statement writes is stored with the unit, or not at all."""
    await session.flush()
    return Alone(await driver(session), statement)


def together(runtime: Runtime, statement: Statement) -> Together:
    """The gatherer of a process for a statement."""
    gatherers: dict[Statement, Together] = runtime.extras.setdefault("market.orders.placing.together", {})
    if statement not in gatherers:
        gatherers[statement] = Together(runtime.pool, statement)
    return gatherers[statement]
