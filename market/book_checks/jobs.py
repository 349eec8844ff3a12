"""What checks of the books do in the background."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from market.book_checks import commands
from market.book_checks.models import BookCheck


@job("book_checks.run")
async def run(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Check the books."""
    await commands.run(runtime, payload["check_id"])


@sweep("book_checks.due", timedelta(minutes=5))
async def due(runtime: Runtime) -> None:
    """Take up what a worker that died has left."""
    late = BookCheck.due_at <= runtime.clock.now()
    await each(runtime, select(BookCheck.id).where(late).order_by(BookCheck.due_at), commands.fall_due)
