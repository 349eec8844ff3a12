"""Objects by key, in a local folder or a bucket: written once, measured and digested on the way in."""

import asyncio
import hashlib
import os
import re
import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, ObjectStore, S3Store

from kernel.storage.errors import FileTooLarge

CHUNK_BYTES: Final = 1024 * 1024
KEY_CHARS_MAX: Final = 512
_SMALL_BYTES: Final = 8 * 1024 * 1024
_INCOMING: Final = "incoming"
_SEGMENT: Final = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}"
_KEY: Final = re.compile(f"{_SEGMENT}(/{_SEGMENT})*")


@dataclass(frozen=True, slots=True)
class Stored:
    """What arrived: its size and its SHA-256 in hexadecimal digits."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as the store lists it."""

    key: str
    size_bytes: int
    modified_at: datetime


def new_key(area: str) -> str:
    """A key that nobody can guess and nothing has used."""
    token = secrets.token_hex(16)
    return f"{area}/{token[:2]}/{token}"


def check_key(key: str) -> str:
    """Give the key back; raises ValueError for one that could leave the store or hide in it."""
    if len(key) > KEY_CHARS_MAX or not _KEY.fullmatch(key) or key.split("/", maxsplit=1)[0] == _INCOMING:
        raise ValueError(f"not a storage key: {key[:80]!r}")
    return key


class Storage:
    """The object store of one installation; `folder` is set when it is on this machine's disk."""

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder

    @staticmethod
    def open(url: str, data_dir: Path) -> "Storage":
        """Open `s3://bucket/prefix` or `file:///folder`; without a URL, `storage` in the data folder.

        A bucket's region, endpoint and credentials are read from the usual `AWS_…` variables.
        """
        parts = urlsplit(url)
        if parts.scheme == "s3" and parts.netloc:
            return Storage(S3Store.from_url(url))
        if parts.scheme not in ("", "file") or (url and not parts.path.startswith("/")):
            raise ValueError("the storage URL is s3://bucket/prefix or file:///folder")
        folder = (Path(parts.path) if url else data_dir / "storage").absolute()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Storage(LocalStore(folder), folder)

    async def put_stream(self, key: str, chunks: AsyncIterator[bytes], max_bytes: int) -> Stored:
        """Store a stream under a new key; raises FileTooLarge, or FileExistsError for a used key.

        However it fails, nothing of it is left to be read: the object appears whole or not at all.
        """
        check_key(key)
        meter = _Meter(chunks, max_bytes)
        if self._folder is None:
            await self._put_remote(key, meter)
        else:
            await self._put_local(self._folder, key, meter)
        return Stored(meter.size_bytes, meter.digest.hexdigest())

    async def _put_local(self, folder: Path, key: str, meter: "_Meter") -> None:
        """Write beside, force to disk, then link into place: a link never replaces a file."""
        staged = f"{_INCOMING}/{secrets.token_hex(16)}"
        try:
            await obstore.put_async(self._store, staged, meter.read())
            await asyncio.to_thread(_publish, folder / staged, folder / key)
        finally:
            with suppress(FileNotFoundError):
                await obstore.delete_async(self._store, staged)

    async def _put_remote(self, key: str, meter: "_Meter") -> None:
        """Small objects are created atomically; large ones go in parts, which have no create-only form.

        Keys are random (new_key), so the look before a large write guards against mistakes, not rivals.
        """
        head: list[bytes] = []
        source = meter.read()
        async for chunk in source:
            head.append(chunk)
            if meter.size_bytes > _SMALL_BYTES:
                break
        else:
            try:
                await obstore.put_async(self._store, key, b"".join(head), mode="create", use_multipart=False)
            except AlreadyExistsError as problem:
                raise FileExistsError(key) from problem
            return
        if await self.exists(key):
            raise FileExistsError(key)
        await obstore.put_async(self._store, key, _rejoined(head, source))

    async def replace(self, key: str, data: bytes) -> None:
        """Store a small object that is meant to change: whoever reads sees the old one or the new one, whole."""
        check_key(key)
        if self._folder is None:
            await obstore.put_async(self._store, key, data, use_multipart=False)
        else:
            await asyncio.to_thread(_replace, self._folder, key, data)

    async def stream(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Read an object, or the part from `start` up to `end`, in chunks; raises FileNotFoundError."""
        stop = (await self.head(key)).size_bytes if end is None else end
        for at in range(start, stop, 4 * CHUNK_BYTES):
            part = await obstore.get_range_async(
                self._store, check_key(key), start=at, end=min(at + 4 * CHUNK_BYTES, stop)
            )
            yield bytes(part)

    async def get_range(self, key: str, start: int, end: int) -> bytes:
        """Read the bytes from `start` up to and not including `end`; raises FileNotFoundError."""
        if end <= start:
            return b""
        return bytes(await obstore.get_range_async(self._store, check_key(key), start=start, end=end))

    async def get(self, key: str) -> bytes:
        """Read a whole object of a size known to be small; raises FileNotFoundError."""
        stored = await obstore.get_async(self._store, check_key(key))
        return bytes(await stored.bytes_async())

    async def head(self, key: str) -> Listed:
        """Say how large an object is and since when; raises FileNotFoundError."""
        meta = await obstore.head_async(self._store, check_key(key))
        return Listed(key, meta["size"], meta["last_modified"])

    async def exists(self, key: str) -> bool:
        """Say whether there is an object under the key."""
        try:
            await self.head(key)
        except FileNotFoundError:
            return False
        return True

    async def delete(self, key: str) -> None:
        """Remove an object; one that is not there is already removed."""
        with suppress(FileNotFoundError):
            await obstore.delete_async(self._store, check_key(key))

    async def list(self, area: str) -> AsyncIterator[Listed]:
        """Every object whose key begins with `area/`."""
        async for batch in obstore.list(self._store, prefix=check_key(area)):
            for meta in batch:
                yield Listed(meta["path"], meta["size"], meta["last_modified"])

    @asynccontextmanager
    async def local_path(self, key: str) -> AsyncIterator[Path]:
        """The object as a file to read, for libraries that want a path; a bucket's object is copied."""
        if self._folder is not None:
            path = self._folder / check_key(key)
            if not path.is_file():
                raise FileNotFoundError(key)
            yield path
            return
        with tempfile.TemporaryDirectory(prefix="liutong-") as place:
            path = Path(place) / check_key(key).rsplit("/", 1)[-1]
            with path.open("wb") as copy:
                async for chunk in self.stream(key):
                    await asyncio.to_thread(copy.write, chunk)
            yield path

    def sweep_incoming(self, before: datetime) -> int:
        """Remove what a killed process left half written in the local folder; returns how many."""
        if self._folder is None:
            return 0
        stale = [p for p in (self._folder / _INCOMING).glob("*") if p.stat().st_mtime < before.timestamp()]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)


