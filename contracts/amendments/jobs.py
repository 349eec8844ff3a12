"""What amendments do by themselves: they take effect at their moment, and lapse when nobody signs."""

from datetime import timedelta

from sqlalchemy import select

from contracts.amendments import effect
from contracts.amendments.models import Amendment
from contracts.amendments.states import OPEN, AmendmentState
from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime


@sweep("contracts.amendment.take-effect", timedelta(seconds=5))
async def take_effect(runtime: Runtime) -> None:
    """Let the chain of title follow what was agreed for now; whoever reads the agreement knows it already."""
    due = Amendment.effective_at <= runtime.clock.now()
    query = select(Amendment.id).where(Amendment.status == AmendmentState.AGREED, due)
    await each(runtime, query.order_by(Amendment.effective_at, Amendment.n), effect.take_effect)


@sweep("contracts.amendment.lapse", timedelta(minutes=1))
async def lapse(runtime: Runtime) -> None:
    """Close what was not signed in time."""
    due = Amendment.answer_due_at <= runtime.clock.now()
    query = select(Amendment.id).where(Amendment.status.in_(OPEN), due)
    await each(runtime, query.order_by(Amendment.answer_due_at), effect.lapse)
