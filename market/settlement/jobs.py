"""Settling, after acceptance has committed."""

from typing import Any

from kernel.jobs.queue import job
from kernel.runtime import Runtime
from market.settlement import commands


@job("market.settle")
async def settle(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Settle one order; running again after a crash finds it settled and does nothing."""
    async with runtime.act() as act:
        await commands.settle(act, payload["order_id"])
