"""A call of a tool as the request that it is the twin of: the same key, guard, limits, command and refusals."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import msgspec

from centre.agents.tools import ID_PATTERN, KEY_PATTERN, Tool, marked, plain_of
from kernel.http.problems import language
from kernel.text import Text

SECONDS_MAX: Final = 60.0
ANSWER_BYTES_MAX: Final = 2 << 20

_ID: Final = re.compile(ID_PATTERN)
_KEY: Final = re.compile(KEY_PATTERN)
_NONE: Final = "-"
"""Stands in a path for what is no id: nothing has it, so that the operation says which id is not there."""

_PASSED_ON: Final = ("authorization", "accept-language")

_LATE: Final = (
    Text("未能及时答复", "It took too long"),
    Text(
        "本次调用逾 {seconds} 秒未完成；请稍后以同样的参数与同一 key 重试，已办成的不会重复办理。",
        "The call took more than {seconds} seconds: repeat it with the same arguments and the same key; what was done"
        " is not done twice.",
    ),
)
_LARGE: Final = (
    Text("答复过大", "The answer is too large"),
    Text(
        "答复超过 {bytes} 字节；请缩小 limit，或以接口直接读取 {path}。",
        "The answer is above {bytes} bytes: ask for less by limit, or read {path} by the API itself.",
    ),
)


class Calls:
    """Sends to the application in this process what a tool is asked for."""

    def __init__(
        self, app: Any, public_url: str, *, seconds: float = SECONDS_MAX, bytes_max: int = ANSWER_BYTES_MAX
    ) -> None:
        url = urlsplit(public_url)
        self._app, self._root = app, f"{url.scheme}://{url.netloc}"  # A path before the API is the proxy's.
        self._seconds, self._bytes_max = seconds, bytes_max

    async def call(self, tool: Tool, arguments: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
        """What the operation answers to these arguments, as `{ok, result}` or `{ok, problem}`."""
        request, lang = self._request(tool, arguments, headers), language(headers.get("accept-language"))
        answers = _Answers(self._app, self._bytes_max)
        transport = httpx.ASGITransport(app=answers, raise_app_exceptions=False)
        try:
            async with asyncio.timeout(self._seconds):
                answer = await transport.handle_async_request(request)
                body = await answer.aread()
        except TimeoutError:
            title, detail = _LATE
            sentence = detail.filled(seconds=f"{self._seconds:g}").of(lang)
            return _told("tool-timed-out", 504, title.of(lang), sentence)
        if answers.size > self._bytes_max:
            title, detail = _LARGE
            sentence = detail.filled(bytes=self._bytes_max, path=request.url.path).of(lang)
            return _told("tool-answer-too-large", 502, title.of(lang), sentence)
        content = msgspec.json.decode(body)
        if answer.is_success:
            return {"ok": True, "result": marked(content, plain_of(tool))}
        return {"ok": False, "problem": content}

    def _request(self, tool: Tool, arguments: Mapping[str, Any], headers: Mapping[str, str]) -> httpx.Request:
        rest = dict(arguments)
        path = tool.path
        for name in tool.named:
            path = path.replace(f"{{{name}}}", _matching(_ID, rest.pop(name, None)) or _NONE)
        passed = [name for name in _PASSED_ON if name in headers]
        sent = {name.encode(): headers[name].encode("latin-1", "replace") for name in passed}
        if tool.body is not None:
            key = _matching(_KEY, rest.pop("key", None))
            sent |= {b"idempotency-key": key.encode("ascii")} if key else {}
        given: dict[str, Any] = {"json": rest} if tool.body is not None else {"params": _words(rest)}
        return httpx.Request(tool.method, f"{self._root}{path}", headers=sent, **given)


class _Answers:
    """The application, of whose answer only so much is kept; `size` is how much there was."""

    def __init__(self, app: Any, bytes_max: int) -> None:
        self._app, self._bytes_max, self.size = app, bytes_max, 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def bounded(message: Any) -> None:
            self.size += len(message.get("body", b""))
            await send(message if self.size <= self._bytes_max else message | {"body": b""})

        await self._app(scope, receive, bounded)


def _matching(pattern: re.Pattern[str], value: Any) -> str | None:
    return value if isinstance(value, str) and pattern.fullmatch(value) else None


def _told(code: str, status: int, title: str, detail: str) -> dict[str, Any]:
    return {"ok": False, "problem": {"code": code, "status": status, "title": title, "detail": detail}}


def _words(arguments: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in arguments.items() if value is not None}
