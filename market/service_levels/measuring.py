"""Counting what a window held, from what the platform itself kept: revisions, scorecards and accesses."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.terms.service_levels import ServiceMeasure, ServiceObjective
from kernel.time.clock import start_of_day_in_china
from market.following.models import ListingRevision
from market.observations.models import ServiceAccess, ServiceOutage
from market.service_levels import rules
from market.service_levels.models import ServiceWindow
from market.service_levels.rules import Counted
from valuation.quality.models import Scorecard

Values = list[tuple[datetime, Decimal | None]]


async def count(session: AsyncSession, row: ServiceWindow, objective: ServiceObjective, since: datetime) -> Counted:
    """What an objective's window held; `since` is when the agreement came into force."""
    cure = timedelta(hours=objective.cure_hours)
    if objective.measure is ServiceMeasure.FRESHNESS:
        days = objective.due_days or 1
        due = rules.due_moments(since, days, row.ends_on)
        released = select(ListingRevision.released_at).where(
            ListingRevision.listing_id == row.listing_id, ListingRevision.released_at > since
        )
        return rules.freshness(
            due, list(await session.scalars(released)), days, cure, start_of_day_in_china(row.starts_on)
        )
    if objective.measure is ServiceMeasure.CHECK:
        found = await values(session, row, objective)
        return rules.passing_revisions(found, Decimal(objective.pass_min or "0"), cure)
    return await _accesses(session, row, objective)


async def values(session: AsyncSession, row: ServiceWindow, objective: ServiceObjective) -> Values:
    """What a check came to, per cent, in each revision that was released in the window, in their order."""
    begin, end = start_of_day_in_china(row.starts_on), start_of_day_in_china(row.ends_on)
    query = (
        select(ListingRevision.released_at, Scorecard.score, Scorecard.body)
        .join(Scorecard, Scorecard.id == ListingRevision.scorecard_id)
        .where(ListingRevision.listing_id == row.listing_id)
        .where(ListingRevision.released_at >= begin, ListingRevision.released_at < end)
    )
    rows = await session.execute(query.order_by(ListingRevision.number))
    return [(at, value_of(str(objective.check), score, body)) for at, score, body in rows]


def value_of(check: str, score: Decimal, body: Mapping[str, Any]) -> Decimal | None:
    """The score, a dimension's, or the share of a check's elements that passed; None where it was not assessed."""
    if check == "score":
        return score
    if (dimension := body.get("dimensions", {}).get(check)) is not None:
        return None if dimension["score"] is None else Decimal(dimension["score"])
    found = next((each for each in body.get("checks", ()) if each["id"] == check), None)
    if found is None or not found["evaluated"]:
        return None
    passed: int = found["evaluated"] - found["failed"]
    return Decimal(100) * passed / Decimal(found["evaluated"])


async def _accesses(session: AsyncSession, row: ServiceWindow, objective: ServiceObjective) -> Counted:
    """Accesses of the window; what fell into an outage of ours or an announced one counts neither way."""
    begin, end = start_of_day_in_china(row.starts_on), start_of_day_in_china(row.ends_on)
    down = (
        select(ServiceOutage.id)
        .where(or_(ServiceOutage.listing_id.is_(None), ServiceOutage.listing_id == row.listing_id))
        .where(ServiceOutage.starts_at <= ServiceAccess.at, ServiceAccess.at < ServiceOutage.ends_at)
    )
    left_out: ColumnElement[bool] = or_(ServiceAccess.ours, down.exists())
    good: ColumnElement[bool] = and_(ServiceAccess.good)
    if objective.measure is ServiceMeasure.RESPONSE:
        left_out = or_(left_out, and_(ServiceAccess.good, ServiceAccess.millis.is_(None)))
        good = and_(good, ServiceAccess.millis <= objective.millis_max)
    counts = select(
        func.count().filter(and_(good, ~left_out)), func.count().filter(~left_out), func.count().filter(left_out)
    ).where(ServiceAccess.agreement_id == row.agreement_id, ServiceAccess.at >= begin, ServiceAccess.at < end)
    kept, total, out = (await session.execute(counts)).one()
    return Counted(kept, 0, total, out)
