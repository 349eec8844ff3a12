"""What certificates do by themselves as days pass: they lapse, and the public lists say so."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from kernel.db import unit
from kernel.jobs.queue import sweep
from kernel.log import queries as log
from kernel.runtime import Runtime
from rights.certificates import commands, status_lists


@sweep("rights.certificate.expire", timedelta(minutes=5))
async def expire(runtime: Runtime) -> None:
    """Mark lapsed certificates, in batches until none is left."""
    while True:
        async with runtime.act() as act:
            if await commands.expire(act) < commands.BATCH:
                return


_SEEN: Final = "rights.status-list.seen"
"""How far in the log this process has looked for certificates that changed."""


@sweep("rights.status-list.publish", timedelta(seconds=2))
async def publish_status_lists(runtime: Runtime) -> None:
    """Sign the lists of the years whose certificates changed since the last look; at the first look, all."""
    async with unit(runtime.sessions) as session:
        since = runtime.extras.get(_SEEN)
        if since is None:
            changed, stop = await status_lists.years(session), await log.indexed(session)
        else:
            changed, stop = await status_lists.touched(session, since)
    await _publish(runtime, changed)
    runtime.extras[_SEEN] = stop


@sweep("rights.status-list.renew", timedelta(hours=1))
async def renew_status_lists(runtime: Runtime) -> None:
    """Sign lists that have become a day old anew, so that their date shows them to be current."""
    async with unit(runtime.sessions) as session:
        years = await status_lists.years(session)
    await _publish(runtime, years)


async def _publish(runtime: Runtime, years: Iterable[int]) -> None:
    for year in years:
        async with runtime.act() as act:
            await status_lists.publish(act, year)
