"""Every route of valuation, for the application."""

from valuation.appraisal.routes import ROUTES as APPRAISALS
from valuation.quality.routes import ROUTES as QUALITY

ROUTES = [*QUALITY, *APPRAISALS]
