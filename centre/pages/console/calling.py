"""Calling the API from a page, in this process and as the member who is signed in: the same route, rules and answers.

A page has no second way of doing anything: what it shows is what the API answers, and what it refuses is refused there.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import msgspec
from litestar import Request
from litestar.types import Message

from centre.pages.shell.languages import TAGS
from centre.pages.shell.refusals import TooLargeForPage
from centre.pages.shell.rendering import lang_of
from kernel.errors import FieldError
from kernel.identity.authentication import ON_BEHALF
from kernel.text import Text

Http = Request[Any, Any, Any]

ANSWER_BYTES_MAX: Final = 16 * 1024 * 1024
"""A document or a table that a page hands on; what is larger is fetched by the API."""
AT_ONCE: Final = asyncio.Semaphore(32)
"""So many answers are held at the same time, whoever reads them and however slowly."""
REDRAWN: Final = frozenset({400, 409, 412, 413, 422, 429})
"""Refusals that whoever fills in a form can do something about."""
JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the API refused, in the words of the page's language."""

    status: int
    title: Text
    sentence: Text
    rule: str | None
    rule_text: Text
    errors: tuple[FieldError, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def is_refused(self) -> bool:
        """Whether it is a refusal."""
        return self.status >= 400

    def read(self) -> Any:
        """The answer's JSON; None without a body."""
        return msgspec.json.decode(self.body) if self.body else None

    def refusal(self) -> Refusal:
        """The refusal that it is."""
        told = self.read() or {}
        cited = told.get("rule") or {}
        return Refusal(
            status=self.status,
            title=_same(told.get("title", "")),
            sentence=_same(told.get("detail", "")),
            rule=cited.get("id"),
            rule_text=_same(cited.get("text", "")),
            errors=tuple(_field(each) for each in told.get("errors", ())),
        )


async def call(
    request: Http,
    method: str,
    path: str,
    *,
    query: str = "",
    body: Any = msgspec.UNSET,
    key: str = "",
    file: "File | None" = None,
) -> Answer:
    """Call an operation as whoever is signed in, with JSON or a file as its body; raises TooLargeForPage."""
    content = b"" if body is msgspec.UNSET else msgspec.json.encode(body)
    status, headers, length = 500, dict[str, str](), 0
    parts: list[bytes] = []
    heads = {b"content-type": file.media_type.encode()} if file else {b"content-length": b"%d" % len(content)}
    if content:
        heads[b"content-type"] = JSON.encode()
    if key:
        heads[b"idempotency-key"] = key.encode("latin-1", "replace")
    receive = file.receive if file else _Whole(content).receive

    async def send(message: Message) -> None:
        nonlocal status, headers, length
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            part = message.get("body", b"")
            length += len(part)
            if length > ANSWER_BYTES_MAX:
                # Ended as by a client that went away: what reads the file stops, and its unit of work is undone.
                answering.cancel()
                await asyncio.sleep(0)
            else:
                parts.append(part)

    async with AT_ONCE:
        inner = request.app(_scope(request, method, path, query, heads), receive, send)  # type: ignore[arg-type]
        answering = asyncio.ensure_future(inner)
        try:
            await answering
        except asyncio.CancelledError:
            if length <= ANSWER_BYTES_MAX:
                raise
        if length > ANSWER_BYTES_MAX:
            raise TooLargeForPage(limit_bytes=ANSWER_BYTES_MAX)
        return Answer(status, headers, b"".join(parts))


@dataclass(slots=True)
class _Whole:
    """A body that is sent at once."""

    content: bytes
    is_sent: bool = False

    async def receive(self) -> Any:
        """The body, then that nothing follows."""
        if self.is_sent:
            return {"type": "http.disconnect"}
        self.is_sent = True
        return {"type": "http.request", "body": self.content, "more_body": False}


class BrokenOff(Exception):
    """A file that is being sent ended before its end."""


@dataclass(slots=True)
class File:
    """A file that is handed on as a body, as fast as it is taken; `content` raises BrokenOff where it breaks off."""

    content: AsyncIterator[bytes]
    media_type: str
    is_over: bool = False

    async def receive(self) -> Any:
        """Its next part; where it broke off, or nothing follows, that the sender went away."""
        if self.is_over:
            return {"type": "http.disconnect"}
        try:
            return {"type": "http.request", "body": await anext(self.content), "more_body": True}
        except StopAsyncIteration:
            self.is_over = True
            return {"type": "http.request", "body": b"", "more_body": False}
        except BrokenOff:
            self.is_over = True
            return {"type": "http.disconnect"}


def _scope(request: Http, method: str, path: str, query: str, heads: Mapping[bytes, bytes]) -> dict[str, Any]:
    outer: Any = request.scope
    headers = [(b"accept-language", TAGS[lang_of(request)].encode()), *heads.items()]
    headers += [pair for pair in outer["headers"] if pair[0] == b"host"]
    return {
        "type": "http",
        "asgi": outer["asgi"],
        "http_version": outer["http_version"],
        "scheme": outer["scheme"],
        "method": method.upper(),
        "path": path,
        "raw_path": quote(path).encode(),
        "query_string": query.encode("latin-1"),
        "root_path": outer.get("root_path", ""),
        "headers": headers,
        "client": outer["client"],
        "server": outer["server"],
        "state": {},
        "request_id": outer.get("request_id", ""),
        ON_BEHALF: request.user,
    }


def _field(told: dict[str, Any]) -> FieldError:
    return FieldError(told["pointer"].removeprefix("/query"), _same(told["detail"]), told.get("rule"))


def _same(words: str) -> Text:
    """Words that are in the page's language already."""
    return Text(words, words)
