"""The store as everybody uses it: what is put is encrypted, what is read is authentic, sizes are those of the plain.

Public areas are plain, because the world reads them. An object from before there were keys is plain until a job has
encrypted it; once that is done, and for every object with a key, one that is plain is an altered one.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Final

from kernel.settings import Settings
from kernel.storage.encryption import proofs
from kernel.storage.encryption.chunks import HEADER_BYTES, Chunks, Header, ObjectAltered, decoded
from kernel.storage.encryption.keks import FileKeys
from kernel.storage.encryption.keystore import DataKeyMissing, KeyStore, dek_id_of
from kernel.storage.encryption.policy import POLICY
from kernel.storage.errors import FileTooLarge, FileUnavailable
from kernel.storage.objects import Listed, Objects, check_key, in_thread
from kernel.storage.scratch import Scratch, copied
from kernel.storage.writing import Plain, Sealed
from kernel.time.clock import SystemClock, day_in_china

BATCH_BYTES: Final = 1024 * 1024
"""Read and deciphered in one hop to a thread: smaller hops halve the throughput, larger ones starve small requests."""

PUBLIC: Final = ("log", "tombstones")
"""Areas that are plain: the log's static copy is served to the world, and tombstones keep no secret."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What arrived: its size and its SHA-256 in hexadecimal digits."""

    size_bytes: int
    sha256: str


def new_key(area: str) -> str:
    """A key that nobody can guess and nothing has used."""
    token = token_hex(16)
    return f"{area}/{token[:2]}/{token}"


def is_public(key: str) -> bool:
    """Whether an object is plain by its area."""
    return key.split("/", 1)[0] in PUBLIC


