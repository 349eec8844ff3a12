"""What the product is assembled from: the routes, the background work and the functions that its pages call.

Whoever adds a slice names it here once.
"""

from collections.abc import Callable
from typing import Any, Final

from centre.desk import routes as desk_routes
from centre.lists import event_prefixes
from centre.publications import routes as publications_routes
from centre.sandbox import routes as sandbox_routes
from channels import jobs as channels_jobs
from channels import routes as channels_routes
from contracts import dealings as agreement_dealings
from contracts import jobs as contracts_jobs
from contracts import routes as contracts_routes
from kernel.documents import render
from kernel.documents import routes as documents_routes
from kernel.http import routes as http_routes
from kernel.identity import routes as identity_routes
from kernel.jobs import routes as jobs_routes
from kernel.jobs import sweeps
from kernel.log import routes as log_routes
from kernel.members import routes as members_routes
from kernel.safekeeping import jobs as safekeeping_jobs
from kernel.safekeeping import routes as safekeeping_routes
from kernel.signin import jobs as signin_jobs
from kernel.uploads import jobs as uploads_jobs
from kernel.uploads import routes as uploads_routes
from kernel.webhooks import jobs as webhooks_jobs
from kernel.webhooks import routes as webhooks_routes
from kernel.webhooks.rules import KINDS
from market import dealings as market_dealings
from market import showing as market_showing
from market.auctions import jobs as auctions_jobs
from market.auctions import routes as auctions_routes
from market.banking import jobs as banking_jobs
from market.banking import routes as banking_routes
from market.billing import jobs as billing_jobs
from market.billing import routes as billing_routes
from market.book_checks import jobs as book_checks_jobs
from market.book_checks import routes as book_checks_routes
from market.card_disputes import jobs as card_disputes_jobs
from market.card_disputes import routes as card_disputes_routes
from market.carts import jobs as carts_jobs
from market.carts import routes as carts_routes
from market.clawbacks import jobs as clawbacks_jobs
from market.clawbacks import routes as clawbacks_routes
from market.closing import jobs as closing_jobs
from market.closing import routes as closing_routes
from market.complaints import jobs as complaints_jobs
from market.complaints import routes as complaints_routes
from market.dataspace import jobs as dataspace_jobs
from market.dataspace import routes as dataspace_routes
from market.delivery import routes as delivery_routes
from market.delivery_plans import jobs as delivery_plans_jobs
from market.delivery_plans import routes as delivery_plans_routes
from market.destructions import jobs as destructions_jobs
from market.destructions import routes as destructions_routes
from market.earnings import routes as earnings_routes
from market.endings import jobs as endings_jobs
from market.endings import routes as endings_routes
from market.endings import successions as endings_successions
from market.exchange_rates import jobs as exchange_rates_jobs
from market.exchange_rates import routes as exchange_rates_routes
from market.following import effects as following_effects
from market.ledger import routes as ledger_routes
from market.mandates import jobs as mandates_jobs
from market.mandates import routes as mandates_routes
from market.messages import routes as messages_routes
from market.metering import hot as metering_hot
from market.metering import jobs as metering_jobs
from market.metering import routes as metering_routes
from market.negotiation import jobs as negotiation_jobs
from market.negotiation import routes as negotiation_routes
from market.notices import jobs as notices_jobs
from market.notices import routes as notices_routes
from market.orders import hot as orders_hot
from market.orders import jobs as orders_jobs
from market.orders import routes as orders_routes
from market.papers import jobs as papers_jobs
from market.papers import routes as papers_routes
from market.papers.forms import layouts as papers_layouts
from market.partial_deliveries import jobs as partial_deliveries_jobs
from market.partial_deliveries import routes as partial_deliveries_routes
from market.payments import jobs as payments_jobs
from market.payments import routes as payments_routes
from market.payouts import jobs as payouts_jobs
from market.payouts import routes as payouts_routes
from market.permitted_incomes import jobs as permitted_incomes_jobs
from market.permitted_incomes import routes as permitted_incomes_routes
from market.prepaid import routes as prepaid_routes
from market.price_spreads import jobs as price_spreads_jobs
from market.price_spreads import routes as price_spreads_routes
from market.pricing import routes as pricing_routes
from market.ratings import jobs as ratings_jobs
from market.ratings import routes as ratings_routes
from market.redeliveries import jobs as redeliveries_jobs
from market.redeliveries import routes as redeliveries_routes
from market.refunds import jobs as refunds_jobs
from market.refunds import routes as refunds_routes
from market.renewals import jobs as renewals_jobs
from market.renewals import routes as renewals_routes
from market.requests import jobs as requests_jobs
from market.requests import routes as requests_routes
from market.service_levels import jobs as service_levels_jobs
from market.service_levels import routes as service_levels_routes
from market.settlement import jobs as settlement_jobs
from market.settlement import routes as settlement_routes
from market.shelf import jobs as shelf_jobs
from market.shelf import routes as shelf_routes
from market.splits import routes as splits_routes
from market.stripe_balance import jobs as stripe_balance_jobs
from market.stripe_balance import routes as stripe_balance_routes
from market.subscriptions import jobs as subscriptions_jobs
from market.subscriptions import routes as subscriptions_routes
from market.transfer_reversals import jobs as transfer_reversals_jobs
from market.transfer_reversals import routes as transfer_reversals_routes
from market.withholding import jobs as withholding_jobs
from market.withholding import routes as withholding_routes
from rights import routes as rights_routes
from rights.cases.examination import jobs as examination_jobs
from rights.cases.screening import jobs as screening_jobs
from rights.certificates import jobs as certificates_jobs
from rights.duplicates import jobs as duplicates_jobs
from rights.title.terms import jobs as terms_jobs
from valuation import routes as valuation_routes
from valuation.accounting import queries as accounting
from valuation.audit import indexing as audit_jobs
from valuation.charts import profile, scores
from valuation.engagements import jobs as engagements_jobs
from valuation.engagements.work import quality_access as engagements_quality_access
from valuation.portfolio import jobs as portfolio_jobs
from valuation.quality import jobs as quality_jobs
from valuation.quality.desensitisation import jobs as desensitisation_jobs
from valuation.reports.forms import page as report_page
from valuation.revaluation import jobs as revaluation_jobs
from valuation.testing import jobs as testing_jobs
from valuation.testing import queries as testing_queries

