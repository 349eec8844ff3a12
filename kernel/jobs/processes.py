"""Processes for heavy work: each works for one caller at a time, and its death harms nobody else's work.

A pool of the standard library gives up all its work when one process dies, and cannot stop what is under way.
Processes are kept warm, since loading the engines takes longer than most of the work (decision 0017).

Three ways to use them: `working` for long runs that tell of their steps, `call` for one function that answers, and
`Pool` for the command line, which has no event loop.
"""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import reduction
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import uuid4

from kernel.jobs import starting
from kernel.jobs.child import Call, Limits, Task
from kernel.jobs.starting import Ready
from kernel.jobs.turns import Turns

if TYPE_CHECKING:  # Whoever only computes loads no database.
    from kernel.runtime import Runtime

R = TypeVar("R")

Message = tuple[Any, ...]

RUNS_MAX: Final = 100
"""After so many runs a process ends, whatever the engines have kept in memory."""
ENDING_SECONDS: Final = 2.0
"""How long a process whose line is gone may take to end, so that its exit code can be told."""
NICE_ASIDE: Final = 10
"""How far behind others a process stands that has worked for long (nice)."""


class ProcessDied(Exception):
    """The process ended in the middle of its run; the system may have needed its memory."""

    def __init__(self, exit_code: int | None) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


class ProcessFailed(Exception):
    """The process met a fault of ours, which it tells as text."""


@dataclass(frozen=True, slots=True)
class Handed:
    """An open file as the answer to a process's question: the process has it too from then on."""

    file: int


Answering = Callable[[Any], Awaitable[Any]]
"""Answers what a process asks on its way."""


@dataclass(slots=True)
class Worker:
    """One process and our end of its line."""

    process: Any
    line: Connection
    limits: Limits | None = None
    runs: int = 0

    def ask(self, task: Task, seconds: float | None = None) -> Any:
        """Have a task done and wait for its end; raises what it raised, ProcessDied, ProcessFailed or TimeoutError."""
        try:
            self.line.send(task)
            if seconds is not None and not self.line.poll(seconds):
                raise TimeoutError
            return answer(self.line.recv())
        except (EOFError, OSError) as gone:
            if isinstance(gone, TimeoutError):
                raise
            self.process.join(ENDING_SECONDS)
            raise ProcessDied(self.process.exitcode) from gone

    def stop(self) -> None:
        """End the process at once, whatever it is doing."""
        self.process.kill()
        self.process.join()
        self.line.close()

    def give_way(self) -> None:
        """Let others have the processor first from now on."""
        with contextlib.suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, self.process.pid, NICE_ASIDE)
        self.runs = RUNS_MAX  # Who was made to wait cannot be made quick again.

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

    async def reply(self, replied: Any) -> None:
        """Answer what it asked; one that has died meanwhile is told of when its next message is waited for."""
        with contextlib.suppress(OSError):
            if isinstance(replied, Handed):
                await asyncio.to_thread(reduction.send_handle, self.line, replied.file, self.process.pid)
            else:
                await asyncio.to_thread(self.line.send, replied)

    def _receive(self, seconds: float) -> Message | None:
        if not self.line.poll(seconds):
            return None
        message: Message = self.line.recv()
        return message


def ends(message: Message) -> bool:
    """Whether a message is a task's last."""
    return message[0] in ("end", "raised", "fault")


def answer(message: Message) -> Any:
    """The result that a last message brings; raises what the task raised, or ProcessFailed."""
    match message:
        case ("end", result):
            return result
        case ("raised", problem):
            raise problem
    raise ProcessFailed(message[1])


_IDLE: Final[dict[Limits | None, list[Worker]]] = {}
BUSY: Final[dict[str, Worker]] = {}
"""Processes at work, by the run that each works for."""


def _send(worker: Worker, task: Task) -> None:
    """Give a process its task; raises ProcessDied when it has died before it could take one."""
    try:
        worker.line.send(task)
    except OSError as gone:
        worker.process.join(ENDING_SECONDS)
        raise ProcessDied(worker.process.exitcode) from gone


async def _obtain(find: Callable[[Limits | None], Worker], limits: Limits | None) -> Worker:
    """Take or start a process; it ends where who asked for it is gone before it is there."""
    finding = asyncio.ensure_future(asyncio.to_thread(find, limits))
    try:
        return await asyncio.shield(finding)
    except asyncio.CancelledError:
        finding.add_done_callback(_end_unasked)
        raise


