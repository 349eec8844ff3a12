"""The door for hot routes: what is asked thousands of times a second is answered before the framework, if all is well.

Only what is plainly good goes this way: a key that was looked up within the last second, a token left, the permission,
no query, a small body that decodes. Everything else, every refusal included, goes on to the ordinary route of the same
path, which checks and answers as if there were no door (decision 0021). So there is one way of refusing, and a hot
route is described, guarded and tested like any other.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog
from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import HTTPScope, Receive, Scope, Send
from prometheus_client import Counter

from kernel.actor import Actor
from kernel.errors import DomainError
from kernel.http.edge import REGISTRY
from kernel.http.guards import authorise
from kernel.http.requests import UNSEEN_RAW
from kernel.runtime import Runtime

BODY_BYTES_MAX: Final = 65_536
_HOST: Final = re.compile(rb"[A-Za-z0-9.:\[\]_-]{1,255}")
log: Final = structlog.get_logger("liutong.hot")
ANSWERS: Final = Counter("liutong_http_hot", "Requests answered before the framework", ["route"], registry=REGISTRY)


@dataclass(frozen=True, slots=True)
class Call:
    """A request that is plainly good: who calls, what the path names, the headers, the body."""

    actor: Actor
    method: str
    path: str
    named: tuple[str, ...]
    headers: Mapping[bytes, bytes]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """A success, as JSON."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


class OrdinaryWay(Exception):
    """The request needs the ordinary route after all."""


@dataclass(frozen=True, slots=True)
class HotRoute:
    """A method and a path with the guard of their ordinary route; `answer` raises OrdinaryWay or a refusal to pass."""

    method: str
    path: re.Pattern[str]
    template: str
    opt: Mapping[str, Any]
    answer: Callable[[Runtime, Call], Awaitable[Answer]]
    takes_body: bool = False


CLOCK_SECONDS: Final = 1.0
"""How long after another process has moved the sandbox's clock this door may still go by the old one, as with keys."""


class HotDoor:
    """Stands before the application; `admit` finds a caller whom it knows already, and takes its tokens."""

    def __init__(self, app: Litestar, routes: tuple[HotRoute, ...], admit: Callable[..., Any]) -> None:
        self._app = app
        self._routes = routes
        self._admit = admit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is plainly good, and pass everything else on with its body."""
        route = self._route(scope)
        if route is None:
            await self._app(scope, receive, send)
            return
        runtime: Runtime = self._app.state.runtime
        messages: list[Any] = []
        admitted = self._admit(scope, runtime)
        if admitted is not None:
            actor, taken = admitted
            if (answer := await self._answer(route, runtime, scope, actor, receive, messages)) is not None:
                scope["path_template"], scope["user"] = route.template, actor
                await _send(answer, taken.fields, send)
                ANSWERS.labels(route.template).inc()
                return
            taken.give_back()
        await self._app(scope, _again(messages, receive), send)

    async def _answer(
        self, route: HotRoute, runtime: Runtime, scope: Any, actor: Actor, receive: Receive, messages: list[Any]
    ) -> Answer | None:
        try:
            authorise(actor, route.opt)
            await runtime.tick(within_seconds=CLOCK_SECONDS)
            return await route.answer(runtime, await _call(scope, route, actor, receive, messages))
        except (OrdinaryWay, DomainError):
            return None
        except Exception:
            # The ordinary route tries again, and answers for it; commands are safe to repeat by their key.
            log.exception("a hot route failed", route=route.template)
            return None

    def _route(self, scope: Scope) -> HotRoute | None:
        if scope["type"] != ScopeType.HTTP or scope["query_string"]:
            return None
        for route in self._routes:
            if route.method == scope["method"] and route.path.fullmatch(scope["path"]):
                return route
        return None


async def _call(scope: HTTPScope, route: HotRoute, actor: Actor, receive: Receive, messages: list[Any]) -> Call:
    """Read what the route needs; raises OrdinaryWay for whatever is not plainly good."""
    pairs = list(scope["headers"])
    headers = dict(pairs)
    if len(headers) != len(pairs):
        raise OrdinaryWay  # A header that came twice.
    if not _HOST.fullmatch(headers.get(b"host", b"")):
        raise OrdinaryWay
    body = b""
    if route.takes_body:
        body = await _body(receive, messages)
        json = headers.get(b"content-type", b"").partition(b";")[0].strip().lower() == b"application/json"
        if not json or UNSEEN_RAW.search(body):
            raise OrdinaryWay
    match = route.path.fullmatch(scope["path"])
    assert match is not None
    return Call(actor, route.method, scope["path"], match.groups(), headers, body)


async def _body(receive: Receive, messages: list[Any]) -> bytes:
    """The whole body, keeping what was read; raises OrdinaryWay for a large one, or one that was broken off."""
    parts: list[bytes] = []
    while True:
        message: Any = await receive()
        messages.append(message)
        parts.append(message.get("body", b""))
        if message["type"] != "http.request" or sum(map(len, parts)) > BODY_BYTES_MAX:
            raise OrdinaryWay
        if not message.get("more_body"):
            return b"".join(parts)


def _again(messages: list[Any], receive: Receive) -> Receive:
    """Hand out once more what was read already."""
    if not messages:
        return receive

    async def replaying() -> Any:
        return messages.pop(0) if messages else await receive()

    return replaying


async def _send(answer: Answer, fields: Mapping[str, str], send: Send) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(answer.body)).encode()),
        *answer.headers,
        *((name.lower().encode(), value.encode()) for name, value in fields.items()),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})
