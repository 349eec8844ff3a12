"""Every route of the package."""

from typing import Any, Final

from contracts.agreements import (
    dealings,  # noqa: F401 -- tells valuation of agreements, for the check of a valuer's independence
)
from contracts.agreements import routes as agreements

ROUTES: Final[list[Any]] = [*agreements.ROUTES]
