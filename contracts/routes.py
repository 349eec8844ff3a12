"""Every route of the package."""

from typing import Any, Final

from contracts.agreements import routes as agreements

ROUTES: Final[list[Any]] = [*agreements.ROUTES]
