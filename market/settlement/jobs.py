"""Settling, after acceptance has committed."""

from typing import Any

from kernel.db import unit
from kernel.jobs.queue import job
from kernel.runtime import Runtime
from market.settlement import commands


@job("market.settle")
async def settle(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Settle one order; running again after a crash finds it settled and does nothing."""
    async with unit(runtime.sessions) as session:
        await commands.settle(session, payload["order_id"], clock=runtime.clock, issuer=runtime.issuer)
