"""Reading a call: its agreement, its key, its path and its body, or why it is not passed on."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from litestar.types import HTTPScope, Receive

from channels.gateway import rules
from channels.gateway.documents.reading import KEY_HEADER
from channels.gateway.errors import CallTooLarge, CallTooSlow, CallUnreadable, OperationUnknown, UpgradeUnsupported
from channels.gateway.rules import GatewayRules, HeaderPair
from kernel import ids
from kernel.http.addresses import caller
from kernel.text import Text

PREFIX: Final = "/gateway/"
_KEY: Final = KEY_HEADER.lower().encode()


@dataclass(frozen=True, slots=True)
class GatewayRequest:
    """A request that can be read in one way only."""

    agreement_id: str
    target: bytes
    path: str
    key: str
    headers: list[HeaderPair]
    address: str


def readable(scope: HTTPScope, policy: GatewayRules, trusted_proxies: str) -> GatewayRequest:
    """The request, if there is one way to read it; raises CallUnreadable, OperationUnknown and UpgradeUnsupported."""
    headers = [(name.lower(), value) for name, value in scope["headers"]]
    if any(name == b"upgrade" for name, _ in headers):
        raise UpgradeUnsupported
    raw = bytes(scope.get("raw_path") or scope["path"].encode()).partition(b"?")[0]
    agreement, _, rest = raw.removeprefix(PREFIX.encode()).partition(b"/")
    path = rules.readable_path(b"/" + rest)
    if not ids.is_id("agr", agreement.decode("latin-1")) or path is None:
        raise OperationUnknown(kind="gateway_interface", id=agreement.decode("latin-1")[:40])
    if rules.is_ambiguous(headers):
        raise CallUnreadable(reason=Text("Content-Length 重复或与分块并存", "the length of its body is said twice"))
    size = sum(len(name) + len(value) for name, value in headers)
    if len(headers) > policy.headers_max or size > policy.header_bytes_max:
        raise CallUnreadable(reason=Text("请求头过多或过长", "its headers are too many or too long"))
    query = scope["query_string"]
    if not rules.readable_query(query, policy.query_bytes_max):
        raise CallUnreadable(reason=Text("查询部分过长或含非法字符", "its query is too long or not plain ASCII"))
    target = b"/" + rest + (b"?" + query if query else b"")
    key = next((value.decode("latin-1") for name, value in headers if name == _KEY), "")
    return GatewayRequest(agreement.decode(), target, path, key, headers, caller(scope, trusted_proxies))


def has_body(headers: list[HeaderPair]) -> bool:
    """Whether a body follows the head, however short, and has to be waited for."""
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in headers)


async def body_of(receive: Receive, headers: list[HeaderPair], bytes_max: int, seconds_max: float) -> bytes:
    """The whole body; raises CallTooLarge, CallTooSlow, and CallUnreadable where the caller left before its end."""
    told = next((value for name, value in headers if name == b"content-length"), b"0")
    if told.isdigit() and int(told) > bytes_max:
        raise CallTooLarge(limit_bytes=bytes_max)
    try:
        async with asyncio.timeout(seconds_max):
            return await _whole_body(receive, bytes_max)
    except TimeoutError:
        raise CallTooSlow(limit_seconds=seconds_max) from None


async def _whole_body(receive: Receive, bytes_max: int) -> bytes:
    parts, size = [], 0
    while True:
        message: Any = await receive()
        if message["type"] != "http.request":
            raise CallUnreadable(reason=Text("请求体未发送完整", "its body ended before it was complete"))
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > bytes_max:
            raise CallTooLarge(limit_bytes=bytes_max)
        if not message.get("more_body"):
            return b"".join(parts)


async def caller_left(receive: Receive) -> None:
    """Ends when the caller has gone away."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
