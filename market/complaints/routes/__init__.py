"""Complaints over HTTP: what the sides do, what the centre does, and what is read."""

from market.complaints.routes import centre, reading, sides

ROUTES = [*sides.ROUTES, *centre.ROUTES, *reading.ROUTES]
