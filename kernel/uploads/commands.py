"""Taking files in: the object first, under a key nobody can guess; then its row, in the caller's unit of work.

A crash between the two leaves an object that nothing refers to; `sweep_orphans` removes it a day later.
"""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.db import lock_name
from kernel.log.record import record
from kernel.storage import names, rules
from kernel.storage.encryption.errors import FileDestroyed
from kernel.storage.encryption.keystore import is_master
from kernel.storage.errors import DigestMismatch, FileTooLarge, UploadIncomplete
from kernel.storage.objects import in_thread
from kernel.storage.rules import Purpose
from kernel.storage.store import Storage, is_public, new_key
from kernel.uploads import quotas
from kernel.uploads.models import StoredFile

AREA: Final = "files"
ORPHAN_AGE: Final = timedelta(hours=24)
_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Promised:
    """What an upload's headers say of its body."""

    size_bytes: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """An object that arrived whole and has no row yet."""

    key: str
    size_bytes: int
    sha256: str


async def receive(storage: Storage, body: AsyncIterator[bytes], promised: Promised, *, max_bytes: int) -> Received:
    """Stream a body into a new object; raises and keeps nothing when it is too large or not what was promised."""
    if promised.size_bytes is not None and promised.size_bytes > max_bytes:
        raise FileTooLarge(limit_bytes=max_bytes)
    key = new_key(AREA)
    stored = await storage.put_stream(key, body, max_bytes)
    if promised.size_bytes is not None and stored.size_bytes != promised.size_bytes:
        await storage.delete(key)
        raise UploadIncomplete(declared_bytes=promised.size_bytes, received_bytes=stored.size_bytes)
    if promised.sha256 is not None and stored.sha256 != promised.sha256:
        await storage.delete(key)
        raise DigestMismatch(received_sha256=stored.sha256)
    return Received(key, stored.size_bytes, stored.sha256)


async def keep(act: Act, received: Received, name: str, purpose: Purpose) -> StoredFile:
    """Make a received object the actor's file; the same content, name and purpose sent again is the same file.

    Raises StorageNotForRole and StorageQuotaExceeded. An object that gets no row goes the way of all orphans, if who
    received it does not remove it at once.
    """
    assert act.actor.party is not None
    cleaned = names.clean(name)
    await lock_name(act.session, "storage", act.actor.party)  # What is used must stay what it is until this is added.
    earlier = await act.session.scalar(
        select(StoredFile).where(
            StoredFile.owner == act.actor.party,
            StoredFile.sha256 == received.sha256,
            StoredFile.name == cleaned,
            StoredFile.purpose == str(purpose),
        )
    )
    if earlier is not None:
        return earlier
    quotas.require(*await quotas.usage_and_quota(act.session, act.actor.party, act.at), received.size_bytes)
    row = StoredFile(
        id=ids.new("fil"),
        owner=act.actor.party,
        name=cleaned,
        media_type=names.media_type(cleaned),
        size_bytes=received.size_bytes,
        sha256=received.sha256,
        storage_key=received.key,
        purpose=str(purpose),
        retention_until=rules.retention_until(purpose, act.at),
        created_at=act.at,
    )
    act.session.add(row)
    facts = {"sha256": row.sha256, "size_bytes": row.size_bytes, "purpose": row.purpose}
    record(act, "kernel.file.stored", row.id, facts=facts)
    await act.session.flush()  # Other rows of this unit may refer to the file.
    return row


async def encrypt_plain(storage: Storage, *, most: int = _BATCH) -> int:
    """Encrypt up to so many of the objects that are plain from before there were keys; returns how many were.

    Cut off anywhere, the next call goes on. When none is left the store is marked, and no plain object is read again.
    """
    if storage.keys.complete:
        return 0
    plain = [listed.key async for listed in storage.objects.list() if not is_public(listed.key)]
    done = 0
    for key in plain:
        if not await in_thread(storage.keys.is_plain, key):
            continue
        with suppress(FileNotFoundError, FileDestroyed):
            done += await storage.seal(key)
        if done >= most:
            return done
    if not done:
        await in_thread(storage.keys.mark_complete)
    return done


async def sweep_keys(storage: Storage, owned: set[str], *, at: datetime) -> int:
    """Take back keys that were made for objects which never came, older than any upload can last; returns how many.

    A file that is `owned` keeps its key though its object is missing: no copy could be restored without it.
    """
    held = owned | {listed.key async for listed in storage.objects.list()}
    return await in_thread(_orphaned, storage, held, at - ORPHAN_AGE)


def _orphaned(storage: Storage, held: set[str], before: datetime) -> int:
    wraps = ((path, storage.keys.read(path)) for path in storage.keys.wraps())
    orphans = (path for path, wrap in wraps if wrap and wrap.object not in held and not is_master(wrap.object))
    return sum(1 for path in orphans if storage.keys.drop_orphan(path, before))


async def sweep_orphans(session: AsyncSession, storage: Storage, *, at: datetime) -> int:
    """Remove objects that no row refers to and that are older than any upload can last; returns how many.

    `at` is the machine's time, never the sandbox's: objects bear the machine's time.
    """
    before = at - ORPHAN_AGE
    swept = storage.sweep_incoming(before)
    old = [stored.key async for stored in storage.list(AREA) if stored.modified_at < before]
    for start in range(0, len(old), _BATCH):
        batch = old[start : start + _BATCH]
        owned = set(await session.scalars(select(StoredFile.storage_key).where(StoredFile.storage_key.in_(batch))))
        for key in batch:
            if key not in owned:
                await storage.delete(key)
                swept += 1
    return swept
