"""Inside a process for heavy work: it does one task after the other, and ends with whoever started it."""

import contextlib
import os
import pickle
import signal
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import reduction
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, Protocol

from kernel.jobs.parents import end_with_parent

MEMORY_BYTES_LEAST: Final = 6 * 1024**3
"""The engines alone reserve some gigabytes of addresses, most of which are never touched."""
MEMORY_SHARE: Final = 0.75
"""Of the machine's memory, what the addresses of one process may come to."""


class Task(Protocol):
    """Work for one process: a struct of plain values, since it travels; the files that it makes are in `folder`."""

    @property
    def folder(self) -> str: ...

    def run(self, send: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process may use for one task; only tasks of the same limits are given to it after."""

    memory_bytes: int | None = None
    cpu_seconds: int | None = None
    file_bytes: int | None = None
    nice: int = 0

    def impose(self) -> None:
        """Bind this process; where the system knows no such limits, the caller's time limit still holds."""
        try:
            import resource
        except ImportError:
            return
        own = resource.getrusage(resource.RUSAGE_SELF)
        until = None if self.cpu_seconds is None else int(own.ru_utime + own.ru_stime) + self.cpu_seconds
        for kind, most in (
            (resource.RLIMIT_AS, self.memory_bytes),
            (resource.RLIMIT_CPU, until),
            (resource.RLIMIT_FSIZE, self.file_bytes),
            (resource.RLIMIT_CORE, 0),
        ):
            if most is not None:
                hard = resource.getrlimit(kind)[1]
                # Seconds are counted over all tasks, so that limit must be able to rise with the next one.
                keep = hard if kind == resource.RLIMIT_CPU else most
                with contextlib.suppress(ValueError):  # A lower limit stays.
                    resource.setrlimit(kind, (most, keep))
        if self.nice:
            os.setpriority(os.PRIO_PROCESS, 0, self.nice)


def memory_bytes_max() -> int:
    """How many bytes the addresses of one process of ours may come to on this machine, or in its container."""
    found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    with contextlib.suppress(OSError, ValueError):
        found.append(int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    return max(MEMORY_BYTES_LEAST, int(min(found) * MEMORY_SHARE))


class Caller:
    """Whoever gave this process its task: called, it is told of a step; it answers questions and hands over files."""

    def __init__(self, line: Connection) -> None:
        self._line = line

    def __call__(self, message: Any) -> None:
        self._line.send(message)

    def ask(self, question: Any) -> Any:
        """What the caller answers."""
        self._line.send(("asked", question))
        return self._line.recv()

    def file(self, question: Any) -> int:
        """An open file that the caller hands over, by its number in this process."""
        self._line.send(("asked", question))
        return reduction.recv_handle(self._line)


@dataclass(frozen=True, slots=True)
class Call:
    """One function to call, as a task; one that `asks` is given its caller before its arguments."""

    folder: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    limits: Limits | None = None
    asks: bool = False

    def run(self, send: Any) -> Any:
        if self.limits is not None:
            self.limits.impose()
        return self.function(send, *self.arguments) if self.asks else self.function(*self.arguments)


def serve(line: Connection, parent: int) -> None:
    """Do one task after the other until the line is closed or the parent has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)  # What is staged here is somebody's data, and nobody else's on this machine to read.
    end_with_parent(parent)
    _be_the_first_to_go()
    Limits(memory_bytes=memory_bytes_max()).impose()
    while True:
        try:
            task: Task = line.recv()
        except EOFError:
            os._exit(0)  # The engines' own threads may hold up an orderly end for ever.
        if task.folder:
            Path(task.folder).mkdir(parents=True, exist_ok=True)
            tempfile.tempdir = task.folder  # What is staged or spilled goes with the folder when the run is stopped.
        try:
            line.send(("end", task.run(Caller(line))))
        except Exception as fault:
            _tell(line, fault)


def _tell(line: Connection, fault: Exception) -> None:
    """Send what was raised as it is, or as text where it cannot travel."""
    try:
        pickle.loads(pickled := pickle.dumps(("raised", fault)))  # noqa: S301 - our own bytes, a moment old
        line.send_bytes(pickled)
    except Exception:
        line.send(("fault", f"{type(fault).__name__}: {fault}"))


def _be_the_first_to_go() -> None:
    """When memory runs out, Linux shall end this process and not the server or the database."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("800", encoding="ascii")
