"""Publishing in the background: the making in a process of its own, the objects stored before their rows.

A crash between the two leaves objects that nothing names; the job runs again and stores its own. Where only the process
dies, which says nothing of the data, the work begins anew, as often as a run on data does.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import structlog

from channels.keys.commands import TAKEN
from channels.marking.keys import delivery_key, master_key
from channels.publishing import commands, queries
from channels.publishing.commands import Kept
from channels.publishing.errors import NotAsRegistered, NotPublishable, PublishingStopped
from channels.publishing.making.changes import Comparing, Side
from channels.publishing.making.marking import Marking
from channels.publishing.making.tables import Cut, Made, MadeFile, Making
from channels.publishing.models import Publication, PublishedTable
from channels.publishing.policy import PUBLISHING, Publishing
from contracts.policy.marks import Marks
from contracts.usage.scope.tree import Scope
from kernel.db import unit
from kernel.jobs.batches import each
from kernel.jobs.processes import ProcessDied, ProcessFailed, answer, ends, working
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from kernel.storage.encryption.errors import FileDestroyed
from kernel.storage.errors import FileUnavailable
from kernel.storage.objects import in_thread
from kernel.storage.scratch import parts_of
from kernel.storage.store import Stored, new_key
from kernel.text import Text
from kernel.time.clock import day_in_china
from market.marks.queries import never_marked
from market.marks.rules import POLICY
from rights.assets import queries as assets
from valuation.quality.jobs import turns
from valuation.quality.policy import policies, run_policies
from valuation.quality.scoring.parts import problem_of

R = TypeVar("R")
log: Final = structlog.get_logger("liutong.publishing")

AREA: Final = "shared"
_NO_CONTRACT: Final = NotPublishable(
    table="—", reason=Text("该版本没有已评分的数据合同", "the revision has no data contract that it was scored by")
)


@job(TAKEN)
async def prepare_channels(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Have everything made that an agreement's keys open."""
    async with runtime.act() as act:
        await commands.prepare(act, str(payload["agreement"]))


@sweep("channels.publishing.follow", timedelta(minutes=1))
async def follow(runtime: Runtime) -> None:
    """Go on with later revisions that reached a buyer who holds keys, and with what was interrupted."""
    at = runtime.clock.now()
    numbers = _numbers(runtime)
    again = timedelta(minutes=numbers.again_after_minutes), timedelta(hours=numbers.failed_again_after_hours)
    await each(runtime, queries.unprepared(at, *again), commands.prepare)


