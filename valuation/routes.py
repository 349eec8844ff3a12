"""Every route of valuation, for the application."""

from valuation.appraisal.routes import ROUTES as APPRAISALS
from valuation.engagements.routes import ROUTES as ENGAGEMENTS
from valuation.practitioners.routes import ROUTES as PRACTITIONERS
from valuation.quality.routes import ROUTES as QUALITY

ROUTES = [*QUALITY, *APPRAISALS, *PRACTITIONERS, *ENGAGEMENTS]
