"""Killed anywhere, the log goes on: no root changes, no entry is lost, and the public copy is whole at every moment."""

import asyncio
import itertools
import random
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from kernel.log.models import LogEntry
from kernel.log.tree_models import LogCheckpoint
from kernel.tlog import note

from .conftest import Log


class Crash(BaseException):
    """Not an Exception: like a signal, nothing in the code may catch it and go on."""


class Steps:
    """Counts everything that reaches the database or the storage, and dies at one of them."""

    def __init__(self, deadly: int) -> None:
        self.deadly, self.taken = deadly, 0

    def take(self, *_: Any) -> None:
        self.taken += 1
        if self.taken == self.deadly:
            raise Crash


class MortalStorage:
    """The real storage, with a step before and after each act: after is an act done whose answer never came."""

    def __init__(self, storage: Any, steps: Steps, shown: list[bytes]) -> None:
        self.storage, self.steps, self.shown = storage, steps, shown

    def __getattr__(self, name: str) -> Any:
        return getattr(self.storage, name)

    async def put_stream(self, *args: Any) -> None:
        self.steps.take()
        await self.storage.put_stream(*args)
        self.steps.take()

    async def replace(self, key: str, data: bytes) -> None:
        self.steps.take()
        await self.storage.replace(key, data)
        self.shown.append(data)
        self.steps.take()

    async def delete(self, key: str) -> None:
        self.steps.take()
        await self.storage.delete(key)
        self.steps.take()


async def run(log: Log, deadly: int, shown: list[bytes]) -> int:
    """Sequence once, dying at the given step; gives how many steps were taken."""
    steps, storage = Steps(deadly), log.storage
    engine = log.engine.sync_engine
    log.storage = MortalStorage(storage, steps, shown)
    event.listen(engine, "before_cursor_execute", steps.take)
    event.listen(engine, "commit", steps.take)
    try:
        await log.sequence()
    except Crash:
        pass
    finally:
        event.remove(engine, "before_cursor_execute", steps.take)
        event.remove(engine, "commit", steps.take)
        log.storage = storage
    return steps.taken


@pytest.mark.slow
async def test_a_crash_at_any_step_is_recovered(log: Log) -> None:
    """One long log, extended again and again, dying one step later each time, until a run has no step left."""
    shown: list[bytes] = []
    total = 0
    for deadly in itertools.count(1):
        total += len(await log.add(37))
        taken = await run(log, deadly, shown)
        if (log.folder / "log/checkpoint").exists():
            assert log.report().ok, f"the public copy is broken after dying at step {deadly}"
        await log.sequence()
        report = log.report()
        assert (report.ok, report.entries) == (True, total), f"not recovered from dying at step {deadly}"
        if taken < deadly:
            break
    assert deadly > 25
    await require_sound(log, total, shown)


async def require_sound(log: Log, total: int, shown: list[bytes]) -> None:
    """Indexes without gaps, and every head the world ever saw is among the stored ones."""
    assert await log.scalars(select(LogEntry.log_index).order_by(LogEntry.log_index)) == list(range(total))
    notes = set(await log.scalars(select(LogCheckpoint.note)))
    assert {data.decode() for data in shown} <= notes
    sizes = [note.open_checkpoint(text, [log.key]).size for text in notes]
    assert len(sizes) == len(set(sizes))


CHILD = """
import asyncio, sys
from pathlib import Path
from kernel import db
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.crypto.issuer import Issuer
from kernel.crypto.signing import Ed25519Signer
from kernel.log.record import record
from kernel.log.sequencer import sequence
from kernel.settings import Settings
from kernel.storage.store import Storage
from kernel.time.clock import SystemClock
from kernel.tlog.keys import LogKeys

async def main(url, folder, origin):
    engine = db.make_engine(url)
    sessions, storage, clock = db.make_sessions(engine), Storage.open(Settings(data_dir=Path(folder))), SystemClock()
    signer = Ed25519Signer(bytes(range(32)))
    issuer = Issuer("did:web:centre", "http://centre", signer)
    while True:
        async with db.unit(sessions) as session:
            act = Act(session, SYSTEM, clock.now(), issuer)
            for i in range(29):
                record(act, "rights.asset.registered", f"ast_{i}")
        print("29", flush=True)
        await sequence(sessions, storage, LogKeys(origin, (signer,)), clock=clock)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.slow
async def test_kill_minus_nine(log: Log, log_database: str, seed: int, tmp_path: Path) -> None:
    """A real process, really killed, at a moment that nobody chose; what it said was stored is in the log after."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, log_database, str(tmp_path), log.origin, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout
    chance = random.Random(seed)
    stored = 0
    for _ in range(chance.randint(2, 12)):
        stored += int(await child.stdout.readline())
    await asyncio.sleep(chance.random() * 0.05)
    child.send_signal(signal.SIGKILL)
    rest, _ = await child.communicate()
    stored += sum(int(line) for line in rest.split())
    if (log.folder / "log/checkpoint").exists():
        assert log.report().ok
    while await log.sequence():
        pass
    entries = (await log.scalars(select(func.count()).select_from(LogEntry)))[0]
    assert entries >= stored
    report = log.report()
    assert (report.ok, report.entries) == (True, entries)
    await require_sound(log, entries, [])
