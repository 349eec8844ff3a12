"""The portal's pages, a module for each part of it."""

from centre.pages.portal.routes import (
    about,
    applying,
    earlier,
    guides,
    home,
    listings,
    log,
    notices,
    providers,
    rulebook,
    statistics,
    verifying,
)

ROUTES = [
    *home.ROUTES,
    *listings.ROUTES,
    *providers.ROUTES,
    *verifying.ROUTES,
    *notices.ROUTES,
    *rulebook.ROUTES,
    *log.ROUTES,
    *statistics.ROUTES,
    *about.ROUTES,
    *applying.ROUTES,
    *guides.ROUTES,
    *earlier.ROUTES,
]
