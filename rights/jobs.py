"""What rights do by themselves as days pass: silence becomes acceptance, certificates lapse, and the lists say so."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from kernel.db import unit
from kernel.jobs.queue import sweep
from kernel.log import queries as log
from kernel.runtime import Runtime
from rights.certificates import commands as certificates
from rights.certificates import standing
from rights.registrations import commands as registrations


@sweep("rights.registration.silence", timedelta(minutes=5))
async def silence(runtime: Runtime) -> None:
    """Accept what the registrar has not answered in time, in batches until none is left."""
    while True:
        async with runtime.act() as act:
            if await registrations.accept_silent(act) < registrations.BATCH:
                return


@sweep("rights.certificate.expire", timedelta(minutes=5))
async def expire(runtime: Runtime) -> None:
    """Mark lapsed certificates, in batches until none is left."""
    while True:
        async with runtime.act() as act:
            if await certificates.expire(act) < certificates.BATCH:
                return


_SEEN: Final = "rights.status-list.seen"
"""How far in the log this process has looked for certificates that changed."""


@sweep("rights.status-list.publish", timedelta(seconds=2))
async def status_lists(runtime: Runtime) -> None:
    """Sign the lists of the years whose certificates changed since the last look; at the first look, all."""
    async with unit(runtime.sessions) as session:
        since = runtime.extras.get(_SEEN)
        if since is None:
            changed, stop = await standing.years(session), await log.indexed(session)
        else:
            changed, stop = await standing.touched(session, since)
    await _publish(runtime, changed)
    runtime.extras[_SEEN] = stop


@sweep("rights.status-list.renew", timedelta(hours=1))
async def renew_status_lists(runtime: Runtime) -> None:
    """Sign lists that have become a day old anew, so that their date shows them to be current."""
    async with unit(runtime.sessions) as session:
        known = await standing.years(session)
    await _publish(runtime, known)


async def _publish(runtime: Runtime, years: Iterable[int]) -> None:
    for year in years:
        async with runtime.act() as act:
            await standing.publish(act, year)
