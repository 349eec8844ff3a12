"""What the tests of programs near the data begin with: a confinement that was probed, and runs of texts."""

import shutil
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

from channels.programs.confinement import probing, running
from channels.programs.confinement.running import Confined, Confinement, Ending, Limits
from channels.programs.rules import RULES

POLICY = RULES.at(date(2026, 11, 23)).body
MISSING = "bubblewrap is not installed here (Debian: apt-get install bubblewrap)"
HAS_BWRAP = shutil.which(running.PROGRAM) is not None
LIMITS = replace(probing.LIMITS, seconds=20, said_bytes=65536)
ROOMY = replace(LIMITS, memory_bytes=2 * 1024**3, seconds=120, scratch_bytes=64 * 1024**2)
TABLE = "person,region,pay\np1,东,10\np2,西,20\np3,东,30\n"


_FOUND: list[Confinement] = []


async def confined() -> Confinement:
    """What confines here, probed once; a machine that has bubblewrap and does not confine fails the test."""
    if not _FOUND:
        found = await probing.probe(POLICY.libraries)
        assert found.confinement is not None, found.missing
        _FOUND.append(found.confinement)
    return _FOUND[0]


async def ran(text: str, limits: Limits = LIMITS, *, results: tuple[str, ...] = ("result.csv",)) -> tuple[Ending, dict]:
    """A program run beside a table; how it ended, and what its results hold."""
    with tempfile.TemporaryDirectory(prefix="near-") as made:
        folder = Path(made)
        (folder / "main.py").write_text(text, encoding="utf-8")
        (folder / "table.csv").write_text(TABLE, encoding="utf-8")
        (folder / "out").mkdir()
        places = {name: folder / "out" / name for name in results}
        for place in places.values():
            place.touch()
        job = Confined(folder / "main.py", {"table.csv": folder / "table.csv"}, places)
        ending = await running.run(await confined(), job, limits)
        assert sorted(each.name for each in (folder / "out").iterdir()) == sorted(results)
        return ending, {name: place.read_bytes() for name, place in places.items()}
