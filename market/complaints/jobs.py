"""The clocks of complaints, and the bundles that are made of them."""

from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import select

from kernel.jobs.batches import BATCH, each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.complaints.bundle import gathering
from market.complaints.commands.clock import keep_clock
from market.complaints.models import Complaint, ComplaintBundle

log: Final = structlog.get_logger("liutong.complaints")


@sweep("market.complaints.clock", timedelta(minutes=1))
async def clock(runtime: Runtime) -> None:
    """Take the step that silence means, carry out what is final, and remind officers who are late."""
    due = select(Complaint.id).where(Complaint.due_at <= runtime.clock.now()).order_by(Complaint.due_at)
    await each(runtime, due, keep_clock)


@sweep("market.complaints.bundles", timedelta(seconds=15))
async def bundles(runtime: Runtime) -> None:
    """Make the bundles that were asked for, one at a time, once the log has entered all that they prove."""
    async with runtime.sessions() as session:
        query = select(ComplaintBundle.id).where(ComplaintBundle.made_at.is_(None))
        waiting = (await session.scalars(query.order_by(ComplaintBundle.id).limit(BATCH))).all()
    for bundle_id in waiting:
        try:
            await gathering.make(runtime, bundle_id)
        except Exception:  # One that fails holds up no other, and is tried again with the next sweep.
            log.exception("a bundle could not be made", bundle=bundle_id)
