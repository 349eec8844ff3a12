"""Parts whose inspection is over in silence, or that nobody collects."""

from datetime import timedelta

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.delivery_plans.models import DeliveryPart
from market.delivery_plans.states import PartState
from market.partial_deliveries import commands, evidence

FOLLOWS = (evidence.note,)
"""What follows when an order in parts is settled; registered with plans."""


@sweep("market.delivery-parts.accept-silently", every=timedelta(seconds=30))
async def accept_silently(runtime: Runtime) -> None:
    """Accept parts for buyers who were silent to the end of their inspection."""
    due = (DeliveryPart.inspection_due_at <= runtime.clock.now()) & DeliveryPart.complaint_id.is_(None)
    query = select(DeliveryPart.id).where(DeliveryPart.status == PartState.RECEIVED, due)
    await each(runtime, query.order_by(DeliveryPart.inspection_due_at), commands.accept_silently)


@sweep("market.delivery-parts.uncollected", every=timedelta(minutes=1))
async def uncollected(runtime: Runtime) -> None:
    """End the waiting for buyers who did not come for a part."""
    due = (DeliveryPart.collect_due_at <= runtime.clock.now()) & DeliveryPart.complaint_id.is_(None)
    query = select(DeliveryPart.id).where(DeliveryPart.status == PartState.RELEASED, due)
    await each(runtime, query.order_by(DeliveryPart.collect_due_at), commands.uncollected)
