"""Orders, payments and trades as dealings: what the check of a valuer's independence asks of the market."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.time.clock import day_in_china
from market.orders.models import Order
from market.payments.models import Payment
from market.settlement.models import Settlement
from valuation.engagements.independence.dealings import source
from valuation.engagements.rules import Dealing


def _met(table: Any, ours: Collection[str], theirs: Collection[str]) -> ColumnElement[bool]:
    """One side is ours and the other is theirs."""
    return or_(
        and_(table.buyer.in_(ours), table.provider.in_(theirs)),
        and_(table.buyer.in_(theirs), table.provider.in_(ours)),
    )


def _dealing(kind: str, reference: str, at: datetime, order: Order | Settlement) -> Dealing:
    return Dealing(kind, reference, day_in_china(at), frozenset({order.buyer, order.provider}))


@source("order")
async def orders(
    session: AsyncSession, ours: Collection[str], theirs: Collection[str], since: datetime
) -> Iterable[Dealing]:
    """Orders between the two, also those that lapsed or were cancelled."""
    query = select(Order).where(Order.placed_at >= since, _met(Order, ours, theirs))
    return [_dealing("order", row.id, row.placed_at, row) for row in await session.scalars(query)]


@source("payment")
async def payments(
    session: AsyncSession, ours: Collection[str], theirs: Collection[str], since: datetime
) -> Iterable[Dealing]:
    """Payments for orders between the two."""
    query = select(Payment, Order).join(Order, Order.id == Payment.order_id)
    rows = await session.execute(query.where(Payment.created_at >= since, _met(Order, ours, theirs)))
    return [_dealing("payment", payment.id, payment.created_at, order) for payment, order in rows]


@source("trade")
async def trades(
    session: AsyncSession, ours: Collection[str], theirs: Collection[str], since: datetime
) -> Iterable[Dealing]:
    """Settled trades between the two."""
    query = select(Settlement).where(Settlement.settled_at >= since, _met(Settlement, ours, theirs))
    return [_dealing("trade", row.id, row.settled_at, row) for row in await session.scalars(query)]
