"""What the two sides of an order know it by: purchase order, cost centre, and the bank's reference of its payment."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from market.orders.models import Order
from market.orders.queries import references_of
from market.payments.models import Payment
from market.splits.models import Distribution


async def references(session: AsyncSession, subjects: Sequence[str], reader: str) -> dict[str, str]:
    """The references of orders, parts of them and bills, for a reader that is a side of their order."""
    parts = select(Distribution.subject, Distribution.order_id).where(Distribution.subject.in_(subjects))
    order_of = {each: each for each in subjects} | {row.subject: row.order_id for row in await session.execute(parts)}
    return await of_orders(session, order_of, reader)


async def of_orders(session: AsyncSession, order_of: Mapping[str, str], reader: str) -> dict[str, str]:
    """The same where the order of each subject is known."""
    sides = or_(Order.buyer == reader, Order.provider == reader)
    orders = set(await session.scalars(select(Order.id).where(Order.id.in_(order_of.values()), sides)))
    mine = {subject: order_id for subject, order_id in order_of.items() if order_id in orders}
    own = await references_of(session, sorted(orders), reader)
    bank = await _by_bank(session, {*mine, *orders})
    joined = {
        subject: " · ".join(filter(None, (own.get(order_id), bank.get(subject) or bank.get(order_id))))
        for subject, order_id in mine.items()
    }
    return {subject: text for subject, text in joined.items() if text}


async def _by_bank(session: AsyncSession, subjects: set[str]) -> dict[str, str]:
    """The bank's reference of what was paid for orders and bills."""
    of = func.coalesce(Payment.bill_id, Payment.order_id)
    query = select(of, Payment.bank_reference).where(
        or_(Payment.bill_id.in_(subjects), Payment.order_id.in_(subjects)), Payment.bank_reference.is_not(None)
    )
    return {subject: str(reference) for subject, reference in await session.execute(query.order_by(Payment.id))}
