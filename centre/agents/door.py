"""The door of agents, before the framework: `/mcp` with an API key, and what says how it is protected (RFC 9728)."""

import asyncio
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from kernel.errors import DomainError, Unauthenticated
from kernel.http import problems
from kernel.http.requests import StrictRequest
from kernel.identity.authentication import Authentication
from kernel.settings import Settings

PATH: Final = "/mcp"
WELL_KNOWN: Final = "/.well-known/oauth-protected-resource"
"""What goes before the path of a resource, at the root of its host (RFC 9728, section 3.1)."""


def is_installed() -> bool:
    """Whether the extra is there; without it there is no such path."""
    return find_spec("mcp") is not None


class AgentsDoor:
    """Stands before the application, knows a caller by its API key as the API does, and answers by its operations."""

    def __init__(self, app: ASGIApp, litestar: Litestar, authentication: Authentication, settings: Settings) -> None:
        self._app, self._litestar, self._authentication = app, litestar, authentication
        self._public_url = settings.public_url
        url = urlsplit(settings.public_url)
        self._metadata, self._root = f"{WELL_KNOWN}{url.path}{PATH}", f"{url.scheme}://{url.netloc}"
        self._server: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an agent, and pass everything else on."""
        path = scope["path"] if scope["type"] == ScopeType.HTTP else ""
        if path == self._metadata:
            await self._describe(scope, send)  # type: ignore[arg-type]
        elif path.rstrip("/") == PATH:
            await self._answer(scope, receive, send)  # type: ignore[arg-type]
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        scope["path_template"] = PATH
        if scope["method"] != "POST":  # Nothing is kept between requests, so there is no stream to open or to end.
            await _whole(send, 405, b"", {"Allow": "POST"})
            return
        try:
            await self._authentication.identify(scope, self._litestar.state.runtime)
        except DomainError as problem:
            await self._refuse(scope, receive, send, problem)
            return
        if self._server is None:
            self._server = await asyncio.to_thread(self._made)
        from centre.agents.server import manager

        one = manager(self._server, self._settings)
        async with one.run():
            await one.handle_request(scope, receive, send)  # type: ignore[arg-type]

    def _made(self) -> Any:
        """The server, made when the first agent comes: its library takes most of a second to be read."""
        from centre.agents.calls import Calls
        from centre.agents.server import server

        return server(Calls(self._app, self._public_url), version("liutong"))

    async def _refuse(self, scope: HTTPScope, receive: Receive, send: Send, problem: DomainError) -> None:
        scope["litestar_app"] = self._litestar
        told = problems.on_domain_error(StrictRequest(scope, receive, send), problem)
        fields = {**told.headers, "Content-Type": problems.PROBLEM_JSON}
        if isinstance(problem, Unauthenticated):
            fields["WWW-Authenticate"] = f'Bearer resource_metadata="{self._root}{self._metadata}"'
        await _whole(send, told.status_code or 500, told.content, fields)

    async def _describe(self, scope: HTTPScope, send: Send) -> None:
        scope["path_template"] = f"{WELL_KNOWN}{PATH}"
        if scope["method"] not in ("GET", "HEAD"):
            await _whole(send, 405, b"", {"Allow": "GET, HEAD"})
            return
        told = {
            "resource": f"{self._settings.public_url}{PATH}",
            "resource_name": "Liutong",
            "bearer_methods_supported": ["header"],
            "resource_documentation": f"{self._settings.public_url}/docs",
        }
        body = b"" if scope["method"] == "HEAD" else msgspec.json.encode(told)
        await _whole(send, 200, body, {"Content-Type": "application/json"})

    @property
    def _settings(self) -> Settings:
        settings: Settings = self._litestar.state.runtime.settings
        return settings


async def _whole(send: Send, status: int, body: Any, fields: dict[str, str]) -> None:
    pairs = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in fields.items()]
    pairs.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body, "more_body": False})
