"""Orders that end without settlement: cancelled, lapsed or refunded; money and agreement end with them."""

from typing import Final

from contracts.agreements import commands as agreements
from contracts.agreements.models import Agreement
from contracts.agreements.states import AgreementState
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked
from kernel.states import Role
from market.listings.holding import HELD
from market.orders import queries
from market.orders.commands import step
from market.orders.models import Order
from market.orders.schemas import CancelOrder, OrderView, RefundOrder
from market.orders.states import OrderAction, OrderState
from market.payments import commands as payments
from market.payments import refunds

PASSED_ON: Final = "the provider's rights in the data passed to another holder"


async def cancel(act: Act, order_id: str, data: CancelOrder) -> OrderView:
    """The buyer gives up an order that is not paid; an open payment is closed with it."""
    row = await locked(act.session, Order, order_id)
    role = queries.role_of(row, act.actor)
    await step(act, row, OrderAction.CANCEL, role, reason=data.reason)
    await payments.abandon(act, row.id)
    await _end_agreement(act, row, "the order was cancelled")
    return queries.view(row, act.actor)


async def expire(act: Act, order_id: str) -> bool:
    """An order that is not paid by its deadline lapses; says whether it did."""
    row = await locked(act.session, Order, order_id)
    if row.status is not OrderState.PLACED or row.payment_due_at > act.at:
        return False
    await step(act.by(SYSTEM), row, OrderAction.EXPIRE, Role.SYSTEM)
    await payments.abandon(act, row.id)
    await _end_agreement(act, row, "the order was not paid in time")
    return True


async def withdraw(act: Act, order_id: str) -> bool:
    """Close an order that its provider cannot fulfil any more, unless both have signed; says whether it was open.

    What was signed before the rights passed on binds their new holder, and the order goes on (decision 0010).
    """
    row = await locked(act.session, Order, order_id)
    if row.status is not OrderState.PLACED:
        return False
    agreement = await act.session.get(Agreement, row.agreement_id) if row.agreement_id is not None else None
    if agreement is not None and agreement.status is AgreementState.IN_FORCE:
        return False
    await step(act.by(SYSTEM), row, OrderAction.CANCEL, Role.SYSTEM, reason=PASSED_ON, rule=HELD)
    await payments.abandon(act, row.id)
    await _end_agreement(act, row, PASSED_ON)
    return True


async def refund(act: Act, order_id: str, data: RefundOrder) -> OrderView:
    """The clearing officer sends the whole price back before acceptance; the entitlement ends at once."""
    row = await locked(act.session, Order, order_id)
    role = queries.role_of(row, act.actor)
    await step(act, row, OrderAction.REFUND, role, reason=data.reason)
    await refunds.begin_refund(act, row.id)
    await _end_agreement(act, row, "the order was refunded")
    return queries.view(row, act.actor)


async def _end_agreement(act: Act, row: Order, reason: str) -> None:
    if row.agreement_id is not None:
        await agreements.terminate(act, row.agreement_id, reason)
