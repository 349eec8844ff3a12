"""What the register does by itself as days pass: the registrar's silence becomes acceptance."""

from datetime import timedelta

from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from rights.cases.examination import commands


@sweep("rights.registration.silence", timedelta(minutes=5))
async def silence(runtime: Runtime) -> None:
    """Accept what the registrar has not answered in time, in batches until none is left."""
    while True:
        async with runtime.act() as act:
            if await commands.accept_silent(act) < commands.BATCH:
                return
