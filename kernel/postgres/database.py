"""The database that a process works on: the one that is set, or the embedded one, migrated and ready."""

import asyncio
import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import IO, Final

import asyncpg

from kernel import db
from kernel.postgres import server as postgres
from kernel.settings import Secret, Settings, SettingsInvalid

NAME: Final = "liutong"


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[Settings]:
    """Give settings with a database URL that works; the embedded server stops with its last user.

    Its users hold a shared lock on a file: a killed process lets go of it by dying, so nobody is counted wrongly.
    Raises SettingsInvalid or postgres.PostgresUnavailable with cause and cure.
    """
    if settings.database_url:
        yield replace(settings, database_url=Secret(db.url_of(str(settings.database_url))))
        return
    folder = settings.data_dir.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise SettingsInvalid(f"LIUTONG_DATA_DIR: {folder} cannot be made a folder: {problem.strerror}") from problem
    with (folder / "pg.users").open("w") as users:
        await asyncio.to_thread(fcntl.flock, users, fcntl.LOCK_SH)
        server = await asyncio.to_thread(postgres.start, folder / "pg")
        try:
            await _create(server)
            yield replace(settings, database_url=Secret(server.url(NAME)))
        finally:
            if _last(users):
                await asyncio.to_thread(server.stop)


def _last(users: IO[str]) -> bool:
    """Whether nobody else uses the server: only then can the shared lock become an exclusive one."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _create(server: postgres.Server) -> None:
    connection = await asyncpg.connect(server.dsn("postgres"))
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", NAME):
            await connection.execute(f"CREATE DATABASE {NAME}")
    except asyncpg.DuplicateDatabaseError:
        pass  # Another process has made it in this moment.
    finally:
        await connection.close()
