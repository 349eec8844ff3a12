"""How long tests wait for what is under way: as long as the busiest machine needs.

What the product allows itself in seconds of the wall clock protects a server from waiting; a test that proves what
happens, and not how fast, waits until it has happened. A test of such a limit sets the limit itself.
"""

from types import ModuleType, SimpleNamespace
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel import db

PATIENCE_SECONDS = 900.0
"""Nobody waits so long unless something will never come."""


def nearby(**more: Any) -> httpx.AsyncClient:
    """A patient client for http on this machine: reading the authorities of https takes longer than its requests."""
    return httpx.AsyncClient(trust_env=False, verify=False, timeout=PATIENCE_SECONDS, **more)


def lift_database_limits() -> None:
    """Statements and locks of every connection that is opened from now on may take as long as they need."""
    milliseconds = str(int(PATIENCE_SECONDS * 1000))
    db._SERVER_SETTINGS.update(statement_timeout=milliseconds, lock_timeout=milliseconds)
    _lift(db, "COMMAND_SECONDS_MAX")


def lift_pool_limit(engine: AsyncEngine) -> None:
    """Whoever wants a connection waits until there is one."""
    engine.pool._timeout = PATIENCE_SECONDS  # type: ignore[attr-defined]


def lift_process_limits() -> None:
    """What is confined or counted by the wall clock may take as long as it needs; processor time stays bounded."""
    from centre.verification import inspection
    from channels.querying import pages
    from kernel.http import rates
    from kernel.http import routes as about
    from kernel.jobs import desk
    from valuation.appraisal import routes
    from valuation.reports import queries

    (desk.answer.__kwdefaults__ or {})["seconds"] = PATIENCE_SECONDS
    # The minute in which requests are counted stands still: on a busy machine one request may outlast it.
    rates.time = SimpleNamespace(monotonic=lambda: 0.0)  # type: ignore[attr-defined]
    hasten_retries()
    for module, name in (
        (inspection, "SECONDS"),
        (pages, "SECONDS"),
        (about, "READY_SECONDS"),
        (queries, "FORM_SECONDS"),
        (routes, "SIMULATION_SECONDS"),
    ):
        _lift(module, name)


def hasten_retries() -> None:
    """The pause of Stripe's SDK before it asks again proves nothing by its length."""
    from stripe import HTTPClient

    HTTPClient.INITIAL_DELAY = 0.01


def _lift(module: ModuleType, name: str) -> None:
    setattr(module, name, PATIENCE_SECONDS)
