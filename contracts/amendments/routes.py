"""Amendments over HTTP."""

from typing import Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from contracts.agreements.errors import (
    AlreadySigned,
    MembershipLapsed,
    PartySuspended,
    ProviderWithoutRights,
    SignatureInvalid,
    SigningKeyForeign,
)
from contracts.agreements.routes import NOT_GRANTABLE
from contracts.agreements.schemas import SignAgreement
from contracts.amendments import commands, errors, queries
from contracts.amendments.schemas import AmendmentView, EndAmendment, ProposeAmendment
from contracts.approvals.errors import ApprovalMissing, ApprovalVoid
from contracts.terms.errors import TermsContradictory
from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page

_READ: Final = allow("contracts:agreement:sign", "market:order:read", "market:ledger:read")
_WRITE: Final = allow("contracts:agreement:sign")


@post(
    "/v1/agreements/{agreement_id:str}/amendments",
    opt=_WRITE,
    responses=problems(
        NotFound,
        errors.AgreementNotAmendable,
        errors.AmendmentAwaitsSuccession,
        errors.AmendmentOpen,
        errors.AmendmentFaulty,
        TermsContradictory,
        ApprovalMissing,
        ApprovalVoid,
        PartySuspended,
        MembershipLapsed,
        ProviderWithoutRights,
        *NOT_GRANTABLE,
        IdempotencyKeyReused,
    ),
)
async def propose_amendment(
    agreement_id: FromPath[str], data: JSONBody[ProposeAmendment], once: NamedDependency[Once]
) -> Response[AmendmentView]:
    """提议变更合同 · Propose new terms of an agreement, from a moment on or from the second signature."""
    return await once(commands.propose, ids.require("agr", agreement_id), data)


@get("/v1/agreements/{agreement_id:str}/amendments", opt=_READ, responses=problems(NotFound))
async def list_amendments(
    agreement_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[AmendmentView]:
    """合同变更记录 · Every amendment of an agreement, whatever became of it, in their order."""
    return await queries.amendments(act, ids.require("agr", agreement_id), limit, cursor)


@get("/v1/amendments/{amendment_id:str}", opt=_READ, responses=problems(NotFound))
async def get_amendment(amendment_id: FromPath[str], act: NamedDependency[Act]) -> AmendmentView:
    """合同变更 · One amendment: both terms, what differs, and the signatures."""
    return await queries.amendment(act, ids.require("amd", amendment_id))


@post(
    "/v1/amendments/{amendment_id:str}/signatures",
    opt=_WRITE,
    responses=problems(
        NotFound,
        errors.AgreementNotAmendable,
        errors.AmendmentAwaitsSuccession,
        errors.AmendmentLapsed,
        errors.AmendmentSuperseded,
        errors.AmendmentAltered,
        AlreadySigned,
        ApprovalMissing,
        ApprovalVoid,
        SigningKeyForeign,
        SignatureInvalid,
        PartySuspended,
        MembershipLapsed,
        ProviderWithoutRights,
        *NOT_GRANTABLE,
        IllegalTransition,
        IdempotencyKeyReused,
    ),
)
async def sign_amendment(
    amendment_id: FromPath[str], data: JSONBody[SignAgreement], once: NamedDependency[Once]
) -> Response[AmendmentView]:
    """签署变更 · Sign the amendment's digest with one's registered key; with the second signature it is agreed."""
    return await once(commands.sign, ids.require("amd", amendment_id), data)


_ENDING: Final = problems(NotFound, errors.AmendmentOthersToEnd, errors.AmendmentLapsed, IllegalTransition)


@post("/v1/amendments/{amendment_id:str}/refusal", opt=_WRITE, status_code=200, responses=_ENDING)
async def decline_amendment(
    amendment_id: FromPath[str], data: JSONBody[EndAmendment], act: NamedDependency[Act]
) -> AmendmentView:
    """拒绝变更 · The side that did not propose declines; the agreement goes on as it stands."""
    return await commands.decline(act, ids.require("amd", amendment_id), data)


@post("/v1/amendments/{amendment_id:str}/withdrawal", opt=_WRITE, status_code=200, responses=_ENDING)
async def withdraw_amendment(
    amendment_id: FromPath[str], data: JSONBody[EndAmendment], act: NamedDependency[Act]
) -> AmendmentView:
    """撤回变更提议 · Who proposed takes it back, until both have signed."""
    return await commands.withdraw(act, ids.require("amd", amendment_id), data)


ROUTES = [
    propose_amendment,
    list_amendments,
    get_amendment,
    sign_amendment,
    decline_amendment,
    withdraw_amendment,
]
