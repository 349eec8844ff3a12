"""Everything a running process holds: opened once, handed to routes, jobs and commands, closed in order."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel import db, signing
from kernel.clock import Clock, SandboxClock, SystemClock
from kernel.documents.commands import Issuer
from kernel.settings import Settings
from kernel.storage.store import Storage


@dataclass(slots=True)
class Runtime:
    """One process's settings, connections, clock, keys and workers."""

    settings: Settings
    engine: AsyncEngine
    sessions: db.Sessions
    pool: asyncpg.Pool
    clock: Clock
    issuer: Issuer
    log_signer: signing.Signer
    storage: Storage
    cpu: ProcessPoolExecutor | None = None
    extras: dict[str, Any] = field(default_factory=dict)

    async def tick(self) -> None:
        """Follow the sandbox's shared clock; in production there is nothing to follow."""
        if isinstance(self.clock, SandboxClock):
            async with self.engine.connect() as connection:
                row = await connection.scalar(text("SELECT offset_seconds FROM sandbox_clock"))
            self.clock.offset = timedelta(seconds=int(row or 0))

    def cpu_pool(self) -> ProcessPoolExecutor:
        """The process pool for heavy work, made when first needed; it never runs in the event loop."""
        if self.cpu is None:
            context = multiprocessing.get_context("spawn")
            self.cpu = ProcessPoolExecutor(max_workers=self.settings.cpu_workers, mp_context=context)
        return self.cpu


def keys(settings: Settings) -> tuple[signing.Ed25519Signer, signing.Ed25519Signer]:
    """The issuer's and the log's key; the sandbox makes its own, production must name files that exist."""
    folder = settings.data_dir / "keys"
    if settings.sandbox:
        issuer = settings.issuer_key_file or folder / "issuer.key"
        log = settings.log_key_file or folder / "log.key"
        return signing.load_or_create(issuer), signing.load_or_create(log)
    if settings.issuer_key_file is None or settings.log_key_file is None:
        raise ValueError("production needs LIUTONG_ISSUER_KEY_FILE and LIUTONG_LOG_KEY_FILE; see: liutong doctor")
    return signing.load(settings.issuer_key_file), signing.load(settings.log_key_file)


@asynccontextmanager
async def open_runtime(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[Runtime]:
    """Open a process's runtime on an existing, migrated database."""
    url = db.url_of(str(settings.database_url))
    issuer_key, log_key = await asyncio.to_thread(keys, settings)
    engine = db.make_engine(url, pool_size=settings.pool_size)
    pool = await db.make_pool(db.dsn_of(url), size=settings.pool_size)
    runtime = Runtime(
        settings=settings,
        engine=engine,
        sessions=db.make_sessions(engine),
        pool=pool,
        clock=clock or (SandboxClock() if settings.sandbox else SystemClock()),
        issuer=Issuer(settings.did, settings.public_url, issuer_key),
        log_signer=log_key,
        storage=Storage.open(settings.storage_url, settings.data_dir),
    )
    try:
        yield runtime
    finally:
        if runtime.cpu is not None:
            runtime.cpu.shutdown(wait=True, cancel_futures=True)
        await pool.close()
        await engine.dispose()
