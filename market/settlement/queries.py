"""Reading settlements."""

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import one
from kernel.errors import NotFound
from kernel.money import Money
from kernel.states import Role
from market.orders.models import Order
from market.orders.queries import role_of
from market.settlement.errors import NotSettled
from market.settlement.models import Settlement
from market.settlement.schemas import FeeLineView, SettlementView


async def settlement(act: Act, order_id: str) -> SettlementView:
    """The settlement of an order, for its parties and the centre's officers; raises NotFound or NotSettled."""
    order = await one(act.session, Order, order_id)
    if role_of(order, act.actor) is None and not act.actor.has(Role.AUDITOR):
        raise NotFound(kind="order", id=order_id)
    row = await of_order(act.session, order_id)
    if row is None:
        raise NotSettled(order=order_id, state=str(order.status))
    return view(row)


async def of_order(session: AsyncSession, order_id: str) -> Settlement | None:
    """The settlement's row, if the order is settled."""
    return (await session.scalars(select(Settlement).where(Settlement.order_id == order_id))).first()


def view(row: Settlement) -> SettlementView:
    """A settlement for the wire."""
    gross, fee, share = (Money(n, row.currency) for n in (row.gross_minor, row.fee_minor, row.provider_minor))
    return SettlementView(
        id=row.id,
        order_id=row.order_id,
        buyer=row.buyer,
        provider=row.provider,
        gross=gross.view(),
        fee=fee.view(),
        provider_share=share.view(),
        lines=msgspec.convert(row.lines, list[FeeLineView]),
        policy=row.policy,
        ledger_entry_id=row.ledger_entry_id,
        document_id=row.document_id,
        settled_at=row.settled_at,
    )
