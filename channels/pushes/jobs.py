"""Pushes in the background: checks, uploads, standing orders, clocks, and what is left at a store."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from channels.pushes import queries, uploading
from channels.pushes.commands import pushing, targets
from channels.pushes.errors import PushTooLate
from channels.pushes.models import Push, PushTarget
from kernel.act import Act
from kernel.db import one
from kernel.jobs.batches import each
from kernel.jobs.queue import enqueue, job, sweep
from kernel.runtime import Runtime
from kernel.time.clock import timestamp


@job(targets.CHECK)
async def check_target(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Find out whether a target can be written to."""
    await uploading.check(runtime, str(payload["target"]))


@job(pushing.PUSH_JOB)
async def push(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Go on with a push."""
    await uploading.run(runtime, str(payload["push"]))


@job(pushing.ABORT)
async def abort(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Take back what was on its way of a push that is over, for as long as its target has a credential."""
    async with runtime.act() as act:
        row = await one(act.session, Push, str(payload["push"]))
        target = await one(act.session, PushTarget, row.target_id)
    if target.secret is not None:
        await uploading.abort(runtime, row.id, targets.bucket_of(runtime, target))


@sweep("channels.pushes.tend", every=timedelta(minutes=1))
async def tend(runtime: Runtime) -> None:
    """Push what reached the buyers of targets that follow, go on with what was interrupted, and keep the clocks."""
    now = runtime.clock.now()
    await each(runtime, select(Push.id).where(Push.due_at <= now).order_by(Push.due_at), pushing.time_over)
    late = select(PushTarget.id).where(PushTarget.due_at <= now).order_by(PushTarget.due_at)
    await each(runtime, late, _unchecked)
    await each(runtime, queries.ended(), pushing.close_target)
    await each(runtime, queries.unfollowed(), pushing.follow)
    await each(runtime, queries.resting(now), _go_on)


@sweep("channels.pushes.abort", every=timedelta(minutes=10))
async def abort_left(runtime: Runtime) -> None:
    """Try again to take back what was on its way; after some days it is the buyer's to clear away."""
    await each(runtime, queries.unaborted(runtime.clock.now()), _abort)


async def _unchecked(act: Act, target_id: str) -> None:
    row = await one(act.session, PushTarget, target_id)
    await targets.refuse(act, target_id, PushTooLate(since=timestamp(row.created_at)))


async def _go_on(act: Act, push_id: str) -> None:
    await enqueue(act.session, pushing.PUSH_JOB, {"push": push_id}, dedupe=f"{pushing.PUSH_JOB}/{push_id}")


async def _abort(act: Act, push_id: str) -> None:
    await enqueue(act.session, pushing.ABORT, {"push": push_id}, dedupe=f"{pushing.ABORT}/{push_id}")
