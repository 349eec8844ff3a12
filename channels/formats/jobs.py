"""Converting in the background: in a process with bounds, the file stored before its row says so.

A crash between the two leaves an object that nothing names; the job runs again and stores its own.
"""

import asyncio
import shutil
import time
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import structlog
from sqlalchemy import func, select

from channels.formats import commands, queries
from channels.formats.errors import ConversionStopped
from channels.formats.making import Converted, Converting, TooLarge
from channels.formats.models import TableConversion
from channels.formats.policy import RULES, FormatRules
from channels.formats.states import UNDER_WAY
from channels.publishing import commands as publishing
from channels.publishing.models import PublishedTable
from channels.publishing.queries import files_of
from kernel.act import Act
from kernel.db import one, unit
from kernel.jobs.batches import each
from kernel.jobs.child import Limits
from kernel.jobs.processes import ProcessDied, ProcessFailed, Worker, answer, ends, working
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from kernel.storage.encryption.errors import FileDestroyed
from kernel.storage.errors import FileTooLarge, FileUnavailable
from kernel.storage.scratch import parts_of
from kernel.storage.store import new_key
from kernel.time.clock import day_in_china
from valuation.quality.jobs import turns
from valuation.quality.schemas import RunProblem
from valuation.quality.scoring.parts import problem_of

log: Final = structlog.get_logger("liutong.formats")

AREA: Final = "converted"
LOOK_SECONDS: Final = 1.0
"""How often a conversion at work is asked whether it is wanted still."""
NICE: Final = 5

_STOPPED: Final = (ProcessDied, ProcessFailed, MemoryError, TimeoutError, FileTooLarge, TooLarge)


class _Unwanted(Exception):
    """Nobody wants what is being made, or may have it."""


@job(commands.CONVERT)
async def convert(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Convert a table when its turn has come; after a crash another attempt is made."""
    conversion_id = str(payload["conversion"])
    async with runtime.sessions() as session:
        buyer = await session.scalar(select(TableConversion.buyer).where(TableConversion.id == conversion_id))
    async with turns(runtime).one(buyer or ""):
        await _attempt(runtime, conversion_id, int(payload["attempt"]))


async def _attempt(runtime: Runtime, conversion_id: str, attempt: int) -> None:
    """Convert, or say why not."""
    async with runtime.act() as act:
        begun = await commands.begin(act, conversion_id, attempt)
    if begun is None:
        return
    row, table = begun
    numbers = RULES.at(day_in_china(runtime.clock.now())).body
    try:
        await _convert(runtime, row, table, numbers)
    except _Unwanted:
        log.info("conversion not wanted any more", conversion=conversion_id)
    except (FileDestroyed, FileUnavailable) as problem:
        await _fail(runtime, conversion_id, problem_of(problem))
    except FileNotFoundError:
        await _fail(runtime, conversion_id, problem_of(FileUnavailable()))
    except _STOPPED as stopped:
        log.warning("conversion stopped", conversion=conversion_id, why=type(stopped).__name__, told=str(stopped)[:200])
        await _fail(runtime, conversion_id, problem_of(ConversionStopped(seconds=numbers.seconds_max)))


async def _fail(runtime: Runtime, conversion_id: str, problem: RunProblem) -> None:
    async with runtime.act() as act:
        await commands.fail(act, conversion_id, problem)


async def _convert(runtime: Runtime, row: TableConversion, table: PublishedTable, numbers: FormatRules) -> None:
    """Make the file, store it while its folder is there, and keep it if it is wanted still; raises _Unwanted."""
    folder = (runtime.settings.data_dir / "runs" / row.id).resolve()
    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    limits = Limits(file_bytes=numbers.file_bytes_max, nice=NICE)
    async with AsyncExitStack() as stack:
        async with unit(runtime.sessions) as session:
            files = await files_of(session, table.id)
        paths = [str(await stack.enter_async_context(runtime.storage.local_path(file.storage_key))) for file in files]
        task = Converting(table.name, row.format, table.schema, table.rows, paths, str(folder), limits)
        async with asyncio.timeout(numbers.seconds_max), working(row.id, task, limits=limits) as worker:
            made = await _followed(runtime, worker, row.id)
            if made.problem is None:
                await _keep(runtime, row.id, made, numbers)
    if made.problem is not None:
        await _fail(runtime, row.id, made.problem)


async def _followed(runtime: Runtime, worker: Worker, conversion_id: str) -> Converted:
    """What the process made; its progress is noted, and what is not wanted any more ends it."""
    looked, rows = time.monotonic(), 0
    while (message := await worker.next(LOOK_SECONDS)) is None or not ends(message):
        rows = rows if message is None else message[1]
        if time.monotonic() >= looked + LOOK_SECONDS:
            looked = time.monotonic()
            async with runtime.act() as act:
                wanted = await commands.go_on(act, conversion_id, rows)
            if not wanted:
                raise _Unwanted
    made: Converted = answer(message)
    return made


async def _keep(runtime: Runtime, conversion_id: str, made: Converted, numbers: FormatRules) -> None:
    key = new_key(AREA)
    file = await runtime.storage.put_stream(key, parts_of(Path(made.path)), numbers.file_bytes_max)
    async with runtime.act() as act:
        kept = await commands.finish(act, conversion_id, made, key, file)
    if not kept:
        await runtime.storage.delete(key)
        raise _Unwanted


@sweep("channels.formats.tend", every=timedelta(minutes=1))
async def tend(runtime: Runtime) -> None:
    """Keep the clocks, take up again what was interrupted, and remove from the store what is removed."""
    now = runtime.clock.now()
    late = select(TableConversion.id).where(TableConversion.due_at <= now).order_by(TableConversion.due_at)
    await each(runtime, late, commands.time_over)
    since = now - timedelta(minutes=RULES.at(day_in_china(now)).body.again_after_minutes)
    heard = func.coalesce(TableConversion.begun_at, TableConversion.created_at)
    left = TableConversion.status.in_(UNDER_WAY) & (heard < since)
    await each(runtime, select(TableConversion.id).where(left).order_by(TableConversion.id), _again)
    async with unit(runtime.sessions) as session:
        gone = (await session.execute(queries.removed().add_columns(TableConversion.storage_key))).all()
    for conversion_id, key in gone:
        await runtime.storage.delete(key)
        async with runtime.act() as act:
            await commands.forget(act, conversion_id)


async def _again(act: Act, conversion_id: str) -> None:
    """Queue a conversion anew, and first the publication that it may wait for."""
    row = await one(act.session, TableConversion, conversion_id)
    await publishing.prepare(act, row.agreement_id)
    await commands.queue(act, row)
