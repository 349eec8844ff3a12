"""The database: one declarative base, one unit of work, one way to lock a row."""

import math
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Final, TypeVar

import asyncpg
import msgspec
from asyncpg.exceptions import InterfaceError, PostgresError
from sqlalchemy import MetaData, Select, bindparam, event, inspect, select, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_connection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import BigInteger, DateTime, Enum, LargeBinary, Numeric, Text
from sqlalchemy.util import await_only

from kernel.errors import NotFound

Sessions = async_sessionmaker[AsyncSession]


class Base(DeclarativeBase):
    """All tables; constraint names follow one convention so that errors and migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: Final = {
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
        list[str]: ARRAY(Text),
        bytes: LargeBinary,
        Decimal: Numeric,
        str: Text,
        int: BigInteger,
    }


class Stateful:
    """Columns of a row with a lifecycle; only kernel.lifecycle writes them."""

    status_changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


def status_column(states: type[StrEnum]) -> Any:
    """A status column: text with a CHECK over the machine's states."""
    kind = Enum(
        states,
        native_enum=False,
        create_constraint=True,
        length=40,
        name="status",
        values_callable=lambda members: [str(member) for member in members],
    )
    return mapped_column(kind, index=True)


_SERVER_SETTINGS: Final = {
    "application_name": "liutong",
    "statement_timeout": "15000",
    "lock_timeout": "5000",
    "timezone": "UTC",
}


STATEMENTS_MAX: Final = 4_000
"""Compiled statements that are kept: more than the product has, since compiling one costs as much as asking it."""
IDLE_UNCHECKED_SECONDS: Final = 0.5
"""A connection that rested less is taken as it is; a longer rest is answered for with a round trip."""
PING_SECONDS_MAX: Final = 5.0
COMMAND_SECONDS_MAX: Final = 15.0
"""How long the raw pool waits for the answer to one command."""


def make_engine(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """Open the SQLAlchemy engine on asyncpg."""
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=5,
        pool_use_lifo=True,  # The connection used last is used next, so that few rest long enough to be asked.
        hide_parameters=True,  # Errors are logged, and parameters are what people sent.
        query_cache_size=STATEMENTS_MAX,
        connect_args={"server_settings": _SERVER_SETTINGS},
    )
    event.listen(engine.sync_engine, "checkin", _rests)
    event.listen(engine.sync_engine, "checkout", _lives)
    return engine


def _rests(_: object, record: ConnectionPoolEntry) -> None:
    """Note since when a connection is unused."""
    record.info["resting_since"] = time.monotonic()


def _lives(connection: AsyncAdapt_asyncpg_connection, record: ConnectionPoolEntry, _: object) -> None:
    """Refuse a connection that has died while it was unused; the pool then opens another.

    The driver sees a closed socket by itself. Only after a rest may the other side have gone without a word, and is
    asked: `pool_pre_ping` would cost every unit of work three round trips.
    """
    driver: asyncpg.Connection = connection.driver_connection
    if driver.is_closed():
        raise DisconnectionError("the database has closed the connection")
    if time.monotonic() - record.info.get("resting_since", math.inf) > IDLE_UNCHECKED_SECONDS:
        try:
            await_only(driver.execute("SELECT 1", timeout=PING_SECONDS_MAX))
        except (PostgresError, InterfaceError, OSError) as error:
            raise DisconnectionError("the database does not answer on the connection") from error


def make_sessions(engine: AsyncEngine) -> Sessions:
    """Build sessions that keep loaded rows readable after commit."""
    return async_sessionmaker(engine, expire_on_commit=False)


async def _keep(_: asyncpg.Connection) -> None:
    """Skip the pool's reset round trip: nothing here leaves session state on a pooled connection."""


async def make_pool(dsn: str, *, size: int = 8) -> asyncpg.Pool:
    """Open the raw pool of the hot commands (decision 4 of the design)."""
    pool: asyncpg.Pool = await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        reset=_keep,
        server_settings=_SERVER_SETTINGS,
        command_timeout=COMMAND_SECONDS_MAX,
    )
    return pool


