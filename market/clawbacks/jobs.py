"""Proposals to write off that nobody approves."""

from datetime import timedelta

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.clawbacks import commands
from market.clawbacks.models import ClawbackWriteOff


@sweep("clawbacks.write_offs", timedelta(minutes=5))
async def lapse(runtime: Runtime) -> None:
    """Let proposals lapse whose time is over."""
    late = ClawbackWriteOff.due_at <= runtime.clock.now()
    await each(runtime, select(ClawbackWriteOff.id).where(late).order_by(ClawbackWriteOff.due_at), commands.fall_due)
