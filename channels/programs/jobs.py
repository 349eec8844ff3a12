"""Programs in the background: confined beside their tables, told once their time is over, and the machine probed."""

import asyncio
import time
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from channels.programs import collecting, queries, rules
from channels.programs.collecting import Folder, NotAsMade
from channels.programs.commands import running
from channels.programs.commands.running import Collected, Work
from channels.programs.commands.submitting import JOB
from channels.programs.confinement import probing
from channels.programs.confinement.running import Confinement, Ending, NotConfined
from channels.programs.models import ProgramOffer, ProgramProbe, ProgramResult, ProgramRun
from channels.programs.rules import ProgramRules
from channels.programs.states import UNDER_WAY
from kernel.jobs.batches import each
from kernel.jobs.queue import job, sweep
from kernel.jobs.turns import Turns
from kernel.runtime import Runtime
from kernel.storage.errors import FileUnavailable
from kernel.time.clock import SystemClock, day_in_china

log: Final = structlog.get_logger("liutong.programs")

LOOK_SECONDS: Final = 0.5
"""How often a run that works looks whether it was cancelled."""
_FORGOTTEN_AT_ONCE: Final = 100


@job(JOB)
async def run_program(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Run a program, one at a time on this machine; after a crash it is run again, and only one end is kept."""
    run_id = str(payload["run"])
    async with runtime.act() as act:
        party = (await act.session.scalars(select(ProgramRun.buyer).where(ProgramRun.id == run_id))).one()
    turns: Turns = runtime.extras.setdefault("programs.turns", Turns(1))
    async with turns.one(party):
        async with runtime.act() as act:
            work = await running.work(act, run_id)
        folder = Folder(_folders(runtime) / run_id)
        try:
            if work is not None:
                await _run(runtime, run_id, work, folder)
        finally:
            await asyncio.to_thread(folder.remove)


async def _run(runtime: Runtime, run_id: str, work: Work, folder: Folder) -> None:
    """Run and keep, or fail; a run that was cancelled leaves nothing."""
    try:
        done = await _done(runtime, run_id, work, folder)
    except (NotConfined, NotAsMade, FileUnavailable, TimeoutError) as problem:
        log.warning("a program came to nothing", run=run_id, problem=type(problem).__name__)
        async with runtime.act() as act:
            await running.fail(act, run_id)
        return
    if done is None:
        return
    ending, results = done
    async with runtime.act() as act:
        kept = await running.keep(act, run_id, ending, results)
    if not kept:
        for result in results:
            if result.storage_key is not None:
                await runtime.storage.delete(result.storage_key)


async def _done(runtime: Runtime, run_id: str, work: Work, folder: Folder) -> tuple[Ending, list[Collected]] | None:
    """How the program ended, with its results; None where nobody may have it. Raises NotConfined and NotAsMade."""
    policy = _policy(runtime)
    confinement = (await _probed(runtime, policy)).confinement
    if confinement is None:
        raise NotConfined("the probe found something missing")
    async with AsyncExitStack() as stack:
        paths = [await stack.enter_async_context(runtime.storage.local_path(each.storage_key)) for each in work.tables]
        digests = {path: table.sha256 for path, table in zip(paths, work.tables, strict=True)}
        await asyncio.to_thread(collecting.require_as_made, digests)
        names = rules.data_names([table.name for table in work.tables])
        await asyncio.to_thread(folder.made, work.program, work.result_names)
        async with runtime.act() as act:
            if not await running.begin(act, run_id, confinement.form):
                return None
        tables = dict(zip(names, paths, strict=True))
        working = asyncio.ensure_future(_worked(runtime, confinement, folder, work, tables, policy))
        try:
            while not (await asyncio.wait([working], timeout=LOOK_SECONDS))[0]:
                async with runtime.act() as act:
                    if not await running.is_wanted(act, run_id):
                        return None
            return working.result()
        finally:
            if not working.done():
                working.cancel()
                await asyncio.wait([working])


async def _worked(
    runtime: Runtime,
    confinement: Confinement,
    folder: Folder,
    work: Work,
    tables: dict[str, Path],
    policy: ProgramRules,
) -> tuple[Ending, list[Collected]]:
    ending = await collecting.run(confinement, folder, tables, policy.limits)
    return ending, await collecting.collected(confinement, folder, work, policy.limits, runtime.storage)


def _policy(runtime: Runtime) -> ProgramRules:
    return rules.RULES.at(day_in_china(runtime.clock.now())).body


def _folders(runtime: Runtime) -> Path:
    return (runtime.settings.data_dir / "programs").absolute()


async def _probed(runtime: Runtime, policy: ProgramRules) -> probing.Probe:
    """What this process last found of its machine, which it finds anew once that is too old."""
    lock: asyncio.Lock = runtime.extras.setdefault("programs.probing", asyncio.Lock())
    async with lock:
        at, found = runtime.extras.get("programs.probe", (0.0, None))
        if found is None or time.monotonic() > at + policy.probe_minutes * 60:
            found = await probing.probe(policy.libraries)
            runtime.extras["programs.probe"] = (time.monotonic(), found)
        probe: probing.Probe = found
        return probe


@sweep("channels.programs.probe", every=timedelta(minutes=1))
async def probe(runtime: Runtime) -> None:
    """Tell whether this machine confines programs, as soon as anybody offers to run some, and again while it does."""
    policy = _policy(runtime)
    async with runtime.act() as act:
        if await act.session.scalar(select(ProgramOffer.id).limit(1)) is None:
            return
        row = await act.session.get(ProgramProbe, queries.PROBE)
        if row is not None and row.probed_at > act.at - timedelta(minutes=policy.probe_minutes):
            return
    found = await _probed(runtime, policy)
    there = found.confinement
    libraries = there.libraries if there is not None else ()
    async with runtime.act() as act:
        values = {
            "confinement": there.form if there is not None else None,
            "missing": [{"zh": text.zh, "en": text.en} for text in found.missing],
            "libraries": [{"name": each.name, "version": each.version} for each in libraries],
            "probed_at": act.at,
        }
        adding = insert(ProgramProbe).values(id=queries.PROBE, **values)
        await act.session.execute(adding.on_conflict_do_update(index_elements=["id"], set_=values))


@sweep("channels.programs.time-over", every=timedelta(seconds=5))
async def time_over(runtime: Runtime) -> None:
    """Tell how runs ended whose time is over, and end what has waited too long."""
    await each(runtime, running.due(runtime.clock.now()), running.time_over)


@sweep("channels.programs.forget", every=timedelta(minutes=10))
async def forget(runtime: Runtime) -> None:
    """Remove the results that nobody will have, and folders of runs that no worker has."""
    async with runtime.act() as act:
        for row in await act.session.scalars(queries.dropped_results().limit(_FORGOTTEN_AT_ONCE)):
            if row.storage_key is not None:
                await runtime.storage.delete(row.storage_key)
            await act.session.delete(row)
        under_way = set(await act.session.scalars(select(ProgramRun.id).where(ProgramRun.status.in_(UNDER_WAY))))
        stored = set(await act.session.scalars(select(ProgramResult.storage_key)))
    await _unrowed(runtime, stored)
    folders = await asyncio.to_thread(lambda: list(_folders(runtime).glob("pgr_*")))
    for folder in folders:
        if folder.name not in under_way:
            await asyncio.to_thread(Folder(folder).remove)


async def _unrowed(runtime: Runtime, stored: set[str | None]) -> None:
    """Remove what was stored by a worker that died before it could say so; what is young may be about to be said."""
    before = SystemClock().now() - timedelta(days=1)  # The store's own clock, which no sandbox moves.
    left = [each.key async for each in runtime.storage.list(collecting.AREA) if each.modified_at < before]
    for key in left:
        if key not in stored:
            await runtime.storage.delete(key)
