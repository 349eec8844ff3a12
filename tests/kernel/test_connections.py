"""A pooled connection that died while nobody used it is replaced before a unit of work begins."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import InvalidRequestError

from kernel import db
from kernel.identity.models import Party
from kernel.runtime import Runtime


@pytest.fixture
async def sessions(runtime: Runtime) -> AsyncIterator[db.Sessions]:
    """Sessions over a single connection."""
    engine = db.make_engine(runtime.engine.url.render_as_string(hide_password=False), pool_size=1)
    yield db.make_sessions(engine)
    await engine.dispose()


async def backend(sessions: db.Sessions) -> int:
    """The server process that serves a unit of work."""
    async with db.unit(sessions) as session:
        return int(await session.scalar(text("SELECT pg_backend_pid()")) or 0)


async def ended(runtime: Runtime, pid: int) -> None:
    """The server has ended one of its processes, and its end has reached us."""
    await runtime.pool.execute("SELECT pg_terminate_backend($1, 10000)", pid)
    await asyncio.sleep(0.05)


async def test_a_connection_used_a_moment_ago_is_used_again(sessions: db.Sessions) -> None:
    assert await backend(sessions) == await backend(sessions)


async def test_a_closed_connection_is_replaced(
    runtime: Runtime, sessions: db.Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "IDLE_UNCHECKED_SECONDS", 3600.0)
    before = await backend(sessions)
    await ended(runtime, before)
    assert await backend(sessions) != before


async def test_after_a_rest_a_connection_is_asked(sessions: db.Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other side may have gone without a word: then only the round trip tells."""
    monkeypatch.setattr(db, "IDLE_UNCHECKED_SECONDS", -1.0)
    before = await backend(sessions)
    assert await backend(sessions) == before

    execute = asyncpg.Connection.execute

    async def unanswered(connection: asyncpg.Connection, query: str, **options: object) -> str:
        if query == "SELECT 1" and connection.get_server_pid() == before:
            raise TimeoutError
        return str(await execute(connection, query, **options))

    monkeypatch.setattr(asyncpg.Connection, "execute", unanswered)
    assert await backend(sessions) != before


async def test_a_unit_that_has_only_read_may_end_before_its_block(runtime: Runtime) -> None:
    async with db.unit(runtime.sessions) as session:
        assert await session.scalar(text("SELECT 1")) == 1
        await db.end_reading(session)
        assert not session.in_transaction()
        with pytest.raises(InvalidRequestError):
            await session.scalar(text("SELECT 1"))
    async with db.unit(runtime.sessions) as session:
        session.add(Party(id="pty_x"))
        with pytest.raises(RuntimeError, match="ends with its route"):
            await db.end_reading(session)
        session.expunge_all()
