"""Plans that nobody answered, and parts whose day has come."""

from datetime import timedelta

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.delivery_plans import commands
from market.delivery_plans.models import DeliveryPart, DeliveryPlan
from market.delivery_plans.states import PartState
from market.orders.models import Order
from market.orders.states import OrderState


@sweep("market.delivery-plans.unanswered", every=timedelta(minutes=1))
async def unanswered(runtime: Runtime) -> None:
    """Let plans lapse that were not answered in time."""
    due = DeliveryPlan.due_at <= runtime.clock.now()
    await each(runtime, select(DeliveryPlan.id).where(due).order_by(DeliveryPlan.due_at), commands.lapse)


@sweep("market.delivery-parts.release", every=timedelta(minutes=1))
async def release(runtime: Runtime) -> None:
    """Release the parts of paid orders whose day has come."""
    query = (
        select(DeliveryPart.id)
        .join(Order, Order.id == DeliveryPart.order_id)
        .where(
            DeliveryPart.status == PartState.PLANNED,
            DeliveryPart.available_at <= runtime.clock.now(),
            Order.status == OrderState.PAID,
        )
    )
    await each(runtime, query.order_by(DeliveryPart.available_at), commands.release)
