"""What papers do by themselves: late steps are reminded of, and slips lapse after their hours."""

from datetime import timedelta

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.papers.credits import commands as credits_
from market.papers.credits import slips
from market.papers.credits.models import CreditNote, RedSlip
from market.papers.invoices import commands as invoices
from market.papers.invoices.models import Invoice
from market.papers.statements import jobs as statements_jobs

JOBS = (statements_jobs,)
"""Registered along with these."""


@sweep("market.papers.remind", timedelta(minutes=5))
async def remind(runtime: Runtime) -> None:
    """Remind of invoices that are not drawn or registered in time, and of credit notes that are not red."""
    now = runtime.clock.now()
    await each(runtime, select(Invoice.id).where(Invoice.due_at <= now).order_by(Invoice.due_at), invoices.remind)
    late = select(CreditNote.id).where(CreditNote.due_at <= now)
    await each(runtime, late.order_by(CreditNote.due_at), credits_.remind)


@sweep("market.papers.lapse", timedelta(minutes=1))
async def lapse(runtime: Runtime) -> None:
    """Let slips lapse that nobody confirmed in their hours."""
    over = select(RedSlip.id).where(RedSlip.due_at <= runtime.clock.now())
    await each(runtime, over.order_by(RedSlip.due_at), slips.lapse)
