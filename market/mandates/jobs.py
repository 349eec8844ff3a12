"""What falls due of mandates: their terms, approvals that nobody gave, and quotes that have run out."""

from datetime import timedelta

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.mandates import commands
from market.mandates.models import Mandate, MandateOrder, OrderQuote
from market.mandates.orders import deciding, quotes

QUOTES_KEPT = timedelta(days=1)
"""How long a quote that has run out can still be told to have."""


@sweep("market.mandates.expire", every=timedelta(minutes=15))
async def expire(runtime: Runtime) -> None:
    """End the mandates whose term is over."""
    query = select(Mandate.id).where(Mandate.status.in_(commands.OPEN), Mandate.not_after <= runtime.clock.now())
    await each(runtime, query.order_by(Mandate.not_after), commands.expire)


@sweep("market.mandates.lapse", every=timedelta(minutes=5))
async def lapse(runtime: Runtime) -> None:
    """Free what was reserved for orders that nobody has approved in time."""
    query = select(MandateOrder.id).where(MandateOrder.due_at <= runtime.clock.now()).order_by(MandateOrder.due_at)
    await each(runtime, query, deciding.lapse)


@sweep("market.mandates.forget-quotes", every=timedelta(minutes=15))
async def forget_quotes(runtime: Runtime) -> None:
    """Drop the quotes that have run out long ago."""
    query = select(OrderQuote.id).where(OrderQuote.expires_at <= runtime.clock.now() - QUOTES_KEPT)
    await each(runtime, query.order_by(OrderQuote.expires_at), quotes.forget)
