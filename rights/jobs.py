"""What rights do by themselves as days pass: silence becomes acceptance, and certificates lapse."""

from datetime import timedelta

from kernel.db import unit
from kernel.jobs import sweep
from kernel.runtime import Runtime
from rights.certificates import commands as certificates
from rights.registrations import commands as registrations


@sweep("rights.registration.silence", timedelta(minutes=5))
async def silence(runtime: Runtime) -> None:
    """Accept what the registrar has not answered in time, in batches until none is left."""
    while True:
        async with unit(runtime.sessions) as session:
            if await registrations.accept_silent(session, clock=runtime.clock) < registrations.BATCH:
                return


@sweep("rights.certificate.expire", timedelta(minutes=5))
async def expire(runtime: Runtime) -> None:
    """Mark lapsed certificates, in batches until none is left."""
    while True:
        async with unit(runtime.sessions) as session:
            if await certificates.expire(session, clock=runtime.clock) < certificates.BATCH:
                return
