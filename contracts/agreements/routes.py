"""Agreements over HTTP."""

from typing import Annotated, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from contracts.agreements import commands, errors, queries
from contracts.agreements.schemas import AgreementSummary, AgreementView, DeclineAgreement, SignAgreement
from contracts.agreements.states import AgreementState
from contracts.approvals.errors import ApprovalMissing, ApprovalVoid
from contracts.usage.errors import PolicyInexpressible
from kernel import ids
from kernel.act import Act
from kernel.errors import DomainError, NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from rights.classification.errors import GATES, ClassificationMissing
from rights.grants.errors import GrantInexpressible
from rights.title import errors as title

NOT_GRANTABLE: Final[tuple[type[DomainError], ...]] = (
    GrantInexpressible,
    PolicyInexpressible,
    title.GrantExceedsTitle,
    title.ExclusiveFieldTaken,
    title.RightRemarked,
    title.UpstreamExceeded,
    title.HoldersMustConsent,
    ClassificationMissing,
    *GATES.values(),
)
"""Why a provider may not grant what an agreement says."""


@get("/v1/agreements", opt=allow("contracts:agreement:sign", "market:order:read", "market:ledger:read"))
async def list_agreements(
    act: NamedDependency[Act],
    status: Annotated[AgreementState | None, QueryParameter(description="状态 · state")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[AgreementSummary]:
    """协议列表 · The agreements of your party, newest first, with what you may do with each."""
    return await queries.agreements(act, status, limit, cursor)


@get(
    "/v1/agreements/{agreement_id:str}",
    opt=allow("contracts:agreement:sign", "market:order:read", "market:ledger:read"),
    responses=problems(NotFound),
)
async def get_agreement(agreement_id: FromPath[str], act: NamedDependency[Act]) -> AgreementView:
    """协议 · One agreement with its text, policy, digest and signatures, for its parties."""
    return await queries.agreement(act, ids.require("agr", agreement_id))


@post(
    "/v1/agreements/{agreement_id:str}/signatures",
    opt=allow("contracts:agreement:sign"),
    responses=problems(
        NotFound,
        errors.SignerForeign,
        errors.SigningKeyForeign,
        errors.SignatureInvalid,
        errors.AgreementAltered,
        errors.AlreadySigned,
        ApprovalMissing,
        ApprovalVoid,
        errors.PartySuspended,
        errors.MembershipLapsed,
        errors.DeletionOverdue,
        errors.ProviderWithoutRights,
        *NOT_GRANTABLE,
        IllegalTransition,
        IdempotencyKeyReused,
    ),
)
async def sign_agreement(
    agreement_id: FromPath[str],
    data: JSONBody[SignAgreement],
    once: NamedDependency[Once],
) -> Response[AgreementView]:
    """签署协议 · Sign the agreement's digest with one's registered key; the second signature puts it in force."""
    return await once(commands.sign, ids.require("agr", agreement_id), data)


@post(
    "/v1/agreements/{agreement_id:str}/refusal",
    opt=allow("contracts:agreement:sign"),
    status_code=200,
    responses=problems(NotFound, errors.SignerForeign, IllegalTransition, WrongActor, IdempotencyKeyReused),
)
async def decline_agreement(
    agreement_id: FromPath[str], data: JSONBody[DeclineAgreement], once: NamedDependency[Once]
) -> Response[AgreementView]:
    """拒绝签署 · Decline to sign."""
    return await once(commands.decline, ids.require("agr", agreement_id), data)


ROUTES = [list_agreements, get_agreement, sign_agreement, decline_agreement]
