"""Renewals over HTTP."""

from typing import Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from contracts.agreements.errors import MembershipLapsed, PartySuspended, ProviderWithoutRights
from contracts.agreements.routes import NOT_GRANTABLE
from contracts.approvals.errors import ApprovalMissing, ApprovalVoid
from contracts.terms.errors import TermsContradictory
from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.orders.errors import ListingClosed, ListingHeld
from market.pricing.errors import TrialUsed
from market.renewals import commands, errors, queries
from market.renewals.schemas import EndRenewal, OfferRenewal, RenewalView

_READ: Final = allow("contracts:agreement:sign", "market:order:read", "market:ledger:read")
_WRITE: Final = allow("contracts:agreement:sign")
_ENDING: Final = problems(NotFound, errors.RenewalExpired, IllegalTransition, WrongActor)


@post(
    "/v1/agreements/{agreement_id:str}/renewals",
    opt=_WRITE,
    responses=problems(
        NotFound,
        errors.RenewalNotYours,
        errors.AgreementNotRenewable,
        errors.RenewalOpen,
        errors.RenewalNotInWindow,
        errors.RenewalFaulty,
        errors.RenewalPriceNotice,
        TermsContradictory,
        ApprovalMissing,
        ApprovalVoid,
        *NOT_GRANTABLE,
        IdempotencyKeyReused,
    ),
)
async def offer_renewal(
    agreement_id: FromPath[str], data: JSONBody[OfferRenewal], once: NamedDependency[Once]
) -> Response[RenewalView]:
    """提出续订 · The provider offers terms for the time after the licence's last day; silence renews nothing."""
    return await once(commands.offer, ids.require("agr", agreement_id), data)


@get("/v1/agreements/{agreement_id:str}/renewals", opt=_READ, responses=problems(NotFound))
async def list_renewals(
    agreement_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[RenewalView]:
    """续订记录 · Every offer to renew an agreement, the newest first."""
    return await queries.renewals(act, ids.require("agr", agreement_id), limit, cursor)


@get("/v1/renewals/{renewal_id:str}", opt=_READ, responses=problems(NotFound))
async def get_renewal(renewal_id: FromPath[str], act: NamedDependency[Act]) -> RenewalView:
    """续订要约 · One offer to renew, for the two parties and those who watch."""
    return await queries.renewal(act, ids.require("rnw", renewal_id))


@post(
    "/v1/renewals/{renewal_id:str}/acceptance",
    opt=_WRITE,
    responses=problems(
        NotFound,
        errors.RenewalExpired,
        errors.AgreementNotRenewable,
        ListingClosed,
        ListingHeld,
        TermsContradictory,
        ApprovalMissing,
        ApprovalVoid,
        PartySuspended,
        MembershipLapsed,
        ProviderWithoutRights,
        TrialUsed,
        *NOT_GRANTABLE,
        IllegalTransition,
        WrongActor,
        IdempotencyKeyReused,
    ),
)
async def accept_renewal(renewal_id: FromPath[str], once: NamedDependency[Once]) -> Response[RenewalView]:
    """接受续订 · The consumer opts in: an order and its agreement are made on the new terms, for both to sign."""
    return await once(commands.accept, ids.require("rnw", renewal_id))


@post("/v1/renewals/{renewal_id:str}/refusal", opt=_WRITE, status_code=200, responses=_ENDING)
async def decline_renewal(
    renewal_id: FromPath[str], data: JSONBody[EndRenewal], act: NamedDependency[Act]
) -> RenewalView:
    """拒绝续订 · The consumer declines; the agreement ends as it would."""
    return await commands.decline(act, ids.require("rnw", renewal_id), data)


@post("/v1/renewals/{renewal_id:str}/withdrawal", opt=_WRITE, status_code=200, responses=_ENDING)
async def withdraw_renewal(
    renewal_id: FromPath[str], data: JSONBody[EndRenewal], act: NamedDependency[Act]
) -> RenewalView:
    """撤回续订要约 · The provider takes the offer back, until it is accepted."""
    return await commands.withdraw(act, ids.require("rnw", renewal_id), data)


ROUTES = [offer_renewal, list_renewals, get_renewal, accept_renewal, decline_renewal, withdraw_renewal]
