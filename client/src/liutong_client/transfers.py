"""Files on this machine while they are sent or fetched: digests, what of a file is here already, and the last rename.

All of it blocks; the twins do it in a thread or at once.
"""

import base64
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

import msgspec

from liutong_client.problems import AnswerUnreadable, DigestMismatch, FileInTheWay

CHUNK_BYTES: Final = 1 << 20
NAME_BYTES_MAX: Final = 200
PARTIAL_FOLDER: Final = ".liutong-partial"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")

Progress = Callable[[int, int], object]
"""Is told how many bytes are done, and of how many."""


class _State(msgspec.Struct, frozen=True):
    """What is known of a file that is here in part."""

    sha256: str
    size_bytes: int
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A file that is sent, with the digest that it had when it was looked at."""

    content: Path | bytes
    name: str
    size_bytes: int
    sha256: str

    @staticmethod
    def of(content: Path | bytes, name: str) -> "Source":
        """Read it once for its digest."""
        if isinstance(content, bytes):
            return Source(content, name, len(content), hashlib.sha256(content).hexdigest())
        digest, size = _digest(content)
        return Source(content, name, size, digest)

    @property
    def repr_digest(self) -> str:
        """The digest as a Repr-Digest header has it (RFC 9530)."""
        return f"sha-256=:{base64.b64encode(bytes.fromhex(self.sha256)).decode()}:"

    def chunks(self) -> Iterator[bytes]:
        """Its bytes, as many as it had; raises DigestMismatch before the last of them where it has changed."""
        if isinstance(self.content, bytes):
            yield self.content
            return
        digest, left, kept_back = hashlib.sha256(), self.size_bytes, b""
        with self.content.open("rb") as file:
            while left and (chunk := file.read(min(CHUNK_BYTES, left))):
                if kept_back:
                    yield kept_back
                digest.update(chunk)
                left, kept_back = left - len(chunk), chunk
            digest.update(file.read(1))  # There is none unless it has grown.
        if digest.hexdigest() != self.sha256:
            raise DigestMismatch(self.name, self.sha256, digest.hexdigest())
        if kept_back:
            yield kept_back


class Partial:
    """A file that is being fetched: what of it is here, and what is known of it, in a folder where no file is named.

    Both are named by the digest that the file must have, and by its name, so that two files of one content are two.
    """

    def __init__(self, folder: Path, name: str, sha256: str, size_bytes: int) -> None:
        if not _SHA256.fullmatch(sha256):
            raise AnswerUnreadable(f"{name[:80]!r}: 摘要有误 · not a SHA-256 digest: {sha256[:80]!r}")
        self.target = folder / safe_name(name)
        self.size_bytes = size_bytes
        self._sha256 = sha256
        self._folder = folder / PARTIAL_FOLDER
        which = f"{sha256}-{hashlib.sha256(self.target.name.encode()).hexdigest()[:16]}"
        self._part = self._folder / f"{which}.part"
        self._state = self._folder / f"{which}.json"
        self.etag: str | None = None
        self.offset = 0
        self._digest = hashlib.sha256()
        self._take_up()

    @property
    def is_here(self) -> bool:
        """Whether the whole file was fetched before."""
        return self.target.is_file() and _digest(self.target) == (self._sha256, self.size_bytes)

    def require_free(self) -> None:
        """Raise FileInTheWay where something else has the name; what of the file is here in part stays."""
        if os.path.lexists(self.target):
            if not self.offset:
                self.remove()
            raise FileInTheWay(self.target)

    def _take_up(self) -> None:
        """Go on with what an earlier download left, if it was of the same file."""
        try:
            state = msgspec.json.decode(self._state.read_bytes(), type=_State)
            size = self._part.stat().st_size
        except (OSError, msgspec.DecodeError):
            return self.restart()
        if (state.sha256, state.size_bytes) != (self._sha256, self.size_bytes) or size > self.size_bytes:
            return self.restart()
        with self._part.open("rb") as file:
            self._digest = hashlib.file_digest(file, "sha256")
        self.etag, self.offset = state.etag, size
        return None

    def restart(self) -> None:
        """Begin with the first byte."""
        self._digest, self.offset, self.etag = hashlib.sha256(), 0, None
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            self._part.write_bytes(b"")
        except FileNotFoundError:  # Another download has ended meanwhile and left the folder empty.
            self._folder.mkdir(parents=True, exist_ok=True)
            self._part.write_bytes(b"")

    def begin(self, etag: str | None) -> None:
        """Write down which version of the file comes, before any of it is kept."""
        self.etag = etag
        self._state.write_bytes(msgspec.json.encode(_State(self._sha256, self.size_bytes, etag)))

    def take(self, chunk: bytes) -> None:
        """Keep what came; raises AnswerUnreadable where it is more than the file holds."""
        if self.offset + len(chunk) > self.size_bytes:
            self.remove()
            raise AnswerUnreadable(f"{self.target.name}: 多于 · more than {self.size_bytes} bytes")
        with self._part.open("ab") as file:
            file.write(chunk)
        self._digest.update(chunk)
        self.offset += len(chunk)

    def finish(self, *, overwrite: bool) -> Path:
        """Give the file its name once its digest is right; raises DigestMismatch, and then nothing of it stays.

        Raises FileInTheWay where another file got the name meanwhile; what was fetched waits until it is gone.
        """
        if self._digest.hexdigest() != self._sha256:
            self.remove()
            raise DigestMismatch(self.target.name, self._sha256, self._digest.hexdigest())
        with self._part.open("rb+") as file:
            os.fsync(file.fileno())
        if overwrite:
            self._part.replace(self.target)
        else:
            self._name()
        self.remove()
        return self.target

    def _name(self) -> None:
        """Give the file its name, which is free still; a link is refused where it is not, and a rename replaces."""
        try:
            self.target.hardlink_to(self._part)
        except FileExistsError:
            if not self.is_here:  # Otherwise another download of the same file was first.
                raise FileInTheWay(self.target) from None
        except OSError:  # A file system that knows no links.
            self.require_free()
            self._part.replace(self.target)

    def remove(self) -> None:
        """Keep nothing of it."""
        self._part.unlink(missing_ok=True)
        self._state.unlink(missing_ok=True)
        with suppress(OSError):  # It holds what is left of other downloads, or is gone.
            self._folder.rmdir()


def safe_name(name: str) -> str:
    """The last component of a name that somebody else chose; raises AnswerUnreadable where it cannot name a file."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    if (
        last.casefold() in ("", ".", "..", PARTIAL_FOLDER)
        or any(c < " " or c == "\x7f" for c in last)
        or len(last.encode()) > NAME_BYTES_MAX
    ):
        raise AnswerUnreadable(f"不是文件名 · no name of a file: {name[:80]!r}")
    return last


def range_start(content_range: str | None) -> int | None:
    """Where a part begins, by its Content-Range header; None where it does not say."""
    unit, _, rest = (content_range or "").partition(" ")
    start = rest.partition("-")[0]
    return int(start) if unit == "bytes" and start.isascii() and start.isdigit() else None


def _digest(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), file.tell()
