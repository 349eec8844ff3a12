"""Uses over HTTP."""

from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.problems import problems
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.metering import commands, errors, queries
from market.metering.schemas import FinishUse, ReportedView, ReportUses, UsageEventView, UseResult


@post(
    "/v1/usage-events",
    opt=allow("market:delivery:prepare"),
    status_code=200,
    responses=problems(
        errors.UsesFaulty,
        errors.EventIdReused,
        errors.QuotaUsedUp,
        errors.SpendLimitReached,
        errors.PrepaidTooLow,
        errors.SubscriptionClosed,
    ),
)
async def report_uses(data: JSONBody[ReportUses], act: NamedDependency[Act]) -> ReportedView:
    """报送用量 · A provider reports uses under its plans, all or none; an event's id makes it safe to send again."""
    return await commands.report(act, data)


@post(
    "/v1/usage-events/{event_id:str}/outcome",
    opt=allow("market:delivery:prepare"),
    status_code=200,
    responses=problems(NotFound, errors.UseDecided),
)
async def finish_use(event_id: FromPath[str], data: JSONBody[FinishUse], act: NamedDependency[Act]) -> UseResult:
    """用量结果 · Whether the answer that a use was held for was delivered; a failure is not charged."""
    return await commands.finish(act, event_id[:100], data)


@get(
    "/v1/subscriptions/{subscription_id:str}/usage-events",
    opt=allow("market:order:read", "market:ledger:read"),
    responses=problems(NotFound),
)
async def list_uses(
    subscription_id: FromPath[str],
    act: NamedDependency[Act],
    meter: Annotated[str | None, QueryParameter(max_length=40)] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[UsageEventView]:
    """用量明细 · Every use of a subscription, with its digest and the reason for its price."""
    return await queries.uses(act, ids.require("sub", subscription_id), meter, limit, cursor)


ROUTES = [report_uses, finish_use, list_uses]
