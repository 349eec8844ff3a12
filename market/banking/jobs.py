"""What bank accounts do in the background: statements are booked line by line, and what waits too long is settled."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from kernel.db import unit
from kernel.jobs.batches import each
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from market.banking.lines import booking
from market.banking.models import BankEntry, BankMatch


@job("banking.book")
async def book(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Book the lines of one statement in their order."""
    query = select(BankEntry.id).where(BankEntry.statement_id == payload["statement_id"], booking.UNBOOKED)
    async with unit(runtime.sessions) as session:
        entry_ids = (await session.scalars(query.order_by(BankEntry.n))).all()
    for entry_id in entry_ids:
        async with runtime.act() as act:
            await booking.book(act, entry_id)


@sweep("banking.unbooked", timedelta(minutes=1))
async def unbooked(runtime: Runtime) -> None:
    """Book what a job left behind."""
    await each(runtime, select(BankEntry.id).where(booking.UNBOOKED).order_by(BankEntry.id), booking.book)


@sweep("banking.due", timedelta(minutes=1))
async def due(runtime: Runtime) -> None:
    """Settle what was to be settled by now."""
    query = select(BankMatch.id).where(BankMatch.due_at <= runtime.clock.now())
    await each(runtime, query.order_by(BankMatch.due_at), booking.fall_due)
