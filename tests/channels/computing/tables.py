"""A table of wages as a provider offers it, and the promises of its offer."""

import hashlib

from channels.computing.engine.locked import Part, Source
from channels.computing.grammar.query import Dimension, DimensionKind, Measure, Table
from channels.computing.privacy.budget import MICRO
from channels.computing.privacy.releases import Bounds, Promise

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
    """The table as a file, with its digest."""
    path = folder / name
    path.write_text("\n".join([*lines(), *extra]) + "\n", encoding="utf-8")
    return Source(name, (Part(str(path), hashlib.sha256(path.read_bytes()).hexdigest()),))
