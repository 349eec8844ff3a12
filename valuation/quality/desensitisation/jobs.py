"""Desensitising in the background: files from storage, the work in a process of its own, a new revision at the end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select

from kernel.errors import DomainError
from kernel.jobs.processes import ProcessDied, Worker, answer, ends, working
from kernel.jobs.queue import job
from kernel.jobs.turns import Place
from kernel.runtime import Runtime
from kernel.storage.scratch import parts_of
from kernel.text import Text
from kernel.time.clock import day_in_china
from kernel.uploads.commands import Promised, Received, receive
from rights.assets import queries as assets
from rights.duplicates.sketching.sealing import open_sketch_key
from valuation.quality.desensitisation import commands
from valuation.quality.desensitisation.models import Desensitisation
from valuation.quality.desensitisation.treatment.judging import anonymisation
from valuation.quality.desensitisation.treatment.process import Treated, Treatment
from valuation.quality.errors import CorruptFile, ScoringCrashed, ScoringTooSlow
from valuation.quality.jobs import turns
from valuation.quality.policy import policies, run_policies
from valuation.quality.schemas import RunProblem
from valuation.quality.scoring.parts import problem_of


@job(commands.JOB)
async def desensitise(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Treat a revision; after a crash it is treated again and ends in the same bytes."""
    treatment_id = str(payload["desensitisation"])
    async with runtime.sessions() as session:
        party = await session.scalar(select(Desensitisation.provider).where(Desensitisation.id == treatment_id))
    async with turns(runtime).one(party or "") as place, AsyncExitStack() as stack:
        task = await _task(runtime, treatment_id, stack)
        if task is None:
            return
        rules = run_policies().at(day_in_china(task.as_of)).body
        limit = rules.run_seconds_max
        aside_after = rules.aside_after_seconds or limit
        try:
            async with asyncio.timeout(limit), working(treatment_id, task) as worker:
                await _settle(runtime, treatment_id, await _followed(worker, place, aside_after))
        except (ProcessDied, MemoryError):
            await _fail(runtime, treatment_id, problem_of(ScoringCrashed()))
        except TimeoutError:
            await _fail(runtime, treatment_id, problem_of(ScoringTooSlow(seconds=limit)))


async def _task(runtime: Runtime, treatment_id: str, stack: AsyncExitStack) -> Treatment | None:
    async with runtime.act() as act:
        row = await commands.begin(act, treatment_id)
        if row is None:
            return None
        files = (await assets.revision(act.session, row.revision_id)).files
    paths = {f.name: str(await stack.enter_async_context(runtime.storage.local_path(f.storage_key))) for f in files}
    return Treatment(
        plan=row.plan,
        contract=row.data_contract,
        files=paths,
        # The key lies in a file apart from the data; each asset has its own, so that assets cannot be joined by it.
        key=open_sketch_key(runtime.settings).derive(f"desensitisation/{row.asset_id}"),
        as_of=row.status_changed_at,
        policy_version=policies().at(day_in_china(row.status_changed_at)).meta.version,
        folder=str((runtime.settings.data_dir / "runs" / treatment_id).resolve()),
    )


async def _followed(worker: Worker, place: Place, aside_after: float) -> Treated:
    clock = asyncio.get_running_loop().time
    slow_from, beside = clock() + aside_after, False
    while (message := await worker.next(1.0)) is None or not ends(message):  # Steps on the way are not kept.
        if not beside and clock() > slow_from and place.step_aside():
            beside = True
            worker.give_way()
    treated: Treated = answer(message)
    return treated


async def _settle(runtime: Runtime, treatment_id: str, treated: Treated) -> None:
    """Store what came out while its folder is still there, then keep all of it in one unit."""
    if treated.report is None:
        assert treated.problem is not None
        await _fail(runtime, treatment_id, treated.problem)
        return
    room = runtime.settings.upload_bytes_max
    files: dict[str, Received] = {}
    for name, path in treated.files.items():
        files[name] = await receive(runtime.storage, parts_of(Path(path)), Promised(), max_bytes=room)
    evidence = await receive(runtime.storage, _bytes(treated.report), Promised(), max_bytes=room)
    report = msgspec.json.decode(treated.report)
    measured = anonymisation(report)
    second = None
    if measured is not None:
        second = await receive(runtime.storage, _bytes(measured), Promised(), max_bytes=room)
    if {f["file"]: f["sha256_after"] for f in report["files"]} != {name: file.sha256 for name, file in files.items()}:
        changed = CorruptFile(
            file=next(iter(files)), reason=Text("保存期间其字节发生变化", "its bytes changed while they were stored")
        )
        await _fail(runtime, treatment_id, problem_of(changed))
        return
    try:
        async with runtime.act() as act:
            await commands.finish(act, treatment_id, report, files, evidence, second)
    except DomainError as refused:
        await _fail(runtime, treatment_id, problem_of(refused))


async def _fail(runtime: Runtime, treatment_id: str, problem: RunProblem) -> None:
    async with runtime.act() as act:
        await commands.fail(act, treatment_id, problem)


async def _bytes(data: bytes) -> AsyncIterator[bytes]:
    yield data
