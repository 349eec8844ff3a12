"""The portal's pages, a module for each part of it."""

from centre.pages.portal.routes import applying, home

ROUTES = [*home.ROUTES, *applying.ROUTES]
