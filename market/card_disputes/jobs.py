"""What card disputes do in the background."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from market.card_disputes import commands, following
from market.card_disputes.models import CardDispute


@job("card_disputes.answer")
async def answer(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Send evidence."""
    await commands.send(runtime, payload["dispute_id"], give_up=False)


@job("card_disputes.close")
async def close(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Accept a loss."""
    await commands.send(runtime, payload["dispute_id"], give_up=True)


@job("card_disputes.look")
async def look(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Ask the gateway how a dispute stands."""
    await following.look(runtime, payload["dispute_id"])


@sweep("card_disputes.due", timedelta(minutes=5))
async def due(runtime: Runtime) -> None:
    """Disputes that somebody has to look at."""
    late = CardDispute.look_at <= runtime.clock.now()
    await each(runtime, select(CardDispute.id).where(late).order_by(CardDispute.look_at), following.fall_due)
