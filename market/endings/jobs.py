"""Orders that end by themselves: not paid in time, or their provider has transferred the rights that it offered."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.db import unit
from kernel.jobs.batches import each
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from market.endings import commands as endings
from market.listings import holding
from market.orders.models import Order
from market.orders.states import OrderState
from rights.title.changes import CHANGED


@sweep("orders.expire", every=timedelta(seconds=30))
async def expire(runtime: Runtime) -> None:
    """Let orders lapse that were not paid in time."""
    due = Order.payment_due_at <= runtime.clock.now()
    query = select(Order.id).where(Order.status == OrderState.PLACED, due).order_by(Order.payment_due_at)
    await each(runtime, query, endings.expire)


@job(CHANGED)
async def title_changed(runtime: Runtime, payload: dict[str, str]) -> None:
    """Look again at every listing that rests on an asset; of those taken off, close what was not agreed yet."""
    async with unit(runtime.sessions) as session:
        listing_ids = await holding.resting_on(session, payload["asset"])
    for listing_id in listing_ids:
        async with runtime.act() as act:
            gone = await holding.look_again(act, listing_id)
            order_ids = await _open_orders(act.session, listing_id) if gone else []
        for order_id in order_ids:
            async with runtime.act() as act:
                await endings.withdraw(act, order_id)


async def _open_orders(session: AsyncSession, listing_id: str) -> list[str]:
    query = select(Order.id).where(Order.listing_id == listing_id, Order.status == OrderState.PLACED)
    return list(await session.scalars(query.order_by(Order.id)))
