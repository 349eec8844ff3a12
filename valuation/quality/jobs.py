"""Scoring in the background: files from storage, the work in a process of its own, the result in one unit of work.

A run that is cancelled has its process ended and its files removed. A process that the system ends, or a worker that
dies, leaves the parts that were finished, and the run goes on from there.
"""

import asyncio
import math
import shutil
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
import structlog
from sqlalchemy import select

from kernel.db import one, unit
from kernel.jobs.processes import ProcessDied, Worker, answer, working
from kernel.jobs.queue import job, sweep
from kernel.jobs.turns import Place, Turns
from kernel.runtime import Runtime
from kernel.text import Text
from kernel.time.clock import day_in_china
from rights.assets import queries as assets
from valuation.quality import commands, progress
from valuation.quality.access import inside
from valuation.quality.errors import CorruptFile, ScoringCrashed, ScoringTooSlow
from valuation.quality.models import DataContract, QualityRun
from valuation.quality.policy import RunPolicy, policies, run_policies
from valuation.quality.scoring.parts import problem_of
from valuation.quality.scoring.process import Scored, Task
from valuation.quality.states import QUALITY_RUN
from valuation.quality.watch import commands as promises

log: Final = structlog.get_logger("liutong.quality")

PARTS_DAYS: Final = 7
WATCH_BATCH: Final = 100
ASIDE_PER_PLACE: Final = 2
LOOK_SECONDS: Final = 1.0
"""How often a run that works looks whether it was cancelled."""


class _Cancelled(Exception):
    """Somebody cancelled the run while it worked."""


class _Begun(msgspec.Struct, frozen=True):
    """A run that was taken up; its moment is that of its first start, so that parts of all attempts agree."""

    id: str
    document: dict[str, Any]
    publicity: dict[str, Any] | None
    files: dict[str, tuple[str, str]]
    as_of: datetime
    policy_version: str
    limits: RunPolicy


