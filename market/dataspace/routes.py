"""All routes of the dataspace: the management API, and the protocol's own wire."""

from market.dataspace.catalogue import routes as catalogue
from market.dataspace.fixtures import routes as fixtures
from market.dataspace.negotiations import routes as negotiations
from market.dataspace.participants import routes as participants
from market.dataspace.transfers import routes as transfers

ROUTES = [
    *participants.ROUTES,
    *negotiations.ROUTES,
    *transfers.ROUTES,
    *fixtures.ROUTES,
    *catalogue.ROUTES,
]
