"""Processes for heavy work: what one of them meets harms nobody else, and nothing works on for a caller who left."""

import asyncio
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kernel.errors import NotFound
from kernel.jobs import desk, processes, starting
from kernel.jobs.child import Caller, Limits, memory_bytes_max
from kernel.jobs.errors import ProcessingBusy, ProcessingTooCostly
from kernel.jobs.processes import Handed, Pool, ProcessDied, ProcessFailed
from kernel.jobs.turns import Turns
from kernel.runtime import Runtime
from tests.patience import PATIENCE_SECONDS

PATIENCE = PATIENCE_SECONDS


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


def soft_limit() -> int:
    return resource.getrlimit(resource.RLIMIT_AS)[0]


def spin() -> None:
    while True:
        pass


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process whose line is gone has all the time to end that a busy machine takes."""
    monkeypatch.setattr(processes, "ENDING_SECONDS", PATIENCE)


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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
async def test_who_gives_up_ends_the_process(runtime: Runtime, tmp_path: Path) -> None:
    path = tmp_path / "pid"
    calling = asyncio.create_task(processes.call(runtime, leave, str(path), seconds=PATIENCE))
    assert await becomes(path, True)
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    assert await becomes(path, False)


async def test_who_gives_up_while_a_process_starts_leaves_none(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, start = [], processes._start

    def slowly(limits: Limits | None) -> processes.Worker:
        begun.append(start(limits))
        time.sleep(0.3)
        return begun[-1]

    monkeypatch.setattr(processes, "_start", slowly)
    calling = asyncio.create_task(processes.called(square, 2, seconds=PATIENCE, fresh=True))
    for _ in range(2400):
        if begun:
            break
        await asyncio.sleep(0.05)
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    for _ in range(2400):
        if not begun[0].process.is_alive():
            break
        await asyncio.sleep(0.05)
    assert not begun[0].process.is_alive()


def ready() -> None:
    """What a process does before it is wanted."""
    os.environ["GOT_READY"] = str(int(os.environ.get("GOT_READY", "0")) + 1)


def told_of_itself() -> tuple[int, str | None]:
    return os.getpid(), os.environ.get("GOT_READY")


async def waits() -> int:
    """The process that waits, once there is one."""
    for _ in range(int(PATIENCE * 10)):
        if ready in starting._WAITING:
            return int(starting._WAITING[ready][0].pid)
        await asyncio.sleep(0.1)
    raise AssertionError("no process got ready")


@pytest.mark.slow
async def test_a_process_that_got_ready_serves_once_and_the_next_gets_ready() -> None:
    pid, got_ready = await processes.called(told_of_itself, seconds=PATIENCE, fresh=ready)
    assert got_ready == "1"
    waiting = await waits()
    assert waiting != pid
    assert await processes.called(told_of_itself, seconds=PATIENCE, fresh=ready) == (waiting, "1")
    with pytest.raises(ProcessLookupError):
        os.kill(waiting, 0)
    # One that was ended while it waited is missed by nobody.
    os.kill(waiting := await waits(), 9)
    again, got_ready = await processes.called(told_of_itself, seconds=PATIENCE, fresh=ready)
    assert (again != waiting, got_ready) == (True, "1")


def asks(caller: Caller, start: int) -> tuple[int, bytes]:
    handle = caller.file("file")
    try:
        return sum(caller.ask(number) for number in range(start)), os.pread(handle, 5, 0)
    finally:
        os.close(handle)


@pytest.mark.slow
async def test_a_process_asks_its_caller_and_is_handed_a_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"bytes of it")
    with path.open("rb") as file:

        async def answering(question: object) -> object:
            return Handed(file.fileno()) if question == "file" else int(str(question)) ** 2

        assert await processes.called(asks, 4, seconds=PATIENCE, answering=answering) == (14, b"bytes")

        async def refusing(question: object) -> object:
            raise KeyError(question)

        with pytest.raises(KeyError):
            await processes.called(asks, 4, seconds=PATIENCE, answering=refusing)
    assert processes.BUSY == {}


@pytest.mark.slow
async def test_limits_hold_and_end_with_the_process_that_had_them(runtime: Runtime) -> None:
    bound = Limits(memory_bytes=1 << 30, cpu_seconds=60, file_bytes=0)
    assert await processes.called(take, 1 << 20, seconds=PATIENCE, limits=bound) == 1 << 20
    with pytest.raises(MemoryError):
        await processes.called(take, 1 << 30, seconds=PATIENCE, limits=bound)
    with pytest.raises(ProcessDied):
        await processes.called(spin, seconds=PATIENCE, limits=Limits(cpu_seconds=1))
    assert await processes.call(runtime, soft_limit, seconds=PATIENCE) > 1 << 30


@pytest.mark.slow
def test_a_pool_gives_futures_and_outlives_a_death() -> None:
    with Pool(2) as pool:
        futures = [pool.submit(square, n) for n in range(4)]
        dead = pool.submit(die, 3)
        assert [future.result() for future in futures] == [0, 1, 4, 9]
        with pytest.raises(ProcessDied):
            dead.result()
        assert pool.submit(square, 5).result() == 25


def family(group: int) -> list[str]:
    """What still runs of a process group, which is every child of a process that leads one."""
    told = subprocess.run(["ps", "-e", "-o", "pgid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in told.splitlines()]
    return [row[2] for row in rows if int(row[0]) == group and not row[1].startswith("Z")]


def gone(group: int) -> bool:
    """Whether nothing is left within the time that a loaded machine may need."""
    until = time.monotonic() + PATIENCE
    while family(group):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def test_a_killed_process_takes_its_children_with_it() -> None:
    """Idle, at work, and in native code that lets no other thread run: nothing is left a moment after kill -9."""
    program = [sys.executable, "-m", "tests.kernel.left_behind"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, start_new_session=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"at work\n"
        assert len(family(parent.pid)) >= 4
        parent.kill()
    assert gone(parent.pid), family(parent.pid)


def test_what_is_on_a_leash_ends_with_whoever_holds_it() -> None:
    code = "import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-m', 'kernel.jobs.parents', 'timeit', "
    code += "'-s', 'import time', 'time.sleep(100)'], stdin=subprocess.PIPE); print(1, flush=True); time.sleep(100)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        assert len(family(parent.pid)) == 2
        parent.kill()
    assert gone(parent.pid), family(parent.pid)


async def test_parties_come_in_turn_and_none_takes_all_places() -> None:
    turns, order, places = Turns(2, each=1), [], []

    async def work(party: str, number: int) -> None:
        async with turns.one(party):
            order.append((party, number))
            await asyncio.sleep(0.01)
            places.append(turns.waiting)

    await asyncio.gather(*(work(party, number) for party in "aab" for number in range(3)))
    assert len(order) == 9
    assert [party for party, _ in order[:2]] == ["a", "b"], "the second party did not wait for the first's six"
    assert turns.waiting == 0


async def test_slow_work_steps_aside_and_its_party_waits_for_it() -> None:
    turns = Turns(1, aside=1)
    async with turns.one("slow") as place:
        assert not turns.aside
        assert place.step_aside()
        async with asyncio.timeout(PATIENCE), turns.one("quick"):
            pass
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05), turns.one("slow"):
                pass
    async with asyncio.timeout(PATIENCE), turns.one("slow"):
        pass
    assert turns.waiting == 0


async def test_who_gives_up_waiting_loses_no_place() -> None:
    turns = Turns(1)
    async with turns.one("a"):
        waiting = asyncio.create_task(turns.one("b").__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    async with asyncio.timeout(PATIENCE), turns.one("c"):
        pass


async def test_one_party_leaves_room_for_others_at_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty-six costly calculations of one party kept every other party's contract from being read."""

    async def slowly(*_: object, **__: object) -> str:
        await asyncio.sleep(0.05)
        return "answered"

    monkeypatch.setattr(desk, "called", slowly)
    many = [asyncio.create_task(desk.answer(len, "", party="greedy")) for _ in range(desk.WAITING_MAX + 2)]
    await asyncio.sleep(0)
    assert await desk.answer(len, "", party="other") == "answered"
    refused = [each for each in await asyncio.gather(*many, return_exceptions=True) if each != "answered"]
    assert len(refused) == desk.WAITING_MAX - desk.WAITING_EACH_MAX
    assert {(type(each), each.facts["waiting_max"]) for each in refused if isinstance(each, ProcessingBusy)} == {
        (ProcessingBusy, desk.WAITING_EACH_MAX)
    }
    within = [asyncio.create_task(desk.answer(len, "", party="writer", in_unit=True)) for _ in range(10)]
    told = await asyncio.gather(*within, return_exceptions=True)
    assert told.count("answered") == desk.PLACES + desk.WAITING_IN_UNIT_MAX, "the others would hold connections"


async def test_every_process_has_an_end_of_its_memory(runtime: Runtime) -> None:
    assert await processes.call(runtime, soft_limit, seconds=PATIENCE) == memory_bytes_max()


@pytest.mark.slow
async def test_the_desk_ends_what_costs_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ProcessingTooCostly) as refused:
        await desk.answer(spin, party="a", seconds=1.0)
    assert refused.value.rule == "LT-GEN-08"
    with pytest.raises(ProcessingTooCostly):
        await desk.answer(take, 5 << 30, party="a")
    monkeypatch.setattr(desk, "WAITING_MAX", 0)
    with pytest.raises(ProcessingBusy):
        await desk.answer(square, 2, party="a")
