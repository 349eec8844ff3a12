"""Every route of rights, for the application."""

from rights.assets.routes import ROUTES as ASSETS
from rights.certificates.routes import ROUTES as CERTIFICATES
from rights.registrations.routes import ROUTES as REGISTRATIONS

ROUTES = [*ASSETS, *REGISTRATIONS, *CERTIFICATES]
