"""All routes of the dataspace: the management API, and the protocol's own wire."""

from market.dataspace.catalogue import wire as catalogue_wire
from market.dataspace.fixtures import routes as fixtures
from market.dataspace.negotiations import routes as negotiations
from market.dataspace.negotiations import wire as negotiations_wire
from market.dataspace.participants import routes as participants
from market.dataspace.transfers import routes as transfers
from market.dataspace.transfers import wire as transfers_wire

ROUTES = [
    *participants.ROUTES,
    *negotiations.ROUTES,
    *transfers.ROUTES,
    *fixtures.ROUTES,
    *catalogue_wire.ROUTES,
    *negotiations_wire.ROUTES,
    *transfers_wire.ROUTES,
]
