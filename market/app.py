"""The application: every slice's routes, one runtime, one way to answer errors."""

import contextlib
import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, cast

from litestar import Litestar
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp

from kernel.errors import DomainError
from kernel.http import problems
from kernel.http.auth import Authentication
from kernel.http.docs import assets, openapi
from kernel.http.edge import Edge
from kernel.http.guards import Admission
from kernel.http.requests import StrictRequest
from kernel.http.session import provide_actor, provide_clock, provide_runtime, provide_session
from kernel.runtime import open_runtime
from kernel.settings import Settings
from kernel.worker import working

ROUTE_MODULES: Final = (
    "kernel.http.about",
    "kernel.sandbox",
    "kernel.identity.routes",
    "kernel.log.routes",
    "kernel.log.feed",
    "kernel.documents.routes",
    "kernel.storage.routes",
    "kernel.webhooks.routes",
    "kernel.jobs_view",
    "rights.routes",
    "rights.register.routes",
    "rights.title.routes",
    "valuation.routes",
    "contracts.routes",
    "market.listings.routes",
    "market.orders.routes",
    "market.payments.routes",
    "market.ledger.routes",
    "market.delivery.routes",
    "market.settlement.routes",
    "market.verification.routes",
)

JOB_MODULES: Final = (
    "kernel.sweeps",
    "kernel.storage.jobs",
    "kernel.webhooks.jobs",
    "rights.jobs",
    "rights.duplicates.jobs",
    "valuation.quality.jobs",
    "market.orders.jobs",
    "market.payments.jobs",
    "market.settlement.jobs",
)


def load_jobs() -> None:
    """Import every module that registers jobs or sweeps."""
    for name in JOB_MODULES:
        importlib.import_module(name)


def routes() -> list[Any]:
    """All route handlers."""
    return [route for name in ROUTE_MODULES for route in importlib.import_module(name).ROUTES]


def create_app(settings: Settings, *, worker: bool = False) -> ASGIApp:
    """Build the application; `worker` runs the worker inside it."""
    load_jobs()

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            app.state.runtime = await stack.enter_async_context(open_runtime(settings))
            if worker:
                await stack.enter_async_context(working(app.state.runtime))
            yield

    authentication = Authentication()
    app = Litestar(
        route_handlers=[*routes(), assets()],
        lifespan=[lifespan],
        dependencies={
            "session": Provide(provide_session),
            "runtime": Provide(provide_runtime),
            "clock": Provide(provide_clock),
            "actor": Provide(provide_actor),
        },
        request_class=StrictRequest,
        middleware=[authentication, Admission()],
        exception_handlers={
            DomainError: problems.on_domain_error,
            HTTPException: problems.on_http_exception,
            Exception: problems.on_exception,
        },
        request_max_body_size=settings.body_bytes_max,
        openapi_config=openapi(),
        logging_config=None,
    )
    app.state.authentication = authentication
    return cast(ASGIApp, EdgeApp(app, https=settings.public_url.startswith("https")))


class EdgeApp(Edge):
    """The wrapped application; `inner` is Litestar's own, for its schema and lifespan."""

    def __init__(self, app: Litestar, *, https: bool) -> None:
        super().__init__(cast(ASGIApp, app), https=https)
        self.inner = app
