"""Every route of the package."""

from typing import Any, Final

from contracts.agreements import routes as agreements
from contracts.approvals import routes as approvals
from contracts.clauses import routes as clauses
from contracts.metering import routes as metering
from contracts.obligations import routes as obligations

ROUTES: Final[list[Any]] = [
    *clauses.ROUTES,
    *agreements.ROUTES,
    *approvals.ROUTES,
    *metering.ROUTES,
    *obligations.ROUTES,
]
