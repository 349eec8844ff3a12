"""Orders that end without settlement: cancelled, lapsed or refunded; money and agreement end with them."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements import commands as agreements
from contracts.agreements.models import Agreement
from contracts.agreements.states import AgreementState
from kernel.actor import SYSTEM, Actor
from kernel.db import locked
from kernel.states import Role
from kernel.time.clock import Clock
from market.listings.holding import HELD
from market.orders import queries
from market.orders.commands import step
from market.orders.models import Order
from market.orders.schemas import CancelOrder, OrderView, RefundOrder
from market.orders.states import OrderAction, OrderState
from market.payments import commands as payments
from market.payments import refunds

PASSED_ON: Final = "the provider's rights in the data passed to another holder"


async def cancel(session: AsyncSession, actor: Actor, order_id: str, data: CancelOrder, *, clock: Clock) -> OrderView:
    """The buyer gives up an order that is not paid; an open payment is closed with it."""
    row = await locked(session, Order, order_id)
    role = queries.visible(row, actor)
    await step(session, row, OrderAction.CANCEL, actor, role, clock.now(), reason=data.reason)
    await payments.abandon(session, row.id, clock=clock)
    await _end_agreement(session, row, "the order was cancelled", clock)
    return queries.view(row, actor)


async def expire(session: AsyncSession, order_id: str, *, clock: Clock) -> bool:
    """An order that is not paid by its deadline lapses; says whether it did."""
    row, now = await locked(session, Order, order_id), clock.now()
    if row.status is not OrderState.PLACED or row.payment_due_at > now:
        return False
    await step(session, row, OrderAction.EXPIRE, SYSTEM, Role.SYSTEM, now)
    await payments.abandon(session, row.id, clock=clock)
    await _end_agreement(session, row, "the order was not paid in time", clock)
    return True


async def withdraw(session: AsyncSession, order_id: str, *, clock: Clock) -> bool:
    """Close an order that its provider cannot fulfil any more, unless both have signed; says whether it was open.

    What was signed before the rights passed on binds their new holder, and the order goes on (decision 0010).
    """
    row, now = await locked(session, Order, order_id), clock.now()
    if row.status is not OrderState.PLACED:
        return False
    agreement = await session.get(Agreement, row.agreement_id) if row.agreement_id is not None else None
    if agreement is not None and agreement.status is AgreementState.IN_FORCE:
        return False
    await step(session, row, OrderAction.CANCEL, SYSTEM, Role.SYSTEM, now, reason=PASSED_ON, rule=HELD)
    await payments.abandon(session, row.id, clock=clock)
    await _end_agreement(session, row, PASSED_ON, clock)
    return True


async def refund(session: AsyncSession, actor: Actor, order_id: str, data: RefundOrder, *, clock: Clock) -> OrderView:
    """The clearing officer sends the whole price back before acceptance; the entitlement ends at once."""
    row = await locked(session, Order, order_id)
    role = queries.visible(row, actor)
    await step(session, row, OrderAction.REFUND, actor, role, clock.now(), reason=data.reason)
    await refunds.begin_refund(session, actor, row.id, clock=clock)
    await _end_agreement(session, row, "the order was refunded", clock)
    return queries.view(row, actor)


async def _end_agreement(session: AsyncSession, row: Order, reason: str, clock: Clock) -> None:
    if row.agreement_id is not None:
        await agreements.terminate(session, row.agreement_id, reason, at=clock.now())
