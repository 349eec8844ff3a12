"""Reading settlements."""

from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import one
from kernel.money import Money
from kernel.views.projection import shown
from market.orders import queries as orders
from market.orders.models import Order
from market.settlement.errors import NotSettled
from market.settlement.models import Settlement
from market.settlement.schemas import FeeLineView, SettlementView

AUDIENCE: Final = orders.AUDIENCE
"""Who may read an order's settlement: whoever may read the order."""


async def settlement(act: Act, order_id: str) -> SettlementView:
    """The settlement of an order, for its parties and the centre's officers; raises NotFound or NotSettled."""
    order = await one(act.session, Order, order_id)
    AUDIENCE.require(act.actor, order_id, order.buyer, order.provider)
    row = await of_order(act.session, order_id)
    if row is None:
        raise NotSettled(order=order_id, state=str(order.status))
    return view(row)


async def of_order(session: AsyncSession, order_id: str) -> Settlement | None:
    """The settlement's row, if the order is settled."""
    return (await session.scalars(select(Settlement).where(Settlement.order_id == order_id))).first()


def view(row: Settlement) -> SettlementView:
    """A settlement for the wire."""
    return shown(
        row,
        SettlementView,
        gross=Money(row.gross_minor, row.currency).view(),
        tax=Money(row.tax_minor, row.currency).view(),
        fee=Money(row.fee_minor, row.currency).view(),
        others_share=Money(row.others_minor, row.currency).view(),
        provider_share=Money(row.provider_minor, row.currency).view(),
        lines=msgspec.convert(row.lines, list[FeeLineView]),
    )