ROUTES: Final = (
    *http_routes.ROUTES,
    *sandbox_routes.ROUTES,
    *desk_routes.ROUTES,
    *identity_routes.ROUTES,
    *members_routes.ROUTES,
    *log_routes.ROUTES,
    *documents_routes.ROUTES,
    *uploads_routes.ROUTES,
    *safekeeping_routes.ROUTES,
    *webhooks_routes.ROUTES,
    *jobs_routes.ROUTES,
    *rights_routes.ROUTES,
    *valuation_routes.ROUTES,
    *contracts_routes.ROUTES,
    *shelf_routes.ROUTES,
    *negotiation_routes.ROUTES,
    *pricing_routes.ROUTES,
    *requests_routes.ROUTES,
    *auctions_routes.ROUTES,
    *orders_routes.ROUTES,
    *endings_routes.ROUTES,
    *destructions_routes.ROUTES,
    *renewals_routes.ROUTES,
    *payments_routes.ROUTES,
    *prepaid_routes.ROUTES,
    *subscriptions_routes.ROUTES,
    *metering_routes.ROUTES,
    *billing_routes.ROUTES,
    *banking_routes.ROUTES,
    *stripe_balance_routes.ROUTES,
    *payouts_routes.ROUTES,
    *refunds_routes.ROUTES,
    *card_disputes_routes.ROUTES,
    *book_checks_routes.ROUTES,
    *clawbacks_routes.ROUTES,
    *transfer_reversals_routes.ROUTES,
    *permitted_incomes_routes.ROUTES,
    *price_spreads_routes.ROUTES,
    *ledger_routes.ROUTES,
    *closing_routes.ROUTES,
    *delivery_routes.ROUTES,
    *settlement_routes.ROUTES,
    *splits_routes.ROUTES,
    *withholding_routes.ROUTES,
    *papers_routes.ROUTES,
    *ratings_routes.ROUTES,
    *notices_routes.ROUTES,
    *complaints_routes.ROUTES,
    *service_levels_routes.ROUTES,
    *earnings_routes.ROUTES,
    *exchange_rates_routes.ROUTES,
    *carts_routes.ROUTES,
    *mandates_routes.ROUTES,
    *messages_routes.ROUTES,
    *redeliveries_routes.ROUTES,
    *delivery_plans_routes.ROUTES,
    *partial_deliveries_routes.ROUTES,
    *dataspace_routes.ROUTES,
    *channels_routes.ROUTES,
    *publications_routes.ROUTES,
)

