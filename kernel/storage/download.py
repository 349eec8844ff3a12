"""Answering a download: the whole file or one range of it, streamed, with the headers that readers rely on."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Response
from litestar.response import Stream

from kernel.errors import PreconditionFailed
from kernel.storage import names
from kernel.storage.errors import FileUnavailable
from kernel.storage.ranges import Span, Unsatisfiable, span_of
from kernel.storage.rules import repr_digest
from kernel.storage.store import Opened, Storage


@dataclass(frozen=True, slots=True)
class Download:
    """A file as it is handed out; its SHA-256 is its entity tag."""

    key: str
    size_bytes: int
    sha256: str
    name: str
    media_type: str = names.OCTETS

    @property
    def etag(self) -> str:
        """A strong entity tag."""
        return f'"{self.sha256}"'


@dataclass(frozen=True, slots=True)
class Conditions:
    """The headers of a request that say of which state of the file an answer is wanted, and which part of it."""

    range: str | None = None
    if_range: str | None = None
    if_match: str | None = None
    if_none_match: str | None = None

    @staticmethod
    def of(headers: Mapping[str, str]) -> "Conditions":
        """Those of a request."""
        names = ("range", "if-range", "if-match", "if-none-match")
        return Conditions(*(headers.get(name) for name in names))


Watch = Callable[[], Awaitable[None]]
"""Asked before each batch; raises what ends the download."""


async def range_response(
    storage: Storage, file: Download, conditions: Conditions, *, head: bool = False, watch: Watch | None = None
) -> Response[Any]:
    """Answer GET or HEAD for a file: 200, 206, 304, 412 or 416 (RFC 9110 §13.2.2, §14.2); HEAD deciphers nothing.

    The first batch is read before the status is sent, so a file that cannot be read is a problem document: raises
    FileUnavailable, FileDestroyed and KeysUnavailable. What fails later ends the answer short of its Content-Length.
    A range is defined for GET only, and not when If-Range names another state of the file.
    """
    there = await opened(storage, file)
    headers = _headers(file)
    if conditions.if_match is not None and not _names(conditions.if_match, file.etag, strong=True):
        raise PreconditionFailed
    if conditions.if_none_match is not None and _names(conditions.if_none_match, file.etag, strong=False):
        return _empty(file, 304, headers)
    if head:
        return _empty(file, 200, {**headers, "Content-Length": str(file.size_bytes)})
    wanted = conditions.range if conditions.if_range in (None, file.etag) else None
    try:
        span = span_of(wanted, file.size_bytes)
    except Unsatisfiable:
        return _empty(file, 416, {**headers, "Content-Range": f"bytes */{file.size_bytes}", "Content-Length": "0"})
    part = span or Span(0, file.size_bytes)
    headers["Content-Length"] = str(part.length)
    if span is not None:
        headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{file.size_bytes}"
    batches = there.stream(part.start, part.end)
    first = await anext(batches, b"")
    return Stream(
        _watched(first, batches, watch),
        status_code=200 if span is None else 206,
        media_type=file.media_type,
        headers=headers,
    )


async def _watched(first: bytes, batches: AsyncIterator[bytes], watch: Watch | None) -> AsyncIterator[bytes]:
    yield first
    async for batch in batches:
        if watch is not None:
            await watch()
        yield batch


async def opened(storage: Storage, file: Download) -> Opened:
    """A file as it lies in the store; raises FileUnavailable, FileDestroyed and KeysUnavailable."""
    try:
        there = await storage.opened(file.key)
    except FileNotFoundError as problem:
        raise FileUnavailable from problem
    if there.size_bytes != file.size_bytes:
        raise FileUnavailable
    return there


def _names(listed: str, etag: str, *, strong: bool) -> bool:
    """Whether a list of entity tags names one; a weak one counts only where weak comparison is asked for (§8.8.3.2)."""
    if listed.strip() == "*":
        return True
    weak, tags = "" if strong else "W/", [tag.strip() for tag in listed.split(",")]
    return any(tag == etag or (weak and tag == weak + etag) for tag in tags)


def _headers(file: Download) -> dict[str, str]:
    return {
        "Accept-Ranges": "bytes",
        "ETag": file.etag,
        "Repr-Digest": repr_digest(file.sha256),
        "Content-Disposition": names.disposition(file.name),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }


def _empty(file: Download, status: int, headers: dict[str, str]) -> Response[Any]:
    return Response(b"", status_code=status, media_type=file.media_type, headers=headers)
