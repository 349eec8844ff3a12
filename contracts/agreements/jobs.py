"""What agreements do by themselves: they expire with their licence's last day, and end with a licence that ended."""

from datetime import timedelta

from sqlalchemy import select

from contracts.agreements import commands
from contracts.agreements.models import Agreement
from contracts.agreements.states import STANDING, AgreementState
from kernel.db import unit
from kernel.jobs.batches import each
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from kernel.time.clock import day_in_china
from rights.changes import LICENCE_ENDED
from rights.title.models import TitleGrant


@sweep("contracts.agreement.expire", timedelta(minutes=5))
async def expire(runtime: Runtime) -> None:
    """Mark the agreements whose licence has had its last day."""
    today = day_in_china(runtime.clock.now())
    over = select(Agreement.id).where(Agreement.status.in_(STANDING), Agreement.licence_ends_on < today)
    await each(runtime, over.order_by(Agreement.licence_ends_on), commands.expire)


@sweep("contracts.agreement.resume", timedelta(minutes=1))
async def resume(runtime: Runtime) -> None:
    """Let suspended agreements go on whose time is over."""
    over = Agreement.suspended_until <= runtime.clock.now()
    query = select(Agreement.id).where(Agreement.status == AgreementState.SUSPENDED, over)
    await each(runtime, query.order_by(Agreement.suspended_until), commands.resume)


@job(LICENCE_ENDED)
async def licence_ended(runtime: Runtime, payload: dict[str, str]) -> None:
    """End the agreement behind a licence that its holder gave up or the register took away."""
    async with unit(runtime.sessions) as session:
        of_link = select(Agreement.id).join(TitleGrant, TitleGrant.reference == Agreement.id)
        found = await session.scalar(
            of_link.where(TitleGrant.id == payload["grant"], TitleGrant.grantee_id == Agreement.consumer)
        )
    if found is not None:
        async with runtime.act() as act:
            await commands.terminate(act, found, f"the licence was ended: {payload['reason']}")
