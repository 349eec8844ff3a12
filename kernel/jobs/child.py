"""Inside a process for heavy work: it does one task after the other, and ends with whoever started it."""

import contextlib
import multiprocessing
import os
import pickle
import signal
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Protocol


class Task(Protocol):
    """Work for one process: a struct of plain values, since it travels; the files that it makes are in `folder`."""

    @property
    def folder(self) -> str: ...

    def run(self, send: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process may use for work on files of unknown origin; one that was limited is not used again."""

    memory_bytes: int | None = None
    cpu_seconds: int | None = None
    file_bytes: int | None = None

    def impose(self) -> None:
        """Bind this process; where the system knows no such limits, the caller's time limit still holds."""
        try:
            import resource
        except ImportError:
            return
        for kind, most in (
            (resource.RLIMIT_AS, self.memory_bytes),
            (resource.RLIMIT_CPU, self.cpu_seconds),
            (resource.RLIMIT_FSIZE, self.file_bytes),
            (resource.RLIMIT_CORE, 0),
        ):
            if most is not None:
                with contextlib.suppress(ValueError):  # A lower limit stays.
                    resource.setrlimit(kind, (most, most))


@dataclass(frozen=True, slots=True)
class Call:
    """One function to call, as a task."""

    folder: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    limits: Limits | None = None

    def run(self, send: Any) -> Any:  # noqa: ARG002 - a call tells nothing on its way
        if self.limits is not None:
            self.limits.impose()
        return self.function(*self.arguments)


def serve(line: Connection) -> None:
    """Do one task after the other until the line is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)  # What is staged here is somebody's data, and nobody else's on this machine to read.
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
            _tell(line, fault)


def _tell(line: Connection, fault: Exception) -> None:
    """Send what was raised as it is, or as text where it cannot travel."""
    try:
        pickle.loads(pickled := pickle.dumps(("raised", fault)))  # noqa: S301 - our own bytes, a moment old
        line.send_bytes(pickled)
    except Exception:
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
