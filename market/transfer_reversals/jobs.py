"""What transfer reversals do in the background."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from market.transfer_reversals import commands
from market.transfer_reversals.models import TransferReversal


@job("transfer_reversals.begin")
async def begin(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Begin what a refund or a dispute has left to be taken back."""
    async with runtime.act() as act:
        await commands.begin(act, payload["cause"])


@job("transfer_reversals.send")
async def send(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Ask Stripe for a reversal."""
    await commands.send(runtime, payload["reversal_id"])


@sweep("transfer_reversals.due", timedelta(minutes=5))
async def due(runtime: Runtime) -> None:
    """Reversals of which nothing was heard."""
    late = TransferReversal.due_at <= runtime.clock.now()
    await each(runtime, select(TransferReversal.id).where(late).order_by(TransferReversal.due_at), commands.fall_due)
