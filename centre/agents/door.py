"""The door of agents, before the framework: `/mcp` with an API key, and what says how it is protected (RFC 9728)."""

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
METADATA: Final = "/.well-known/oauth-protected-resource/mcp"


def is_installed() -> bool:
    """Whether the extra is there; without it there is no such path."""
    return find_spec("mcp") is not None


class AgentsDoor:
    """Stands before the application, knows a caller by its API key as the API does, and answers by its operations."""

    def __init__(self, app: ASGIApp, litestar: Litestar, authentication: Authentication, settings: Settings) -> None:
        from centre.agents.calls import Calls
        from centre.agents.server import server

        self._app, self._litestar, self._authentication = app, litestar, authentication
        self._server = server(Calls(app, settings.public_url), version("liutong"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an agent, and pass everything else on."""
        path = scope["path"] if scope["type"] == ScopeType.HTTP else ""
        if path == METADATA:
            await self._describe(scope, send)  # type: ignore[arg-type]
        elif path.rstrip("/") == PATH:
            await self._answer(scope, receive, send)  # type: ignore[arg-type]
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        from centre.agents.server import manager

        scope["path_template"] = PATH
        if scope["method"] != "POST":  # Nothing is kept between requests, so there is no stream to open or to end.
            await _whole(send, 405, b"", {"Allow": "POST"})
            return
        try:
            await self._authentication.identify(scope, self._litestar.state.runtime)
        except DomainError as problem:
            await self._refuse(scope, receive, send, problem)
            return
        one = manager(self._server, self._settings)
        async with one.run():
            await one.handle_request(scope, receive, send)  # type: ignore[arg-type]

    async def _refuse(self, scope: HTTPScope, receive: Receive, send: Send, problem: DomainError) -> None:
        scope["litestar_app"] = self._litestar
        told = problems.on_domain_error(StrictRequest(scope, receive, send), problem)
        fields = {**told.headers, "Content-Type": problems.PROBLEM_JSON}
        if isinstance(problem, Unauthenticated):
            fields["WWW-Authenticate"] = f'Bearer resource_metadata="{self._root}{METADATA}"'
        await _whole(send, told.status_code or 500, told.content, fields)

    async def _describe(self, scope: HTTPScope, send: Send) -> None:
        scope["path_template"] = METADATA
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

    @property
    def _root(self) -> str:
        """Where the centre's address begins: what is well known stands at its root."""
        url = urlsplit(self._settings.public_url)
        return f"{url.scheme}://{url.netloc}"


async def _whole(send: Send, status: int, body: Any, fields: dict[str, str]) -> None:
    pairs = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in fields.items()]
    pairs.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body, "more_body": False})
