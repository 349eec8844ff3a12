"""What a process is given of tables: parts of their files, as it asks for them, and no file beside.

Files are read from storage in ranges and deciphered here, so that no key is in the process and no plain copy on disk.
What it answers is let go once every file has proved to be the registered one: each was read whole and compared with
its digest, now or at an earlier run of the same sealing.
"""

import asyncio
import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from threading import Lock
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import structlog

from channels.computing.engine.files import NotComputed, Source, Span
from channels.computing.engine.locked import ready
from kernel.jobs.child import Limits
from kernel.jobs.processes import Handed, called
from kernel.storage.encryption.errors import FileDestroyed
from kernel.storage.errors import FileUnavailable
from kernel.storage.objects import in_thread
from kernel.storage.store import BATCH_BYTES, Opened, Storage
from market.delivery.queries import ScopedFile
from rights.assets.queries import RevisionFile

R = TypeVar("R")

_SEALS: Final = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
_SPANS_MAX: Final = 300_000
"""In one question: as many as a table of a thousand columns in three hundred groups of rows has."""

log: Final = structlog.get_logger("liutong.computing")


@dataclass(slots=True)
class _File:
    """A stored file with its registered digest, and the memory file that is filled with parts of it."""

    opened: Opened
    sha256: str
    memory: int | None = None
    is_sealed: bool = False
    guard: Lock = field(default_factory=Lock)

    def write(self, plain: bytes, pieces: Sequence[Span]) -> None:
        """Put pieces of a batch, which begins with the first of them, in their places; nowhere once it is closed."""
        view, start = memoryview(plain), pieces[0][0]
        with self.guard:  # Else a number that was closed meanwhile, and given to another file, would be written to.
            if self.memory is not None:
                for begin, end in pieces:
                    os.pwrite(self.memory, view[begin - start : end - start], begin)

    def close(self) -> None:
        """Let go of the memory file."""
        with self.guard:
            if self.memory is not None:
                os.close(self.memory)
            self.memory = None


class Loading:
    """The files of some tables as one process may ask for them; they come to so many bytes at the most."""

    def __init__(self, storage: Storage, bytes_max: int) -> None:
        self._storage = storage
        self._bytes_left = bytes_max
        self._files: list[_File] = []

    async def table(self, files: Sequence[RevisionFile | ScopedFile]) -> Source:
        """A table of these files, for the process; raises NotComputed where one cannot be read any more."""
        first = len(self._files)
        with _nothing_without_its_files():
            for each in files:
                self._files.append(_File(await self._opened(each.storage_key), each.sha256))
        return Source(files[0].name, tuple(file.opened.size_bytes for file in self._files[first:]), first)

    async def _opened(self, key: str) -> Opened:
        opened = await self._storage.opened(key)
        if opened.is_plain:  # From before there were keys: only what is sealed can be read in parts and be proved.
            await self._storage.seal(key)
            opened = await self._storage.opened(key)
        return opened

    async def answer(self, question: Any) -> Any:
        """What a process asks for, as it is answered; raises NotComputed for what it may not ask."""
        match question:
            case ("file", int(number)) if self._is_new(number):
                return Handed(self._memory(self._files[number]))
            case ("spans", int(number), list(spans)) if self._is_open(number) and len(spans) <= _SPANS_MAX:
                await self._fill(self._files[number], spans)
                return True
            case ("sealed", int(number)) if self._is_open(number):
                self._files[number].is_sealed = True
                fcntl.fcntl(self._files[number].memory or 0, fcntl.F_ADD_SEALS, _SEALS)
                return True
        raise NotComputed

    def _is_new(self, number: int) -> bool:
        return 0 <= number < len(self._files) and self._files[number].memory is None

    def _is_open(self, number: int) -> bool:
        is_open = 0 <= number < len(self._files) and self._files[number].memory is not None
        return is_open and not self._files[number].is_sealed

    def _memory(self, file: _File) -> int:
        file.memory = os.memfd_create("table", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(file.memory, file.opened.size_bytes)
        return file.memory

    async def _fill(self, file: _File, spans: Sequence[Span]) -> None:
        """Read what the spans cover, batch by batch, and keep of each batch what is in one of them."""
        batches, size_bytes = await in_thread(_planned, spans, file.opened.size_bytes)
        self._bytes_left -= size_bytes
        if self._bytes_left < 0:
            raise NotComputed
        with _nothing_without_its_files():
            for batch in batches:
                plain = await file.opened.read(batch[0][0], batch[-1][1])
                await in_thread(file.write, plain, batch)

    async def require_registered(self) -> None:
        """Raise NotComputed unless every file is the one whose digest was registered."""
        with _nothing_without_its_files():
            for file in self._files:
                if not await file.opened.has_digest(file.sha256):
                    raise NotComputed

    def close(self) -> None:
        """Let go of the memory files; they are gone with the process that has them too."""
        for file in self._files:
            file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


async def computed(
    loading: Loading,
    function: Callable[..., R],
    *arguments: Any,
    seconds: float,
    limits: Limits,
) -> R:
    """Have a fresh process compute on tables; what it answers is let go once all files are proved as registered."""
    proving = asyncio.ensure_future(loading.require_registered())
    try:
        answer = await called(
            function, *arguments, seconds=seconds, limits=limits, fresh=ready, answering=loading.answer
        )
        await proving
    finally:
        proving.cancel()
        await asyncio.gather(proving, return_exceptions=True)
    return answer


@contextmanager
def _nothing_without_its_files() -> Iterator[None]:
    """A file that is gone, destroyed or altered is one of which nothing comes."""
    try:
        yield
    except (FileDestroyed, FileUnavailable, FileNotFoundError) as problem:
        log.warning("a file cannot be computed on", problem=type(problem).__name__)
        raise NotComputed from None


def _planned(spans: Sequence[Span], size_bytes: int) -> tuple[list[list[Span]], int]:
    """Spans in pieces that end where batches do, those of one batch together, and how many bytes they come to.

    Raises NotComputed for one that is none of the file's.
    """
    pieces: list[Span] = []
    for begin, end in sorted(spans):
        if not 0 <= begin <= end <= size_bytes:
            raise NotComputed
        ends = range((begin // BATCH_BYTES + 1) * BATCH_BYTES, end, BATCH_BYTES)
        pieces += pairwise((begin, *ends, end))
    together = [list(batch) for _, batch in groupby(pieces, key=lambda piece: piece[0] // BATCH_BYTES)]
    return together, sum(end - begin for begin, end in pieces)
