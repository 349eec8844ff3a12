"""All pages; the assembled product mounts them beside the API, whose description does not list them."""

from centre.pages.console import routes as console_routes
from centre.pages.portal import routes as portal_routes
from centre.pages.shell import routes as shell_routes
from centre.pages.signin import routes as signin_routes

ROUTES = [*shell_routes.ROUTES, *portal_routes.ROUTES, *signin_routes.ROUTES, *console_routes.ROUTES]
