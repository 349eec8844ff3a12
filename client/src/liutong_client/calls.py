"""What a request is made of and how its answer is read: pure, so that both twins do the same."""

import datetime as dt
import re
import secrets
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote

import msgspec

from liutong_client.problems import AnswerUnreadable, Problem

T = TypeVar("T")
P = TypeVar("P")
I = TypeVar("I")  # noqa: E741 - an item

Form = Mapping[str, Any]
"""A body as it would stand in a file, in place of its model."""

KEY_LENGTH_MAX: Final = 255
_DOTS: Final = (".", "..")
DEPRECATED: Final = re.compile(r"@([0-9]{1,11})")
"""The one form that RFC 9745 has for the header: seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Operation(Generic[T]):
    """An operation of the API: what it asks for, and what its answer is read as.

    `keyed` says that it reads an idempotency key, `media` which forms its answer may have.
    """

    id: str
    method: str
    path: str
    result: type[T]
    _: KW_ONLY
    query: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    body: tuple[type, ...] = ()
    keyed: bool = False
    media: tuple[str, ...] = ("application/json",)

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice does no more than sending it once."""
        return self.keyed or self.method in ("GET", "HEAD", "PUT")


@dataclass(frozen=True, slots=True)
class ListOperation(Operation[P], Generic[P, I]):
    """An operation whose answer is a page of a list of items."""

    item: type[I]


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request before it is sent; its idempotency key is minted once, so every repeat carries the same."""

    operation: Operation[T]
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    content: bytes | None


def build(
    operation: Operation[T],
    parameters: Mapping[str, Any],
    body: Any = None,
    *,
    key: str | None = None,
    accept: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Call[T]:
    """The request of an operation; raises TypeError for a parameter, body or key that it does not have."""
    path, used = _path(operation, parameters)
    query = {name: value for name, value in parameters.items() if name not in used}
    if unknown := sorted(query.keys() - set(operation.query)):
        allowed = ", ".join([*used, *operation.query]) or "-"
        raise TypeError(f"{operation.id}: 没有参数 · no parameter {', '.join(unknown)}; {allowed}")
    if missing := [name for name in operation.needed if query.get(name) is None]:
        raise TypeError(f"{operation.id}: 缺少参数 · missing {', '.join(missing)}")
    pairs = [(name, text) for name, value in query.items() for text in _texts(value)]
    more = {"accept": accept or ", ".join(operation.media) or "*/*", **(headers or {})}
    content = None if body is None else _content(operation, body, more)
    if operation.keyed:
        more["idempotency-key"] = key if key is not None else secrets.token_urlsafe(24)
        if not 0 < len(more["idempotency-key"]) <= KEY_LENGTH_MAX:
            raise ValueError(
                f"幂等键须为 1–{KEY_LENGTH_MAX} 个字符 · an idempotency key has 1–{KEY_LENGTH_MAX} characters"
            )
    elif key is not None:
        raise TypeError(f"{operation.id}: 该操作不读取幂等键 · this operation reads no idempotency key")
    return Call(operation, path, tuple(pairs), more, content)


def _path(operation: Operation[Any], parameters: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The path with its parameters in place; a value that would lead elsewhere is refused."""
    parts, used = [], []
    for part in operation.path.split("/"):
        if not part.startswith("{"):
            parts.append(part)
            continue
        name = part[1:-1]
        value = parameters.get(name)
        if value is None:
            raise TypeError(f"{operation.id}: 缺少参数 · missing {name}")
        [text] = _texts(value)
        inner = text.split("/") if name == "path" else [text]
        if any(not each or each in _DOTS for each in inner):
            raise ValueError(f"{operation.id}: {name}={text!r} 不是编号 · is no id")
        parts += [quote(each, safe="") for each in inner]
        used.append(name)
    return "/".join(parts), used


def _texts(value: Any) -> list[str]:
    """A parameter as it stands in an address; None is left out."""
    if value is None:
        return []
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, dt.datetime | dt.date):
        return [str(msgspec.to_builtins(value))]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [text for each in value for text in _texts(each)]
    return [str(value)]


def _content(operation: Operation[Any], body: Any, headers: dict[str, str]) -> bytes:
    if not operation.body:
        raise TypeError(f"{operation.id}: 该操作没有请求体 · this operation has no body")
    if isinstance(body, bytes):
        headers.setdefault(
            "content-type", "application/octet-stream" if bytes in operation.body else "application/json"
        )
        return body
    if not isinstance(body, (*operation.body, Mapping)):
        names = ", ".join(each.__name__ for each in operation.body)
        raise TypeError(f"{operation.id}: 请求体应为 · the body is {names}")
    headers.setdefault("content-type", "application/json")
    return msgspec.json.encode(body, enc_hook=_plain)


def _plain(value: Any) -> dict[str, Any]:
    """A mapping of another kind as the one that is written."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"不能写成 JSON · cannot be written as JSON: {type(value).__name__}")


def answer(call: Call[T], status: int, headers: Mapping[str, str], content: bytes) -> T:
    """What a successful answer holds; raises Problem for a refusal, AnswerUnreadable for what nobody can read."""
    operation = call.operation
    warn_if_deprecated(operation.id, headers)
    if status >= 400:
        raise Problem.of(operation.method, call.path, status, headers, content)
    if not 200 <= status < 300:
        raise unexpected(operation.id, status)
    result: Any = operation.result
    if result is bytes:
        return content  # type: ignore[return-value]
    if result is str:
        return content.decode("utf-8")  # type: ignore[return-value]
    if result is type(None):
        return None  # type: ignore[return-value]
    try:
        return msgspec.json.decode(content, type=operation.result)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise AnswerUnreadable(f"{operation.id}: {problem}") from problem


def warn_if_deprecated(what: str, headers: Mapping[str, str]) -> None:
    """Warn where the centre says that an operation is deprecated (RFC 9745), and until when it goes on (RFC 8594)."""
    stated = {name.lower(): value for name, value in headers.items()}
    since = DEPRECATED.fullmatch(stated.get("deprecation", ""))
    if since is None:
        return
    day = dt.datetime.fromtimestamp(int(since[1]), dt.UTC).date()
    until = stated.get("sunset", "-")[:40]
    words = f"{what}: 自 {day} 起弃用，最早于 {until} 停止 · deprecated from {day} on, may end at {until}"
    warnings.warn(words, DeprecationWarning, stacklevel=4)


def unexpected(what: str, status: int) -> AnswerUnreadable:
    """The exception of an answer that neither gives what was asked for nor refuses it, as a redirect."""
    return AnswerUnreadable(f"{what}: HTTP {status} 未预料 · unexpected; 不跟随转址 · redirects are not followed")
