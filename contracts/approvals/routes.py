"""Approval inside an organisation over HTTP."""

from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from contracts.approvals import commands, errors, queries
from contracts.approvals.schemas import ApprovalRuleView, ApprovalView, GiveApproval, SetApprovalRule
from contracts.terms.errors import TermsContradictory
from contracts.usage.errors import PolicyInexpressible
from kernel.act import Act
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page

_SIGN = allow("contracts:agreement:sign")


@post(
    "/v1/approval-rules",
    opt=_SIGN,
    responses=problems(errors.ManagerOnly, errors.ApprovalRuleFaulty, IdempotencyKeyReused),
)
async def set_approval_rule(data: JSONBody[SetApprovalRule], once: NamedDependency[Once]) -> Response[ApprovalRuleView]:
    """设立内部授权规则 · Say who may bind your party to how much; only its managing key may, and all versions stay."""
    return await once(commands.set_rule, data)


@get("/v1/approval-rules", opt=_SIGN)
async def list_approval_rules(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[ApprovalRuleView]:
    """内部授权规则 · The versions of your party's own rule, the newest first; that one holds."""
    return await queries.rules_of(act, limit, cursor)


@post(
    "/v1/approvals",
    opt=_SIGN,
    responses=problems(
        errors.NoApprovalRule,
        errors.ApproverForeign,
        errors.ApprovedAlready,
        PolicyInexpressible,
        TermsContradictory,
        IdempotencyKeyReused,
    ),
)
async def give_approval(data: JSONBody[GiveApproval], once: NamedDependency[Once]) -> Response[ApprovalView]:
    """内部审批 · Say yes, as one whom your party's rule names, to its being bound by these terms."""
    return await once(commands.give, data)


@get("/v1/approvals", opt=_SIGN)
async def list_approvals(
    act: NamedDependency[Act],
    terms_digest: Annotated[
        str | None,
        QueryParameter(pattern=r"^sha256:[0-9a-f]{64}$(?!\n)", description="条件摘要 · digest of the terms"),
    ] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[ApprovalView]:
    """审批记录 · Your party's own approvals, the newest first; void ones say what took their place."""
    return await queries.approvals_of(act, terms_digest, limit, cursor)


ROUTES = [set_approval_rule, list_approval_rules, give_approval, list_approvals]
