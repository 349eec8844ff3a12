"""The inspection of an order, or of a part of its delivery, beside what is delivered again of it."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from kernel.act import Act
from kernel.db import one
from kernel.time.clock import day_in_china
from market.delivery_plans.models import DeliveryPart
from market.delivery_plans.states import PartState
from market.orders import commands as orders
from market.orders.models import Order
from market.orders.states import OrderState
from market.redeliveries import rules
from market.redeliveries.models import Redelivery
from market.redeliveries.states import RedeliveryState


def redeliveries_of(of: Order | DeliveryPart) -> tuple[ColumnElement[bool], ...]:
    """The redeliveries of an order as a whole, or of one part, as conditions."""
    if isinstance(of, Order):
        return Redelivery.order_id == of.id, Redelivery.part_id.is_(None)
    return (Redelivery.part_id == of.id,)


def under_inspection(order: Order, of: Order | DeliveryPart) -> bool:
    """Whether what was delivered is inspected now, and no complaint of it is open."""
    if isinstance(of, Order):
        return of.status is OrderState.DELIVERED and of.complaint_id is None
    received = order.status is OrderState.PAID and of.status is PartState.RECEIVED
    return received and of.complaint_id is None


def inspect_until(of: Order | DeliveryPart, due: datetime | None, working_days: int) -> None:
    """Silence accepts nothing before a redelivery is over and its inspection too."""
    if due is None:
        return
    until = rules.after(day_in_china(due), working_days)
    if isinstance(of, Order):
        orders.extend_inspection(of, until)
    elif of.status is PartState.RECEIVED and of.inspection_due_at is not None:
        of.inspection_due_at = max(of.inspection_due_at, until)


async def inspection_goes_on(act: Act, of: Order | DeliveryPart, table: rules.RedeliveryRules) -> None:
    """What comes to nothing takes none of the inspection that ran, and leaves some days of it at least."""
    delivered = (*redeliveries_of(of), Redelivery.status == RedeliveryState.DELIVERED)
    again = await act.session.scalar(select(func.max(Redelivery.status_changed_at)).where(*delivered))
    ends = [rules.after(act.today, table.resume_working_days)]
    came_at = of.delivered_at if isinstance(of, Order) else of.received_at
    if came_at is not None:
        order = of if isinstance(of, Order) else await one(act.session, Order, of.order_id)
        ends.append(orders.inspection_due(order, came_at))
    if again is not None:
        ends.append(rules.after(day_in_china(again), table.inspect_working_days))
    of.inspection_due_at = max(ends)