@job(commands.JOB)
async def score_revision(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Score a run; after a crash it goes on where it was, and a cancelled run changes nothing."""
    async with runtime.sessions() as session:
        party = await session.scalar(select(QualityRun.scored_by).where(QualityRun.id == str(payload["run"])))
    async with turns(runtime).one(party or "") as place:
        begun = await _begin(runtime, str(payload["run"]))
        if begun is None:
            return
        try:
            scored = await _scored(runtime, begun, place)
        except _Cancelled:
            log.info("quality run cancelled", run=begun.id)
            return
    body, measured = (msgspec.json.decode(each) if each is not None else None for each in (scored.card, scored.inside))
    async with runtime.act() as act:
        if body is not None and measured is not None:
            await commands.finish(act, begun.id, body, measured)
        elif scored.problem is not None:
            await commands.fail(act, begun.id, scored.problem, scored.by_object)


def turns(runtime: Runtime) -> Turns:
    """The places for work on data: a party has one fewer than there are, and what takes long goes on beside."""
    places = runtime.settings.cpu_workers
    made = Turns(places, each=max(1, places - 1), aside=ASIDE_PER_PLACE * places)
    found: Turns = runtime.extras.setdefault("quality.turns", made)
    return found


async def _begin(runtime: Runtime, run_id: str) -> _Begun | None:
    async with runtime.act() as act:
        row = await commands.begin_scoring(act, run_id)
        if row is None:
            return None
        document = (await one(act.session, DataContract, row.data_contract_id)).document
        shown = row.publicity_contract_id
        publicity = None if shown is None else (await one(act.session, DataContract, shown)).document
        files = (await assets.revision(act.session, row.revision_id)).files
        today = day_in_china(row.status_changed_at)
        return _Begun(
            id=row.id,
            document=document,
            publicity=publicity,
            files={f.name: (f.storage_key, f.sha256) for f in files},
            as_of=row.status_changed_at,
            policy_version=policies().at(today).meta.version,
            limits=run_policies().at(today).body,
        )


async def _scored(runtime: Runtime, begun: _Begun, place: Place) -> Scored:
    """Score, beginning anew where a process died; what it had finished is not done again."""
    async with AsyncExitStack() as stack:
        paths = {
            name: str(await stack.enter_async_context(runtime.storage.local_path(key)))
            for name, (key, _) in begun.files.items()
        }
        for left in reversed(range(begun.limits.restarts_max + 1)):
            try:
                async with asyncio.timeout(begun.limits.run_seconds_max):
                    return _untouched(begun, await _attempt(runtime, begun, paths, place))
            except ProcessDied as death:
                log.warning("quality process died", run=begun.id, exit_code=death.exit_code, restarts_left=left)
                async with unit(runtime.sessions) as session:
                    await progress.note(session, begun.id, 0, 0, "open", at=runtime.clock.now(), restart=True)
            except MemoryError:
                return Scored(None, problem_of(ScoringCrashed()))
            except TimeoutError:
                return Scored(None, problem_of(ScoringTooSlow(seconds=begun.limits.run_seconds_max)))
    return Scored(None, problem_of(ScoringCrashed()))


async def _attempt(runtime: Runtime, begun: _Begun, paths: dict[str, str], place: Place) -> Scored:
    """Let one process work, and write down what it tells; raises ProcessDied or _Cancelled."""
    folder = _folder(runtime) / begun.id
    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    async with unit(runtime.sessions) as session:
        done = await progress.parts(session, begun.id)
    task = Task(begun.document, begun.publicity, paths, begun.as_of, begun.policy_version, done, str(folder))
    async with working(begun.id, task) as worker:
        return await _followed(runtime, begun, worker, place)


async def _followed(runtime: Runtime, begun: _Begun, worker: Worker, place: Place) -> Scored:
    run_id, clock = begun.id, asyncio.get_running_loop().time
    slow_from, beside = clock() + (begun.limits.aside_after_seconds or math.inf), False
    while True:
        if not beside and clock() > slow_from and place.step_aside():
            beside = True
            worker.give_way()
        match await worker.next(LOOK_SECONDS):
            case None:
                pass
            case ("step", number, steps, name):
                async with unit(runtime.sessions) as session:
                    await progress.note(session, run_id, number, steps, name, at=runtime.clock.now())
            case ("part", name, rows, body):
                async with unit(runtime.sessions) as session:
                    await progress.keep(session, run_id, name, rows, body, at=runtime.clock.now())
            case last:
                scored: Scored = answer(last)
                return scored
        await _look(runtime, run_id)


async def _look(runtime: Runtime, run_id: str) -> None:
    """Whether the run is still wanted; raises _Cancelled."""
    async with runtime.sessions() as session:
        status = await session.scalar(select(QualityRun.status).where(QualityRun.id == run_id))
    if status is None or QUALITY_RUN.is_final(status):
        raise _Cancelled


def _untouched(begun: _Begun, scored: Scored) -> Scored:
    """The result, unless the bytes that were read are not those that were registered."""
    if scored.card is None:
        return scored
    for file in msgspec.json.decode(scored.card)["files"]:
        if file["sha256"] != begun.files[file["source"]][1]:
            reason = Text("其字节与登记的不同", "its bytes differ from those that were registered")
            return Scored(None, problem_of(CorruptFile(file=file["source"], reason=reason)))
    return scored


def _folder(runtime: Runtime) -> Path:
    return (runtime.settings.data_dir / "runs").resolve()


@sweep("valuation.quality.watch", timedelta(seconds=30))
async def watch(runtime: Runtime) -> None:
    """Look at every asset whose promised update is due, each in a unit of its own, and score what should be scored."""
    async with runtime.sessions() as session:
        due = await promises.due(session, at=runtime.clock.now(), limit=WATCH_BATCH)
    for asset_id in due:
        async with runtime.act() as act:
            row = await promises.look(act, asset_id)
            if row is not None and row.rescoring and row.data_contract_id is not None:
                await commands.rescore(act, row.asset_id, row.data_contract_id)


@sweep("valuation.quality.tidy", timedelta(minutes=10))
async def tidy(runtime: Runtime) -> None:
    """Remove what a killed worker left of runs that are over, and old parts whose scorecard holds them too.

    What was measured of data that no longer exists goes as well.
    A run that goes on clears its own folder first; parts of runs without a scorecard are kept.
    """
    async with unit(runtime.sessions) as session:
        await progress.forget(session, before=runtime.clock.now() - timedelta(days=PARTS_DAYS))
        await inside.forget(session)
    folder = _folder(runtime)
    found = {path.name: path for path in folder.iterdir()} if folder.is_dir() else {}
    async with runtime.sessions() as session:
        rows = await session.execute(select(QualityRun.id, QualityRun.status).where(QualityRun.id.in_(found)))
        over = [run_id for run_id, status in rows if QUALITY_RUN.is_final(status)]
    for run_id in over:
        await asyncio.to_thread(shutil.rmtree, found[run_id], ignore_errors=True)
