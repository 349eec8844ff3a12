"""A pooled connection that died while nobody used it is replaced before a unit of work begins."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import text

from kernel import db
from kernel.runtime import Runtime


async def backend(sessions: db.Sessions) -> int:
    """The server process that serves a unit of work."""
    async with db.unit(sessions) as session:
        return int(await session.scalar(text("SELECT pg_backend_pid()")) or 0)


async def ended(runtime: Runtime, pid: int) -> None:
    """The server has ended one of its processes, and its end has reached us."""
    await runtime.pool.execute("SELECT pg_terminate_backend($1, 10000)", pid)
    await asyncio.sleep(0.05)


async def test_a_connection_used_a_moment_ago_is_used_again(runtime: Runtime) -> None:
    assert await backend(runtime.sessions) == await backend(runtime.sessions)


async def test_a_closed_connection_is_replaced(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "IDLE_UNCHECKED_SECONDS", 3600.0)
    before = await backend(runtime.sessions)
    await ended(runtime, before)
    assert await backend(runtime.sessions) != before


async def test_after_a_rest_a_connection_is_asked(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other side may have gone without a word: then only the round trip tells."""
    monkeypatch.setattr(db, "IDLE_UNCHECKED_SECONDS", -1.0)
    before = await backend(runtime.sessions)
    assert await backend(runtime.sessions) == before

    execute = asyncpg.Connection.execute

    async def unanswered(connection: asyncpg.Connection, query: str, **options: object) -> str:
        if query == "SELECT 1" and connection.get_server_pid() == before:
            raise TimeoutError
        return str(await execute(connection, query, **options))

    monkeypatch.setattr(asyncpg.Connection, "execute", unanswered)
    assert await backend(runtime.sessions) != before
