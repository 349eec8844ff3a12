"""Every route of the package."""

from typing import Any, Final

from contracts.agreements import routes as agreements
from contracts.amendments import routes as amendments
from contracts.metering import routes as metering
from contracts.obligations import routes as obligations

ROUTES: Final[list[Any]] = [*agreements.ROUTES, *amendments.ROUTES, *metering.ROUTES, *obligations.ROUTES]
