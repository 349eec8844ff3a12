"""Judging windows when they close."""

from datetime import timedelta

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.service_levels import commands
from market.service_levels.models import ServiceWindow
from market.service_levels.states import WindowState


@sweep("market.service-levels.close", timedelta(minutes=1))
async def close(runtime: Runtime) -> None:
    """Judge the windows whose time is over, and credit what was breached."""
    due = ServiceWindow.closes_at <= runtime.clock.now()
    query = select(ServiceWindow.id).where(ServiceWindow.status == WindowState.OPEN, due)
    await each(runtime, query.order_by(ServiceWindow.closes_at, ServiceWindow.id), commands.close)
