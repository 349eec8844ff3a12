"""Who calls, and how fast: keys are looked up, cached for a second, and limited."""

import math
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from litestar import Litestar
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from kernel.actor import ANONYMOUS, Actor
from kernel.errors import TooMany, Unauthenticated
from kernel.identity.queries import actor_of, touch_key
from kernel.runtime import Runtime
from kernel.text import Text

CACHE_SECONDS: Final = 1.0
"""A revoked key may still pass for this long in a process that has just used it."""

CACHE_MAX: Final = 10_000

UNLIMITED: Final = frozenset({"/healthz", "/readyz", "/metrics"})


class RateExceeded(TooMany):
    """The key has used up its requests for now."""

    title = Text("请求速率超限", "The rate limit is exceeded")
    rule = "LT-GEN-05"

    def __init__(self, *, retry_after_seconds: int, fields: dict[str, str]) -> None:
        super().__init__(retry_after_seconds=retry_after_seconds)
        self.headers = fields


@dataclass(slots=True)
class Bucket:
    """A token bucket: `limit` requests a minute, refilled steadily."""

    limit: int
    tokens: float
    filled_at: float

    def take(self, now: float) -> bool:
        """Take one token, if there is one."""
        self.tokens = min(self.limit, self.tokens + (now - self.filled_at) * self.limit / 60)
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    def give_back(self) -> None:
        """Undo a token that was taken for a request that is counted elsewhere."""
        self.tokens += 1

    def spend(self) -> None:
        """Take one token; raises RateExceeded when there is none."""
        if not self.take(time.monotonic()):
            raise RateExceeded(retry_after_seconds=self.wait_seconds, fields=self.fields)

    @property
    def fields(self) -> dict[str, str]:
        """The RateLimit fields of an answer (draft-ietf-httpapi-ratelimit-headers)."""
        return {
            "RateLimit-Policy": f'"minute";q={self.limit};w=60',
            "RateLimit": f'"minute";r={int(self.tokens)};t=60',
        }

    @property
    def wait_seconds(self) -> int:
        """Until the next token."""
        return max(1, math.ceil((1 - self.tokens) * 60 / self.limit))


class Authentication(ASGIMiddleware):
    """Sets `scope["user"]` from the Bearer key; an unknown key is refused, no key is anonymous."""

    scopes = (ScopeType.HTTP,)

    def __init__(self) -> None:
        self._actors: dict[str, tuple[float, Actor]] = {}
        self._buckets: dict[str, Bucket] = {}
        self._touched: dict[str, float] = {}

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Find the actor, take a token, and pass on; the answer carries the RateLimit fields."""
        app: Litestar = scope["litestar_app"]
        runtime: Runtime = app.state.runtime
        scope["user"], scope["auth"] = ANONYMOUS, None
        if scope["path"] in UNLIMITED:
            # Those who watch the installation ask often, and what they send is no key of a party.
            await next_app(scope, receive, send)
            return
        try:
            scope["user"] = await self._actor(scope, runtime)
        except Unauthenticated:
            # Guesses count as the guesser's own requests, or they would be free.
            self._bucket(scope, ANONYMOUS, runtime).spend()
            raise
        bucket = self._bucket(scope, scope["user"], runtime)
        bucket.spend()

        async def with_fields(message: Message) -> None:
            if message["type"] == "http.response.start":
                fields = [(name.lower().encode(), value.encode()) for name, value in bucket.fields.items()]
                message["headers"] = [*message["headers"], *fields]
            await send(message)

        await next_app(scope, receive, with_fields)

    async def _actor(self, scope: Scope, runtime: Runtime) -> Actor:
        header = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        if not header:
            return ANONYMOUS
        scheme, _, presented = header.decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated
        now = time.monotonic()
        known = self._actors.get(presented)
        if known is not None and known[0] > now:
            return known[1]
        moment = runtime.clock.now()
        async with runtime.sessions() as session, session.begin():
            actor = await actor_of(session, presented, moment)
            await self._touch(session, actor, moment, now)
        if len(self._actors) >= CACHE_MAX:
            self._actors.clear()
        self._actors[presented] = (now + CACHE_SECONDS, actor)
        return actor

    async def _touch(self, session: object, actor: Actor, moment: datetime, now: float) -> None:
        if actor.key is not None and now - self._touched.get(actor.key, -math.inf) > 60:
            self._touched[actor.key] = now
            await touch_key(session, actor.key, moment)  # type: ignore[arg-type]

    def admit(self, scope: Scope, runtime: Runtime) -> tuple[Actor, Bucket] | None:
        """A caller whose key was looked up within the last second, with a token taken; None for anybody else."""
        header = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        scheme, _, presented = header.decode("latin-1").partition(" ")
        known = self._actors.get(presented)
        if scheme.lower() != "bearer" or known is None or known[0] <= (now := time.monotonic()):
            return None
        bucket = self._bucket(scope, known[1], runtime)
        return (known[1], bucket) if bucket.take(now) else None

    def reset(self) -> None:
        """Begin anew: no actor is known and no request has been counted."""
        self._actors.clear()
        self._buckets.clear()
        self._touched.clear()

    def forget(self) -> None:
        """Drop cached actors after a change of parties or keys in this process."""
        self._actors.clear()

    def _bucket(self, scope: Scope, actor: Actor, runtime: Runtime) -> Bucket:
        settings = runtime.settings
        client = scope.get("client")
        name = actor.key or (client[0] if client else "local")
        limit = settings.rate_per_minute if actor.key else settings.anonymous_rate_per_minute
        if len(self._buckets) >= CACHE_MAX:
            self._buckets.clear()
        return self._buckets.setdefault(name, Bucket(limit, float(limit), time.monotonic()))
