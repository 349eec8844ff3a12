"""What anybody may ask of the centre itself: its statistics, and the check of documents."""

from centre.publications.statistics import routes as statistics_routes
from centre.verification import routes as verification_routes

ROUTES = [*statistics_routes.ROUTES, *verification_routes.ROUTES]
