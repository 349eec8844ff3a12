"""Starting processes for heavy work, some before they are wanted: those have got ready and have done nothing else."""

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any, Final

from kernel.jobs.child import Call, serve

Ready = Callable[[], None]
"""What a process does before its first task, such as loading an engine; it has no arguments, and so nobody's data."""
Started = tuple[Any, Connection]
"""A process and our end of its line."""

_SPAWN: Final = multiprocessing.get_context("spawn")
_STARTER: Final = ThreadPoolExecutor(1, "liutong-starter")
"""The one thread that starts processes: Linux ends a process with the thread that started it, so this one stays."""
READY_SECONDS: Final = 60.0
_WAITING: Final[dict[Ready, Started]] = {}
"""One process for each way to get ready, which has got ready or is about to."""


def start() -> Started:
    """A process that has done nothing."""
    return _STARTER.submit(_started).result()


def prepare(ready: Ready) -> None:
    """Have a process get ready, unless one waits that has; nobody is kept waiting."""
    with contextlib.suppress(RuntimeError):  # The interpreter is about to end.
        _STARTER.submit(_prepared, ready)


def take(ready: Ready) -> Started:
    """A process that has got ready and done nothing else: the one that waits, else a new one; raises EOFError."""
    waiting = _WAITING.pop(ready, None)
    if waiting is not None:
        with contextlib.suppress(EOFError, OSError):  # It was ended while it waited.
            return _awaited(*waiting)
        waiting[0].kill()
    return _awaited(*_STARTER.submit(_readied, ready).result())


def _awaited(process: Any, line: Connection) -> Started:
    """Wait until a process has got ready; one that met a fault is as one that did nothing. Raises EOFError."""
    if not line.poll(READY_SECONDS):
        process.kill()
    line.recv()
    return process, line


def _prepared(ready: Ready) -> None:
    if ready not in _WAITING:
        _WAITING[ready] = _readied(ready)


def _readied(ready: Ready) -> Started:
    process, line = _started()
    line.send(Call("", ready, ()))
    return process, line


def _started() -> Started:
    ours, theirs = _SPAWN.Pipe()
    # A daemon is ended when this process ends in good order; parents.py is for when it does not.
    started = _SPAWN.Process(target=serve, args=(theirs, os.getpid()), name="liutong-heavy", daemon=True)
    with _deaf():
        started.start()
    theirs.close()
    return started, ours


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Start processes that never hear Ctrl-C, not even while they still import: a child inherits what is blocked."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
