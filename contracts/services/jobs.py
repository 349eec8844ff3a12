"""What contracts on services do by themselves."""

from datetime import timedelta

from sqlalchemy import select

from contracts.agreements.models import Agreement
from contracts.agreements.states import UNSIGNED
from contracts.services import commands
from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime


@sweep("contracts.services.lapse", timedelta(minutes=1))
async def lapse(runtime: Runtime) -> None:
    """End what waited for signatures until its day."""
    over = Agreement.sign_due_at <= runtime.clock.now()
    query = select(Agreement.id).where(Agreement.status.in_(UNSIGNED), over)
    await each(runtime, query.order_by(Agreement.sign_due_at), commands.lapse)
