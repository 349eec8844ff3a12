"""What refunds do by themselves."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from market.refunds import sending
from market.refunds.models import Refund


@job("refunds.send")
async def send(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Send a refund by its gateway."""
    await sending.send(runtime, payload["refund_id"])


@job("refunds.look")
async def look(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Ask the gateway how a refund stands."""
    await sending.look(runtime, payload["refund_id"])


@sweep("refunds.due", timedelta(minutes=5))
async def due(runtime: Runtime) -> None:
    """Refunds that wait too long for somebody."""
    late = Refund.due_at <= runtime.clock.now()
    await each(runtime, select(Refund.id).where(late).order_by(Refund.due_at), sending.fall_due)
