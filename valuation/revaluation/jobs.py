"""Watching the log, and computing reports anew once their causes have had a moment to gather."""

from datetime import timedelta
from typing import Any

from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from valuation.revaluation import commands, watching


@sweep("valuation.revaluation.watch", timedelta(seconds=5))
async def watch(runtime: Runtime) -> None:
    """Follow the log to its end, a stretch in each unit of work."""
    while True:
        async with runtime.act() as act:
            if not await watching.watch(act):
                return


@job(watching.JOB)
async def revalue(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Deal with the causes of one report; running again finds none waiting and does nothing."""
    async with runtime.act() as act:
        await commands.revalue(act, payload["engagement_id"])
