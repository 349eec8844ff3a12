"""Answering a download: the whole file or one range of it, streamed, with the headers that readers rely on."""

from dataclasses import dataclass
from typing import Any

from litestar import Response
from litestar.response import Stream

from kernel.errors import Unavailable
from kernel.storage import names
from kernel.storage.ranges import Span, Unsatisfiable, span_of
from kernel.storage.rules import repr_digest
from kernel.storage.store import Storage
from kernel.text import Text


class FileUnavailable(Unavailable):
    """The store does not hold the file as it was stored; this is the centre's fault and is looked into."""

    title = Text("文件暂不可用", "The file is unavailable for now")
    detail = Text("存储中的文件无法读取，请稍后重试。", "The stored file cannot be read; try again later.")


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


async def range_response(
    storage: Storage,
    file: Download,
    *,
    range_header: str | None = None,
    if_range: str | None = None,
    head: bool = False,
) -> Response[Any]:
    """Answer GET or HEAD for a file: 200, 206 or 416; raises FileUnavailable before the first byte.

    A range is defined for GET only, and not when If-Range names another state of the file (RFC 9110 §13.1.5, §14.2).
    """
    await _require(storage, file)
    headers = _headers(file)
    if head:
        return _empty(file, 200, {**headers, "Content-Length": str(file.size_bytes)})
    wanted = range_header if if_range is None or if_range == file.etag else None
    try:
        span = span_of(wanted, file.size_bytes)
    except Unsatisfiable:
        return _empty(file, 416, {**headers, "Content-Range": f"bytes */{file.size_bytes}", "Content-Length": "0"})
    part = span or Span(0, file.size_bytes)
    headers["Content-Length"] = str(part.length)
    if span is not None:
        headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{file.size_bytes}"
    return Stream(
        storage.stream(file.key, part.start, part.end),
        status_code=200 if span is None else 206,
        media_type=file.media_type,
        headers=headers,
    )


async def _require(storage: Storage, file: Download) -> None:
    try:
        stored = await storage.head(file.key)
    except FileNotFoundError as problem:
        raise FileUnavailable from problem
    if stored.size_bytes != file.size_bytes:
        raise FileUnavailable


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
