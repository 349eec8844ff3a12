"""Sketching the files of a revision, in a process of its own, away from the event loop."""

from datetime import date
from pathlib import Path

import msgspec

from rights.duplicates.policy import POLICY
from rights.duplicates.sketching.fields import fields_of
from rights.duplicates.sketching.hashing import SketchKey
from rights.duplicates.sketching.measure import Span, joined
from rights.duplicates.sketching.schemas import VERSION, Sketch, TableSketch
from rights.duplicates.sketching.sketch import sketch_table
from rights.duplicates.sketching.tables import Unreadable, read


class Fault(msgspec.Struct, frozen=True):
    """A file that could not be sketched and can only be recognised byte for byte, with the reason."""

    sha256: str
    reason: str


class Measured(msgspec.Struct, frozen=True):
    """What was counted in all files together, each of which was read; `span` is null where no column holds times."""

    rows: int
    fields: int
    span: tuple[date, date] | None


class Sketched(msgspec.Struct, frozen=True):
    """The sketch of a revision, what it leaves out, and the names of the fields of each file that is a table."""

    sketch: Sketch
    faults: list[Fault]
    fields: dict[str, list[str]] = {}
    measured: Measured | None = None


def run(paths: dict[str, str], secret: bytes, version: str) -> Sketched:
    """Sketch files given by their SHA-256, under a version of the policy."""
    key, limits = SketchKey(secret), POLICY.version(version).body.limits
    tables: list[TableSketch] = []
    rows, columns, spans = 0, 0, list[Span]()
    faults: list[Fault] = []
    fields: dict[str, list[str]] = {}
    for sha256, path in paths.items():
        try:
            sample = read(Path(path), key, limits)
            rows, columns = rows + sample.rows, columns + sample.frame.width
            spans += [sample.span] if sample.span is not None else []
            tables.append(sketch_table(sample, key))
            fields[sha256] = fields_of(Path(path), limits)
        except Unreadable as problem:
            faults.append(Fault(sha256, str(problem)))
    measured = None if faults else Measured(rows, columns, joined(spans))
    return Sketched(Sketch(VERSION, tables, digests(paths, key)), faults, fields, measured)


def unsketched(paths: dict[str, str], secret: bytes, reason: str) -> Sketched:
    """What can be said without opening the files: their digests."""
    return Sketched(Sketch(VERSION, [], digests(paths, SketchKey(secret))), [Fault(s, reason) for s in paths])


def digests(paths: dict[str, str], key: SketchKey) -> list[int]:
    """The files' keyed digests, as they are looked up."""
    return [int.from_bytes(key.derive(f"file {sha256}")[:8], "big", signed=True) for sha256 in paths]
