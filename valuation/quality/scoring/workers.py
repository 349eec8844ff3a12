"""Processes for heavy work, one run in each: a run is stopped by ending its process, whose death harms no other run.

A pool of the standard library gives up every run of the pool when one process dies, and cannot stop one that works.
Processes are kept warm between runs, since loading the engines takes longer than scoring a small table.
"""

import asyncio
import contextlib
import multiprocessing
import os
import shutil
import tempfile
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Final, Protocol

Message = tuple[Any, ...]

RUNS_MAX: Final = 100
"""After so many runs a process ends, whatever the engines have kept in memory."""
ENDING_SECONDS: Final = 2.0
"""How long a process whose line is gone may take to end, so that its exit code can be told."""
_SPAWN: Final = multiprocessing.get_context("spawn")


class Task(Protocol):
    """Work for one process: a struct of plain values, since it travels; the files that it makes are in `folder`."""

    @property
    def folder(self) -> str: ...

    def run(self, send: Any) -> Any: ...


class ProcessDied(Exception):
    """The process ended in the middle of its run; the system may have needed its memory."""

    def __init__(self, exit_code: int | None) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


class ProcessFailed(Exception):
    """The process met a fault of ours, which it tells as text."""


@dataclass(slots=True)
class Worker:
    """One process and our end of its line."""

    process: Any
    line: Connection
    runs: int = 0

    def stop(self) -> None:
        """End the process at once, whatever it is doing."""
        self.process.kill()
        self.process.join()
        self.line.close()

    async def next(self, seconds: float) -> Message | None:
        """Wait for its next message, at most so long; None when there is none. Raises ProcessDied."""
        # In a thread: event loops make what they watch non-blocking, and a long message comes in pieces.
        waiting = asyncio.ensure_future(asyncio.to_thread(self._receive, seconds))
        try:
            return await asyncio.shield(waiting)
        except asyncio.CancelledError:
            self.process.kill()  # With it the line ends, and the thread with that: nobody reads what is closed next.
            await asyncio.wait([waiting])
            raise
        except (EOFError, OSError) as gone:
            await asyncio.to_thread(self.process.join, ENDING_SECONDS)
            raise ProcessDied(self.process.exitcode) from gone

    def _receive(self, seconds: float) -> Message | None:
        if not self.line.poll(seconds):
            return None
        message: Message = self.line.recv()
        return message


_IDLE: Final[list[Worker]] = []
BUSY: Final[dict[str, Worker]] = {}
"""Processes at work, by the run that each works for."""


@asynccontextmanager
async def working(name: str, task: Task) -> AsyncIterator[Worker]:
    """Give a process that has begun a task; one whose task has not ended when the block does is ended with it."""
    worker = await asyncio.to_thread(_take)
    BUSY[name] = worker
    try:
        await asyncio.to_thread(worker.line.send, task)
        yield worker
    except BaseException:
        worker.stop()
        raise
    else:
        worker.runs += 1
        if worker.runs < RUNS_MAX and worker.process.is_alive():
            _IDLE.append(worker)
        else:
            worker.stop()
    finally:
        del BUSY[name]
        await asyncio.to_thread(shutil.rmtree, task.folder, ignore_errors=True)


def _take() -> Worker:
    with contextlib.suppress(IndexError):
        while True:
            idle = _IDLE.pop()
            if idle.process.is_alive():
                return idle
            idle.stop()
    ours, theirs = _SPAWN.Pipe()
    # A daemon is ended when this process ends in good order; _end_with_parent is for when it does not.
    started = _SPAWN.Process(target=_serve, args=(theirs,), name="quality", daemon=True)
    started.start()
    theirs.close()
    return Worker(started, ours)


def _serve(line: Connection) -> None:
    """Score one task after the other until the line is closed."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _be_the_first_to_go()
    while True:
        try:
            task: Task = line.recv()
        except EOFError:
            return
        Path(task.folder).mkdir(parents=True, exist_ok=True)
        tempfile.tempdir = task.folder  # Whatever is staged or spilled goes with the folder when the run is stopped.
        try:
            line.send(("end", task.run(line.send)))
        except Exception as fault:
            line.send(("fault", f"{type(fault).__name__}: {fault}"))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
    os._exit(1)


def _be_the_first_to_go() -> None:
    """When memory runs out, Linux shall end this process and not the server or the database."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("800", encoding="ascii")
