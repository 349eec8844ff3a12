"""What renewals do by themselves: they expire where nobody opts in."""

from datetime import timedelta

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.renewals import commands
from market.renewals.models import Renewal
from market.renewals.states import RenewalState


@sweep("market.renewal.expire", timedelta(minutes=1))
async def expire(runtime: Runtime) -> None:
    """Close the offers to renew that were not accepted in time."""
    due = Renewal.expires_at <= runtime.clock.now()
    query = select(Renewal.id).where(Renewal.status == RenewalState.OFFERED, due)
    await each(runtime, query.order_by(Renewal.expires_at), commands.expire)