def dsn_of(url: str) -> str:
    """The asyncpg form of a database URL."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


def url_of(dsn: str) -> str:
    """The SQLAlchemy form of a database URL."""
    for scheme in ("postgresql+asyncpg://", "postgresql://", "postgres://"):
        if dsn.startswith(scheme):
            return "postgresql+asyncpg://" + dsn.removeprefix(scheme)
    raise ValueError("the database URL starts with postgresql://")


@asynccontextmanager
async def unit(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    """One unit of work: it commits when the block ends and rolls back when it raises.

    Every constraint speaks at its own statement: there is none that waits for the commit (tests/kernel/test_rows.py).
    """
    async with sessions() as session, session.begin():
        yield session


async def end_reading(session: AsyncSession) -> None:
    """End a unit that has only read, before work that takes long: whoever waits for a process holds no connection.

    Nothing more can be asked of the unit, and it keeps nothing. Raises RuntimeError where something was to be written.
    """
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("a unit that writes ends with its route")
    await session.close()


M = TypeVar("M", bound=Base)


async def locked(session: AsyncSession, model: type[M], row_id: str) -> M:
    """Load a row for change, locked until the unit ends; raises NotFound."""
    row: M | None = await session.scalar(_locking(model), {"row_id": row_id})
    if row is None:
        raise NotFound(kind=model.__tablename__, id=row_id)
    hold(session, row)
    return row


async def find_locked(session: AsyncSession, query: Select[M]) -> M | None:
    """Load the one row of a query for change, locked until the unit ends, if there is one."""
    row = await session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is not None:
        hold(session, row)
    return row


@cache
def _by_key(model: type[Base]) -> Select[Any]:
    """The statement that loads one row; making it anew takes as long as asking it."""
    return select(model).where(model.__mapper__.primary_key[0] == bindparam("row_id"))


@cache
def _locking(model: type[Base]) -> Select[Any]:
    return _by_key(model).with_for_update().execution_options(populate_existing=True)


def hold(session: AsyncSession, row: object) -> None:
    """Remember that this unit holds the row's lock, or has made the row; see `held`."""
    transaction = session.sync_session.get_transaction()
    if session.info.get("transaction") is not transaction:
        session.info.update(transaction=transaction, held=set())
    session.info["held"].add(row)


def held(session: AsyncSession, row: object) -> bool:
    """Whether this unit holds the row's lock, so that nobody can change it before the unit ends."""
    ours = session.info.get("transaction") is session.sync_session.get_transaction()
    return ours and row in session.info["held"]


async def one(session: AsyncSession, model: type[M], row_id: str) -> M:
    """Load a row for reading, unless this unit has it already; raises NotFound."""
    loaded = model.__mapper__.identity_key_from_primary_key((row_id,)) in session.identity_map
    row = await (session.get(model, row_id) if loaded else session.scalar(_by_key(model), {"row_id": row_id}))
    if row is None:
        raise NotFound(kind=model.__tablename__, id=row_id)
    return row


async def several(session: AsyncSession, model: type[M], row_ids: Iterable[str]) -> dict[str, M]:
    """Load rows for reading by their ids, by one statement for those that this unit does not have already.

    They come in the order of the ids; an id that nothing bears is left out. Whoever keeps what it is given spares those
    who ask after it: a unit has a row as long as somebody holds it.
    """
    identity, key = model.__mapper__.identity_key_from_primary_key, model.__mapper__.primary_key[0]
    rows: dict[str, Any] = {row_id: session.identity_map.get(identity((row_id,))) for row_id in row_ids}
    if missing := [row_id for row_id, row in rows.items() if row is None or inspect(row).expired]:
        asked = await session.scalars(select(model).where(key.in_(missing)))
        rows |= {getattr(row, str(key.key)): row for row in asked}
    return {row_id: row for row_id, row in rows.items() if row is not None}


async def lock_name(session: AsyncSession, *parts: str) -> None:
    """Serialise units that touch one named thing, until this one ends (advisory transaction lock)."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": "/".join(parts)})


async def driver(session: AsyncSession) -> Any:
    """The driver's connection inside the session's transaction."""
    # SQLAlchemy sends BEGIN with its first statement; without this one the work would stand outside the unit.
    await session.execute(text("SELECT 1"))
    raw = await (await session.connection()).get_raw_connection()
    return raw.driver_connection


async def copy_in(session: AsyncSession, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert many rows of a table in this unit by COPY, in their order; each has every column that has no default.

    A row costs some microseconds instead of the hundred that an INSERT's parameters take. Raises what the table does.
    """
    if not rows:
        return
    names = list(rows[0])
    documents = {name for name in names if isinstance(model.__table__.c[name].type, JSONB)}
    records = [
        tuple(msgspec.json.encode(row[name]).decode() if name in documents else row[name] for name in names)
        for row in rows
    ]
    raw = await driver(session)
    await raw.copy_records_to_table(model.__tablename__, records=records, columns=names)


def constraint_name(problem: BaseException) -> str | None:
    """The name of the violated constraint, where the driver tells it."""
    cause: BaseException | None = problem
    seen: Sequence[BaseException] = []
    while cause is not None and cause not in seen:
        name = getattr(cause, "constraint_name", None)
        if isinstance(name, str):
            return name
        seen = [*seen, cause]
        cause = getattr(cause, "orig", None) or cause.__cause__
    return None
