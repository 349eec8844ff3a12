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
from kernel.documents import seal as seals
from kernel.documents.commands import Issuer
from kernel.documents.seal import Seal
from kernel.log.keys import LogKeys, Witness
from kernel.log.note import VerifierKey
from kernel.log.queries import checkpoint
from kernel.settings import Settings, SettingsInvalid, words
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
    log_overlap: signing.Signer | None = None
    cpu: ProcessPoolExecutor | None = None
    sealing: Seal | None = None
    extras: dict[str, Any] = field(default_factory=dict)

    @property
    def log_keys(self) -> LogKeys:
        """The log's keys: the present one, an earlier one that still signs beside it, and those that sign no more."""
        overlap = (self.log_overlap,) if self.log_overlap is not None else ()
        retired = tuple(VerifierKey.parse(word) for word in words(self.settings.log_keys_earlier))
        named = tuple(Witness.parse(word) for word in words(self.settings.witnesses))
        witnesses = tuple(witness.key for witness in named)
        told = tuple(witness for witness in named if witness.url is not None)
        return LogKeys(self.settings.log_origin, (self.log_signer, *overlap), retired, witnesses, told)

    def seal(self) -> Seal:
        """The seal of printed documents; the sandbox makes its own when it is first needed."""
        if self.sealing is None:
            path = self.settings.seal_file
            if path is not None and not self.settings.sandbox:
                self.sealing = seals.load(path)
            elif self.settings.sandbox:
                made = path or self.settings.data_dir / "keys" / "seal.pem"
                self.sealing = seals.load_or_create(made, self.settings.did)
            else:
                raise ValueError("production needs LIUTONG_SEAL_FILE; see: liutong doctor")
        return self.sealing

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


def earlier_issuer_keys(settings: Settings) -> tuple[bytes, ...]:
    """The public keys that signed before the present one; their private halves may be destroyed."""
    return tuple(signing.from_multibase(word) for word in words(settings.issuer_keys_earlier))


@asynccontextmanager
async def open_runtime(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[Runtime]:
    """Open a process's runtime on an existing, migrated database; raises SettingsInvalid on another centre's."""
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
        issuer=Issuer(settings.did, settings.public_url, issuer_key, earlier_issuer_keys(settings)),
        log_signer=log_key,
        storage=Storage.open(settings.storage_url, settings.data_dir),
        log_overlap=signing.load(settings.log_key_earlier_file) if settings.log_key_earlier_file else None,
    )
    try:
        await _same_log(runtime)
        yield runtime
    finally:
        if runtime.cpu is not None:
            runtime.cpu.shutdown(wait=True, cancel_futures=True)
        await pool.close()
        await engine.dispose()


async def _same_log(runtime: Runtime) -> None:
    """Refuse to go on under another name: heads signed under two names are two logs. Raises SettingsInvalid."""
    async with runtime.sessions() as session:
        head = await checkpoint(session)
    if head is None or (founded := head.note.partition("\n")[0]) == runtime.settings.log_origin:
        return
    raise SettingsInvalid(
        f"LIUTONG_PUBLIC_URL: this installation's log is {founded}, and not {runtime.settings.log_origin};"
        f" set the address that ends in {founded.removesuffix('/log')}, or use another LIUTONG_DATA_DIR or database"
    )
