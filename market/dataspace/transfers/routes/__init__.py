"""Transfers over HTTP: the management API of our side, and the protocol's wire."""

from market.dataspace.transfers.routes import management, wire

ROUTES = [*management.ROUTES, *wire.ROUTES]
