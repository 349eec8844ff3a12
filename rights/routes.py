"""Every route of rights, for the application."""

from rights.assets.routes import ROUTES as ASSETS
from rights.cases.routes import ROUTES as CASES
from rights.certificates.routes import ROUTES as CERTIFICATES
from rights.classification.routes import ROUTES as CLASSIFICATION
from rights.objections.routes import ROUTES as OBJECTIONS
from rights.register.routes import ROUTES as REGISTER
from rights.title.routes import ROUTES as TITLE
from rights.updates.routes import ROUTES as UPDATES

ROUTES = [*ASSETS, *CASES, *OBJECTIONS, *CERTIFICATES, *CLASSIFICATION, *REGISTER, *TITLE, *UPDATES]
