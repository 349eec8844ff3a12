"""Databases for tests: one of its own for each worker, emptied after each test; copies for tests that need their own.

Emptying takes a few milliseconds where copying takes fifty. A database that is not as it was (its schema differs, or
it cannot be emptied) is dropped, and the next test gets a new one.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel import db
from kernel.postgres import server as postgres

TEMPLATE = "template_liutong"
USES_MAX = 60
"""After so many tests what was deleted is swept: every scan still has to skip it. A database that is made anew would
be read, and every statement on it planned, once more by each of its connections."""

_STAYS = ("alembic_version", "sandbox_clock")
_SHAPE = (
    "SELECT "
    + ", ".join(
        f"(SELECT count(*) FROM {kind}), (SELECT max(oid) FROM {kind})"
        for kind in ("pg_class", "pg_proc", "pg_trigger", "pg_constraint")
    )
    + ", (SELECT count(*) FROM pg_trigger WHERE tgenabled <> 'O')"  # Whoever silences one has told no other test.
)
# Who is idle holds nothing and may be the next test's; whoever works on, or listens, is of a test that has ended.
_STRAGGLERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND (state <> 'idle' OR application_name <> 'liutong')"
)
_number = iter(range(1_000_000))


@dataclass
class Shared:
    """A worker's database, how it looked when it was new, a connection that asks it and one that changes it.

    What changes it is a replica's connection, on which no trigger speaks; to become one makes a connection forget every
    plan, and to plan a look at all tables takes ten times as long as the look.
    """

    name: str
    connection: asyncpg.Connection
    replica: asyncpg.Connection
    shape: asyncpg.Record
    tables: list[str]
    restarts: list[str]
    uses: int = 0
    deleted_from: set[str] = field(default_factory=set)
    connections: "Connections | None" = None


@dataclass
class Connections:
    """Engine and pool on a worker's database: what they have compiled and prepared serves the next test too."""

    url: str
    engine: AsyncEngine
    pool: asyncpg.Pool

    @property
    def resting(self) -> bool:
        """Whether every connection was given back."""
        out: int = self.engine.pool.checkedout()  # type: ignore[attr-defined]
        return out == 0 and self.pool.get_idle_size() == self.pool.get_size()

    async def close(self) -> None:
        """Let go of everything."""
        self.pool.terminate()
        await self.engine.dispose()


_shared: list[Shared] = []
_lent: dict[str, Shared] = {}


@asynccontextmanager
async def fresh_database(cluster: postgres.Server) -> AsyncIterator[str]:
    """A migrated database of one's own, by copying the template; gives its SQLAlchemy URL."""
    admin = await asyncpg.connect(cluster.dsn("postgres"))
    try:
        name = await _copy(admin)
        yield cluster.url(name)
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await admin.close()


@asynccontextmanager
async def emptied_database(cluster: postgres.Server) -> AsyncIterator[str]:
    """The worker's database, empty but for what the migrations put there; gives its SQLAlchemy URL."""
    shared = _shared.pop() if _shared else await _new(cluster)
    url = cluster.url(shared.name)
    _lent[url] = shared
    try:
        yield url
    except BaseException:
        await _drop(cluster, shared)
        raise
    finally:
        del _lent[url]
    shared.uses += 1
    if shared.connections is not None and not shared.connections.resting:
        await shared.connections.close()
        shared.connections = None
    if await _emptied(shared):
        _shared.append(shared)
    else:
        await _drop(cluster, shared)


async def connections(url: str, pool_size: int) -> Connections | None:
    """Engine and pool of the worker's database that a test was lent; None for any other database."""
    shared = _lent.get(url)
    if shared is None:
        return None
    if shared.connections is None:
        pool = await db.make_pool(db.dsn_of(url), size=pool_size)
        shared.connections = Connections(url, db.make_engine(url, pool_size=pool_size), pool)
    return shared.connections


@asynccontextmanager
async def as_replica(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A unit on a database in which no trigger speaks: what they would do was done."""
    shared = _lent.get(url)
    connection = shared.replica if shared else await asyncpg.connect(db.dsn_of(url))
    try:
        async with connection.transaction():
            await connection.execute("SET LOCAL session_replication_role = replica")
            yield connection
    finally:
        if shared is None:
            await connection.close()


async def close_all() -> None:
    """Let go of every database that waits for its next test."""
    while _shared:
        shared = _shared.pop()
        if shared.connections is not None:
            await shared.connections.close()
        await shared.replica.close()
        await shared.connection.close()


async def _copy(admin: asyncpg.Connection) -> str:
    name = f"t{os.getpid()}_{next(_number)}"
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
    return name


async def _new(cluster: postgres.Server) -> Shared:
    admin = await asyncpg.connect(cluster.dsn("postgres"))
    try:
        name = await _copy(admin)
    finally:
        await admin.close()
    # As `_STRAGGLERS` knows them, they are no test's.
    ours = {"lock_timeout": "2s", "application_name": "liutong"}
    connection = await asyncpg.connect(cluster.dsn(name), server_settings=ours)
    replica = await asyncpg.connect(cluster.dsn(name), server_settings=ours)
    tables = await connection.fetch(
        "SELECT quote_ident(relname) AS name FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL($1)",
        list(_STAYS),
    )
    counters = await connection.fetch("SELECT quote_ident(sequencename) AS name, start_value FROM pg_sequences")
    names = [row["name"] for row in tables]
    return Shared(
        name,
        connection,
        replica,
        await connection.fetchrow(_SHAPE),
        names,
        [f"setval('{row['name']}', {row['start_value']}, false)" for row in counters],
    )


async def _emptied(shared: Shared) -> bool:
    try:
        if await shared.connection.fetch(_STRAGGLERS) and shared.connections is not None:
            await shared.connections.close()  # One of them may be the engine's, which trusts what rested a moment.
            shared.connections = None
        await shared.replica.execute(await _emptying(shared))
        if shared.deleted_from and shared.uses % USES_MAX == 0:
            await shared.connection.execute(f"VACUUM {', '.join(sorted(shared.deleted_from))}")
            shared.deleted_from.clear()
        return bool(await shared.connection.fetchrow(_SHAPE) == shared.shape)
    except asyncpg.PostgresError:
        return False


async def _emptying(shared: Shared) -> str:
    """Statements for what holds anything: asking every table takes a tenth of deleting from every one."""
    holds = ", ".join(f"EXISTS (SELECT FROM {table})" for table in shared.tables)
    holding = zip(shared.tables, await shared.connection.fetchval(f"SELECT ARRAY[{holds}]"), strict=True)
    full = [table for table, rows in holding if rows]
    shared.deleted_from.update(full)
    # As a replica no trigger speaks: what is append-only to everybody else is emptied here.
    return ";".join(
        [
            "BEGIN",
            "SET LOCAL session_replication_role = replica",
            *(f"DELETE FROM {table}" for table in full),
            f"SELECT {', '.join(shared.restarts)}",
            "UPDATE sandbox_clock SET offset_seconds = 0 WHERE offset_seconds <> 0",
            "COMMIT",
        ]
    )


async def _drop(cluster: postgres.Server, shared: Shared) -> None:
    if shared.connections is not None:
        await shared.connections.close()
    await shared.replica.close()
    await shared.connection.close()
    admin = await asyncpg.connect(cluster.dsn("postgres"))
    try:
        await admin.execute(f"DROP DATABASE {shared.name} WITH (FORCE)")
    finally:
        await admin.close()
