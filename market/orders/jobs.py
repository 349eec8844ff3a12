"""Deadlines of orders, kept by sweeps: each order in a unit of its own, so that one cannot hold up the others."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

import structlog
from sqlalchemy import Select, select

from kernel.db import unit
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.orders import commands, endings
from market.orders.models import Order
from market.orders.states import OrderState

BATCH: Final = 100

log: Final = structlog.get_logger("liutong.orders")


@sweep("orders.expire", every=timedelta(seconds=30))
async def expire(runtime: Runtime) -> None:
    """Let orders lapse that were not paid in time."""
    due = Order.payment_due_at <= runtime.clock.now()
    query = select(Order.id).where(Order.status == OrderState.PLACED, due).order_by(Order.payment_due_at)
    await _each(runtime, query, endings.expire)


@sweep("orders.accept-silently", every=timedelta(seconds=30))
async def accept_silently(runtime: Runtime) -> None:
    """Accept for buyers who were silent to the end of their inspection."""
    due = Order.inspection_due_at <= runtime.clock.now()
    query = select(Order.id).where(Order.status == OrderState.DELIVERED, due).order_by(Order.inspection_due_at)
    await _each(runtime, query, commands.accept_silently)


async def _each(runtime: Runtime, query: Select[Any], work: Callable[..., Awaitable[bool]]) -> None:
    """Take one batch; what remains or fails waits for the next sweep."""
    async with runtime.sessions() as session:
        found = (await session.scalars(query.limit(BATCH))).all()
    for order_id in found:
        try:
            async with unit(runtime.sessions) as session:
                await work(session, order_id, clock=runtime.clock)
        except Exception:
            log.exception("a deadline could not be kept", order=order_id)
