"""A run in its folder: the program is run confined, its results are read, looked at in confinement, and stored."""

import hashlib
import os
import shutil
import stat
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec

from channels.programs.commands.running import Collected, Work
from channels.programs.confinement import checking, running
from channels.programs.confinement.running import Confined, Confinement, Ending, Limits, NotConfined, Outcome
from channels.programs.schemas import Verdict
from kernel.storage.store import Storage, new_key

AREA: Final = "programs"
_VERDICT_BYTES_MAX: Final = 4096


class NotAsMade(Exception):
    """A table beside a program is not the one that was registered or made."""


class Folder:
    """Where one run's files lie: private, of plain files that exist before it starts, and gone after."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def made(self, program: str, result_names: list[str]) -> "Folder":
        """Begin anew, whatever a worker that died has left."""
        self.remove()
        (self.path / "results").mkdir(parents=True, mode=0o700)
        self.path.chmod(0o700)
        (self.path / "main.py").write_text(program, encoding="utf-8", newline="")
        (self.path / "check.py").write_text(checking.TEXT, encoding="utf-8")
        for name in (*result_names, checking.VERDICTS):
            self.result(name).touch(mode=0o600)
        return self

    def result(self, name: str) -> Path:
        """Where a result is written; the verdicts lie beside, since no result has their place."""
        return self.path / name if name == checking.VERDICTS else self.path / "results" / name

    def remove(self) -> None:
        """Remove it with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)


def require_as_made(tables: Mapping[Path, str]) -> None:
    """Raise NotAsMade where a file has not its digest."""
    for path, sha256 in tables.items():
        with path.open("rb") as opened:
            if hashlib.file_digest(opened, "sha256").hexdigest() != sha256:
                raise NotAsMade


def read(path: Path, bytes_max: int) -> bytes:
    """A file that a program wrote, once nothing of it is alive: plain, of one name, and not too large, or empty."""
    with suppress(OSError):
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(fd, "rb") as opened:
            told = os.fstat(opened.fileno())
            if stat.S_ISREG(told.st_mode) and told.st_nlink == 1 and told.st_size <= bytes_max:
                return opened.read(bytes_max)
    return b""


async def verdicts(confinement: Confinement, folder: Folder, names: list[str], limits: Limits) -> dict[str, Verdict]:
    """What a confined look at results finds; nothing of those at which it came to no end."""
    data, out = {name: folder.result(name) for name in names}, folder.result(checking.VERDICTS)
    job = Confined(folder.path / "check.py", data, {checking.VERDICTS: out})
    try:
        ending = await running.run(confinement, job, replace(limits, seconds=checking.SECONDS))
        if ending.outcome is Outcome.ENDED:
            return msgspec.json.decode(read(out, _VERDICT_BYTES_MAX), type=dict[str, Verdict])
    except (NotConfined, msgspec.DecodeError):
        pass
    return {}


async def collected(
    confinement: Confinement, folder: Folder, work: Work, limits: Limits, storage: Storage
) -> list[Collected]:
    """The results of a run: those that can be read are stored, of the others it is said what is wrong."""
    contents = {name: read(folder.result(name), limits.file_bytes) for name in work.result_names}
    written = [name for name, content in contents.items() if content]
    found = await verdicts(confinement, folder, written, limits) if written else {}
    results = []
    for name, content in contents.items():
        rows = found[name].rows if name in found else None
        problem = _problem(content, rows, work.rows_max)
        key = None
        if problem is None:
            key = new_key(AREA)
            await storage.put_stream(key, _once(content), limits.file_bytes)
        sha256 = hashlib.sha256(content).hexdigest() if content else None
        results.append(Collected(name, len(content), sha256, rows, problem, key))
    return results


def _problem(content: bytes, rows: int | None, rows_max: int) -> str | None:
    if not content:
        return "empty"
    if rows is None:
        return "unreadable"
    return "too_many_rows" if rows > rows_max else None


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def run(confinement: Confinement, folder: Folder, tables: Mapping[str, Path], limits: Limits) -> Ending:
    """Run the program of a folder beside tables; its results lie in the folder then. Raises NotConfined."""
    results = {path.name: path for path in (folder.path / "results").iterdir()}
    return await running.run(confinement, Confined(folder.path / "main.py", tables, results), limits)
