"""What time does to requests for quotation, and who is told of a want."""

from datetime import timedelta

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from market.requests import commands
from market.requests.models import QuotationRequest


@job(commands.OPENED)
async def tell(runtime: Runtime, payload: dict[str, str]) -> None:
    """Providers whose listings match what was opened are told."""
    async with runtime.act() as act:
        await commands.tell(act, payload["request_id"])


@sweep("market.requests.lapse", every=timedelta(seconds=30))
async def lapse(runtime: Runtime) -> None:
    """Give up drafts, close what is open and end what nobody awarded, each at its time."""
    query = select(QuotationRequest.id).where(QuotationRequest.due_at <= runtime.clock.now())
    await each(runtime, query.order_by(QuotationRequest.due_at), commands.lapse)
