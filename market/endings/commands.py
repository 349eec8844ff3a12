"""Orders that end without settlement: cancelled, lapsed or refunded; money and agreement end with them."""

from typing import Final

from contracts.agreements import commands as agreements
from contracts.agreements.models import Agreement
from contracts.agreements.states import STANDING
from contracts.obligations.commands import delivered
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked
from kernel.money import Money
from kernel.states import Role
from market.carts import commands as carts
from market.delivery import queries as deliveries
from market.endings.errors import OVER, STEPS_AFTER_PAYMENT, CancellationTooLate
from market.listings.holding import HELD
from market.mandates.orders.charging import recredit
from market.orders import queries
from market.orders.commands import COLLECTION, mark_delivered, step
from market.orders.errors import REFUND_CURES, REFUND_LATE, RefundNotYours
from market.orders.models import Order
from market.orders.schemas import CancelOrder, OrderView, RefundOrder
from market.orders.states import OrderAction, OrderState
from market.payments import commands as payments
from market.refunds import commands as refunds

DECLINED: Final = "LT-ORD-09"
"""The rule by which an order ends with the agreement that was declined."""

WITHDRAWN: Final = "LT-ORD-10"
"""The rule by which a provider may withdraw."""

UNPAID: Final = "the order was not paid in time"
UNCOLLECTED: Final = "paid, and never collected: the money goes back"
FETCHED: Final = "fetched, and its receipt never confirmed"
DESTROYED: Final = "the registered data no longer exists"
PASSED_ON: Final = "the provider's rights in the data passed to another holder"


async def cancel(act: Act, order_id: str, data: CancelOrder) -> OrderView:
    """Its buyer or its provider gives up an order that is not paid; an open payment is closed with it.

    Raises CancellationTooLate with what can be done instead.
    """
    row = await locked(act.session, Order, order_id)
    role = queries.role_of(row, act.actor)
    _require_cancellable(row)
    facts = {"rule": WITHDRAWN} if role is Role.PROVIDER else {}
    await step(act, row, OrderAction.CANCEL, role, reason=data.reason, **facts)
    who = "withdrawn by its provider" if role is Role.PROVIDER else "cancelled"
    await _closed(act, row, data.reason, f"the order was {who}: {data.reason}")
    return queries.view(row, act.actor)


def _require_cancellable(row: Order) -> None:
    if row.status is not OrderState.PLACED:
        steps = STEPS_AFTER_PAYMENT.get(row.status, OVER).filled(order=row.id, agreement=row.agreement_id)
        raise CancellationTooLate(order=row.id, state=str(row.status), steps=steps)


async def expire(act: Act, order_id: str) -> bool:
    """An order that is not paid by its deadline lapses; says whether it did."""
    row = await locked(act.session, Order, order_id)
    if row.status is not OrderState.PLACED or row.payment_due_at > act.at:
        return False
    await step(act.by(SYSTEM), row, OrderAction.EXPIRE, Role.SYSTEM)
    await _closed(act, row, UNPAID, UNPAID)
    return True


async def declined(act: Act, order_id: str, reason: str) -> bool:
    """An order whose agreement one side has declined ends: nothing can come of it; says whether it was open."""
    row = await locked(act.session, Order, order_id)
    if row.status is not OrderState.PLACED:
        return False
    await step(act.by(SYSTEM), row, OrderAction.CANCEL, Role.SYSTEM, reason=reason, rule=DECLINED)
    await _closed(act, row, f"the agreement was declined: {reason}", "the agreement was declined")
    return True


async def uncollected(act: Act, order_id: str) -> bool:
    """The end of the time to collect: what was fetched counts as delivered, and else the money goes back.

    Data that the buyer has cannot be given back, so its inspection runs; says whether something was done.
    """
    row = await locked(act.session, Order, order_id)
    if row.status is not OrderState.PAID or row.collect_due_at is None or row.collect_due_at > act.at:
        return False
    if await deliveries.was_used(act.session, row.id):
        await mark_delivered(act.by(SYSTEM), row, rule=COLLECTION, reason=FETCHED)
        await delivered(act, row.agreement_id or "", {"statement": FETCHED})
    else:
        await pay_back(act, row, UNCOLLECTED, rule=COLLECTION)
    return True


async def destroyed(act: Act, order_id: str) -> bool:
    """What cannot be delivered any more ends, and what was paid for it goes back; says whether it was open."""
    row = await locked(act.session, Order, order_id)
    if row.status is OrderState.PLACED:
        await call_off(act, row, DESTROYED, rule=HELD)
        return True
    if row.status is not OrderState.PAID:
        return False
    await pay_back(act, row, DESTROYED, rule=HELD)
    return True


async def call_off(act: Act, row: Order, reason: str, *, rule: str) -> None:
    """Cancel an order that the caller has locked and that is not paid: its payment is closed, its agreement ended."""
    await step(act.by(SYSTEM), row, OrderAction.CANCEL, Role.SYSTEM, reason=reason, rule=rule)
    await _closed(act, row, reason, reason)


async def pay_back(act: Act, row: Order, reason: str, *, rule: str) -> None:
    """Send back what is in escrow for an order that the caller has locked, and end its agreement."""
    await refunds.end_order(act.by(SYSTEM), row, Role.SYSTEM, reason, rule=rule)


async def _closed(act: Act, row: Order, reason: str, ended: str) -> None:
    """Close what hangs on an order that was not paid, and keep why."""
    row.end_reason = reason
    await payments.abandon(act, row.id)
    await _end_agreement(act, row, ended)
    await carts.order_ended(act, row)
    await recredit(act, row.id, Money(row.amount_minor, row.currency))


async def withdraw(act: Act, order_id: str) -> bool:
    """Close an order that its provider cannot fulfil any more, unless both have signed; says whether it was open.

    What was signed before the rights passed on binds their new holder, and the order goes on (decision 0010).
    """
    row = await locked(act.session, Order, order_id)
    if row.status is not OrderState.PLACED:
        return False
    agreement = await act.session.get(Agreement, row.agreement_id) if row.agreement_id is not None else None
    if agreement is not None and agreement.status in STANDING:
        return False
    await call_off(act, row, PASSED_ON, rule=HELD)
    return True


async def refund(act: Act, order_id: str, data: RefundOrder) -> OrderView:
    """The clearing officer sends the whole price back before acceptance; the entitlement ends at once.

    Raises RefundNotYours for anybody else, with what is to be done instead.
    """
    row = await locked(act.session, Order, order_id)
    role = queries.role_of(row, act.actor)
    if role is not Role.CLEARING:
        cure = REFUND_CURES.get(row.status, REFUND_LATE)
        raise RefundNotYours(cure=cure.filled(id=row.id))
    await refunds.end_order(act, row, role, data.reason)
    return queries.view(row, act.actor)


async def _end_agreement(act: Act, row: Order, reason: str) -> None:
    if row.agreement_id is not None:
        await agreements.terminate(act, row.agreement_id, reason)
