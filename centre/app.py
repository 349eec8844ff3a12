"""The application: every slice's routes, one runtime, one way to answer errors."""

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from litestar import Litestar
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp

from centre.agents import door as agents
from centre.assembly import HOT, ROUTES
from centre.description import guide, handlers
from centre.pages.routes import ROUTES as PAGES
from centre.pages.shell import errors
from centre.pages.shell.door import PageDoor, PageHeaders
from centre.pages.shell.forms import FormRefused
from centre.process import open_runtime
from centre.publications.changelog.headers import DeprecationHeaders, by_path
from centre.publications.changelog.rules import deprecated, table
from channels.gateway.calls import upstream
from channels.gateway.calls.door import GatewayDoor
from kernel.errors import DomainError
from kernel.http.docs import assets, openapi
from kernel.http.edge import Edge
from kernel.http.guards import Admission
from kernel.http.hot import HotDoor
from kernel.http.idempotency import provide_once
from kernel.http.requests import StrictRequest
from kernel.http.session import provide_act, provide_actor, provide_clock, provide_runtime, provide_session
from kernel.identity.authentication import Authentication
from kernel.jobs.worker import working
from kernel.settings import Settings
from kernel.signin.sessions import actor_at_page


def create_app(settings: Settings, *, worker: bool = False) -> ASGIApp:
    """Build the application; `worker` runs the worker inside it."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            app.state.runtime = await stack.enter_async_context(open_runtime(settings))
            stack.push_async_callback(upstream.close, app.state.runtime)
            if worker:
                await stack.enter_async_context(working(app.state.runtime))
            yield

    authentication = Authentication(actor_at_page)
    app = Litestar(
        route_handlers=[*ROUTES, *PAGES, assets()],
        lifespan=[lifespan],
        dependencies={
            "session": Provide(provide_session),
            "runtime": Provide(provide_runtime),
            "clock": Provide(provide_clock),
            "act": Provide(provide_act),
            "actor": Provide(provide_actor),
            "once": Provide(provide_once),
        },
        request_class=StrictRequest,
        middleware=[authentication, PageDoor(), Admission()],
        exception_handlers={
            FormRefused: errors.on_form_refused,
            DomainError: errors.on_domain_error,
            HTTPException: errors.on_http_exception,
            Exception: errors.on_exception,
        },
        request_max_body_size=settings.body_bytes_max,
        openapi_config=openapi(guide()),
        logging_config=None,
    )
    app.state.authentication = authentication
    https = settings.public_url.startswith("https")
    hot = cast(ASGIApp, HotDoor(app, HOT, authentication.admit))
    told = by_path(handlers(), deprecated(table()), f"{settings.public_url}/changelog")
    pages = PageHeaders(cast(ASGIApp, DeprecationHeaders(hot, told)), https=https)
    door = cast(ASGIApp, GatewayDoor(cast(ASGIApp, pages), app))
    if agents.is_installed():
        door = cast(ASGIApp, agents.AgentsDoor(door, app, authentication, settings))
    return cast(ASGIApp, EdgeApp(app, door, https=https))


class EdgeApp(Edge):
    """The wrapped application; `inner` is Litestar's own, for its schema and lifespan."""

    def __init__(self, app: Litestar, door: ASGIApp, *, https: bool) -> None:
        super().__init__(door, https=https)
        self.inner = app
