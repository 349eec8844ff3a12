"""A database whose transactions really commit, and a folder for the static copy: the log is about what survives."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel import db
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.crypto.signing import Ed25519Signer
from kernel.log import sequencer
from kernel.log.record import record
from kernel.postgres import server as postgres
from kernel.settings import Settings
from kernel.storage.store import Storage
from kernel.time.clock import FixedClock
from kernel.tlog import verify
from kernel.tlog.keys import LogKeys
from tests.conftest import ISSUER
from tests.database import fresh_database

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ORIGIN = "centre.example.cn/log"
SIGNER = Ed25519Signer(bytes(range(32)))
UNGUARDED = "SET LOCAL session_replication_role = replica"
"""Lets a superuser do what the append-only triggers refuse, as somebody with the database in hand could."""


@dataclass
class Log:
    """A log with everything it needs; tests swap single parts to make them fail."""

    engine: AsyncEngine
    sessions: db.Sessions
    storage: Any
    folder: Path
    signer: Any = SIGNER
    origin: str = ORIGIN

    @property
    def key(self) -> Any:
        return LogKeys(ORIGIN, (SIGNER,)).trusted[0]

    @property
    def keys(self) -> LogKeys:
        return LogKeys(self.origin, (self.signer,))

    async def add(self, count: int, party: str = "pty_a") -> list[str]:
        async with db.unit(self.sessions) as session:
            rows = [
                record(
                    Act(session, SYSTEM, AT, ISSUER),
                    "rights.asset.registered",
                    f"ast_{i}",
                    parties=[party],
                    facts={"n": i},
                )
                for i in range(count)
            ]
        return [row.id for row in rows]

    async def sequence(self, batch: int = sequencer.BATCH) -> int:
        return await sequencer.sequence(self.sessions, self.storage, self.keys, clock=FixedClock(AT), batch=batch)

    def report(self) -> verify.LogReport:
        return verify.verify_log(self.folder / "log", [self.key])

    async def scalars(self, statement: Any) -> list[Any]:
        async with self.sessions() as session:
            return list((await session.scalars(statement)).all())


@pytest.fixture(scope="session")
async def log_database(cluster: postgres.Server) -> AsyncIterator[str]:
    async with fresh_database(cluster) as url:
        yield url


@pytest.fixture(scope="session")
async def log_engine(log_database: str) -> AsyncIterator[AsyncEngine]:
    engine = db.make_engine(log_database)
    yield engine
    await engine.dispose()


@pytest.fixture
async def log(log_engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Log]:
    """An empty log."""
    yield Log(log_engine, db.make_sessions(log_engine), Storage.open(Settings(data_dir=tmp_path)), tmp_path / "storage")
    async with log_engine.begin() as connection:
        await connection.execute(text(UNGUARDED))
        for table in (
            "log_entry",
            "log_tile",
            "log_checkpoint",
        ):  # Truncating makes the files of all that refers to them anew.
            await connection.execute(text(f"DELETE FROM {table}"))
