"""The outermost layer: request ids, security headers, access log and metrics for every answer, also the failed ones."""

import itertools
import re
import secrets
import time
from typing import Final

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY: Final = CollectorRegistry()
REQUESTS: Final = Counter(
    "liutong_http_requests", "Answered requests", ["method", "route", "status"], registry=REGISTRY
)
SECONDS: Final = Histogram(
    "liutong_http_request_seconds",
    "Time to answer",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)

log: Final = structlog.get_logger("liutong.access")

_PROCESS: Final = secrets.token_hex(7)
_COUNT: Final = itertools.count()
"""Request ids: unique by process and number, without asking the system for randomness each time."""

_REQUEST_ID: Final = re.compile(r"^[A-Za-z0-9._-]{8,64}$")
_QUIET: Final = frozenset({"/healthz", "/readyz", "/metrics"})

_CSP: Final = (
    b"default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; "
    b"frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)

SECURITY_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"content-security-policy", _CSP),
)


class Edge:
    """Wraps the application once."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        hsts = ((b"strict-transport-security", b"max-age=31536000"),) if https else ()
        self._headers = (*SECURITY_HEADERS, *hsts)
        self._series: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and finish the answer's head."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"").decode("latin-1")
        request_id = given if given and _REQUEST_ID.match(given) else f"{_PROCESS}{next(_COUNT):010x}"
        scope["request_id"] = request_id  # type: ignore[typeddict-unknown-key]
        began, status = time.perf_counter(), 500

        async def finish(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                present = {name for name, _ in message["headers"]}
                extra = [pair for pair in self._headers if pair[0] not in present]
                message["headers"] = [*message["headers"], *extra, (b"x-request-id", request_id.encode())]
            await send(message)

        earlier = structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            await self._app(scope, receive, finish)
        finally:
            self._note(scope, status, time.perf_counter() - began)
            structlog.contextvars.reset_contextvars(**earlier)

    def _note(self, scope: HTTPScope, status: int, seconds: float) -> None:
        of = scope["method"], str(scope.get("path_template") or "unmatched"), status
        if (series := self._series.get(of)) is None:  # Looking it up takes a lock, and makes its labels anew.
            method, route, _ = of
            series = self._series[of] = REQUESTS.labels(method, route, str(status)), SECONDS.labels(route)
        requests, times = series
        requests.inc()
        times.observe(seconds)
        if scope["path"] not in _QUIET:
            actor = scope.get("user")
            log.info(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=status,
                ms=round(seconds * 1000, 2),
                key=getattr(actor, "hand", None),
            )
