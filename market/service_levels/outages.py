"""Announcing maintenance, and entering outages of our own: times in which nothing counts."""

from datetime import datetime, timedelta

from sqlalchemy import select

from kernel import ids
from kernel.act import Act
from kernel.db import lock_name
from kernel.log.record import record
from kernel.time.clock import timestamp
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.listings import queries as listings
from market.listings.errors import NotYourListing
from market.observations.models import ServiceOutage
from market.service_levels import rules
from market.service_levels.errors import MaintenanceTooLate, MaintenanceTooLong, OutageTimesWrong
from market.service_levels.schemas import AnnounceMaintenance, EnterOutage, ServiceOutageView


async def announce(act: Act, listing_id: str, data: AnnounceMaintenance) -> ServiceOutageView:
    """A provider announces maintenance of its listing.

    Raises ListingUnavailable, NotYourListing, OutageTimesWrong, MaintenanceTooLate and MaintenanceTooLong.
    """
    listing = await listings.listing(act, listing_id)
    if listing.provider.id != act.actor.party:
        raise NotYourListing
    days = rules.DAYS.at(act.today).body
    earliest = act.at + timedelta(hours=days.notice_hours)
    if data.starts_at < earliest:
        raise MaintenanceTooLate(notice_hours=days.notice_hours, earliest=timestamp(earliest))
    if data.ends_at <= data.starts_at or data.starts_at > act.at + timedelta(days=366):
        raise OutageTimesWrong(earliest=timestamp(earliest), latest=timestamp(act.at + timedelta(days=366)))
    await lock_name(act.session, "maintenance", listing.id)
    month = timedelta(days=31)
    near = await act.session.scalars(
        select(ServiceOutage).where(
            ServiceOutage.listing_id == listing.id,
            ServiceOutage.starts_at > data.starts_at - month,
            ServiceOutage.starts_at < data.starts_at + month,
        )
    )
    times = [(data.starts_at, data.ends_at), *((each.starts_at, each.ends_at) for each in near)]
    too_long = data.ends_at - data.starts_at > timedelta(hours=days.maintenance_hours_max)
    if too_long or rules.most_within(times, month) > timedelta(hours=days.month_hours_max):
        raise MaintenanceTooLong(hours_max=days.maintenance_hours_max, month_hours_max=days.month_hours_max)
    return await _keep(act, "maintenance", listing.id, (data.starts_at, data.ends_at), data.reason)


async def enter(act: Act, data: EnterOutage) -> ServiceOutageView:
    """The centre says when it was down itself; raises OutageTimesWrong."""
    earliest = act.at - timedelta(days=rules.DAYS.at(act.today).body.outage_days_back)
    if not earliest <= data.starts_at < data.ends_at <= act.at:
        raise OutageTimesWrong(earliest=timestamp(earliest), latest=timestamp(act.at))
    return await _keep(act, "ours", None, (data.starts_at, data.ends_at), data.reason)


async def _keep(
    act: Act, kind: str, listing_id: str | None, times: tuple[datetime, datetime], reason: str
) -> ServiceOutageView:
    row = ServiceOutage(
        id=ids.new("out"),
        kind=kind,
        listing_id=listing_id,
        by=act.actor.party or "",
        reason=reason,
        starts_at=times[0],
        ends_at=times[1],
        announced_at=act.at,
    )
    act.session.add(row)
    facts = {"kind": kind, "listing": listing_id, "starts_at": timestamp(times[0]), "ends_at": timestamp(times[1])}
    record(act, "market.service_outage.announced", row.id, facts={**facts, "reason": reason})
    await act.session.flush()
    return shown(row, ServiceOutageView)


async def outages(act: Act, limit: int, cursor: str | None) -> Page[ServiceOutageView]:
    """Every outage that was announced or entered, the newest first."""
    query = select(ServiceOutage)
    page = await fetch(act.session, query, ServiceOutage.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(lambda row: shown(row, ServiceOutageView))
