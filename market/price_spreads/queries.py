"""Reading unequal prices: a provider its own, the centre and those who watch all."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select

from kernel.act import Act
from kernel.db import one
from kernel.money import Money
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.price_spreads import rules
from market.price_spreads.models import PricedDeal, PriceSpread
from market.price_spreads.schemas import PricedDealView, PriceSpreadView
from market.price_spreads.states import PRICE_SPREAD, SpreadState

AUDIENCE: Final = Audience("price_spread", (Role.OPERATOR, Role.REGULATOR, Role.AUDITOR))
"""Who may see an entry besides its provider; the buyers are not told what others paid."""


def view(row: PriceSpread, act: Act) -> PriceSpreadView:
    """An entry with what the actor may do about it."""
    role = AUDIENCE.role(act.actor, provider=row.provider)
    return shown(
        row,
        PriceSpreadView,
        lowest=Money(row.lowest_minor, row.currency).view(),
        highest=Money(row.highest_minor, row.currency).view(),
        spread=str(row.spread),
        allowed_actions=[] if role is None else [str(each) for each in PRICE_SPREAD.actions(row.status, role)],
    )


async def spread(act: Act, spread_id: str) -> PriceSpreadView:
    """One entry; raises NotFound for strangers."""
    row = await one(act.session, PriceSpread, spread_id)
    AUDIENCE.require(act.actor, row.id, row.provider)
    return view(row, act)


async def spreads(act: Act, status: str | None, limit: int, cursor: str | None) -> Page[PriceSpreadView]:
    """The entries that the actor may see, the newest first."""
    query = select(PriceSpread).where(AUDIENCE.among(act.actor, PriceSpread.provider))
    if status is not None:
        query = query.where(PriceSpread.status == SpreadState(status))
    rows = await fetch(act.session, query, PriceSpread.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: view(row, act))


async def deals(act: Act, spread_id: str, limit: int, cursor: str | None) -> Page[PricedDealView]:
    """The deals on an entry's terms, the newest first; raises NotFound for strangers."""
    row = await one(act.session, PriceSpread, spread_id)
    AUDIENCE.require(act.actor, row.id, row.provider)
    query = select(PricedDeal).where(PricedDeal.terms_key == row.terms_key, PricedDeal.currency == row.currency)
    rows = await fetch(act.session, query, PricedDeal.settlement_id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda each: shown(each, PricedDealView, price=Money(each.price_minor, each.currency).view()))


async def prices(act: Act, key: str, currency: str, on: date, table: rules.SpreadTable) -> tuple[int, int] | None:
    """The lowest and the highest price of the last deals on these terms, at most so many; None without any."""
    recent = (
        select(PricedDeal.price_minor)
        .where(
            PricedDeal.terms_key == key,
            PricedDeal.currency == currency,
            PricedDeal.settled_on > on - timedelta(days=table.window_days),
        )
        .order_by(PricedDeal.settled_on.desc())
        .limit(table.deals_max)
        .subquery()
    )
    low, high = (await act.session.execute(select(func.min(recent.c[0]), func.max(recent.c[0])))).one()
    return None if low is None else (int(low), int(high))
