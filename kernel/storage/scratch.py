"""Plain copies of stored objects, for libraries that want a path: in a private folder, bounded, and gone after use.

What a killed process left is removed by the next that makes a copy: a place belongs to whoever holds its lock.
"""

import fcntl
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kernel.storage.errors import FileUnavailable
from kernel.storage.objects import in_thread

PART_BYTES: Final = 1024 * 1024
BYTES_MAX: Final = 20 * 1024**3
"""In plain on disk at once, by one process."""


class Scratch:
    """The folder of plain copies, and how much of it this process uses."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._swept = False
        self._used = 0

    @contextmanager
    def room(self, name: str, size_bytes: int) -> Iterator[Path]:
        """A place for a copy of a size; raises FileUnavailable where there is no room, and removes it after."""
        if self._used + size_bytes > BYTES_MAX:
            raise FileUnavailable
        if not self._swept:
            sweep(self._folder)
            self._swept = True
        place = self._folder / secrets.token_hex(8)
        place.mkdir(parents=True, mode=0o700)
        self._folder.chmod(0o700)
        self._used += size_bytes
        try:
            with (place / ".lock").open("wb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                (place / ".lock").rename(place / "lock")
                yield place / name
        finally:
            self._used -= size_bytes
            shutil.rmtree(place, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove the places of processes that are gone; their locks can be taken."""
    for lock in folder.glob("*/lock"):
        try:
            with lock.open("rb") as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(lock.parent, ignore_errors=True)
        except OSError:
            continue  # In use, or removed by another meanwhile.


async def parts_of(path: Path) -> AsyncIterator[bytes]:
    """A file's parts, read in threads, to be stored."""
    with path.open("rb") as file:
        while part := await in_thread(file.read, PART_BYTES):
            yield part


async def copied(parts: AsyncIterator[bytes], path: Path) -> None:
    """Write an object's parts into a file, in threads."""
    with path.open("xb") as file:
        async for part in parts:
            await in_thread(file.write, part)
