"""Processes for heavy work: what one of them meets harms nobody else, and nothing works on for a caller who left."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from kernel.errors import NotFound
from kernel.jobs import processes
from kernel.jobs.child import Limits
from kernel.jobs.processes import Pool, ProcessDied, ProcessFailed
from kernel.runtime import Runtime

PATIENCE = 120.0


def square(number: int) -> int:
    return number * number


def die(code: int) -> None:
    os._exit(code)


def refuse() -> None:
    raise NotFound(kind="thing", id="x")


class Untold(Exception):
    """An exception that cannot travel: its maker wants more than its text."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first + second)


def fail() -> None:
    raise Untold("the", " fault")


def leave(path: str) -> None:
    """Say which process this is, and work for ever."""
    Path(path).write_text(str(os.getpid()), encoding="ascii")
    while True:
        time.sleep(0.01)


def take(size: int) -> int:
    return len(bytearray(size))


def spin() -> None:
    while True:
        pass


async def test_a_function_is_called_elsewhere_and_its_answer_comes_back(runtime: Runtime) -> None:
    assert await processes.call(runtime, square, 12, seconds=PATIENCE) == 144
    assert await processes.call(runtime, os.getpid, seconds=PATIENCE) != os.getpid()


async def test_what_it_raises_is_raised_here(runtime: Runtime) -> None:
    with pytest.raises(NotFound) as refused:
        await processes.call(runtime, refuse, seconds=PATIENCE)
    assert refused.value.facts["id"] == "x"
    with pytest.raises(ProcessFailed, match="Untold: the fault"):
        await processes.call(runtime, fail, seconds=PATIENCE)
    assert await processes.call(runtime, square, 3, seconds=PATIENCE) == 9


async def test_a_death_is_the_death_of_one_call_only(runtime: Runtime) -> None:
    calls = [
        processes.call(runtime, die, 9, seconds=PATIENCE)
        if n == 2
        else processes.call(runtime, square, n, seconds=PATIENCE)
        for n in range(5)
    ]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert isinstance(answers[2], ProcessDied)
    assert answers[2].exit_code == 9
    assert [answers[n] for n in (0, 1, 3, 4)] == [0, 1, 9, 16]


def running(path: Path) -> bool | None:
    """Whether the process that wrote its number works; None before it wrote any."""
    try:
        os.kill(int(path.read_text(encoding="ascii")), 0)
    except (FileNotFoundError, ValueError):
        return None
    except ProcessLookupError:
        return False
    return True


async def becomes(path: Path, state: bool) -> bool:
    """Wait until the process works, or has ended, as long as a busy machine may need."""
    for _ in range(2400):
        if running(path) is state:
            return True
        await asyncio.sleep(0.05)
    return False


async def test_beyond_its_time_a_call_is_ended(runtime: Runtime, tmp_path: Path) -> None:
    """It never ends by itself; the time is grown until it was long enough for this machine to begin."""
    path = tmp_path / "pid"
    for seconds in (1.0, 5.0, 25.0, PATIENCE):
        with pytest.raises(TimeoutError):
            await processes.call(runtime, leave, str(path), seconds=seconds)
        if running(path) is not None:
            break
    assert await becomes(path, False)
    assert processes.BUSY == {}


async def test_who_gives_up_ends_the_process(runtime: Runtime, tmp_path: Path) -> None:
    path = tmp_path / "pid"
    calling = asyncio.create_task(processes.call(runtime, leave, str(path), seconds=PATIENCE))
    assert await becomes(path, True)
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    assert await becomes(path, False)


async def test_limits_hold_and_end_with_the_process_that_had_them(runtime: Runtime) -> None:
    bound = Limits(memory_bytes=1 << 30, cpu_seconds=60, file_bytes=0)
    assert await processes.call(runtime, take, 1 << 20, seconds=PATIENCE, limits=bound) == 1 << 20
    with pytest.raises(MemoryError):
        await processes.call(runtime, take, 1 << 30, seconds=PATIENCE, limits=bound)
    with pytest.raises(ProcessDied):
        await processes.call(runtime, spin, seconds=PATIENCE, limits=Limits(cpu_seconds=1))
    assert await processes.call(runtime, take, 1 << 30, seconds=PATIENCE) == 1 << 30


def test_a_pool_gives_futures_and_outlives_a_death() -> None:
    with Pool(2) as pool:
        futures = [pool.submit(square, n) for n in range(4)]
        dead = pool.submit(die, 3)
        assert [future.result() for future in futures] == [0, 1, 4, 9]
        with pytest.raises(ProcessDied):
            dead.result()
        assert pool.submit(square, 5).result() == 25