class Opened:
    """An object that can be read: its header and size were judged, and its key is at hand."""

    def __init__(self, storage: "Storage", listed: Listed, header: Header | None, chunks: Chunks | None) -> None:
        self._storage = storage
        self._listed = listed
        self._header = header
        self._chunks = chunks
        self.size_bytes = header.plain_bytes if header is not None else listed.size_bytes

    @property
    def is_plain(self) -> bool:
        """Whether it lies in the store as it is."""
        return self._header is None

    async def read(self, start: int, end: int) -> bytes:
        """The plain bytes from `start` up to `end`.

        Raises FileNotFoundError where it was removed or replaced since, FileDestroyed where its key was destroyed, and
        FileUnavailable where it is not as it was sealed; then nobody reads it after.
        """
        objects, key = self._storage.objects, self._listed.key
        header, chunks = self._header, self._chunks
        if header is None or chunks is None:
            return await objects.read(key, start, end, bytes, of=self._listed.size_bytes)
        first, after = header.covering(start, end)
        stop = min(header.place(after), self._listed.size_bytes)

        def plain(stored: bytes) -> bytes:
            self._storage.keys.require_alive(key)
            if len(stored) != stop - header.place(first):
                raise ObjectAltered("the object is shorter than it was")
            return chunks.part(stored, first, start, end)

        try:
            return await objects.read(key, header.place(first), stop, plain)
        except ObjectAltered as problem:
            await in_thread(self._storage.keys.quarantine, key, str(problem))
            raise FileUnavailable from problem

    async def stream(self, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The plain bytes from `start` up to `end`, in batches that end where chunks do."""
        at, stop = start, self.size_bytes if end is None else end
        while at < stop:
            until = min((at // BATCH_BYTES + 1) * BATCH_BYTES, stop)
            yield await self.read(at, until)
            at = until

    async def has_digest(self, sha256: str) -> bool:
        """Whether the whole is what has this digest: of a sealing read once, and from then on proved by its key.

        Raises what `read` does.
        """
        keys, key, header = self._storage.keys, self._listed.key, self._header
        if header is not None and await in_thread(proofs.is_proved, keys, key, header, sha256):
            return True
        whole = hashlib.sha256()
        async for part in self.stream():
            await in_thread(whole.update, part)
        if whole.hexdigest() != sha256:
            return False
        if header is not None:
            await in_thread(proofs.note, keys, key, header, sha256)
        return True


class Storage:
    """The object store of one installation with the keys of what is in it."""

    def __init__(self, objects: Objects, keys: KeyStore, scratch: Scratch) -> None:
        self.objects = objects
        self.keys = keys
        self._scratch = scratch

    @staticmethod
    def open(settings: Settings) -> "Storage":
        """Open the store and its keys; raises ValueError for another address, KeysUnavailable, TombstonesBroken."""
        objects = Objects.open(settings.storage_url, settings.data_dir)
        keys = KeyStore.open(settings.key_store, FileKeys(settings.kek_store))
        if not keys.complete and not objects.holds_any(PUBLIC):
            keys.mark_complete()
        return Storage(objects, keys, Scratch(settings.data_dir / "opened"))

    async def put_stream(self, key: str, chunks: AsyncIterator[bytes], max_bytes: int) -> Stored:
        """Store a stream under a new key; raises FileTooLarge, or FileExistsError for a used key.

        However it fails, nothing of it is left to be read: the object appears whole or not at all.
        """
        return await self._put(check_key(key), chunks, max_bytes, over=False)

    async def replace(self, key: str, data: bytes) -> None:
        """Store a small object that is meant to change: whoever reads sees the old one or the new one, whole."""
        await self._put(check_key(key), _once(data), len(data), over=True)

    async def seal(self, key: str) -> bool:
        """Encrypt an object that is plain from before there were keys; False where that is done. Can be cut off.

        While it goes on the key says that its object is plain, so that whoever reads meanwhile is given either.
        """
        await in_thread(self._key_of_plain, key)
        opened = await self.opened(key)
        if opened.is_plain:
            await self._put(key, opened.stream(), opened.size_bytes, over=True)
        await in_thread(self.keys.settle_plain, key)
        return opened.is_plain

    def _key_of_plain(self, key: str) -> None:
        if not self.keys.has(key):
            self.keys.make(key, plain=True)

    async def _put(self, key: str, chunks: AsyncIterator[bytes], max_bytes: int, *, over: bool) -> Stored:
        staged = self.objects.stage()
        writing = await in_thread(self._begin, staged, key)
        size_bytes, waiting = 0, bytearray()
        try:
            async for chunk in chunks:
                size_bytes += len(chunk)
                if size_bytes > max_bytes:
                    raise FileTooLarge(limit_bytes=max_bytes)
                waiting += chunk
                if len(waiting) >= BATCH_BYTES:
                    await in_thread(writing.write, bytes(waiting))
                    waiting.clear()
            await in_thread(_finish, writing, bytes(waiting))
            await self.objects.publish(staged, key, over=over)
        finally:
            writing.close()
            staged.unlink(missing_ok=True)
        return Stored(size_bytes, writing.digest.hexdigest())

    def _begin(self, staged: Path, key: str) -> Plain:
        if is_public(key):
            return Plain(staged)
        policy = POLICY.at(day_in_china(SystemClock().now())).body
        dek, _ = self.keys.make(key)
        return Sealed(staged, key, dek, dek_id_of(key), policy.method, policy.chunk_log2)

    async def opened(self, key: str) -> Opened:
        """An object to be read.

        Raises FileNotFoundError, FileDestroyed, KeysUnavailable, and FileUnavailable for one that is altered.
        """
        if not is_public(check_key(key)):
            await in_thread(self._require_readable, key)
        listed = await self.objects.head(key)
        if is_public(key):
            return Opened(self, listed, None, None)
        try:
            end = min(HEADER_BYTES, listed.size_bytes)
            return await self.objects.read(key, 0, end, lambda data: self._judged(listed, data))
        except ObjectAltered as problem:
            await in_thread(self.keys.quarantine, key, str(problem))
            raise FileUnavailable from problem

    def _require_readable(self, key: str) -> None:
        self.keys.require_alive(key)
        if self.keys.quarantined(key):
            raise FileUnavailable

    def _judged(self, listed: Listed, data: bytes) -> Opened:
        wrap = self.keys.wrap_of(listed.key)
        try:
            header = decoded(data, listed.size_bytes)
            if header.dek_id != dek_id_of(listed.key):
                raise ObjectAltered("the object is that of another key")
        except ObjectAltered:
            if (wrap is None and self.keys.complete) or (wrap is not None and not wrap.plain):
                raise
            return Opened(self, listed, None, None)
        if wrap is None:
            raise DataKeyMissing
        return Opened(self, listed, header, Chunks(header, self.keys.dek(listed.key), listed.key))

    async def stream(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Read an object, or the part from `start` up to `end`, in batches; raises what `opened` and `read` do."""
        async for part in (await self.opened(key)).stream(start, end):
            yield part

    async def get_range(self, key: str, start: int, end: int) -> bytes:
        """Read the bytes from `start` up to and not including `end`; raises what `opened` and `read` do."""
        if end <= start:
            return b""
        return await (await self.opened(key)).read(start, end)

    async def get(self, key: str) -> bytes:
        """Read a whole object of a size known to be small; raises what `opened` and `read` do."""
        opened = await self.opened(key)
        return await opened.read(0, opened.size_bytes)

    async def head(self, key: str) -> Listed:
        """Say how large an object is in plain and since when; raises what `opened` does."""
        opened = await self.opened(key)
        return replace(await self.objects.head(key), size_bytes=opened.size_bytes)

    async def exists(self, key: str) -> bool:
        """Say whether there is an object under the key, readable or not."""
        return await self.objects.exists(check_key(key))

    async def delete(self, key: str) -> None:
        """Remove an object and then its key; one that is not there is already removed."""
        await self.objects.delete(check_key(key))
        if not is_public(key):
            await in_thread(self.keys.drop, key)

    async def list(self, area: str) -> AsyncIterator[Listed]:
        """Every object whose key begins with `area/`, with the bytes that lie there."""
        async for listed in self.objects.list(area):
            yield listed

    @asynccontextmanager
    async def local_path(self, key: str) -> AsyncIterator[Path]:
        """The object as a plain file to read, for libraries that want a path; it costs one copy of it on disk."""
        opened = await self.opened(key)
        if opened.is_plain and self.objects.folder is not None:
            yield self.objects.folder / key
            return
        with self._scratch.room(key.rsplit("/", 1)[-1], opened.size_bytes) as path:
            await copied(opened.stream(), path)
            yield path

    def sweep_incoming(self, before: datetime) -> int:
        """Remove what a killed process left half written; returns how many."""
        return self.objects.sweep_incoming(before)


def _finish(writing: Plain, rest: bytes) -> None:
    writing.write(rest)
    writing.finish()


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
