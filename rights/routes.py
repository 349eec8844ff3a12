"""Every route of rights, for the application."""

from rights.applications.routes import ROUTES as APPLICATIONS
from rights.assets.routes import ROUTES as ASSETS
from rights.certificates.routes import ROUTES as CERTIFICATES
from rights.classification.routes import ROUTES as CLASSIFICATION
from rights.objections.routes import ROUTES as OBJECTIONS
from rights.registrations.reading import ROUTES as READING
from rights.registrations.routes import ROUTES as REGISTRATIONS

ROUTES = [*ASSETS, *APPLICATIONS, *REGISTRATIONS, *READING, *OBJECTIONS, *CERTIFICATES, *CLASSIFICATION]
