"""Passing an answer on as it comes: bounded, watched, cut where it lies, and never made longer than it was."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import ClientError, ClientResponse
from litestar.types import Send

from channels.gateway.calls.upstream import UpstreamRequest, Upstreams, UpstreamUnreached
from channels.gateway.errors import UpstreamFailed, UpstreamSilent
from channels.gateway.rules import Failure, GatewayRules, HeaderPair, answered, moved
from kernel.errors import DomainError, Unauthenticated
from kernel.text import Text
from market.delivery.fetching import POLL_SECONDS

REASONS: Final = {
    "address-refused": Text("其地址不在公网上", "its address is not public"),
    "name-not-found": Text("其域名无法解析", "its name is not found"),
    "connection-failed": Text("无法连接", "it cannot be connected to"),
    "answer-unreadable": Text("答复不合 HTTP 协议，或被中断", "its answer is no HTTP, or was broken off"),
    "timed-out": Text("超过时限", "it took too long"),
    "too-large": Text("答复超过上限", "its answer is larger than one that is passed on"),
    "cut-short": Text("答复少于其声明的长度", "its answer was shorter than it said"),
    "redirect": Text("重定向到别处，网关从不跟随", "it redirects elsewhere, which is never followed"),
    "credential": Text("其不接受网关的凭据", "it does not take the gateway's credential"),
    "status": Text("状态码无效", "its status is none that can be passed on"),
}
_SANDBOXED: Final = (b"content-security-policy", b"default-src 'none'; sandbox; frame-ancestors 'none'")
"""What an upstream answers is shown under our name: as a page it may do nothing."""
_NO_BODY: Final = (204, 304)
_EMPTY: Final[dict[str, Any]] = {"type": "http.response.body", "body": b"", "more_body": True}


@dataclass(frozen=True, slots=True)
class Passed:
    """What came of passing a call on: its status, how much of a body, and what it failed by, if it did."""

    status: int
    size_bytes: int
    failure: Failure | None = None


class NotPassed(Exception):
    """Nothing was sent to the caller yet: `refusal` is what it is told, `failure` why, `status` the upstream's own."""

    def __init__(self, refusal: DomainError, failure: Failure, status: int | None = None) -> None:
        super().__init__(failure)
        self.refusal, self.failure, self.status = refusal, failure, status


class _Ended(Exception):
    """An answer ended otherwise than by its end."""

    def __init__(self, failure: Failure, why: str) -> None:
        super().__init__(why)
        self.failure, self.why = failure, why


