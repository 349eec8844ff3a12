"""Every route of the package."""

from typing import Any, Final

from channels.bundles import routes as bundles
from channels.computing import routes as computing
from channels.formats import routes as formats
from channels.gateway import routes as gateway
from channels.joint import routes as joint
from channels.keys import routes as keys
from channels.programs import routes as programs
from channels.publishing import routes as publishing
from channels.pushes import routes as pushes
from channels.querying import routes as querying
from channels.shares import routes as shares
from channels.traces import routes as traces

ROUTES: Final[list[Any]] = [
    *bundles.ROUTES,
    *computing.ROUTES,
    *joint.ROUTES,
    *formats.ROUTES,
    *keys.ROUTES,
    *programs.ROUTES,
    *publishing.ROUTES,
    *pushes.ROUTES,
    *querying.ROUTES,
    *gateway.ROUTES,
    *shares.ROUTES,
    *traces.ROUTES,
]
