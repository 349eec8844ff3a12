"""Calling the API from a page, in this process and as the member who is signed in: the same route, rules and answers.

A page has no second way of doing anything: what it shows is what the API answers, and what it refuses is refused there.
"""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import msgspec
from litestar import Request
from litestar.types import Message

from centre.pages.shell.languages import TAGS
from centre.pages.shell.rendering import lang_of
from kernel.errors import FieldError
from kernel.identity.authentication import ON_BEHALF
from kernel.text import Text

Http = Request[Any, Any, Any]

ANSWER_BYTES_MAX: Final = 64 * 1024 * 1024
"""A document or a table that a page hands on; what is larger is fetched by the API."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the API refused, in the words of the page's language."""

    status: int
    title: Text
    sentence: Text
    rule: str | None
    rule_text: Text
    errors: tuple[FieldError, ...]


class AnswerTooLarge(Exception):
    """The API answers with more than a page hands on."""


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
    request: Http, method: str, path: str, *, query: str = "", body: Any = msgspec.UNSET, key: str = ""
) -> Answer:
    """Call an operation as whoever is signed in; raises AnswerTooLarge."""
    content = b"" if body is msgspec.UNSET else msgspec.json.encode(body)
    sent = iter([{"type": "http.request", "body": content, "more_body": False}])
    status, headers, parts, length = 500, {}, [], 0

    async def receive() -> Any:
        return next(sent, {"type": "http.disconnect"})

    async def send(message: Message) -> None:
        nonlocal status, headers, length
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            part = message.get("body", b"")
            length += len(part)
            if length > ANSWER_BYTES_MAX:
                raise AnswerTooLarge
            parts.append(part)

    await request.app(_scope(request, method, path, query, content, key), receive, send)  # type: ignore[arg-type]
    return Answer(status, headers, b"".join(parts))


def _scope(request: Http, method: str, path: str, query: str, content: bytes, key: str) -> dict[str, Any]:
    outer: Any = request.scope
    headers = [(b"accept-language", TAGS[lang_of(request)].encode()), (b"content-length", b"%d" % len(content))]
    headers += [pair for pair in outer["headers"] if pair[0] == b"host"]
    if content:
        headers.append((b"content-type", b"application/json"))
    if key:
        headers.append((b"idempotency-key", key.encode("latin-1", "replace")))
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