@dataclass(slots=True)
class Relay:
    """One call on its way: `here` is the address below which redirects lead on, `has_left` tells of the caller.

    `watch` is asked some times a second and raises what ends the answer. `waited_seconds` is how long the caller has
    let its answer wait: whoever takes it too slowly has left, and has had what it was given. `held` is what of an
    answer is not sent yet: its last part waits until the call is settled, but that of one which streams.
    """

    wanted: UpstreamRequest
    rules: GatewayRules
    here: str
    headers: list[HeaderPair]
    send: Send
    watch: Callable[[], Awaitable[None]]
    has_left: Callable[[], bool]
    size_bytes: int = 0
    waited_seconds: float = 0.0
    deadline: float = 0.0
    has_begun: bool = False
    given_bytes: int = 0
    held: list[dict[str, Any]] = field(default_factory=list)

    async def run(self, upstreams: Upstreams) -> Passed:
        """Ask the upstream and pass its answer on, except its end; raises NotPassed where nothing was sent."""
        self.deadline = asyncio.get_running_loop().time() + self.rules.seconds(streams=self.wanted.streams)
        try:
            answer = await upstreams.ask(self.wanted, self.rules)
        except UpstreamUnreached as problem:
            failure: Failure = "timed-out" if problem.timed_out else "upstream"
            raise _refused(problem.code, failure) from None
        try:
            return await self._pass(answer)
        finally:
            # One whose body was read whole has given its connection back; any other is closed with it.
            answer.close()

    async def end(self) -> None:
        """Send what is held, and with it the end of the answer."""
        last = self.held.pop() if self.held and self.held[-1]["type"] == "http.response.body" else dict(_EMPTY)
        with suppress(_Ended):
            await self._flush()
            await self._taken({**last, "more_body": False})

    def was_given(self, failure: Failure | None) -> bool:
        """Whether the caller has of the answer what it is charged for: all of it, or what it had when it ended it."""
        if failure in (None, "request", "upstream"):
            return True
        return self.has_begun if failure == "caller-left" else self.given_bytes > 0

    async def _pass(self, answer: ClientResponse) -> Passed:
        headers = self._head(answer)
        chunks = self._chunks(answer)
        if self.has_left():
            raise _refused("answer-unreadable", "caller-left", answer.status)
        try:
            first = b"" if self.wanted.streams else await anext(chunks, b"")
            await self.watch()
        except _Ended as ended:
            raise _refused(ended.why, ended.failure, answer.status) from None
        except DomainError as refusal:
            raise NotPassed(refusal, _stopped(refusal), answer.status) from None
        try:
            await self._hold({"type": "http.response.start", "status": answer.status, "headers": headers})
            await self._body(first)
            async for chunk in chunks:
                if self.has_left():
                    return Passed(answer.status, self.size_bytes, "caller-left")
                await self._body(chunk)
        except _Ended as ended:
            if ended.failure != "caller-left":
                with suppress(_Ended):
                    await self._flush()
            return Passed(answer.status, self.size_bytes, ended.failure)
        except DomainError as refusal:
            if not self.has_begun:
                raise NotPassed(refusal, _stopped(refusal), answer.status) from None
            return Passed(answer.status, self.size_bytes, _stopped(refusal))
        failure: Failure | None = "caller-left" if self.has_left() else _failure_of(answer.status)
        return Passed(answer.status, self.size_bytes, failure)

    async def _body(self, chunk: bytes) -> None:
        if chunk:
            await self._hold(_EMPTY | {"body": chunk})

    async def _hold(self, message: dict[str, Any]) -> None:
        """Keep a part back until another comes; what was kept before is sent, but for the head."""
        if self.held and self.held[-1]["type"] == "http.response.body":
            await self._flush()
        self.held.append(message)
        if self.wanted.streams:
            await self._flush()

    async def _flush(self) -> None:
        held, self.held = self.held, []
        for message in held:
            await self._taken(message)

    async def _taken(self, message: Any) -> None:
        """Send, and wait until the caller takes it, but not beyond the call's time."""
        loop = asyncio.get_running_loop()
        self.has_begun = True
        self.given_bytes += len(message.get("body", b""))
        since = loop.time()
        try:
            async with asyncio.timeout_at(self.deadline):
                await self.send(message)
        except TimeoutError:
            raise _Ended("caller-left", "answer-unreadable") from None
        finally:
            self.waited_seconds += loop.time() - since

    def _late(self) -> _Ended:
        """Whose fault it is that an answer takes too long: the caller's, where it has long let it wait."""
        is_over = asyncio.get_running_loop().time() >= self.deadline
        if is_over and self.waited_seconds >= self.rules.idle(streams=self.wanted.streams):
            return _Ended("caller-left", "answer-unreadable")
        # A stream has no end of its own: whoever asks for one asks for as much of it as there may be.
        return _Ended("too-long" if is_over and self.wanted.streams else "timed-out", "timed-out")

    def _head(self, answer: ClientResponse) -> list[HeaderPair]:
        """The head as the caller is given it; raises NotPassed for one that cannot be."""
        raw, status = answer.raw_headers, answer.status
        size = sum(len(name) + len(value) for name, value in raw)
        if len(raw) > self.rules.headers_max or size > self.rules.header_bytes_max:
            raise _refused("too-large", "too-large", status)
        if not 200 <= status <= 599:
            raise _refused("status", "upstream", status)
        if status in (401, 407):
            # The caller's own key was good: it is ours that the upstream did not take.
            raise _refused("credential", "upstream", status)
        told = [*answered(raw), *self.headers, _SANDBOXED]
        if (location := answer.headers.get("Location")) is not None:
            if (onward := moved(location, self.wanted.base_url, self.here)) is None:
                raise _refused("redirect", "upstream", status)
            told.append((b"location", onward.encode("latin-1", "replace")))
        if status not in _NO_BODY and (length := answer.headers.get("Content-Length")) is not None:
            if self.wanted.method != "HEAD" and int(length) > self.rules.response_bytes_max:
                raise _refused("too-large", "too-large", status)
            told.append((b"content-length", length.encode()))
        return told

    async def _chunks(self, answer: ClientResponse) -> AsyncIterator[bytes]:
        """The body as it arrives; raises _Ended where it does not as it should, and what `watch` raises."""
        idle = float(self.rules.idle(streams=self.wanted.streams))
        loop, paused = asyncio.get_running_loop(), 0.0
        while True:
            if loop.time() >= self.deadline:
                raise self._late()
            waiting = asyncio.timeout(POLL_SECONDS)
            try:
                async with waiting:
                    chunk = await answer.content.readany()
            except TimeoutError:
                if not waiting.expired() or (paused := paused + POLL_SECONDS) >= idle:
                    raise self._late() from None
                if self.has_left():
                    raise _Ended("caller-left", "answer-unreadable") from None
                await self.watch()
                continue
            except (ClientError, OSError):
                raise _Ended("cut-short", "cut-short") from None
            if not chunk:
                return
            paused = 0.0
            self.size_bytes += len(chunk)
            if self.size_bytes > self.rules.response_bytes_max:
                raise _Ended("too-large", "too-large")
            await self.watch()
            yield chunk


def _failure_of(status: int) -> Failure | None:
    """What an answer that arrived whole failed by: the request's fault or the upstream's."""
    if status >= 500:
        return "upstream"
    return "request" if status >= 400 else None


def _stopped(refusal: DomainError) -> Failure:
    """What an answer is stopped by: the key, which its buyer ends, or what others end."""
    return "key-over" if isinstance(refusal, Unauthenticated) else "stopped"


def _refused(code: str, failure: Failure, status: int | None = None) -> NotPassed:
    kind = UpstreamSilent if failure == "timed-out" else UpstreamFailed
    return NotPassed(kind(reason=REASONS[code]), failure, status)
