"""What a buyer's silence means, and who is reminded of data that waits, kept by sweeps."""

from datetime import timedelta

from sqlalchemy import select

from contracts.agreements.commands import IN_FORCE
from kernel.jobs.batches import each
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from market.orders import commands
from market.orders.models import Order
from market.orders.states import OrderState


@job(IN_FORCE)
async def agreement_in_force(runtime: Runtime, payload: dict[str, str]) -> None:
    """What costs nothing is due as soon as its agreement is in force."""
    async with runtime.act() as act:
        await commands.open_free(act, payload["order"])


@sweep("orders.accept-silently", every=timedelta(seconds=30))
async def accept_silently(runtime: Runtime) -> None:
    """Accept for buyers who were silent to the end of their inspection."""
    due = (Order.inspection_due_at <= runtime.clock.now()) & Order.complaint_id.is_(None)
    query = select(Order.id).where(Order.status == OrderState.DELIVERED, due).order_by(Order.inspection_due_at)
    await each(runtime, query, commands.accept_silently)


@sweep("orders.remind", every=timedelta(minutes=1))
async def remind(runtime: Runtime) -> None:
    """Remind buyers whose data waits, and start the clock of orders from before there was one."""
    waiting = select(Order.id).where(Order.status == OrderState.PAID, Order.reminded_at.is_(None))
    await each(runtime, waiting.where(Order.collect_due_at.is_(None), ~Order.in_parts), commands.start_late_collection)
    await each(
        runtime, waiting.where(Order.remind_at <= runtime.clock.now()).order_by(Order.remind_at), commands.remind
    )