HOT: Final = (*orders_hot.HOT, *metering_hot.HOT)
"""Routes that are answered before the framework where all is well; each is among ROUTES too."""

# Each registers its jobs and sweeps; the worker asks the registry.
JOBS: Final = (
    sweeps,
    signin_jobs,
    uploads_jobs,
    safekeeping_jobs,
    webhooks_jobs,
    certificates_jobs,
    examination_jobs,
    duplicates_jobs,
    screening_jobs,
    terms_jobs,
    quality_jobs,
    desensitisation_jobs,
    testing_jobs,
    portfolio_jobs,
    audit_jobs,
    engagements_jobs,
    revaluation_jobs,
    *contracts_jobs.JOBS,
    negotiation_jobs,
    requests_jobs,
    auctions_jobs,
    orders_jobs,
    endings_jobs,
    destructions_jobs,
    exchange_rates_jobs,
    carts_jobs,
    mandates_jobs,
    redeliveries_jobs,
    delivery_plans_jobs,
    partial_deliveries_jobs,
    renewals_jobs,
    *shelf_jobs.JOBS,
    payments_jobs,
    subscriptions_jobs,
    metering_jobs,
    billing_jobs,
    closing_jobs,
    banking_jobs,
    stripe_balance_jobs,
    payouts_jobs,
    refunds_jobs,
    card_disputes_jobs,
    book_checks_jobs,
    clawbacks_jobs,
    transfer_reversals_jobs,
    permitted_incomes_jobs,
    price_spreads_jobs,
    settlement_jobs,
    withholding_jobs,
    papers_jobs,
    ratings_jobs,
    notices_jobs,
    complaints_jobs,
    service_levels_jobs,
    dataspace_jobs,
    *channels_jobs.JOBS,
)

# Each tells who was engaged to score an asset, or which scorecards are shown to buyers.
STANDING: Final = (engagements_quality_access, testing_queries, market_showing)

# Each tells valuation of dealings between parties, for the check of a valuer's independence.
DEALINGS: Final = (agreement_dealings, market_dealings)

# Each lets an order go along with its agreement (contracts.moments).
MOMENTS: Final = (endings_successions,)

# Each tells the register what a step in it does to what rests on it.
EFFECTS: Final = (following_effects,)

TEMPLATE_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    **scores.TEMPLATE_FUNCTIONS,
    **profile.TEMPLATE_FUNCTIONS,
    **accounting.TEMPLATE_FUNCTIONS,
    **report_page.TEMPLATE_FUNCTIONS,
    **papers_layouts.TEMPLATE_FUNCTIONS,
}
"""Functions that the templates of documents may call."""

render.HELPERS.update(TEMPLATE_FUNCTIONS)
KINDS.update(event_prefixes())
