"""A ZIP archive that is written while it is sent: nothing of it is held but the part under way."""

import asyncio
import zipfile
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime
from typing import Final

from kernel.time.clock import SHANGHAI

_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
"""ZIP knows no earlier moment."""


class _Pipe:
    """What the archive is written to: it keeps what has not been taken yet, and cannot go back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        """What was written since."""
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


async def zipped(
    texts: Mapping[str, bytes], files: Iterable[tuple[str, AsyncIterator[bytes]]], at: datetime
) -> AsyncIterator[bytes]:
    """An archive of small texts by path, then of files (path, chunks), stored as they are and dated `at`.

    Whoever breaks off leaves an archive without its directory, which every reader refuses. Sums are computed in a
    thread. Raises what the chunks raise.
    """
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:  # type: ignore[call-overload]
        for path, text in texts.items():
            archive.writestr(_entry(path, at), text)
            yield pipe.take()
        for path, chunks in files:
            with archive.open(_entry(path, at), "w", force_zip64=True) as entry:
                async for chunk in chunks:
                    await asyncio.to_thread(entry.write, chunk)
                    yield pipe.take()
            yield pipe.take()
    yield pipe.take()


def _entry(path: str, at: datetime) -> zipfile.ZipInfo:
    local = at.astimezone(SHANGHAI)
    entry = zipfile.ZipInfo(path, max(_EARLIEST, local.timetuple()[:6]))
    entry.external_attr = 0o644 << 16
    return entry
