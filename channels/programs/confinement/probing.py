"""Whether this machine confines programs: found out by trying to break out, never by reading versions."""

import asyncio
import json
import platform
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import structlog

from channels.programs.confinement import bubblewrap, canaries, cgroups, running, seccomp
from channels.programs.confinement.bubblewrap import LibraryMissing
from channels.programs.confinement.cgroups import GroupsMissing
from channels.programs.confinement.running import Confined, Confinement, Ending, Limits, NotConfined, Outcome
from kernel.text import Text

log: Final = structlog.get_logger("liutong.programs")

TABLE: Final = "g,v\na,1\nb,2\na,3\n"
TOTALS: Final = "g,v\na,4\nb,2\n"

_MIB: Final = 1024**2
LIMITS: Final = Limits(
    memory_bytes=256 * _MIB, tasks_max=64, seconds=30, scratch_bytes=16 * _MIB, file_bytes=_MIB, said_bytes=4096
)
SHORT: Final = replace(LIMITS, seconds=2)
ROOMY: Final = replace(LIMITS, memory_bytes=1024 * _MIB, seconds=60)
"""For what imports every library."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a probe found: the confinement, or what is missing of it."""

    confinement: Confinement | None
    missing: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class _Canary:
    """A program, what it may use, and whether how it ended is how it must end."""

    name: str
    text: str
    limits: Limits
    held: Callable[[Ending, Path], bool]


def _nothing(ending: Ending, _: Path) -> bool:
    """It ran to its end and reached nothing."""
    try:
        return ending.outcome is Outcome.ENDED and json.loads(ending.said) == []
    except ValueError:
        return False


def _by(outcome: Outcome) -> Callable[[Ending, Path], bool]:
    return lambda ending, _: ending.outcome is outcome


def _of_size(ending: Ending, result: Path) -> bool:
    return _nothing(ending, result) and result.stat().st_size <= LIMITS.file_bytes


def _honest(ending: Ending, result: Path) -> bool:
    return _nothing(ending, result) and result.read_text(encoding="utf-8").replace("\r\n", "\n") == TOTALS


def _bounded(ending: Ending, _: Path) -> bool:
    return ending.outcome is Outcome.OUT_OF_MEMORY and ending.peak_bytes <= LIMITS.memory_bytes


CANARIES: Final = (
    _Canary("reach", canaries.REACH, LIMITS, _nothing),
    _Canary("memory", canaries.MEMORY, LIMITS, _bounded),
    _Canary("scratch", canaries.SCRATCH, LIMITS, _nothing),
    _Canary("threads", canaries.THREADS, LIMITS, _nothing),
    _Canary("endless", canaries.ENDLESS, SHORT, _by(Outcome.OUT_OF_TIME)),
    _Canary("flood", canaries.FLOOD, LIMITS, _by(Outcome.SAID_TOO_MUCH)),
    _Canary("size", canaries.SIZE, LIMITS, _of_size),
    _Canary("honest", canaries.HONEST, ROOMY, _honest),
)


async def probe(libraries: Sequence[str]) -> Probe:
    """Find what confines on this machine and let every canary out; the first that gets anywhere ends it."""
    missing, bwrap = [], running.found_bwrap()
    groups, listed = None, list[bubblewrap.Library]()
    if bwrap is None:
        missing.append(Text("未安装 bubblewrap", "bubblewrap is not installed"))
    if platform.machine() not in seccomp.MACHINES:
        missing.append(Text("处理器类型无系统调用表", "there is no table of system calls for this processor"))
    try:
        groups = await asyncio.to_thread(cgroups.usable)
    except (GroupsMissing, TimeoutError, OSError):
        missing.append(Text("无可用的内存与进程数控制组", "no control group for memory and processes can be made"))
    try:
        listed = await asyncio.to_thread(bubblewrap.libraries, libraries)
    except LibraryMissing as problem:
        missing.append(Text(f"未安装程序库 {problem.name}", f"the library {problem.name} is not installed"))
    if missing or bwrap is None or groups is None:
        return Probe(None, tuple(missing))
    confinement = Confinement(bwrap, groups, tuple(listed))
    for canary in CANARIES:
        if not await _held(confinement, canary):
            through = Text(f"隔离检查“{canary.name}”未通过", f"the canary “{canary.name}” was not held")
            return Probe(None, (through,))
    return Probe(confinement, ())


async def _held(confinement: Confinement, canary: _Canary) -> bool:
    with tempfile.TemporaryDirectory(prefix="liutong-canary-") as made:
        job = await asyncio.to_thread(_laid_out, Path(made), canary.text)
        try:
            ending = await running.run(confinement, job, canary.limits)
        except (NotConfined, TimeoutError) as problem:
            log.warning("a canary was not confined", canary=canary.name, problem=str(problem))
            return False
        if held := canary.held(ending, job.results["result.csv"]):
            return held
        said = (ending.said[-400:], ending.complained[-400:])
        log.warning("a canary was not held", canary=canary.name, outcome=str(ending.outcome), said=said)
        return False


def _laid_out(folder: Path, text: str) -> Confined:
    """A canary in a folder, with a table, a place for its result, and a secret beside it that everybody may read."""
    folder.chmod(0o755)
    secret, program, table, result = (folder / name for name in ("secret", "main.py", "table.csv", "result.csv"))
    secret.write_text("secret", encoding="utf-8")
    secret.chmod(0o644)
    program.write_text(canaries.written(text, str(secret)), encoding="utf-8")
    table.write_text(TABLE, encoding="utf-8")
    result.touch(mode=0o600)
    return Confined(program, {"table.csv": table}, {"result.csv": result})
