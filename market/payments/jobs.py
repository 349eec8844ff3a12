"""What payments do in the background."""

from datetime import timedelta
from typing import Any

from kernel.db import one, unit
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from market.payments import inbox
from market.payments.gateways.registry import gateway
from market.payments.models import Payment


@job("payments.react")
async def react(runtime: Runtime, payload: dict[str, Any]) -> None:
    """React to a reported event."""
    await inbox.react(runtime, payload["event_id"])


@job("payments.close")
async def close(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Close an abandoned payment at its gateway."""
    async with unit(runtime.sessions) as session:
        payment = await one(session, Payment, payload["payment_id"])
    if payment.gateway_reference is not None:
        await gateway(runtime, payment.method).close(payment.id, payment.gateway_reference)


@sweep("payments.overdue", timedelta(minutes=5))
async def overdue(runtime: Runtime) -> None:
    """Queue reported events again whose job was lost."""
    await inbox.overdue(runtime)
