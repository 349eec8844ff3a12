"""Sweeps over the title: terms that are over, and roots from before their certificates' limits were read."""

from datetime import timedelta

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from kernel.time.clock import day_in_china
from rights.title.models import TitleGrant
from rights.title.states import GrantState
from rights.title.terms import commands


@sweep("rights.title.lapse", timedelta(minutes=5))
async def lapse(runtime: Runtime) -> None:
    """Mark the grants whose last day has passed, those that ended first before the others."""
    today, ends = day_in_china(runtime.clock.now()), TitleGrant.box["ends"].astext
    over = select(TitleGrant.id).where(TitleGrant.status == GrantState.ACTIVE, ends <= today.isoformat())
    await each(runtime, over.order_by(ends), commands.lapse)


@sweep("rights.title.narrow", timedelta(minutes=5))
async def narrow(runtime: Runtime) -> None:
    """Hold titles within their certificates' limits; none is left when each has been looked at once."""
    unread = select(TitleGrant.id).where(
        TitleGrant.status == GrantState.ACTIVE, TitleGrant.parent_id.is_(None), TitleGrant.scope_policy.is_(None)
    )
    await each(runtime, unread.order_by(TitleGrant.id), commands.narrow)
