"""Traces in the background: the file from storage, the work in a process of its own, the result in one unit of work."""

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import structlog
from sqlalchemy import select

from channels.traces import commands, queries
from channels.traces.errors import FileUntraceable, NothingMarked, TraceStopped
from channels.traces.models import Trace
from channels.traces.policy import TRACES, TracePolicy
from channels.traces.schemas import TraceResult
from channels.traces.tracing import Outcome, TracedFile, Tracing
from kernel import ids
from kernel.db import one
from kernel.jobs.batches import each
from kernel.jobs.processes import ProcessDied, ProcessFailed, answer, ends, working
from kernel.jobs.queue import job, sweep
from kernel.rules.policy import PolicyRef
from kernel.runtime import Runtime
from kernel.storage.encryption.errors import FileDestroyed
from kernel.storage.errors import FileUnavailable
from kernel.time.clock import day_in_china
from kernel.uploads.models import StoredFile
from rights.assets import queries as assets
from valuation.quality.jobs import turns
from valuation.quality.scoring.parts import problem_of

log: Final = structlog.get_logger("liutong.traces")


class _CalledOff(Exception):
    """Somebody ended the trace while it ran."""


@job(commands.JOB)
async def trace(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Trace a file when its turn has come; after a crash it begins anew, some times at most."""
    trace_id = str(payload["trace"])
    async with runtime.sessions() as session:
        party = await session.scalar(select(Trace.requested_by).where(Trace.id == trace_id))
    async with turns(runtime).one(party or ""):
        await _trace(runtime, trace_id, int(payload["attempt"]))


async def _trace(runtime: Runtime, trace_id: str, attempt: int) -> None:
    async with runtime.act() as act:
        row = await commands.begin(act, trace_id, attempt)
        if row is None:
            return
        file, product = (
            await one(act.session, StoredFile, row.file_id),
            await queries.product(act.session, row.asset_id),
        )
    numbers = TRACES.version(PolicyRef(**row.policy).version).body
    stopped = problem_of(TraceStopped(seconds=numbers.seconds_max))
    assert product is not None  # It had marked copies when the trace was asked for, and they are never taken back.
    try:
        async with runtime.storage.local_path(file.storage_key) as path:
            async with runtime.act() as act:
                place = str((runtime.settings.data_dir / "runs" / trace_id).resolve())
                source = TracedFile(file.name, str(path), place)
                task = await commands.tracing(act, runtime.storage, product, row.data_table, source, numbers)
            outcome = await _outcome(runtime, trace_id, task, numbers)
    except _CalledOff:
        return
    except (ProcessDied, ProcessFailed, MemoryError, TimeoutError) as problem:
        log.warning("a trace came to nothing", trace=trace_id, problem=type(problem).__name__)
        outcome = Outcome(problem=stopped)
    except (FileUnavailable, FileDestroyed, FileNotFoundError):
        outcome = Outcome(problem=problem_of(FileUnavailable()))
    async with runtime.act() as act:
        await commands.finish(act, trace_id, outcome, product.deliveries)


async def trace_at_once(runtime: Runtime, path: Path, asset_id: str, table: str | None) -> TraceResult:
    """What a file on this machine, by its whole path, shows; nothing is kept of it: for the command line.

    Raises NotFound, NothingMarked, InvalidInput, FileUntraceable, and what ends a process.
    """
    numbers = TRACES.at(day_in_china(runtime.clock.now())).body
    async with runtime.act() as act:
        asset = await assets.asset(act.session, ids.require("ast", asset_id))
        product = await queries.product(act.session, asset.id)
        if product is None:
            raise NothingMarked(asset=asset.id)
        name = commands.table_of(product, table)
        with tempfile.TemporaryDirectory(prefix="liutong-trace-") as folder:
            place = str(Path(folder) / "work")
            source = TracedFile(path.name, str(path), place)
            task = await commands.tracing(act, runtime.storage, product, name, source, numbers)
            async with asyncio.timeout(numbers.seconds_max), working(place, task) as worker:
                while (message := await worker.next(1.0)) is None or not ends(message):
                    pass
                outcome: Outcome = answer(message)
        if outcome.problem is not None:
            raise FileUntraceable(reason=outcome.problem.detail)
        return await commands.result(act, outcome, product.deliveries, numbers.alpha)


async def _outcome(runtime: Runtime, trace_id: str, task: Tracing, numbers: TracePolicy) -> Outcome:
    """What the process finds; raises _CalledOff where it is no longer wanted, and then its process is ended."""
    done, total = 0, len(task.candidates)
    async with asyncio.timeout(numbers.seconds_max), working(trace_id, task) as worker:
        while (message := await worker.next(1.0)) is None or not ends(message):
            if message is not None:
                done, total = int(message[1]), int(message[2])
            async with runtime.act() as act:
                if not await commands.note_progress(act, trace_id, done, total):
                    raise _CalledOff
        outcome: Outcome = answer(message)
        return outcome


@sweep("channels.traces.due", timedelta(minutes=1))
async def due(runtime: Runtime) -> None:
    """Take up what a worker that died has left."""
    late = Trace.due_at <= runtime.clock.now()
    await each(runtime, select(Trace.id).where(late).order_by(Trace.due_at), commands.fall_due)
