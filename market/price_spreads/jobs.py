"""Entries whose provider, or whose operator, has let its days go by."""

from datetime import timedelta

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.price_spreads import commands
from market.price_spreads.models import PriceSpread


@sweep("market.price-spreads.due", every=timedelta(hours=1))
async def fall_due(runtime: Runtime) -> None:
    """See to entries whose time is over."""
    late = PriceSpread.due_at <= runtime.clock.now()
    await each(runtime, select(PriceSpread.id).where(late).order_by(PriceSpread.due_at), commands.fall_due)
