"""Running a confined program to its end: by itself, by its time, by its memory, or by how much it says."""

import asyncio
import contextlib
import json
import os
import selectors
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from channels.programs.confinement import bubblewrap, launch, seccomp
from channels.programs.confinement.bubblewrap import Library
from channels.programs.confinement.cgroups import Group, Groups

PROGRAM: Final = "bwrap"
_READ_BYTES: Final = 64 * 1024
_STATUS_BYTES: Final = 4096
_LOOK_SECONDS: Final = 0.05
_THREADS: Final = ThreadPoolExecutor(4, thread_name_prefix="programs")
"""That stay: Linux ends a process that dies with its parent when the thread ends that started it."""


class NotConfined(Exception):
    """The sandbox could not be made: nothing of the program ran."""


class Outcome(StrEnum):
    """How a program ended."""

    ENDED = "ended"
    FAILED = "failed"
    OUT_OF_TIME = "out_of_time"
    OUT_OF_MEMORY = "out_of_memory"
    SAID_TOO_MUCH = "said_too_much"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use: all of its processes together, but for the size of a single file."""

    memory_bytes: int
    tasks_max: int
    seconds: int
    scratch_bytes: int
    file_bytes: int
    said_bytes: int


@dataclass(frozen=True, slots=True)
class Confined:
    """A job: its program, what it reads and what it may write, by the names that it sees."""

    program: Path
    data: Mapping[str, Path]
    results: Mapping[str, Path]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a job ended, what it said on its two outputs, how long it took and how much memory it had at most."""

    outcome: Outcome
    exit_code: int | None
    said: bytes
    complained: bytes
    seconds: float
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class Confinement:
    """What confines on this machine: bubblewrap, a place for groups, and the libraries that programs are given."""

    bwrap: str
    groups: Groups
    libraries: tuple[Library, ...]

    @property
    def form(self) -> str:
        """As runs record it."""
        return f"bubblewrap+seccomp+cgroup-v{self.groups.version}"


def found_bwrap() -> str | None:
    """Where bubblewrap is on this machine, if it is."""
    return shutil.which(PROGRAM)


async def run(confinement: Confinement, job: Confined, limits: Limits) -> Ending:
    """Run a job to its end; when this returns or raises, no process of it is alive. Raises NotConfined."""
    given_up = threading.Event()
    working = asyncio.get_running_loop().run_in_executor(_THREADS, _run, confinement, job, limits, given_up)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        given_up.set()
        await asyncio.wait([working])
        raise


def _run(confinement: Confinement, job: Confined, limits: Limits, given_up: threading.Event) -> Ending:
    """As `run`, in a thread: what an event loop starts inherits descriptors that the loop does not tell of."""
    try:
        group = confinement.groups.make(limits.memory_bytes, limits.tasks_max)
    except OSError as problem:
        raise NotConfined("no group") from problem
    try:
        return _inside(confinement, job, limits, group, given_up)
    finally:
        group.end()


def _inside(confinement: Confinement, job: Confined, limits: Limits, group: Group, given_up: threading.Event) -> Ending:
    began, (reads, writes) = time.monotonic(), os.pipe()
    filter_fd = os.memfd_create("filter")
    with os.fdopen(reads, "rb") as status:
        try:
            os.write(filter_fd, seccomp.compiled())
            os.lseek(filter_fd, 0, os.SEEK_SET)
            process = subprocess.Popen(  # noqa: S603 - words, and no shell
                _words(confinement, job, limits, group, filter_fd, writes),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=(filter_fd, writes),
                env={},
                cwd="/",
            )
        finally:
            os.close(filter_fd)
            os.close(writes)
        outcome, said, complained = _followed(process, limits, group, given_up)
        exit_code = _exit_code(status.read(_STATUS_BYTES))
    if group.ran_out:
        outcome = Outcome.OUT_OF_MEMORY
    if outcome is None:
        if exit_code is None:
            raise NotConfined(complained[:400].decode(errors="replace"))
        outcome = Outcome.ENDED if exit_code == 0 else Outcome.FAILED
    return Ending(outcome, exit_code, said, complained, time.monotonic() - began, group.peak_bytes)


def _words(
    confinement: Confinement, job: Confined, limits: Limits, group: Group, filter_fd: int, status_fd: int
) -> list[str]:
    inside = bubblewrap.arguments(
        program=job.program,
        data=job.data,
        results=job.results,
        listed=confinement.libraries,
        scratch_bytes=limits.scratch_bytes,
        filter_fd=filter_fd,
        status_fd=status_fd,
    )
    cpu_seconds = limits.seconds * (os.cpu_count() or 1) + 1
    bounds = ["--", str(limits.file_bytes), str(cpu_seconds)]
    return [sys.executable, "-I", "-S", launch.__file__, *map(str, group.folders), *bounds, confinement.bwrap, *inside]


def _followed(
    process: "subprocess.Popen[bytes]", limits: Limits, group: Group, given_up: threading.Event
) -> tuple[Outcome | None, bytes, bytes]:
    """Read what a process says until it ends or is ended, and with it everything in its group."""
    outputs: dict[Any, bytearray] = {process.stdout: bytearray(), process.stderr: bytearray()}
    try:
        with process, selectors.DefaultSelector() as waiting:
            for stream in outputs:
                waiting.register(stream, selectors.EVENT_READ)
            try:
                outcome = _read(process, waiting, outputs, limits, given_up)
            finally:
                process.kill()
                group.kill()  # Before the process is waited for: whoever holds its outputs is dead by then.
    finally:
        process.wait()
    said, complained = (bytes(kept) for kept in outputs.values())
    return outcome, said, complained


def _read(
    process: "subprocess.Popen[bytes]",
    waiting: selectors.BaseSelector,
    outputs: dict[Any, bytearray],
    limits: Limits,
    given_up: threading.Event,
) -> Outcome | None:
    """Read until both outputs are closed and the process has ended; how it must be ended if it goes too far."""
    until = time.monotonic() + limits.seconds
    while waiting.get_map() or process.poll() is None:
        if time.monotonic() > until or given_up.is_set():
            return Outcome.OUT_OF_TIME
        if not waiting.get_map():
            time.sleep(_LOOK_SECONDS)
        for key, _ in waiting.select(_LOOK_SECONDS) if waiting.get_map() else ():
            kept = outputs[key.fileobj]
            if not (part := os.read(key.fd, _READ_BYTES)):
                waiting.unregister(key.fileobj)
            kept += part[: limits.said_bytes - len(kept)]
            if len(kept) >= limits.said_bytes:
                return Outcome.SAID_TOO_MUCH
    return None


def _exit_code(status: bytes) -> int | None:
    """What bubblewrap says of the program's end; nothing where it never began or was ended from here."""
    code = None
    for line in status.splitlines():
        with contextlib.suppress(ValueError):
            code = json.loads(line).get("exit-code", code)
    return code
