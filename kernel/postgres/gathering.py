"""Hot questions that arrive together are asked together: one statement and one commit for all that wait.

A lone question is asked at once, with whatever else is asked in the same turn of the loop. While statements are under
way, those that arrive meanwhile gather and go with the next, so that a burst costs few round trips and few commits
(decision 0005).
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.db import driver
from kernel.runtime import Runtime

IN_FLIGHT_MAX: Final = 2
BATCH_MAX: Final = 64

BUSY: Final = (asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError, TimeoutError)
"""A statement took as long as one may: what it waited for is still held, or the database has too much to do."""

Arguments = tuple[Any, ...]
Waiting = tuple[Arguments, "asyncio.Future[asyncpg.Record | None]"]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement in two forms: `one` gives one row or none; `many` takes a list for each argument.

    Each row of `many` says in `place`, from 0, whose it is. Statements that lock the same rows share a `lane`, in which
    one is under way at a time: two would wait for each other in the database, and each with less gathered.
    """

    one: str
    many: str
    lane: str | None = None


class Asker:
    """Asks a statement by itself: of a pool, or on the connection of a unit whose changes its own are to join."""

    def __init__(self, pool: Any, statement: Statement) -> None:
        self.pool = pool
        self._statement = statement

    async def ask(self, *arguments: Any) -> asyncpg.Record | None:
        """Give the row of one question."""
        row: asyncpg.Record | None = await self.pool.fetchrow(self._statement.one, *arguments)
        return row


class Lane:
    """How many statements may be under way at once; whoever waits longest is next."""

    def __init__(self, flights_max: int) -> None:
        self._flights_max = flights_max
        self._flying: set[asyncio.Task[None]] = set()
        self._waiting: deque[Gatherer] = deque()
        self._is_starting = False

    def enter(self, gatherer: "Gatherer") -> None:
        """Have what waits at a gatherer asked as soon as there is room."""
        if gatherer not in self._waiting:
            self._waiting.append(gatherer)
        if not self._is_starting and len(self._flying) < self._flights_max:
            self._is_starting = True
            asyncio.get_running_loop().call_soon(self._start)

    def _start(self) -> None:
        self._is_starting = False
        while self._waiting and len(self._flying) < self._flights_max:
            gatherer = self._waiting.popleft()
            task = asyncio.get_running_loop().create_task(gatherer.fly(gatherer.taken()))
            self._flying.add(task)
            task.add_done_callback(self._landed)
            if gatherer.waits:
                self._waiting.append(gatherer)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        self._start()


class Gatherer(Asker):
    """Gathers what one process asks of one pool by one statement."""

    def __init__(self, pool: asyncpg.Pool, statement: Statement, lane: Lane | None = None) -> None:
        super().__init__(pool, statement)
        self._waiting: list[Waiting] = []
        self._lane = lane or Lane(IN_FLIGHT_MAX)

    @property
    def waits(self) -> bool:
        """Whether there is a question that is not under way."""
        return bool(self._waiting)

    async def ask(self, *arguments: Any) -> asyncpg.Record | None:
        """Give the row of one question, or raise what its own statement would have raised."""
        future: asyncio.Future[asyncpg.Record | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((arguments, future))
        self._lane.enter(self)
        return await future

    def taken(self) -> list[Waiting]:
        """What goes with the next statement; it waits no more."""
        batch, self._waiting = self._waiting[:BATCH_MAX], self._waiting[BATCH_MAX:]
        return batch

    async def fly(self, batch: list[Waiting]) -> None:
        """Ask what was taken, and answer each that waits."""
        if len(batch) > 1:
            # Two batches that share keys take them in one order, so that neither waits for the other in a circle.
            batch.sort(key=lambda waiting: waiting[0][:3])
            try:
                rows = await self.pool.fetch(self._statement.many, *_columns([arguments for arguments, _ in batch]))
            except BUSY as problem:
                # Each alone would wait as long for the same lock, one after the other, and whoever comes after them.
                for _, future in batch:
                    _fail(future, problem)
                return
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
            _fail(future, problem)


def _columns(rows: Sequence[Arguments]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _settle(future: "asyncio.Future[asyncpg.Record | None]", row: asyncpg.Record | None) -> None:
    """Answer whoever still waits; one who has gone away leaves an order that its key finds again."""
    if not future.done():
        future.set_result(row)


def _fail(future: "asyncio.Future[asyncpg.Record | None]", problem: Exception) -> None:
    """Tell whoever still waits why there is no answer."""
    if not future.done():
        future.set_exception(problem)


async def in_unit(session: AsyncSession, statement: Statement) -> Asker:
    """Asks on a unit's own connection: what the statement writes is stored with the unit, or not at all."""
    await session.flush()
    return Asker(await driver(session), statement)


def gatherer(runtime: Runtime, statement: Statement) -> Gatherer:
    """The gatherer of a process for a statement."""
    gatherers: dict[Statement, Gatherer] = runtime.extras.setdefault("kernel.postgres.gathering", {})
    if statement not in gatherers:
        lanes: dict[str, Lane] = runtime.extras.setdefault("kernel.postgres.gathering.lanes", {})
        lane = lanes.setdefault(statement.lane, Lane(1)) if statement.lane is not None else None
        gatherers[statement] = Gatherer(runtime.pool, statement, lane)
    return gatherers[statement]
