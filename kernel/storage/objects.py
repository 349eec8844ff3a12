"""Objects by key as they lie in a local folder or a bucket: published whole and once, read in parts."""

import asyncio
import os
import re
import secrets
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, ObjectStore, S3Store

from kernel.storage.encryption.durable import settle

KEY_CHARS_MAX: Final = 512
_SMALL_BYTES: Final = 8 * 1024 * 1024
_INCOMING: Final = "incoming"
_SEGMENT: Final = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}"
_KEY: Final = re.compile(f"{_SEGMENT}(/{_SEGMENT})*")
_THREADS: Final = ThreadPoolExecutor(8, thread_name_prefix="storage")
"""Of their own: what reads and deciphers must not wait for what else is done in threads."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as the store lists it; `size_bytes` is what lies there."""

    key: str
    size_bytes: int
    modified_at: datetime


def check_key(key: str) -> str:
    """Give the key back; raises ValueError for one that could leave the store or hide in it."""
    if len(key) > KEY_CHARS_MAX or not _KEY.fullmatch(key) or key.split("/", maxsplit=1)[0] == _INCOMING:
        raise ValueError(f"not a storage key: {key[:80]!r}")
    return key


async def in_thread(work: Callable[..., T], *arguments: object) -> T:
    """Do what reads, writes or deciphers in a thread of the store's own."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, work, *arguments)


class Objects:
    """The bytes of one installation's store; `folder` is set when they are on this machine's disk.

    What is written is staged in a local folder first, also for a bucket, so that its length is known and it appears
    whole or not at all.
    """

    def __init__(self, store: ObjectStore, staging: Path, folder: Path | None = None) -> None:
        self._store = store
        self._staging = staging
        self.folder = folder

    @staticmethod
    def open(url: str, data_dir: Path) -> "Objects":
        """Open `s3://bucket/prefix` or `file:///folder`; without a URL, `storage` in the data folder.

        A bucket's region, endpoint and credentials are read from the usual `AWS_…` variables.
        """
        parts = urlsplit(url)
        if parts.scheme == "s3" and parts.netloc:
            return Objects(S3Store.from_url(url), data_dir / _INCOMING)
        if parts.scheme not in ("", "file") or (url and not parts.path.startswith("/")):
            raise ValueError("the storage URL is s3://bucket/prefix or file:///folder")
        folder = (Path(parts.path) if url else data_dir / "storage").absolute()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Objects(LocalStore(folder), folder / _INCOMING, folder)

    def stage(self) -> Path:
        """A new place to write what is to be published."""
        self._staging.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self._staging / secrets.token_hex(16)

    async def publish(self, staged: Path, key: str, *, over: bool = False) -> None:
        """Make a staged file, which is on disk, the object; raises FileExistsError unless it may go `over` another."""
        check_key(key)
        if self.folder is not None:
            await in_thread(_publish, staged, self.folder / key, over)
        elif (data := await in_thread(_small, staged)) is not None:
            try:
                await obstore.put_async(
                    self._store, key, data, mode="overwrite" if over else "create", use_multipart=False
                )
            except AlreadyExistsError as problem:
                raise FileExistsError(key) from problem
        else:
            # In parts, which have no create-only form: keys are random, so the look guards against mistakes only.
            if not over and await self.exists(key):
                raise FileExistsError(key)
            await obstore.put_async(self._store, key, staged)

    async def read(self, key: str, start: int, end: int, then: Callable[[bytes], T], *, of: int | None = None) -> T:
        """What `then` makes, in the thread that reads, of the stored bytes from `start` up to `end`.

        Raises FileNotFoundError, also for an object that is not the one `of` so many bytes any more.
        """
        if self.folder is not None:
            return await in_thread(_read, self.folder / check_key(key), start, end, then, of)
        if end <= start:
            return await in_thread(then, b"")
        part = await obstore.get_range_async(self._store, check_key(key), start=start, end=end)
        if of is not None and (await self.head(key)).size_bytes != of:
            raise FileNotFoundError(key)
        return await in_thread(then, bytes(part))

    async def head(self, key: str) -> Listed:
        """Say how many bytes lie under a key and since when; raises FileNotFoundError."""
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

    async def list(self, area: str | None = None) -> AsyncIterator[Listed]:
        """Every object whose key begins with `area/`, or every object."""
        async for batch in obstore.list(self._store, prefix=None if area is None else check_key(area)):
            for meta in batch:
                if not meta["path"].startswith(f"{_INCOMING}/"):
                    yield Listed(meta["path"], meta["size"], meta["last_modified"])

    def holds_any(self, besides: tuple[str, ...]) -> bool:
        """Whether there is an object in any area besides those named."""
        known = {*besides, _INCOMING}
        return any(meta["path"].split("/", 1)[0] not in known for batch in obstore.list(self._store) for meta in batch)

    def sweep_incoming(self, before: datetime) -> int:
        """Remove what a killed process left half written; returns how many."""
        stale = [p for p in self._staging.glob("*") if p.stat().st_mtime < before.timestamp()]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)


def _small(staged: Path) -> bytes | None:
    return staged.read_bytes() if staged.stat().st_size <= _SMALL_BYTES else None


def _publish(staged: Path, final: Path, over: bool) -> None:
    """Make a staged file the object: by a link, which never replaces a file, or by a rename, which does at once."""
    final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if over:
        staged.replace(final)
    else:
        os.link(staged, final)
    settle(final.parent)


def _read(path: Path, start: int, end: int, then: Callable[[bytes], T], of: int | None) -> T:
    with path.open("rb", buffering=0) as file:
        if of is not None and os.fstat(file.fileno()).st_size != of:
            raise FileNotFoundError(path)
        return then(os.pread(file.fileno(), end - start, start) if end > start else b"")
