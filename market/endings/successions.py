"""What an order has to do with its agreement's passing on with the data: it is held, goes along, or ends with it."""

from sqlalchemy import update

from contracts.agreements import commands as agreements
from contracts.agreements.models import Agreement
from contracts.moments import Moment, follows
from kernel.act import Act
from kernel.db import locked
from market.delivery.models import Delivery
from market.endings.commands import call_off, pay_back
from market.endings.models import Termination
from market.endings.states import TerminationState
from market.orders.models import Order
from market.orders.states import OrderState

REFUSED = "LT-CON-47"
"""The rule by which an agreement ends that its consumer does not go on with."""

_UNSETTLED = (OrderState.PLACED, OrderState.PAID, OrderState.DELIVERED, OrderState.ACCEPTED)


@follows(Moment.TO_BE_HELD)
async def hold(act: Act, agreement: Agreement) -> None:
    """An order is locked before its agreement, as everywhere."""
    if agreement.order_id is not None:
        await locked(act.session, Order, agreement.order_id)


@follows(Moment.SUCCEEDED)
async def pass_on(act: Act, agreement: Agreement) -> None:
    """What is not settled yet is settled with whoever took the agreement over; what is settled stays as it was."""
    order = await locked(act.session, Order, agreement.licensed.order_id)
    if order.status in _UNSETTLED:
        order.provider = agreement.provider
        delivery = update(Delivery).where(Delivery.order_id == order.id)
        await act.session.execute(delivery.values(provider=agreement.provider))


@follows(Moment.SUCCEEDED)
async def pass_on_notice(act: Act, agreement: Agreement) -> None:
    """A notice of the provider of before is the new one's, which may withdraw it and does not answer itself."""
    open_ = (Termination.agreement_id == agreement.id, Termination.status == TerminationState.NOTICED)
    given = update(Termination).where(*open_, Termination.by != agreement.consumer)
    await act.session.execute(given.values(by=agreement.provider))


@follows(Moment.TO_END)
async def end(act: Act, agreement: Agreement) -> None:
    """Access stops at once, money in escrow goes back, what is settled stays settled."""
    order, reason = await locked(act.session, Order, agreement.licensed.order_id), agreement.ending_reason or ""
    if order.status in (OrderState.PAID, OrderState.DELIVERED):
        await pay_back(act, order, reason, rule=REFUSED)
    elif order.status is OrderState.PLACED:
        await call_off(act, order, reason, rule=REFUSED)
    else:
        await agreements.terminate(act, agreement.id, reason)
