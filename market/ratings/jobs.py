"""What ratings do by themselves: the market's mean is frozen when a month begins."""

from datetime import timedelta

from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.ratings import commands


@sweep("market.ratings.freeze-mean", timedelta(hours=1))
async def freeze_mean(runtime: Runtime) -> None:
    """Freeze this month's mean unless it is frozen."""
    async with runtime.act() as act:
        await commands.freeze_mean(act)
