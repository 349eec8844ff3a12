"""Looking after promised updates: what is due is told as missed or seen to have come, and is scored again."""

from datetime import timedelta
from typing import Final

from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from valuation.quality import commands as runs
from valuation.quality.watch import commands

BATCH: Final = 100


@sweep("valuation.quality.watch", timedelta(seconds=30))
async def watch(runtime: Runtime) -> None:
    """Look at every asset whose update is due, each in a unit of its own."""
    async with runtime.sessions() as session:
        found = await commands.due(session, at=runtime.clock.now(), limit=BATCH)
    for asset_id in found:
        async with runtime.act() as act:
            row = await commands.look(act, asset_id)
            if row is not None and row.rescoring and row.data_contract_id is not None:
                await runs.rescore(act, row.asset_id, row.data_contract_id)
