"""The pages of sign-in, a module for each part of the way."""

from centre.pages.signin.routes import account, entering, members, recovering

ROUTES = [*entering.ROUTES, *recovering.ROUTES, *account.ROUTES, *members.ROUTES]
