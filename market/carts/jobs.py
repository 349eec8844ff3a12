"""Carts that nobody has touched for long are cleared."""

from datetime import timedelta

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.carts import commands
from market.carts.models import Cart


@sweep("market.carts.abandon", every=timedelta(minutes=15))
async def abandon(runtime: Runtime) -> None:
    """Clear the carts whose time is over."""
    query = select(Cart.id).where(Cart.due_at <= runtime.clock.now()).order_by(Cart.due_at)
    await each(runtime, query, commands.abandon)
