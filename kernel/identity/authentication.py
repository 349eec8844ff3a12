"""Who calls, and how fast: keys are looked up, cached for a second, and limited."""

import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final, TypeVar, cast

from litestar import Litestar
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from kernel.actor import ANONYMOUS, Actor
from kernel.errors import Unauthenticated
from kernel.http.addresses import caller
from kernel.http.rates import Limit, RateExceeded, Rates, SpentTokens
from kernel.identity.queries import actor_of, touch_key
from kernel.runtime import Runtime

T = TypeVar("T")

AtPage = Callable[[Scope, Runtime], Awaitable[Actor]]
"""Who asks for a page, by what the browser sends along."""

CACHE_SECONDS: Final = 1.0
"""A revoked key may still pass for this long in a process that has just used it."""

CACHE_MAX: Final = 10_000

UNLIMITED: Final = frozenset({"/healthz", "/readyz", "/metrics"})

ON_BEHALF: Final = "liutong.on_behalf"
"""In the scope of a page's call in this process: for whom it is. No request from outside can hold it."""


class Authentication(ASGIMiddleware):
    """Two doors, never both: the API knows callers by their Bearer key, pages know members by their session's cookie.

    Sets `scope["user"]`. An unknown key is refused, no key is anonymous; a cookie that stands for nothing is nobody.
    """

    scopes = (ScopeType.HTTP,)

    def __init__(self, at_page: AtPage) -> None:
        self._at_page = at_page
        self._actors: OrderedDict[str, tuple[float, Actor]] = OrderedDict()
        self._touched: OrderedDict[str, float] = OrderedDict()
        self._rates = Rates()

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Find the actor, count the request, and pass on; the answer carries the RateLimit fields."""
        app: Litestar = scope["litestar_app"]
        runtime: Runtime = app.state.runtime
        scope["user"], scope["auth"] = ANONYMOUS, None
        if (member := cast(dict[str, Any], scope).get(ON_BEHALF)) is not None:
            # The page's own request has been counted.
            scope["user"] = member
            await next_app(scope, receive, send)
            return
        if scope["path"] in UNLIMITED or scope["route_handler"].opt.get("uncounted"):
            # Those who watch the installation ask often, and what they send is no key of a party.
            await next_app(scope, receive, send)
            return
        settings = runtime.settings
        if scope["route_handler"].opt.get("page"):
            limits = [_page_limit(scope, runtime)]
        elif scope["route_handler"].opt.get("connector"):
            limits = [Limit("connector", _address(scope, runtime), settings.rate_per_minute)]
        else:
            limits = await self._limits(scope, runtime)
        taken = self._rates.spend(limits)
        if scope["route_handler"].opt.get("page"):
            scope["user"] = await self._at_page(scope, runtime)
        fields = [(name.lower().encode(), value.encode()) for name, value in taken.fields.items()]

        async def with_fields(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *fields]
            await send(message)

        await next_app(scope, receive, with_fields)

    async def _limits(self, scope: Scope, runtime: Runtime) -> list[Limit]:
        """What a request of the API counts for; sets the actor, raises Unauthenticated."""
        try:
            actor = scope["user"] = await self._actor(scope, runtime)
        except Unauthenticated:
            # Guesses count as the guesser's own requests, or they would be free.
            self._rates.spend(_limits_of(ANONYMOUS, scope, runtime))
            raise
        return _limits_of(actor, scope, runtime)

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
        _remember(self._actors, presented, (now + CACHE_SECONDS, actor))
        return actor

    async def _touch(self, session: object, actor: Actor, moment: datetime, now: float) -> None:
        if actor.key is not None and now - self._touched.get(actor.key, -math.inf) > 60:
            _remember(self._touched, actor.key, now)
            await touch_key(session, actor.key, moment)  # type: ignore[arg-type]

    async def identify(self, scope: Scope, runtime: Runtime) -> Actor:
        """The actor of a request that a door answers itself, counted as any other.

        Raises Unauthenticated for nobody, and RateExceeded.
        """
        self._rates.spend(await self._limits(scope, runtime))
        actor: Actor = scope["user"]
        if actor.party is None:
            raise Unauthenticated
        return actor

    def admit(self, scope: Scope, runtime: Runtime) -> tuple[Actor, SpentTokens] | None:
        """A caller whose key was looked up within the last second, with its tokens taken; None for anybody else."""
        header = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        scheme, _, presented = header.decode("latin-1").partition(" ")
        cached = self._actors.get(presented)
        if scheme.lower() != "bearer" or cached is None or cached[0] <= time.monotonic():
            return None
        try:
            return cached[1], self._rates.spend(_limits_of(cached[1], scope, runtime))
        except RateExceeded:
            return None

    def reset(self) -> None:
        """Begin anew: no actor is known and no request has been counted."""
        self._actors.clear()
        self._rates.reset()
        self._touched.clear()

    def forget(self) -> None:
        """Drop cached actors after a change of parties or keys in this process."""
        self._actors.clear()


def _address(scope: Scope, runtime: Runtime) -> str:
    return caller(scope, runtime.settings.trusted_proxies)


def _page_limit(scope: Scope, runtime: Runtime) -> Limit:
    """A browser fetches a page with all that belongs to it, and sends no key; what it sends counts as a write does."""
    if cast(HTTPScope, scope)["method"] in ("GET", "HEAD"):
        return Limit("page", _address(scope, runtime), runtime.settings.page_rate_per_minute)
    return Limit("minute", _address(scope, runtime), runtime.settings.anonymous_rate_per_minute)


def _limits_of(actor: Actor, scope: Scope, runtime: Runtime) -> list[Limit]:
    """What a request of this caller counts for: its key and its party, or its address where it has no key."""
    settings = runtime.settings
    if actor.key is None or actor.party is None:
        return [Limit("minute", _address(scope, runtime), settings.anonymous_rate_per_minute)]
    return [
        Limit("minute", actor.key, settings.rate_per_minute),
        Limit("party", actor.party, settings.party_rate_per_minute),
    ]


def _remember(cache: OrderedDict[str, T], name: str, value: T) -> None:
    """Keep a value, and drop the oldest where there are too many: one newcomer never costs everybody theirs."""
    cache[name] = value
    cache.move_to_end(name)
    if len(cache) > CACHE_MAX:
        cache.popitem(last=False)
