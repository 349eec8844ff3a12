"""Complaints over HTTP."""

from market.complaints.routes import centre, reading, sides

ROUTES = [*sides.ROUTES, *centre.ROUTES, *reading.ROUTES]
