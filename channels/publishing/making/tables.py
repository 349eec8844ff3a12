"""Making the files of a revision: its own, read by the data contract, normalised, sorted by key, cut and counted."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, count
from pathlib import Path
from typing import Any, Final

import msgspec
import polars as pl
import pyarrow.parquet as pq

from channels.publishing.errors import NotAsRegistered, NotPublishable
from channels.publishing.making.columns import arrow_schema, normalised, spark_schema
from channels.publishing.making.marking import Marking
from channels.publishing.making.scoping import fulfils, require_tables
from channels.publishing.making.statistics import statistics
from contracts.usage.scope.tree import Scope, TableScope, columns_read
from kernel.errors import DomainError
from kernel.text import Text
from valuation.quality.contract.contract import Contract, ContractObject
from valuation.quality.contract.reader import read
from valuation.quality.errors import ContractFaulty
from valuation.quality.policy import policies
from valuation.quality.reading.opening import Table, digest_of, open_tables
from valuation.quality.reading.staging import UNREAD
from valuation.quality.schemas import RunProblem
from valuation.quality.scoring.parts import problem_of

NAME_CHARS_MAX: Final = 120


class MadeFile(msgspec.Struct, frozen=True):
    """A file as it was written: its path in the folder of the work, its rows and its statistics."""

    path: str
    rows: int
    stats: dict[str, Any]


class MadeTable(msgspec.Struct, frozen=True):
    """A table as it was made, with its files in order; see channels.publishing.models.PublishedTable."""

    name: str
    schema: dict[str, Any]
    key: tuple[str, ...]
    rows: int
    source_name: str
    source_sha256: str
    unread_values: int
    lost_rows: int
    files: tuple[MadeFile, ...]


class Made(msgspec.Struct, frozen=True):
    """What came of it: the tables, or the problem why there are none."""

    tables: tuple[MadeTable, ...]
    problem: RunProblem | None = None


class Cut(msgspec.Struct, frozen=True):
    """How files are cut: rows in a file, and in each of its groups."""

    file_rows_max: int
    group_rows: int


class Making(msgspec.Struct, frozen=True):
    """A revision's files to be put into their shared form, as a task for a process.

    `files` are paths by name, `registered` the digests by name that they must have. With a `scope` only what it
    licenses is made, with a `marking` the copy of one delivery.
    """

    document: dict[str, Any]
    policy_version: str
    files: dict[str, str]
    registered: dict[str, str]
    cut: Cut
    folder: str
    scope: Scope = ()
    marking: Marking | None = None

    def run(self, send: Any) -> Made:
        """Do it; what is wrong with the data comes back as a problem, our own faults are raised."""
        try:
            return Made(tuple(self._tables(send)))
        except DomainError as refused:
            return Made((), problem_of(refused))

    def _tables(self, send: Any) -> list[MadeTable]:
        contract = read(self.document)
        if not isinstance(contract, Contract):
            raise ContractFaulty.of(contract)
        paths = {name: Path(path) for name, path in self.files.items()}
        for name, path in paths.items():
            if digest_of(path) != self.registered[name]:
                raise NotAsRegistered(file=name)
        staged = Path(self.folder) / "staged"
        staged.mkdir()
        opened = open_tables(contract, paths, policies().version(self.policy_version).body.limits, staged)
        names = names_of([declared.name for declared in contract.tables])
        require_tables(self.scope, list(names))
        if self.marking is not None:
            self.marking.require(contract, self.scope)
        parts = {part.table: part for part in self.scope}
        tables = []
        for n, declared in enumerate(contract.tables):
            if self.scope and declared.name not in parts:
                continue
            send(("step", n, len(contract.tables), names[declared.name]))
            _require_flat(contract, declared, names[declared.name])
            tables.append(self._table(opened[declared.name], names[declared.name], n, parts.get(declared.name)))
        return tables

    @property
    def _may_be_empty(self) -> bool:
        """Whether a table without rows has a file, since what is licensed is handed out in files."""
        return bool(self.scope) or self.marking is not None

    def _table(self, table: Table, name: str, n: int, part: TableScope | None) -> MadeTable:
        frame, unread = _whole(table, name) if part is None else _licensed(table, name, part)
        key = key_of(self.document, table.object.name, frame)
        frame = frame.sort(key) if key else frame
        if self.marking is not None:
            frame = self.marking.copy(frame, table.object, name, key)
        lost = table.malformed.count if table.malformed is not None else 0
        return MadeTable(
            name=name,
            schema=spark_schema(frame),
            key=tuple(key),
            rows=frame.height,
            source_name=table.source,
            source_sha256=table.sha256(),
            unread_values=unread,
            lost_rows=lost if part is None else 0,  # What is no record lies in no scope.
            files=tuple(written(frame, self.cut, Path(self.folder), f"table-{n}", empty=self._may_be_empty)),
        )


def _whole(table: Table, name: str) -> tuple[pl.DataFrame, int]:
    """A table with how many values of a text file were none of their declared type."""
    frame = normalised(name, table.frame.select(list(table.dtypes)).collect(engine="streaming"))
    columns = _unread(table, table.dtypes)
    counts = (
        table.frame.select(pl.sum_horizontal(pl.col(each).count() for each in columns)).collect() if columns else None
    )
    return frame, int(counts.item() or 0) if counts is not None else 0


def _licensed(table: Table, name: str, part: TableScope) -> tuple[pl.DataFrame, int]:
    """The same of what is licensed alone."""
    needed = [column for column in table.dtypes if column in columns_read(part)]
    counted = _unread(table, [column for column in needed if column in part.columns])
    return licensed(table.frame.select(needed + counted).collect(engine="streaming"), counted, name, part)


def licensed(frame: pl.DataFrame, counted: Sequence[str], name: str, part: TableScope) -> tuple[pl.DataFrame, int]:
    """What is licensed of a table, its columns in their order, and how many values its rows have in `counted`.

    These are columns beside the table's own. Raises NotPublishable.
    """
    whole = normalised(name, frame.drop(counted))
    rows = whole.select(fulfils(name, whole.schema, part)).to_series()
    unread = sum(frame[each].filter(rows).count() for each in counted)
    return whole.filter(rows).select([column for column in whole.columns if column in part.columns]), unread


def written(frame: pl.DataFrame, cut: Cut, folder: Path, stem: str, *, empty: bool = False) -> list[MadeFile]:
    """Write a table in files of so many rows; for a table without rows none, or an `empty` one."""
    files, schema = [], arrow_schema(frame)
    for n, start in enumerate(range(0, max(frame.height, int(empty)), cut.file_rows_max)):
        part, path = frame.slice(start, cut.file_rows_max), folder / f"{stem}-{n}.parquet"
        # Without the schema that Arrow keeps beside Parquet's own: readers of other kinds must see what all see.
        pq.write_table(
            part.to_arrow().cast(schema),
            path,
            compression="zstd",
            row_group_size=cut.group_rows,
            coerce_timestamps="us",
            store_schema=False,
        )
        files.append(MadeFile(str(path), part.height, statistics(part)))
    return files


def names_of(tables: Sequence[str]) -> dict[str, str]:
    """The shared name of each table by that of its contract: the same, with what a name may not hold replaced, once."""
    found: dict[str, str] = {}
    for declared in tables:
        name = "".join("_" if c in "./\\" or c.isspace() or not c.isprintable() else c for c in declared)
        name, taken = name[:NAME_CHARS_MAX], {other.casefold() for other in found.values()}
        tried = (f"{name}_{n}" for n in count(len(found) + 1))
        found[declared] = next(each for each in chain([name], tried) if each.casefold() not in taken)
    return found


def key_of(document: Mapping[str, Any], table: str, frame: pl.DataFrame) -> list[str]:
    """The primary key of a table by its contract, if it names each row once and is never empty; else none."""
    declared: list[Mapping[str, Any]] = next(
        (each.get("properties", []) for each in document["schema"] if each.get("name") == table), []
    )
    keyed = [each for each in declared if each.get("primaryKey") is True]
    keyed.sort(key=lambda each: int(each.get("primaryKeyPosition") or 0))
    columns = [str(each.get("physicalName") or each["name"]) for each in keyed]
    if not columns or not set(columns) <= set(frame.columns):
        return []
    key = frame.select(columns)
    empty = any(key[name].null_count() for name in columns)
    return [] if empty or key.n_unique() != key.height else columns


def _require_flat(contract: Contract, declared: ContractObject, name: str) -> None:
    items = [each for each in contract.objects if each.parent == declared.name]
    nested = [p.name for p in declared.properties if p.within or p.logical_type in ("object", "array")]
    if items or nested:
        what = Text("含有对象或数组的列尚没有共享格式", "columns that hold objects or arrays have no shared form yet")
        raise NotPublishable(table=name, reason=what)


def _unread(table: Table, columns: Iterable[str]) -> list[str]:
    """The columns beside those of a table that hold what was no value of their declared type."""
    return [name for each in columns if (name := f"{UNREAD}{each}") in table.physical]
