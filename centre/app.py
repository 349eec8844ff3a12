"""The application: every slice's routes, one runtime, one way to answer errors."""

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, cast

from litestar import Litestar
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp

from centre import sandbox
from centre.process import open_runtime
from centre.verification import routes as verification_routes
from contracts import routes as contracts_routes
from contracts.agreements import dealings as contracts_dealings
from kernel.documents import routes as documents_routes
from kernel.errors import DomainError
from kernel.http import about, problems
from kernel.http.docs import assets, openapi
from kernel.http.edge import Edge
from kernel.http.guards import Admission
from kernel.http.idempotency import provide_once
from kernel.http.requests import StrictRequest
from kernel.http.session import provide_act, provide_actor, provide_clock, provide_runtime, provide_session
from kernel.identity import routes as identity_routes
from kernel.identity.authentication import Authentication
from kernel.jobs import routes as jobs_routes
from kernel.jobs import sweeps
from kernel.jobs.worker import working
from kernel.log import routes as log_routes
from kernel.settings import Settings
from kernel.uploads import jobs as uploads_jobs
from kernel.uploads import routes as uploads_routes
from kernel.webhooks import feed
from kernel.webhooks import jobs as webhooks_jobs
from kernel.webhooks import routes as webhooks_routes
from market import dealings as market_dealings
from market.delivery import routes as delivery_routes
from market.endings import jobs as endings_jobs
from market.endings import routes as endings_routes
from market.ledger import routes as ledger_routes
from market.listings import routes as listings_routes
from market.orders import jobs as orders_jobs
from market.orders import routes as orders_routes
from market.payments import jobs as payments_jobs
from market.payments import routes as payments_routes
from market.settlement import jobs as settlement_jobs
from market.settlement import routes as settlement_routes
from rights import jobs as rights_jobs
from rights import routes as rights_routes
from rights.duplicates import jobs as duplicates_jobs
from rights.register import routes as register_routes
from rights.screening import jobs as screening_jobs
from rights.title import routes as title_routes
from valuation import routes as valuation_routes
from valuation.audit import indexing as audit_jobs
from valuation.engagements import jobs as engagements_jobs
from valuation.portfolio import jobs as portfolio_jobs
from valuation.quality import jobs as quality_jobs
from valuation.revaluation import jobs as revaluation_jobs
from valuation.testing import jobs as testing_jobs

ROUTES: Final = (
    *about.ROUTES,
    *sandbox.ROUTES,
    *identity_routes.ROUTES,
    *log_routes.ROUTES,
    *feed.ROUTES,
    *documents_routes.ROUTES,
    *uploads_routes.ROUTES,
    *webhooks_routes.ROUTES,
    *jobs_routes.ROUTES,
    *rights_routes.ROUTES,
    *register_routes.ROUTES,
    *title_routes.ROUTES,
    *valuation_routes.ROUTES,
    *contracts_routes.ROUTES,
    *listings_routes.ROUTES,
    *orders_routes.ROUTES,
    *endings_routes.ROUTES,
    *payments_routes.ROUTES,
    *ledger_routes.ROUTES,
    *delivery_routes.ROUTES,
    *settlement_routes.ROUTES,
    *verification_routes.ROUTES,
)

# Importing one of these registers its jobs and sweeps; the worker asks the registry.
JOBS: Final = (
    sweeps,
    uploads_jobs,
    webhooks_jobs,
    rights_jobs,
    duplicates_jobs,
    screening_jobs,
    quality_jobs,
    testing_jobs,
    portfolio_jobs,
    audit_jobs,
    engagements_jobs,
    revaluation_jobs,
    orders_jobs,
    endings_jobs,
    payments_jobs,
    settlement_jobs,
)

# Importing one of these tells valuation of dealings, for the check of a valuer's independence.
DEALINGS: Final = (contracts_dealings, market_dealings)


def create_app(settings: Settings, *, worker: bool = False) -> ASGIApp:
    """Build the application; `worker` runs the worker inside it."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            app.state.runtime = await stack.enter_async_context(open_runtime(settings))
            if worker:
                await stack.enter_async_context(working(app.state.runtime))
            yield

    authentication = Authentication()
    app = Litestar(
        route_handlers=[*ROUTES, assets()],
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
