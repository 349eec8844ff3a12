"""A group of one job's processes, which bounds their memory and number together and names them all to be ended.

Both forms of the kernel's interface: version 1 (a folder in each controller's tree) and version 2 (one tree). Limits
of single processes bound no family of them, so there is no weaker form.
"""

import os
import secrets
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PREFIX: Final = "liutong-program-"
_ENDING_SECONDS: Final = 30.0
_PAUSE_SECONDS: Final = 0.01


class GroupsMissing(Exception):
    """There is no place on this machine where groups with limits of memory and processes can be made."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Where groups are made: the folders under which each has one of its own, and the form of the interface."""

    version: int
    folders: tuple[Path, ...]

    def make(self, memory_bytes: int, tasks_max: int) -> "Group":
        """A new group with its limits; raises OSError where they cannot be set."""
        name = f"{PREFIX}{os.getpid()}-{secrets.token_hex(6)}"
        group = Group(self.version, tuple(folder / name for folder in self.folders))
        try:
            for folder in group.folders:
                folder.mkdir()
            for folder, file, value in group.limits(memory_bytes, tasks_max):
                (folder / file).write_text(str(value), encoding="ascii")
        except BaseException:
            group.remove()
            raise
        return group

    def sweep(self) -> None:
        """Remove the groups of workers that are gone; whoever was in them ended with the worker."""
        for folder in self.folders:
            for left in folder.glob(f"{PREFIX}*"):
                if not Path("/proc", left.name.removeprefix(PREFIX).partition("-")[0]).exists():
                    Group(self.version, (left,)).end()


@dataclass(frozen=True, slots=True)
class Group:
    """One job's group, by its folders: memory and processes apart, or one for both."""

    version: int
    folders: tuple[Path, ...]

    def limits(self, memory_bytes: int, tasks_max: int) -> list[tuple[Path, str, int]]:
        """What is written where, in this order: swap is memory too, and is bounded with it."""
        if self.version == 2:
            (one,) = self.folders
            return [
                (one, "memory.max", memory_bytes),
                (one, "memory.swap.max", 0),
                (one, "memory.oom.group", 1),
                (one, "pids.max", tasks_max),
            ]
        memory, pids = self.folders
        limits = [(memory, "memory.limit_in_bytes", memory_bytes)]
        if (memory / "memory.memsw.limit_in_bytes").exists():  # Where the kernel keeps no account of swap, none is had.
            limits.append((memory, "memory.memsw.limit_in_bytes", memory_bytes))
        else:
            limits.append((memory, "memory.swappiness", 0))
        return [*limits, (pids, "pids.max", tasks_max)]

    @property
    def peak_bytes(self) -> int:
        """The most memory that its processes had together; 0 where the kernel does not say."""
        file = "memory.peak" if self.version == 2 else "memory.max_usage_in_bytes"
        with suppress(OSError, ValueError):
            return int((self.folders[0] / file).read_text(encoding="ascii"))
        return 0

    @property
    def ran_out(self) -> bool:
        """Whether the kernel ended a process for want of memory."""
        file = "memory.events" if self.version == 2 else "memory.oom_control"
        with suppress(OSError):
            lines = (self.folders[0] / file).read_text(encoding="ascii").splitlines()
            return any(line.startswith("oom_kill ") and int(line.split()[1]) > 0 for line in lines)
        return False

    def kill(self) -> None:
        """Kill every process until there is none; raises TimeoutError for what does not end."""
        until = time.monotonic() + _ENDING_SECONDS
        while members := self._members():
            if time.monotonic() > until:
                raise TimeoutError("processes of a group do not end")
            for pid in members:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(_PAUSE_SECONDS)

    def end(self) -> None:
        """Kill every process and remove the group; raises TimeoutError for what does not end."""
        self.kill()
        until = time.monotonic() + _ENDING_SECONDS
        while not self.remove():
            if time.monotonic() > until:
                raise TimeoutError("a group cannot be removed")
            time.sleep(_PAUSE_SECONDS)

    def remove(self) -> bool:
        """Remove the folders; False while the kernel still holds one."""
        for folder in self.folders:
            with suppress(FileNotFoundError):
                try:
                    folder.rmdir()
                except OSError:
                    return False
        return True

    def _members(self) -> set[int]:
        """Its processes; one of another namespace is listed as 0, which to kill() means all around the caller."""
        found: set[int] = set()
        for folder in self.folders:
            with suppress(OSError):
                found |= set(map(int, (folder / "cgroup.procs").read_text(encoding="ascii").split()))
        return found - {0}


def located(mounts: str, own: str) -> list[Groups]:
    """Where groups might be made, by /proc/self/mounts and /proc/self/cgroup: this process's place and those above it.

    A service manager that gives a service its own tree puts it one below (DelegateSubgroup of systemd).
    """
    paths = {controllers: Path(path.lstrip("/")) for _, controllers, path in _lines(own)}
    one: list[Path] = []
    apart: dict[str, list[Path]] = {}
    for _, mounted, kind, options, *_ in (line.split() for line in mounts.splitlines()):
        if kind == "cgroup2":
            one = _places(Path(mounted), paths.get("", Path()))
        elif kind == "cgroup":
            for controller in {"memory", "pids"} & set(options.split(",")):
                path = next((value for names, value in paths.items() if controller in names.split(",")), Path())
                apart[controller] = _places(Path(mounted), path)
    found = [Groups(2, (place,)) for place in one if _controls(place)]
    if len(apart) == 2:
        found += [Groups(1, (memory, pids)) for memory in apart["memory"][:1] for pids in apart["pids"][:1]]
    return found


def usable() -> Groups:
    """The first place where a group can be made with its limits, tried; raises GroupsMissing."""
    mounts, own = (Path(f"/proc/self/{name}").read_text(encoding="utf-8") for name in ("mounts", "cgroup"))
    for groups in located(mounts, own):
        with suppress(OSError):
            groups.sweep()
            groups.make(64 * 1024**2, 16).end()
            return groups
    raise GroupsMissing


def _lines(own: str) -> list[tuple[str, str, str]]:
    parts = [line.split(":", 2) for line in own.splitlines()]
    return [(part[0], part[1], part[2]) for part in parts if len(part) == 3]


def _places(mounted: Path, path: Path) -> list[Path]:
    """The place of this process as it is mounted here, then the one above it, then the tree's root; those there are."""
    own = mounted / path
    return [
        place for place in dict.fromkeys((own, own.parent, mounted)) if place.is_relative_to(mounted) and place.is_dir()
    ]


def _controls(place: Path) -> bool:
    """Whether groups below a place of version 2 have both controllers, which are asked for where they are not given."""
    control = place / "cgroup.subtree_control"
    with suppress(OSError):
        if not {"memory", "pids"} <= set(control.read_text(encoding="ascii").split()):
            control.write_text("+memory +pids", encoding="ascii")
        return {"memory", "pids"} <= set(control.read_text(encoding="ascii").split())
    return False