@job(commands.PUBLISH)
async def publish(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Make the shared form of a revision, or say why there is none."""
    publication_id, numbers = str(payload["publication"]), _numbers(runtime)
    async with runtime.act() as act:
        row = await commands.begin(act, publication_id)
    if row is None:
        return
    async with turns(runtime).one(row.provider), AsyncExitStack() as stack:
        try:
            task = await _task(runtime, row, numbers, stack)
        except (NotAsRegistered, NotPublishable) as problem:
            async with runtime.act() as act:
                await commands.fail(act, publication_id, problem_of(problem))
            return
        try:
            made, kept = await _again(runtime, publication_id, lambda: _made(runtime, publication_id, task, numbers))
        except (ProcessDied, ProcessFailed, MemoryError, TimeoutError):
            made, kept = Made((), problem_of(PublishingStopped(seconds=numbers.seconds_max))), {}
    async with runtime.act() as act:
        if made.problem is not None:
            await commands.fail(act, publication_id, made.problem)
        else:
            await commands.finish(act, publication_id, made.tables, kept)


async def _again(runtime: Runtime, name: str, attempt: Callable[[], Awaitable[R]]) -> R:
    """What an attempt gives, begun anew where its process died, as often as a run; raises ProcessDied after that."""
    left = run_policies().at(day_in_china(runtime.clock.now())).body.restarts_max
    while True:
        try:
            return await attempt()
        except ProcessDied as death:
            log.warning("publishing process died", work=name, exit_code=death.exit_code, restarts_left=left)
            if left == 0:
                raise
            left -= 1


async def _made(runtime: Runtime, publication_id: str, task: Making, numbers: Publishing) -> tuple[Made, Kept]:
    async with asyncio.timeout(numbers.seconds_max), working(publication_id, task) as worker:
        made = await _followed(runtime, worker, publication_id)
        return made, await _stored(runtime, [f for table in made.tables for f in table.files], numbers)


async def _task(runtime: Runtime, row: Publication, numbers: Publishing, stack: AsyncExitStack) -> Making:
    """What the process is given.

    Raises NotPublishable where the revision has no contract by which its files could be read, and NotAsRegistered for a
    file that the store does not have as it was stored.
    """
    async with unit(runtime.sessions) as session:
        document = await queries.contract_of(session, row.revision_id)
        files = (await assets.revision(session, row.revision_id)).files
    if document is None:
        raise _NO_CONTRACT
    paths = {}
    for file in files:
        try:
            paths[file.name] = str(await stack.enter_async_context(runtime.storage.local_path(file.storage_key)))
        except (FileUnavailable, FileDestroyed, FileNotFoundError) as problem:
            raise NotAsRegistered(file=file.name) from problem
    return Making(
        document=document,
        policy_version=policies().at(day_in_china(row.created_at)).meta.version,
        files=paths,
        registered={f.name: f.sha256 for f in files},
        cut=Cut(numbers.file_rows_max, numbers.group_rows),
        folder=_folder(runtime, row.id),
        scope=msgspec.convert(row.scope or [], Scope),
        marking=await _marking(runtime, row),
    )


async def _marking(runtime: Runtime, row: Publication) -> Marking | None:
    """How the copies of an agreement are marked; None where they bear no marks."""
    if row.marks is None or row.marked_for is None:
        return None
    at = runtime.clock.now()
    async with unit(runtime.sessions) as session:
        never = await never_marked(session, row.asset_id, row.revision_id, at)
    key = delivery_key(await in_thread(master_key, runtime.storage.keys), row.marked_for)
    terms = POLICY.at(day_in_china(at)).body
    return Marking(tables=msgspec.convert(row.marks, Marks), key=key, terms=terms, never=tuple(sorted(never)))


async def _followed(runtime: Runtime, worker: Any, publication_id: str) -> Made:
    while (message := await worker.next(1.0)) is None or not ends(message):
        if message is not None and message[0] == "step":
            async with runtime.act() as act:
                await commands.note_progress(act, publication_id, message[1], message[2])
    made: Made = answer(message)
    return made


@job(commands.BRING)
async def bring(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Number what was made as versions of an agreement, each after it was compared with the one before."""
    agreement_id = str(payload["agreement"])
    while True:
        async with runtime.act() as act:
            pair = await commands.uncompared(act, agreement_id)
            if pair is None and not await commands.number_next(act, agreement_id):
                return
        if pair is not None:
            await _compare(runtime, *pair)


async def _compare(runtime: Runtime, before: PublishedTable, table: PublishedTable) -> None:
    """Make the feed from one table to another; where that exceeds what it may cost, there is none."""
    numbers = _numbers(runtime)
    files: Sequence[MadeFile] | None
    kept: Kept
    async with unit(runtime.sessions) as session:
        provider = (await session.get_one(Publication, table.publication_id)).provider
    async with turns(runtime).one(provider), AsyncExitStack() as stack:
        old, new, name = await _side(runtime, before, stack), await _side(runtime, table, stack), f"changes-{table.id}"
        task = Comparing(old, new, Cut(numbers.file_rows_max, numbers.group_rows), _folder(runtime, name))
        try:
            files, kept = await _again(runtime, name, lambda: _compared(runtime, name, task, numbers))
        except (ProcessDied, ProcessFailed, MemoryError, TimeoutError):
            files, kept = None, {}
    async with runtime.act() as act:
        await commands.keep_changes(act, before, table, files, kept)


async def _compared(
    runtime: Runtime, name: str, task: Comparing, numbers: Publishing
) -> tuple[Sequence[MadeFile], Kept]:
    async with asyncio.timeout(numbers.seconds_max), working(name, task) as worker:
        while (message := await worker.next(1.0)) is None or not ends(message):
            pass
        files: Sequence[MadeFile] = answer(message)
        return files, await _stored(runtime, files, numbers)


async def _side(runtime: Runtime, table: PublishedTable, stack: AsyncExitStack) -> Side:
    async with unit(runtime.sessions) as session:
        files = await queries.files_of(session, table.id)
    paths = [str(await stack.enter_async_context(runtime.storage.local_path(file.storage_key))) for file in files]
    return Side(table.schema, table.key, paths)


async def _stored(runtime: Runtime, files: Sequence[MadeFile], numbers: Publishing) -> Kept:
    """Store the files while the folder in which they were made is still there."""
    kept: dict[str, tuple[str, Stored]] = {}
    for file in files:
        key = new_key(AREA)
        kept[file.path] = key, await runtime.storage.put_stream(key, parts_of(Path(file.path)), numbers.file_bytes_max)
    return kept


def _folder(runtime: Runtime, name: str) -> str:
    return str((runtime.settings.data_dir / "runs" / name).resolve())


def _numbers(runtime: Runtime) -> Publishing:
    return PUBLISHING.at(day_in_china(runtime.clock.now())).body
