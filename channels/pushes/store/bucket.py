"""The few requests of S3's protocol that a push makes, each to an address that was checked (kernel.webhooks.sending).

Every request is signed, bounded in time and in what is read of its answer, and never redirected. Nothing is ever
overwritten: objects are made under `If-None-Match: *`. Parts go with the digest that the store is to compare.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, ParseError, fromstring
from xml.sax.saxutils import escape

import httpx

from channels.pushes.errors import (
    PushAccessDenied,
    PushAddressRefused,
    PushBucketMissing,
    PushObjectExists,
    PushRequestRefused,
    PushStoreRedirects,
    PushStoreUnreachable,
)
from channels.pushes.store.signing import Credential, Query, escaped, query_text, signed
from kernel.errors import DomainError
from kernel.time.clock import SystemClock
from kernel.webhooks.sending import Outcome, Sender

ANSWER_BYTES_MAX: Final = 1 << 20
"""A page of a thousand parts takes a third of this."""
PAGES_MAX: Final = 20
_LATER: Final = (408, 409, 425, 429)
"""Answers besides 5xx that a later request may not get: 409 is a write at the same moment."""
_DIGITS_MAX: Final = 18
_TEXT_MAX: Final = 1024
"""Of an upload's id or a part's tag: each is kept, for ten thousand parts of a file."""
_CODE: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")
_NOTHING_EXISTS: Final = {"if-none-match": "*"}


class UploadGone(Exception):
    """The store knows no such upload: it was completed, aborted, or cleared away."""


@dataclass(frozen=True, slots=True)
class ListedPart:
    """A part that lies at the store."""

    etag: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket of the buyer's; `virtual` puts its name before the host's instead of into the path."""

    endpoint: str
    name: str
    virtual: bool
    credential: Credential
    sender: Sender

    async def put(self, key: str, body: bytes) -> None:
        """Make a small object; raises PushObjectExists where there is one."""
        sha256 = hashlib.sha256(body).digest()
        await self._asked("PUT", key, body=body, headers={**_NOTHING_EXISTS, **_checksum(sha256)}, sha256=sha256)

    async def delete(self, key: str) -> None:
        """Remove an object."""
        await self._asked("DELETE", key)

    async def size(self, key: str) -> int | None:
        """How large an object is; None where there is none."""
        outcome = await self._ask("HEAD", key)
        if outcome.status == 404:
            return None
        length = self._required(outcome, "HEAD", key).headers.get("content-length", "")
        if not (length.isascii() and length.isdigit()):
            raise PushRequestRefused(operation="HEAD", status=outcome.status, code="")
        return int(length)

    async def read(self, key: str, start: int, end: int) -> bytes:
        """The bytes of an object from `start` up to `end`, as many as the store gives of them."""
        headers = {"range": f"bytes={start}-{end - 1}"}
        outcome = await self._asked("GET", key, headers=headers, read_bytes_max=end - start)
        return outcome.body

    async def begin(self, key: str) -> str:
        """Begin an upload in parts; gives its id."""
        headers = {"x-amz-checksum-algorithm": "SHA256"}
        outcome = await self._asked("POST", key, query=[("uploads", "")], headers=headers)
        return _text(_document(outcome, "CreateMultipartUpload"), "UploadId")

    async def send_part(self, key: str, upload_id: str, number: int, body: bytes, sha256: bytes) -> str:
        """Send a part with its digest; gives its entity tag. Raises UploadGone."""
        query = [("partNumber", str(number)), ("uploadId", upload_id)]
        outcome = await self._asked("PUT", key, query=query, body=body, headers=_checksum(sha256), sha256=sha256)
        if not 0 < len(etag := outcome.headers.get("etag", "")) <= _TEXT_MAX:
            raise PushRequestRefused(operation="UploadPart", status=outcome.status, code="no ETag")
        return etag

    async def parts(self, key: str, upload_id: str) -> dict[int, ListedPart]:
        """The parts of an upload that lie at the store, page by page. Raises UploadGone."""
        listed: dict[int, ListedPart] = {}
        after = "0"
        for _ in range(PAGES_MAX):
            query = [("uploadId", upload_id), ("part-number-marker", after)]
            page = _document(await self._asked("GET", key, query=query), "ListParts")
            for part in page.iter("Part"):
                listed[_number(part, "PartNumber")] = ListedPart(_text(part, "ETag"), _number(part, "Size"))
            if _text(page, "IsTruncated", "false") != "true":
                break
            after = _text(page, "NextPartNumberMarker")
        return listed

    async def complete(self, key: str, upload_id: str, parts: Mapping[int, tuple[str, str]]) -> None:
        """Make the object of parts (etag, SHA-256 in base64) by number. Raises UploadGone, PushObjectExists."""
        told = "".join(
            f"<Part><ChecksumSHA256>{sha256}</ChecksumSHA256><ETag>{escape(etag)}</ETag>"
            f"<PartNumber>{number}</PartNumber></Part>"
            for number, (etag, sha256) in sorted(parts.items())
        )
        body = f"<CompleteMultipartUpload>{told}</CompleteMultipartUpload>".encode()
        outcome = await self._asked("POST", key, query=[("uploadId", upload_id)], body=body, headers=_NOTHING_EXISTS)
        if b"<Error" in outcome.body:  # The protocol begins this answer with 200 before it knows.
            raise self._refusal(Outcome(500, None, outcome.body), "CompleteMultipartUpload", key)

    async def abort(self, key: str, upload_id: str) -> None:
        """End an upload, whose parts are removed; one that is gone is ended."""
        try:
            await self._asked("DELETE", key, query=[("uploadId", upload_id)])
        except UploadGone:
            return

    async def _asked(self, method: str, key: str, **request: object) -> Outcome:
        outcome = await self._ask(method, key, **request)  # type: ignore[arg-type]
        return self._required(outcome, method, key)

    async def _ask(
        self,
        method: str,
        key: str,
        *,
        query: Query = (),
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        sha256: bytes | None = None,
        read_bytes_max: int = ANSWER_BYTES_MAX,
    ) -> Outcome:
        root = httpx.URL(self.endpoint)
        netloc = root.netloc.decode("ascii")
        host = f"{self.name}.{netloc}" if self.virtual else netloc
        path = "/" + escaped(key if self.virtual else f"{self.name}/{key}", slash=True)
        content = b"" if body is None and method in ("POST", "PUT") else body
        digest = (sha256 or hashlib.sha256(content or b"").digest()).hex()
        sent = signed(
            self.credential, method, path, query, {"host": host, **(headers or {})}, digest, SystemClock().now()
        )
        url = f"{root.scheme}://{host}{path}" + (f"?{query_text(query)}" if query else "")
        return await self.sender.ask(method, url, content, sent, read_bytes_max=read_bytes_max)

    def _required(self, outcome: Outcome, operation: str, key: str) -> Outcome:
        if outcome.received:
            return outcome
        if outcome.status == 404 and _code(outcome) == "NoSuchUpload":
            raise UploadGone
        raise self._refusal(outcome, operation, key)

    def _refusal(self, outcome: Outcome, operation: str, key: str) -> DomainError:
        """What a store's answer, or the lack of one, is called."""
        status, code = outcome.status, _code(outcome)
        if status is None:
            refused = outcome.failure == "address-refused"
            return PushAddressRefused() if refused else PushStoreUnreachable(failure=outcome.failure)
        if status in (401, 403):
            return PushAccessDenied(code=code or status)
        if status == 404 and code in ("NoSuchBucket", ""):
            return PushBucketMissing(bucket=self.name)
        if status == 412 or code == "PreconditionFailed":
            return PushObjectExists(key=key)
        if 300 <= status < 400 or code in ("AuthorizationHeaderMalformed", "PermanentRedirect"):
            return PushStoreRedirects(status=status, code=code)
        if status >= 500 or status in _LATER:
            return PushStoreUnreachable(failure=f"{status} {code}".strip())
        return PushRequestRefused(operation=operation, status=status, code=code)


