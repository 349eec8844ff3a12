"""Every route of the package."""

from typing import Any, Final

from channels.bundles import routes as bundles
from channels.computing import routes as computing
from channels.formats import routes as formats
from channels.gateway import routes as gateway
from channels.keys import routes as keys
from channels.publishing import routes as publishing
from channels.pushes import routes as pushes
from channels.shares import routes as shares

ROUTES: Final[list[Any]] = [
    *bundles.ROUTES,
    *computing.ROUTES,
    *formats.ROUTES,
    *keys.ROUTES,
    *publishing.ROUTES,
    *pushes.ROUTES,
    *gateway.ROUTES,
    *shares.ROUTES,
]
