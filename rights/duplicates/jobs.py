"""Sketching in the background: files from storage, the work in a process apart, the result in one unit of work."""

from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any, Final

from kernel.db import unit
from kernel.jobs import processes
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from kernel.time.clock import day_in_china
from rights.assets import queries as assets
from rights.duplicates import commands, process, queries
from rights.duplicates.policy import POLICY
from rights.duplicates.process import Sketched
from rights.duplicates.sketching.sealing import open_sketch_key

SKETCH_SECONDS: Final = 3600.0


@job(commands.JOB)
async def sketch_revision(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Sketch a revision that has no sketch; run again after a crash, it ends the same."""
    revision_id, key = str(payload["revision"]), open_sketch_key(runtime.settings)
    async with unit(runtime.sessions) as session:
        if await queries.fields(session, revision_id, key) is not None:
            return
        revision = await assets.revision(session, revision_id)
        files, owner = revision.files, (await assets.asset(session, revision.asset_id)).party_id
    now = runtime.clock.now()
    version = POLICY.at(day_in_china(now)).meta.version
    async with AsyncExitStack() as stack:
        paths = {
            f.sha256: str(await stack.enter_async_context(runtime.storage.local_path(f.storage_key))) for f in files
        }
        sketched = await _in_process(runtime, owner, paths, key.secret, version)
    async with unit(runtime.sessions) as session:
        await commands.keep_sketch(session, revision_id, sketched, key, now)
        await commands.request_screening(session, revision_id)


async def _in_process(runtime: Runtime, owner: str, paths: dict[str, str], secret: bytes, version: str) -> Sketched:
    """Run apart; files that kill their process are recognised by their digests only, and that is recorded."""
    try:
        return await processes.call(runtime, process.run, paths, secret, version, seconds=SKETCH_SECONDS, party=owner)
    except processes.ProcessDied:
        return process.unsketched(paths, secret, "the process that read it was killed")
    except TimeoutError:
        return process.unsketched(paths, secret, "reading it took too long")


@sweep("rights.sketch.missing", timedelta(minutes=10))
async def missing(runtime: Runtime) -> None:
    """Have certified data sketched that was certified before, or under another key or version."""
    async with unit(runtime.sessions) as session:
        await commands.request_missing(session, key=open_sketch_key(runtime.settings))