class _Meter:
    """Counts, digests and limits a stream while it passes."""

    def __init__(self, chunks: AsyncIterator[bytes], max_bytes: int) -> None:
        self._chunks = chunks
        self._max_bytes = max_bytes
        self.size_bytes = 0
        self.digest = hashlib.sha256()

    async def read(self) -> AsyncIterator[bytes]:
        async for chunk in self._chunks:
            self.size_bytes += len(chunk)
            if self.size_bytes > self._max_bytes:
                raise FileTooLarge(limit_bytes=self._max_bytes)
            self.digest.update(chunk)
            if chunk:
                yield chunk


async def _rejoined(head: list[bytes], rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    for chunk in head:
        yield chunk
    async for chunk in rest:
        yield chunk


def _publish(staged: Path, final: Path) -> None:
    """Make a staged file the object: on disk before it is visible, and never over another."""
    final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with staged.open("rb") as written:
        os.fsync(written.fileno())
    os.link(staged, final)
    _settle(final.parent)


def _replace(folder: Path, key: str, data: bytes) -> None:
    """Write beside, force to disk, then rename over the old one."""
    staged, final = folder / _INCOMING / secrets.token_hex(16), folder / key
    staged.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with staged.open("xb") as written:
            written.write(data)
            written.flush()
            os.fsync(written.fileno())
        staged.replace(final)
    finally:
        staged.unlink(missing_ok=True)
    _settle(final.parent)


def _settle(folder: Path) -> None:
    """Force a folder's names to disk, so that a power cut does not take back what was answered as stored."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
