"""Successions over HTTP."""

from typing import Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from contracts.agreements.errors import MembershipLapsed, PartySuspended, SignatureInvalid, SigningKeyForeign
from contracts.agreements.schemas import SignAgreement
from contracts.approvals.errors import ApprovalMissing, ApprovalVoid
from contracts.successions import commands, errors, queries
from contracts.successions.schemas import RefuseSuccession, SuccessionView
from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page

_READ: Final = allow("contracts:agreement:sign", "market:order:read", "market:ledger:read")
_SIGN: Final = allow("contracts:agreement:sign")
_OVER: Final = (NotFound, errors.NotYoursToJoin, errors.SuccessionOver, IllegalTransition, WrongActor)
_SIGNED: Final = problems(
    *_OVER,
    PartySuspended,
    MembershipLapsed,
    SigningKeyForeign,
    SignatureInvalid,
    ApprovalMissing,
    ApprovalVoid,
    IdempotencyKeyReused,
)


@get("/v1/successions", opt=_READ)
async def list_successions(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[SuccessionView]:
    """合同承继 · Agreements that pass on with the data they rest on, newest first, for the three parties of each."""
    return await queries.successions(act, limit, cursor)


@get("/v1/successions/{succession_id:str}", opt=_READ, responses=problems(NotFound))
async def get_succession(succession_id: FromPath[str], act: NamedDependency[Act]) -> SuccessionView:
    """承继 · One succession: what passes on to whom, by which rule, and whose answer is due by when."""
    return await queries.succession(act, ids.require("suc", succession_id))


@post("/v1/successions/{succession_id:str}/joinder", opt=_SIGN, responses=_SIGNED)
async def join_agreement(
    succession_id: FromPath[str], data: JSONBody[SignAgreement], once: NamedDependency[Once]
) -> Response[SuccessionView]:
    """受让人加入 · Whoever acquired the rights joins the agreement by its signature."""
    return await once(commands.join, ids.require("suc", succession_id), data)


@post("/v1/successions/{succession_id:str}/consent", opt=_SIGN, responses=_SIGNED)
async def consent_to_succession(
    succession_id: FromPath[str], data: JSONBody[SignAgreement], once: NamedDependency[Once]
) -> Response[SuccessionView]:
    """同意承继 · The consumer goes on with the acquirer, by its signature."""
    return await once(commands.consent, ids.require("suc", succession_id), data)


@post("/v1/successions/{succession_id:str}/refusal", opt=_SIGN, status_code=200, responses=problems(*_OVER))
async def refuse_succession(
    succession_id: FromPath[str], data: JSONBody[RefuseSuccession], act: NamedDependency[Act]
) -> SuccessionView:
    """拒绝承继 · The consumer does not go on with the acquirer: the agreement ends."""
    return await commands.refuse(act, ids.require("suc", succession_id), data)


ROUTES = [list_successions, get_succession, join_agreement, consent_to_succession, refuse_succession]
