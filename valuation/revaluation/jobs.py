"""Watching the log, and computing reports anew once their causes have had a moment to gather."""

from datetime import timedelta
from typing import Any

from kernel.db import unit
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from valuation.revaluation import commands, watching


@sweep("valuation.revaluation.watch", timedelta(seconds=5))
async def watch(runtime: Runtime) -> None:
    """Follow the log to its end, a stretch in each unit of work."""
    while True:
        async with unit(runtime.sessions) as session:
            if not await watching.watch(session, clock=runtime.clock):
                return


@job(watching.JOB)
async def revalue(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Deal with the causes of one report; running again finds none waiting and does nothing."""
    async with unit(runtime.sessions) as session:
        await commands.revalue(session, payload["engagement_id"], clock=runtime.clock, issuer=runtime.issuer)
