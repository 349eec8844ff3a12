"""How bubblewrap (a program of the machine's own) is told what a job may see: its files, the libraries, nothing else.

No /proc, no /sys, no /etc, no home, no shell: two devices, an empty /tmp of a fixed size, and the system's libraries.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

_UNNAMED: Final = "65534"
"""The id of nobody, inside; outside it is the worker's own."""
_CONFINED: Final = (
    *("--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session", "--clearenv"),
    *("--cap-drop", "ALL", "--uid", _UNNAMED, "--gid", _UNNAMED, "--hostname", "near"),
)
_SYSTEM: Final = ("/usr/lib", "/usr/lib64", "/lib", "/lib64")
_PYTHON: Final = "/python"
_ZONES: Final = "/usr/share/zoneinfo"


@dataclass(frozen=True, slots=True)
class Library:
    """What a distribution has in the environment: its name, its version, and where its packages lie."""

    name: str
    version: str
    paths: tuple[Path, ...]


class LibraryMissing(Exception):
    """A library that is listed for programs is not installed."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def libraries(names: Sequence[str]) -> list[Library]:
    """Where distributions lie; raises LibraryMissing."""
    found = []
    for name in names:
        try:
            dist = metadata.distribution(name)
        except metadata.PackageNotFoundError as problem:
            raise LibraryMissing(name) from problem
        tops = sorted({Path(file.parts[0]) for file in dist.files or () if file.parts[0] not in ("..", "__pycache__")})
        found.append(Library(name, dist.version, tuple(Path(str(dist.locate_file(top))) for top in tops)))
    return found


def arguments(
    *,
    program: Path,
    data: Mapping[str, Path],
    results: Mapping[str, Path],
    listed: Sequence[Library],
    scratch_bytes: int,
    filter_fd: int,
    status_fd: int,
) -> list[str]:
    """Bubblewrap's words for a Python program: data to be read, results to be written in place, both by their names.

    Results are single files that lie there already, so that nothing else can be made beside them, linked or renamed.
    """
    words = [*_CONFINED, "--seccomp", str(filter_fd), "--json-status-fd", str(status_fd)]
    words += _system() + _python()
    for library in listed:
        for path in library.paths:
            words += ["--ro-bind", str(path), f"/libraries/{path.name}"]
    words += ["--dev-bind", "/dev/null", "/dev/null", "--dev-bind", "/dev/urandom", "/dev/urandom"]
    words += ["--size", str(scratch_bytes), "--tmpfs", "/tmp"]  # noqa: S108 - the sandbox's own
    words += ["--ro-bind", str(program), "/program/main.py", "--dir", "/data", "--dir", "/results"]
    for name, path in data.items():
        words += ["--ro-bind", str(path), f"/data/{name}"]
    for name, path in results.items():
        words += ["--bind", str(path), f"/results/{name}"]
    words += ["--remount-ro", "/", "--chdir", "/tmp"]  # noqa: S108
    for name, value in _ENVIRONMENT.items():
        words += ["--setenv", name, value]
    return [*words, "--", str(_interpreter()[1]), "-S", "-s", "-P", "-B", "-u", "/program/main.py"]


_ENVIRONMENT: Final = {
    "PYTHONPATH": "/libraries",
    "LD_LIBRARY_PATH": f"{_PYTHON}/lib",
    "LANG": "C.UTF-8",
    "HOME": "/tmp",  # noqa: S108
    "TMPDIR": "/tmp",  # noqa: S108
    "POLARS_MAX_THREADS": "2",
    "OPENBLAS_NUM_THREADS": "2",
    "OMP_NUM_THREADS": "2",
}


def _is_systems() -> bool:
    """Whether the interpreter's library is among the system's."""
    return any((Path(sys.base_prefix) / "lib").is_relative_to(place) for place in _SYSTEM)


def _interpreter() -> tuple[Path, Path]:
    """Where the interpreter lies, and where it is seen: a place of its own tells nothing of the machine."""
    real = Path(os.path.realpath(sys.executable))
    return real, real if _is_systems() else Path(_PYTHON, "bin", real.name)


def _system() -> list[str]:
    """The system's libraries, read only; what is a link there is a link inside."""
    words: list[str] = []
    for place in map(Path, _SYSTEM):
        if place.is_symlink():
            words += ["--symlink", str(place.readlink()), str(place)]
        elif place.is_dir():
            words += ["--ro-bind", str(place), str(place)]
    return [*words, "--ro-bind", _ZONES, _ZONES] if Path(_ZONES).is_dir() else words


def _python() -> list[str]:
    """The interpreter and its standard library, without what is installed beside it."""
    lies, seen = _interpreter()
    words, lib = ["--ro-bind", str(lies), str(seen)], Path(sys.base_prefix, "lib")
    inside = lib if _is_systems() else Path(_PYTHON, "lib")
    if not _is_systems():
        words += ["--ro-bind", str(lib), str(inside)]
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for beside in (f"{version}/site-packages", f"{version}/dist-packages", "python3/dist-packages"):
        if (lib / beside).is_dir():
            words += ["--tmpfs", str(inside / beside), "--remount-ro", str(inside / beside)]
    return words