def _end_unasked(finding: "asyncio.Future[Worker]") -> None:
    if not finding.cancelled() and finding.exception() is None:
        finding.result().stop()


@asynccontextmanager
async def working(
    name: str, task: Task, *, limits: Limits | None = None, fresh: Ready | bool = False
) -> AsyncIterator[Worker]:
    """Give a process that has begun a task; one whose task has not ended when the block does is ended with it."""
    find = partial(_take_ready, fresh) if callable(fresh) else _start if fresh else _take
    worker = await _obtain(find, limits)
    BUSY[name] = worker
    try:
        await asyncio.to_thread(_send, worker, task)
        yield worker
    except BaseException:
        worker.stop()
        raise
    else:
        _give_back(worker)
    finally:
        del BUSY[name]
        await asyncio.to_thread(shutil.rmtree, task.folder, ignore_errors=True)


async def call(runtime: "Runtime", function: Callable[..., R], *arguments: Any, seconds: float, party: str = "") -> R:
    """Call a function in a process, at most as many at once as the settings say, party by party in turn.

    Function, arguments, result and what it raises travel by pickle. Raises what the function raised, TimeoutError,
    ProcessDied or ProcessFailed; a caller who gives up ends the process. What answers a request goes to desk.py.
    """
    turns = runtime.extras.setdefault("processes.turns", Turns(runtime.settings.cpu_workers))
    async with turns.one(party):
        return await called(function, *arguments, seconds=seconds)


async def called(
    function: Callable[..., R],
    *arguments: Any,
    seconds: float,
    limits: Limits | None = None,
    fresh: Ready | bool = False,
    answering: Answering | None = None,
) -> R:
    """Call a function in a process at once; `fresh` takes one that did nothing before and does nothing after.

    Nothing, or no more than get ready as `fresh` says, which it may have done while nobody waited. With `answering`
    the function is given its caller first, whom it can ask.
    """
    task = _call(function, arguments, limits, asks=answering is not None)
    async with asyncio.timeout(seconds), working(task.folder, task, limits=limits, fresh=fresh) as worker:
        while (message := await worker.next(seconds)) is None or not ends(message):
            if message is not None and answering is not None:
                await worker.reply(await answering(message[1]))
        if fresh:
            worker.runs = RUNS_MAX
    if callable(fresh):
        starting.prepare(fresh)
    result: R = answer(message)  # What it raises is told here: the process that met it is as good as before.
    return result


def _call(
    function: Callable[..., Any], arguments: tuple[Any, ...], limits: Limits | None = None, *, asks: bool = False
) -> Call:
    return Call(str(Path(tempfile.gettempdir()) / f"liutong-{uuid4().hex}"), function, arguments, limits, asks)


class Pool:
    """Some processes for a command line: `submit` gives futures; what has not begun at the end is given up."""

    def __init__(self, workers: int) -> None:
        self._threads = ThreadPoolExecutor(workers)

    def submit(self, function: Callable[..., R], *arguments: Any) -> "Future[R]":
        """Have a function called in one of the processes."""
        return self._threads.submit(self._asked, function, arguments)

    def _asked(self, function: Callable[..., R], arguments: tuple[Any, ...]) -> R:
        worker, task = _take(), _call(function, arguments)
        try:
            result: R = worker.ask(task)
        except BaseException:
            worker.stop()
            raise
        finally:
            shutil.rmtree(task.folder, ignore_errors=True)
        _give_back(worker)
        return result

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(cancel_futures=True)


def _give_back(worker: Worker) -> None:
    worker.runs += 1
    if worker.runs < RUNS_MAX and worker.process.is_alive():
        _IDLE.setdefault(worker.limits, []).append(worker)
    else:
        worker.stop()


def _take(limits: Limits | None = None) -> Worker:
    with contextlib.suppress(IndexError):
        while True:
            idle = _IDLE.setdefault(limits, []).pop()
            if idle.process.is_alive():
                return idle
            idle.stop()
    return _start(limits)


def _start(limits: Limits | None = None) -> Worker:
    return Worker(*starting.start(), limits)


def _take_ready(ready: Ready, limits: Limits | None) -> Worker:
    try:
        return Worker(*starting.take(ready), limits)
    except (EOFError, OSError) as gone:
        raise ProcessDied(None) from gone
