"""Opening a process: its keys, connections and storage, on the database of one centre and no other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog

from kernel import db
from kernel.crypto import signing
from kernel.crypto.issuer import Issuer
from kernel.identity.models import Installation
from kernel.log.queries import checkpoint
from kernel.runtime import Runtime
from kernel.safekeeping import tombstones
from kernel.settings import Settings, SettingsInvalid, words
from kernel.storage.encryption.errors import KeysUnavailable
from kernel.storage.store import Storage
from kernel.time.clock import Clock, SandboxClock, SystemClock
from market.destructions import jobs as destructions

log: Final = structlog.get_logger("liutong.process")


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
    """Open a process's runtime on an existing, migrated database; raises SettingsInvalid on another centre's.

    Another centre is also the same one in the other mode: a sandbox's clock must never meet production's deadlines.
    """
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
        storage=await asyncio.to_thread(_storage, settings),
        log_overlap=signing.load(settings.log_key_earlier_file) if settings.log_key_earlier_file else None,
    )
    try:
        await _same_mode(runtime)
        await _same_log(runtime)
        await _bury_again(runtime)
        await runtime.tick()  # What the first request or job does is done at the sandbox's moment.
        yield runtime
    finally:
        await pool.close()
        await engine.dispose()


def _storage(settings: Settings) -> Storage:
    try:
        return Storage.open(settings)
    except KeysUnavailable:
        cure = "mount or restore it; see: liutong doctor"
        raise ValueError(f"the keys of what is stored cannot be read from {settings.kek_store}; {cure}") from None


async def _same_mode(runtime: Runtime) -> None:
    """Refuse to go on in another mode than the centre was founded in. Raises SettingsInvalid."""
    async with runtime.sessions() as session:
        founded = await session.get(Installation, "ins")
    if founded is None or founded.mode == runtime.settings.mode:
        return
    raise SettingsInvalid(
        f"LIUTONG_MODE: this installation was founded as {founded.mode}, and this process is set to"
        f" {runtime.settings.mode}; set LIUTONG_MODE={founded.mode}, or use another LIUTONG_DATA_DIR or database"
    )


async def _bury_again(runtime: Runtime) -> None:
    """Destroy again, before anything is served, what a restored backup has brought back."""
    again = await tombstones.replay(runtime.storage) + await destructions.replay(runtime)
    if again:
        log.warning("destroyed again what a restore had brought back", objects=again)


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
