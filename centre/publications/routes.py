"""What anybody may ask of the centre itself: its statistics, the changes of its API, and the check of documents."""

from centre.publications.changelog import routes as changelog_routes
from centre.publications.statistics import routes as statistics_routes
from centre.verification import routes as verification_routes

ROUTES = [*statistics_routes.ROUTES, *changelog_routes.ROUTES, *verification_routes.ROUTES]
