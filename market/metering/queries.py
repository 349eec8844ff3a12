"""Reading what was used: each use, and what the meters of a subscription have counted in a period."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.terms.prices import Plan
from kernel.act import Act
from kernel.money import Money
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.metering import rules
from market.metering.models import UsageCounter, UsageEvent
from market.metering.schemas import MeterUsage, UsageEventView
from market.subscriptions import queries as subscriptions
from market.subscriptions.models import Subscription


async def uses(
    act: Act, subscription_id: str, meter: str | None, limit: int, cursor: str | None
) -> Page[UsageEventView]:
    """The uses of a subscription in the order of their names, for its parties and those who watch."""
    row = await subscriptions.visible_subscription(act, subscription_id)
    query = select(UsageEvent).where(UsageEvent.subscription_id == row.id)
    if meter is not None:
        query = query.where(UsageEvent.meter == meter)
    page = await fetch(act.session, query, UsageEvent.source, UsageEvent.event_id, limit=limit, cursor=cursor)
    return page.of(lambda one: shown(one, UsageEventView, digest="sha256:" + one.digest.hex()))


async def meters(
    session: AsyncSession, row: Subscription, plans: Sequence[Plan], start: datetime, end: datetime
) -> list[MeterUsage]:
    """What each meter has counted in its periods that begin from `start` to before `end`, from the uses themselves.

    `plans` are those that it ran on until then, the last one last: a meter may be of an earlier one.
    """
    counters = await session.scalars(
        select(UsageCounter)
        .where(UsageCounter.subscription_id == row.id, UsageCounter.period_start >= start)
        .where(UsageCounter.period_start < end)
        .order_by(UsageCounter.period_start, UsageCounter.meter)
    )
    known = {name: part for plan in plans for name, part in rules.metered(plan).items()}
    return [await _meter(session, row, counter, str(known[counter.meter].aggregation)) for counter in counters]


async def _meter(session: AsyncSession, row: Subscription, counter: UsageCounter, aggregation: str) -> MeterUsage:
    found = await events_of(session, counter)
    counted = [one for one in found if one.state == "counted" and not one.late]
    return MeterUsage(
        meter=counter.meter,
        period_start=counter.period_start,
        period_end=counter.period_end,
        used=total(counted, aggregation),
        reserved=sum(one.quantity for one in found if one.state == "reserved"),
        late=sum(one.quantity for one in found if one.late and one.state == "counted"),
        not_charged=sum(one.quantity for one in found if one.state == "released"),
        events=len(found),
        frozen_at=counter.frozen_at,
        usage_digest=set_digest(counted),
        rated=Money(counter.rated_minor, row.currency).view(),
    )


async def events_of(session: AsyncSession, counter: UsageCounter) -> Sequence[UsageEvent]:
    """The uses of a counter, in the order of source and name."""
    query = (
        select(UsageEvent)
        .where(UsageEvent.subscription_id == counter.subscription_id, UsageEvent.meter == counter.meter)
        .where(UsageEvent.period_start == counter.period_start)
        .order_by(UsageEvent.source, UsageEvent.event_id)
    )
    return (await session.scalars(query)).all()


def set_digest(events: Sequence[UsageEvent]) -> str:
    """The digest of a set of uses: SHA-256 of their digests, one after the other by source and name."""
    return "sha256:" + hashlib.sha256(b"".join(one.digest for one in events)).hexdigest()


def total(events: Sequence[UsageEvent], aggregation: str) -> int:
    """What uses come to, each with its corrections; the database's `usage_total` says the same of what it stores."""
    net: dict[tuple[str, str], int] = {}
    subjects: dict[tuple[str, str], str | None] = {}
    for one in events:
        root = (one.source, one.corrects or one.event_id)
        net[root] = net.get(root, 0) + one.quantity
        subjects[root] = one.subject or subjects.get(root)
    if aggregation == "sum":
        return sum(net.values())
    if aggregation == "count":
        return sum(1 for quantity in net.values() if quantity > 0)
    if aggregation == "max":
        return max(net.values(), default=0)
    return len({subjects[root] for root, quantity in net.items() if quantity > 0})
