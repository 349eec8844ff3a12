"""Every route of the package."""

from typing import Any, Final

from channels.bundles import routes as bundles
from channels.computing import routes as computing
from channels.gateway import routes as gateway
from channels.keys import routes as keys
from channels.programs import routes as programs
from channels.publishing import routes as publishing
from channels.pushes import routes as pushes
from channels.shares import routes as shares

ROUTES: Final[list[Any]] = [
    *bundles.ROUTES,
    *computing.ROUTES,
    *keys.ROUTES,
    *programs.ROUTES,
    *publishing.ROUTES,
    *pushes.ROUTES,
    *gateway.ROUTES,
    *shares.ROUTES,
]
