"""Every route of valuation, for the application."""

from valuation.accounting.routes import ROUTES as ACCOUNTING
from valuation.appraisal.routes import ROUTES as APPRAISALS
from valuation.audit.routes import ROUTES as AUDIT
from valuation.engagements.routes import ROUTES as ENGAGEMENTS
from valuation.market_evidence.routes import ROUTES as MARKET_EVIDENCE
from valuation.portfolio.routes import ROUTES as PORTFOLIOS
from valuation.practitioners.routes import ROUTES as PRACTITIONERS
from valuation.quality.routes import ROUTES as QUALITY
from valuation.reports.routes import ROUTES as REPORTS
from valuation.revaluation.routes import ROUTES as REVALUATIONS
from valuation.splits.routes import ROUTES as SPLITS
from valuation.testing.routes import ROUTES as TESTS

ROUTES = [
    *QUALITY,
    *TESTS,
    *APPRAISALS,
    *PRACTITIONERS,
    *ENGAGEMENTS,
    *MARKET_EVIDENCE,
    *REVALUATIONS,
    *SPLITS,
    *REPORTS,
    *ACCOUNTING,
    *PORTFOLIOS,
    *AUDIT,
]
