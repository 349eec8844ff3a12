"""Counting in what changed, every second; between two counts what waits is counted one by one."""

from datetime import timedelta

from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.catalogue.facets.folding import BATCH, fold


@sweep("market.facets.fold", every=timedelta(seconds=1))
async def count_in(runtime: Runtime) -> None:
    """Count in all that waits, batch by batch."""
    while True:
        async with runtime.act() as act:
            done = await fold(act)
        if done < BATCH:
            return
