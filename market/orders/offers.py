"""What becomes of a provider's open offers when it has transferred the rights that it offered."""

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.db import unit
from kernel.jobs.queue import job
from kernel.runtime import Runtime
from kernel.time.clock import Clock
from market.listings import holding
from market.orders import endings
from market.orders.models import Order
from market.orders.states import OrderState
from rights.title.changes import CHANGED

log = structlog.get_logger("liutong.offers")


@job(CHANGED)
async def title_changed(runtime: Runtime, payload: dict[str, str]) -> None:
    """Look again at every listing that rests on an asset; of those taken off, close what was not agreed yet."""
    async with unit(runtime.sessions) as session:
        found = await holding.resting_on(session, payload["asset"])
    for listing_id in found:
        async with unit(runtime.sessions) as session:
            gone = await holding.look_again(session, listing_id, at=runtime.clock.now())
            orders = await _open_orders(session, listing_id) if gone else []
        for order_id in orders:
            await _close(runtime, order_id, clock=runtime.clock)


async def _open_orders(session: AsyncSession, listing_id: str) -> list[str]:
    query = select(Order.id).where(Order.listing_id == listing_id, Order.status == OrderState.PLACED)
    return list(await session.scalars(query.order_by(Order.id)))


async def _close(runtime: Runtime, order_id: str, *, clock: Clock) -> None:
    """Each order in a unit of its own, so that one cannot hold up the others."""
    async with unit(runtime.sessions) as session:
        if await endings.withdraw(session, order_id, clock=clock):
            log.info("an open order was closed: the rights have passed on", order=order_id)
