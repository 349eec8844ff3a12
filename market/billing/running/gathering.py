"""What subscriptions are when they are billed: plans, meters, declarations and earlier lines, read together."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Row, select, text

from contracts.terms.prices import Metered
from kernel.act import Act
from market.billing.models import BillLine, RevenueDeclaration
from market.billing.running.drawing import BROUGHT, CARRIED, Facts, Used
from market.metering.rules import RULES as METERING
from market.pricing.lines import Line, LineKind
from market.pricing.usage import Revenue
from market.subscriptions.queries import plan_of_text

BACK_MAX: Final = timedelta(days=800)
"""How far back a bill still looks: a year, the longest time to declare, and the time to audit it."""


_USED: Final = text(
    "SELECT c.subscription_id, c.meter, c.period_start, c.stale, c.frozen_at IS NOT NULL AS frozen,"
    " u.quantity, u.digest FROM usage_counter c JOIN unnest(CAST(:ids AS text[]), CAST(:aggregations AS jsonb[]))"
    " AS asked(id, aggregations) ON asked.id = c.subscription_id,"
    " LATERAL (SELECT usage_total(c.subscription_id, c.meter, c.period_start, asked.aggregations ->> c.meter,"
    " ARRAY['counted'], true) AS quantity, 'sha256:' || encode(sha256(COALESCE(string_agg(e.digest, ''::bytea"
    " ORDER BY e.source, e.event_id), ''::bytea)), 'hex') AS digest FROM usage_event e"
    " WHERE e.subscription_id = c.subscription_id AND e.meter = c.meter AND e.period_start = c.period_start"
    " AND e.state = 'counted') AS u"
    " WHERE (c.period_end <= :at OR EXISTS (SELECT FROM subscription s WHERE s.id = c.subscription_id"
    " AND s.ended_at <= :at)) AND (c.frozen_at IS NULL OR c.stale) AND asked.aggregations ? c.meter"
    " ORDER BY c.subscription_id, c.meter, c.period_start"
)
"""What the meters of periods that are over came to, of those that were not billed yet or got something late since."""

_LOCK_COUNTERS: Final = text(
    "SELECT FROM usage_counter WHERE subscription_id = ANY(CAST(:ids AS text[])) AND (frozen_at IS NULL OR stale)"
    " ORDER BY subscription_id, meter, period_start FOR UPDATE"
)


async def facts_of(act: Act, rows: Sequence[Row[Any]], at: datetime, *, lock: bool) -> dict[str, Facts]:
    plans = {row.id: plan_of_text(row.plan) for row in rows}
    used, stale = await _used(act, plans, at, lock=lock)
    prior = await _prior(act, list(plans))
    revenue, corrected = await _revenue(act, list(plans))
    grace = METERING.at(act.today).body.grace
    return {
        row.id: Facts(
            plan=plans[row.id],
            begin=row.anchor_on,
            billed=row.billed,
            opened_by_order=row.opened_by_order,
            placed_on=row.placed_at.astimezone(ZoneInfo(row.zone)).date(),
            credit_minor=row.credit_minor,
            stops_at=min((one for one in (row.cancel_at, row.ended_at, row.next_plan_at) if one), default=None),
            ended_at=row.ended_at,
            used=used[row.id],
            revenue=revenue[row.id],
            prior=prior[row.id],
            stale=[*stale[row.id], *corrected[row.id]],
            grace=grace,
        )
        for row in rows
    }


async def _used(
    act: Act, plans: dict[str, Any], at: datetime, *, lock: bool
) -> tuple[dict[str, Any], dict[str, list[tuple[str, datetime]]]]:
    meters = {
        key: {one.name: str(one.aggregation) for one in plan.components if isinstance(one, Metered)}
        for key, plan in plans.items()
    }
    asked = {key: value for key, value in meters.items() if value}
    used: dict[str, dict[tuple[str, datetime], Used]] = defaultdict(dict)
    stale: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    if not asked:
        return used, stale
    named = {"ids": list(asked), "at": at}
    if lock:
        await act.session.execute(_LOCK_COUNTERS, named)
    told = [msgspec.json.encode(value).decode() for value in asked.values()]
    for one in await act.session.execute(_USED, {**named, "aggregations": told}):
        key = (one.meter, one.period_start)
        used[one.subscription_id][key] = Used(one.meter, one.period_start, one.quantity, one.digest)
        # What is over, was billed and is not frozen had no use then: what came since is late too.
        stale[one.subscription_id].append(key)
    return used, stale


async def _prior(act: Act, keys: list[str]) -> dict[str, list[Line]]:
    """The lines of earlier bills, as far back as anything may still be reported, declared or audited.

    The cost of an audit is no charge of the plan, to which nothing else is the difference.
    """
    found: dict[str, list[Line]] = defaultdict(list)
    query = select(BillLine.subscription_id, BillLine.body).where(
        BillLine.subscription_id.in_(keys), BillLine.period_start >= act.at - BACK_MAX
    )
    for one in await act.session.execute(query.order_by(BillLine.bill_id, BillLine.n)):
        if one.body["kind"] not in (CARRIED, BROUGHT, LineKind.AUDIT_COST):
            found[one.subscription_id].append(msgspec.convert(one.body, Line))
    return found


async def _revenue(
    act: Act, keys: list[str]
) -> tuple[dict[str, dict[tuple[str, datetime], Revenue]], dict[str, list[tuple[str, datetime]]]]:
    found: dict[str, dict[tuple[str, datetime], Revenue]] = defaultdict(dict)
    stale: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    for one in await act.session.scalars(
        select(RevenueDeclaration).where(RevenueDeclaration.subscription_id.in_(keys))
    ):
        found[one.subscription_id][one.component, one.period_start] = Revenue(one.declared, one.audited)
        if one.stale:
            stale[one.subscription_id].append((one.component, one.period_start))
    return found, stale
