"""Every route of valuation, for the application."""

from valuation.appraisal.routes import ROUTES as APPRAISALS
from valuation.engagements.routes import ROUTES as ENGAGEMENTS
from valuation.market_evidence.routes import ROUTES as MARKET_EVIDENCE
from valuation.portfolio.routes import ROUTES as PORTFOLIOS
from valuation.practitioners.routes import ROUTES as PRACTITIONERS
from valuation.quality.routes import ROUTES as QUALITY
from valuation.reports.routes import ROUTES as REPORTS

ROUTES = [*QUALITY, *APPRAISALS, *PRACTITIONERS, *ENGAGEMENTS, *MARKET_EVIDENCE, *REPORTS, *PORTFOLIOS]
