"""Reading windows and records of service."""

from sqlalchemy import ColumnElement, func, select

from contracts.agreements import queries as agreements
from contracts.agreements.models import Agreement
from kernel.act import Act
from kernel.db import one
from kernel.money import Money
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.listings import queries as listings
from market.service_levels.models import ServiceWindow
from market.service_levels.schemas import ServiceRecordLine, ServiceRecordView, ServiceWindowView
from market.service_levels.states import MISSED, WindowState


async def windows(act: Act, agreement_id: str, limit: int, cursor: str | None) -> Page[ServiceWindowView]:
    """An agreement's windows, the newest first, for whoever may read the agreement; raises NotFound."""
    agreement = await one(act.session, Agreement, agreement_id)
    agreements.AUDIENCE.require(act.actor, agreement.id, agreement.provider, agreement.consumer)
    query = select(ServiceWindow).where(ServiceWindow.agreement_id == agreement.id)
    page = await fetch(act.session, query, ServiceWindow.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(view)


def view(row: ServiceWindow) -> ServiceWindowView:
    """A window as its parties see it."""
    return shown(
        row,
        ServiceWindowView,
        attained=None if row.attained is None else f"{row.attained:.4f}",
        rate=None if row.rate is None else str(row.rate),
        fee=Money(row.fee_minor, row.currency).view(),
        owed=Money(row.owed_minor, row.currency).view(),
        credit=Money(row.credit_minor, row.currency).view(),
    )


async def record(act: Act, listing_id: str) -> ServiceRecordView:
    """A listing's record, for whoever may see the listing; raises ListingUnavailable."""
    listing = await listings.visible(act, listing_id)

    def times(*states: WindowState) -> ColumnElement[int]:
        return func.count().filter(ServiceWindow.status.in_(states))

    judged = select(
        ServiceWindow.measure,
        func.count(),
        times(WindowState.MET),
        times(*MISSED),
        times(WindowState.NOT_ASSESSED),
    ).where(ServiceWindow.listing_id == listing.id, ServiceWindow.status != WindowState.OPEN)
    rows = await act.session.execute(judged.group_by(ServiceWindow.measure).order_by(ServiceWindow.measure))
    return ServiceRecordView(listing.id, [ServiceRecordLine(*row) for row in rows])
