"""The pages of members: the desk, and everything that the API has."""

from centre.pages.console.routes import desk, operations

ROUTES = [*desk.ROUTES, *operations.ROUTES]
