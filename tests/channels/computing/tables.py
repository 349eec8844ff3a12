"""A table of wages as a provider offers it, and the promises of its offer."""

import os
from pathlib import Path

from channels.computing.engine.files import NotComputed, Source
from channels.computing.grammar.query import Dimension, DimensionKind, Measure, Table
from channels.computing.privacy.budget import MICRO
from channels.computing.privacy.releases import Bounds, Promise
from kernel.jobs.processes import Handed

REGIONS = ("华东", "华北", "西北")

WAGES = Table(
    unit="person",
    dimensions={
        "region": Dimension(DimensionKind.TEXT, REGIONS),
        "job": Dimension(DimensionKind.TEXT),
        "age": Dimension(DimensionKind.INTEGER),
        "member": Dimension(DimensionKind.BOOLEAN, (True, False)),
        "since": Dimension(DimensionKind.DATE),
    },
    measures={"pay": Measure(Bounds(0, 2_000_000, 2), 0)},
)

LOUD = Promise(micro_epsilon=10**13 * MICRO, pico_delta=10**6, rows_per_unit=1, groups_per_unit=1, units_min=5)
"""So large a budget that the noise is nought: for what is computed, not for what is hidden."""


class Disk:
    """Whoever has a process compute, with plain files in the place of storage: it gives what is asked for of them."""

    def __init__(self):
        self.paths = []
        self._memory = {}

    def table(self, name, *paths):
        """A table of these files."""
        first = len(self.paths)
        self.paths += map(Path, paths)
        return Source(name, tuple(Path(path).stat().st_size for path in paths), first)

    def file(self, question):
        """The memory file of a number, which a table that is read again has anew."""
        _, number = question
        self._memory[number] = os.memfd_create("table")
        os.ftruncate(self._memory[number], self.paths[number].stat().st_size)
        return os.dup(self._memory[number])

    def ask(self, question):
        """Fill what is asked for."""
        match question:
            case ("spans", number, spans):
                data = self.paths[number].read_bytes()
                for begin, end in spans:
                    os.pwrite(self._memory[number], data[begin:end], begin)
            case ("sealed", number):
                os.close(self._memory.pop(number))
            case _:
                raise NotComputed

    async def answer(self, question):
        """The same for a process of its own."""
        return Handed(self.file(question)) if question[0] == "file" else self.ask(question)


DISK = Disk()


def lines():
    """Sixty people: twenty in each region, all of a common trade but one; pay of 1,000 and its place in the region."""
    head = "person,region,job,age,member,since,pay"
    rows = [
        f"p{at},{REGIONS[at % 3]},{'rare' if at == 0 else 'common'},{20 + at % 40},{'true' if at % 2 else 'false'},"
        f"2026-01-{1 + at % 28:02},{1000 + at // 3}.50"
        for at in range(60)
    ]
    return [head, *rows]


def wages(folder, name="wages.csv", extra=()):
    """The table as a file."""
    path = folder / name
    path.write_text("\n".join([*lines(), *extra]) + "\n", encoding="utf-8")
    return DISK.table(name, path)
