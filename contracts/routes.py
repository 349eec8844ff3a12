"""Every route of the package."""

from typing import Any, Final

from contracts.agreements import routes as agreements
from contracts.clauses import routes as clauses
from contracts.metering import routes as metering

ROUTES: Final[list[Any]] = [*clauses.ROUTES, *agreements.ROUTES, *metering.ROUTES]
