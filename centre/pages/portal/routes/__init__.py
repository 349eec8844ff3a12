"""The portal's pages, a module for each part of it."""

from centre.pages.portal.routes import applying, home, listings

ROUTES = [*home.ROUTES, *listings.ROUTES, *applying.ROUTES]