def _checksum(sha256: bytes) -> dict[str, str]:
    return {"x-amz-checksum-sha256": in_base64(sha256)}


def in_base64(digest: bytes) -> str:
    """A digest as the protocol writes it."""
    return base64.b64encode(digest).decode()


def _document(outcome: Outcome, operation: str) -> Element:
    """An answer's XML without its namespace; a store that declares entities is not read."""
    try:
        if b"<!" in outcome.body or b"\0" in outcome.body:  # In UTF-16 a declaration is written otherwise.
            raise ParseError
        root = fromstring(outcome.body)  # noqa: S314 - it declares no entities, and its size is bounded
    except (ParseError, ValueError) as problem:
        raise PushRequestRefused(operation=operation, status=outcome.status, code="unreadable") from problem
    for each in root.iter():
        each.tag = each.tag.rpartition("}")[2]
    return root


def _text(node: Element, name: str, otherwise: str | None = None) -> str:
    value = node.findtext(name, otherwise or "").strip()
    if not 0 < len(value) <= _TEXT_MAX:
        raise PushRequestRefused(operation=name, status=200, code="too-long" if value else "missing")
    return value


def _number(node: Element, name: str) -> int:
    text = _text(node, name)
    if not (text.isascii() and text.isdigit()) or len(text) > _DIGITS_MAX:
        raise PushRequestRefused(operation=name, status=200, code="no number")
    return int(text)


def _code(outcome: Outcome) -> str:
    """The code of an error, if its body is one of the protocol's."""
    written = re.search(rb"<Code>([^<]*)</Code>", outcome.body[:4096])
    code = written[1].decode("ascii", "replace") if written else ""
    return code if _CODE.fullmatch(code) else ""
