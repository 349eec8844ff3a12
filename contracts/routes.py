"""Every route of the package."""

from typing import Any, Final

from contracts.agreements import routes as agreements
from contracts.amendments import routes as amendments
from contracts.approvals import routes as approvals
from contracts.clauses import routes as clauses
from contracts.filings import routes as filings
from contracts.metering import routes as metering
from contracts.obligations import routes as obligations
from contracts.successions import routes as successions

ROUTES: Final[list[Any]] = [
    *clauses.ROUTES,
    *agreements.ROUTES,
    *approvals.ROUTES,
    *amendments.ROUTES,
    *filings.ROUTES,
    *metering.ROUTES,
    *obligations.ROUTES,
    *successions.ROUTES,
]
