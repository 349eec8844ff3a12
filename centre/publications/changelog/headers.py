"""What a caller of a deprecated operation is told with every answer, by its route or by the door for hot routes."""

from collections.abc import Iterable, Mapping

from litestar.enums import ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from centre.publications.changelog.rules import Change, headers

Told = Mapping[tuple[str, str], tuple[tuple[bytes, bytes], ...]]


def by_path(handlers: Iterable[HTTPRouteHandler], deprecated: Mapping[str, Change], page: str) -> Told:
    """The headers of deprecated operations by method and path; raises ValueError for one that the API does not have."""
    named = {handler.fn.__name__: handler for handler in handlers}
    wanted = {name: change for name, change in deprecated.items() if "." not in name}
    if missing := sorted(wanted.keys() - named.keys()):
        raise ValueError(f"the changelog deprecates operations that are not there: {', '.join(missing)}")
    return {
        (method, path): tuple((name.lower().encode(), value.encode()) for name, value in headers(change, page))
        for operation, change in wanted.items()
        for path in named[operation].paths
        for method in named[operation].http_methods
    }


class DeprecationHeaders:
    """Wraps the application: an answer of a deprecated operation says so, a refusal too."""

    def __init__(self, app: ASGIApp, told: Told) -> None:
        self._app, self._told = app, told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add to the head of its answer."""
        if scope["type"] != ScopeType.HTTP or not self._told:
            await self._app(scope, receive, send)
            return

        async def finish(message: Message) -> None:
            if message["type"] == "http.response.start":
                # The router, or the door before it, has written by now which route it is.
                more = self._told.get((scope["method"], str(scope.get("path_template") or "")), ())
                message["headers"] = [*message["headers"], *more]
            await send(message)

        await self._app(scope, receive, finish)
