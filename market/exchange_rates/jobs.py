"""Rates that no second officer has looked at in time are over."""

from datetime import timedelta

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.exchange_rates import commands
from market.exchange_rates.models import ExchangeRate
from market.exchange_rates.states import RateState


@sweep("market.exchange_rates.lapse", every=timedelta(minutes=15))
async def lapse(runtime: Runtime) -> None:
    """Let rates lapse whose time for a decision is over."""
    due = ExchangeRate.due_at <= runtime.clock.now()
    query = select(ExchangeRate.id).where(ExchangeRate.status == RateState.PROPOSED, due)
    await each(runtime, query.order_by(ExchangeRate.due_at), commands.lapse)
