"""Scoring in the background: files from storage, the work in the process pool, the result in one unit of work."""

import asyncio
from concurrent.futures.process import BrokenProcessPool
from contextlib import AsyncExitStack
from typing import Any

import msgspec

from kernel.clock import day_in_china
from kernel.db import one, unit
from kernel.jobs import job
from kernel.runtime import Runtime
from rights.assets import queries as assets
from valuation.quality import commands
from valuation.quality.errors import CorruptFile, ScoringCrashed
from valuation.quality.models import DataContract
from valuation.quality.policy import policies
from valuation.quality.scoring import process
from valuation.quality.scoring.process import Scored, problem_of


@job(commands.JOB)
async def score_revision(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Score a run; after a crash it runs again and ends the same, and a cancelled run changes nothing."""
    run_id, at = str(payload["run"]), runtime.clock.now()
    async with unit(runtime.sessions) as session:
        row = await commands.begin_scoring(session, run_id, at)
        if row is None:
            return
        document = (await one(session, DataContract, row.data_contract_id)).document
        files = (await assets.revision(session, row.revision_id)).files
    version = policies().at(day_in_china(at)).meta.version
    async with AsyncExitStack() as stack:
        paths = {f.name: str(await stack.enter_async_context(runtime.storage.local_path(f.storage_key))) for f in files}
        scored = await _in_process(runtime, document, paths, version)
    body = msgspec.json.decode(scored.card) if scored.card is not None else None
    expected = {f.name: f.sha256 for f in files}
    if body is not None and {f["source"]: f["sha256"] for f in body["files"]} != expected:
        damaged = next(f["source"] for f in body["files"] if f["sha256"] != expected.get(f["source"]))
        text = "its bytes differ from those that were registered"
        body, scored = None, Scored(None, problem_of(CorruptFile(file=damaged, reason=text)))
    now = runtime.clock.now()
    async with unit(runtime.sessions) as session:
        if body is not None:
            await commands.finish(session, run_id, body, issuer=runtime.issuer, at=now)
        elif scored.problem is not None:
            await commands.fail(session, run_id, scored.problem, at=now)


async def _in_process(runtime: Runtime, document: dict[str, Any], paths: dict[str, str], version: str) -> Scored:
    """Run in the pool; a pool whose process was killed is given up, so that the next run gets a new one."""
    loop = asyncio.get_running_loop()
    try:
        return await loop.run_in_executor(
            runtime.cpu_pool(), process.run, document, paths, runtime.clock.now(), version
        )
    except BrokenProcessPool:
        runtime.cpu = None
        return Scored(None, problem_of(ScoringCrashed()))
