"""Opening data that strangers uploaded: limits are checked before it is read, and damage has one clear name."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pyarrow.parquet as pq
from msgspec import Struct

from kernel.text import Text
from valuation.quality.contract.contract import Aggregate, Contract, ContractObject, Statistic
from valuation.quality.contract.sql.moments import calendar
from valuation.quality.errors import CorruptFile, DataTooLarge, FilesDiffer, NothingToScore
from valuation.quality.policy import Limits
from valuation.quality.reading import archives, formats, nesting
from valuation.quality.reading.damage import check_kind, guarded
from valuation.quality.reading.staging import (
    CELL_BYTES_MAX,
    ROW,
    UNREAD,
    Declared,
    Dialect,
    Malformed,
    Staged,
    dialect_of,
    reserved_name,
)

__all__ = [
    "ROW",
    "File",
    "Table",
    "collect",
    "digest_of",
    "guarded",
    "match",
    "open_family",
    "open_table",
    "open_tables",
]

HELD_CELLS, HELD_BYTES = 1 << 23, 1 << 26
"""Tables of so many values and unpacked bytes together are read once into memory; a pass over a larger one streams."""


class Table(Struct, frozen=True):
    """One file that was opened and found within the limits; `frame` has not been read yet, unless it is small.

    `source` is the file as it was given, an archive perhaps; `path` is Parquet, staged if the file is not;
    `physical` are its columns, `dtypes` those of the data itself.
    """

    file: str
    source: str
    object: ContractObject
    path: Path
    rows: int
    size_bytes: int
    expanded_bytes: int
    origin: Path
    format: str
    encoding: str | None
    malformed: Malformed | None
    physical: frozenset[str]
    dtypes: Mapping[str, pl.DataType]
    frame: pl.LazyFrame

    def sha256(self) -> str:
        """The digest of the file as it was given."""
        return digest_of(self.origin)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def open_tables(contract: Contract, files: Mapping[str, Path], limits: Limits, folder: Path) -> dict[str, Table]:
    """Match the files to the objects of the contract by name and open each, in the contract's order.

    What is not Parquet is unpacked and staged in the folder, which must outlive the tables.
    """
    if len(files) > limits.files_max:
        raise DataTooLarge(file=max(files), measure="files", value=len(files), limit=limits.files_max)
    given = archives.unpacked(files, folder, limits)
    matched, dialect = match(contract, given), dialect_of(contract)
    found: dict[str, Table] = {}
    for number, declared in enumerate(contract.tables):
        file = matched[declared.name]
        source, path = given[file]
        place = folder / f"staged-{number}"
        place.mkdir()
        family = Declared(declared, contract.items_of(declared.name))
        found |= open_family(File(file, source, path, files[source]), family, place, dialect, limits)
    return _held({declared.name: found[declared.name] for declared in contract.objects})


def _held(tables: Mapping[str, Table]) -> dict[str, Table]:
    """Read the first tables that are small together, so that no pass over them reads their files again.

    The last digits of a sum depend on how rows are divided among threads: where one is taken, files are streamed.
    """
    if any(_summed(table.object) for table in tables.values()):
        return dict(tables)
    found: dict[str, Table] = {}
    cells = size = 0
    for name, table in tables.items():
        cells, size = cells + table.rows * len(table.physical), size + table.expanded_bytes
        nested = any(dtype.is_nested() for dtype in table.dtypes.values())
        if nested or cells > HELD_CELLS or size > HELD_BYTES:
            found[name] = table
        else:
            with guarded(table.file):
                found[name] = msgspec.structs.replace(table, frame=table.frame.collect(engine="streaming").lazy())
    return found


def _summed(declared: ContractObject) -> bool:
    """Say whether values are added up: for a promise about a number, or for the distances of sensitive values."""
    promised = any(isinstance(rule.arguments, Statistic | Aggregate) for rule in declared.rules)
    return promised or any(p.privacy == "quasi-identifier" for p in declared.properties)


def match(contract: Contract, files: Iterable[str]) -> dict[str, str]:
    """Give the file of each object by name, with or without its extension; raises FilesDiffer.

    A single file and a single object need no common name.
    """
    if len(contract.tables) == 1 and len(only := list(files)) == 1:
        return {contract.tables[0].name: only[0]}
    wanted = {name: o for o in contract.tables for name in (o.name, o.physical_name)}
    matched: dict[str, str] = {}
    extra: list[str] = []
    for file in sorted(files):
        found = wanted.get(file) or wanted.get(formats.stem_of(file))
        if found is None or found.name in matched:
            extra.append(file)
        else:
            matched[found.name] = file
    missing = [o.name for o in contract.tables if o.name not in matched]
    if missing or extra:
        raise FilesDiffer(missing=", ".join(missing) or "—", extra=", ".join(extra) or "—")
    return matched


class File(Struct, frozen=True):
    """A file by its name, the file as it was given with its path (an archive perhaps), and where its bytes are."""

    name: str
    source: str
    path: Path
    origin: Path


def open_table(
    file: str,
    source: str,
    declared: ContractObject,
    path: Path,
    origin: Path,
    target: Path,
    dialect: Dialect,
    limits: Limits,
) -> Table:
    """Open one file of plain columns, staged beside the target if need be; raises as open_family does."""
    folder = target.with_suffix("")
    folder.mkdir()
    return open_family(File(file, source, path, origin), Declared(declared), folder, dialect, limits)[declared.name]


def open_family(file: File, declared: Declared, folder: Path, dialect: Dialect, limits: Limits) -> dict[str, Table]:
    """Open an object with the tables of items inside it; raises CorruptFile, DataTooLarge or NothingToScore."""
    root, size = declared.object, file.path.stat().st_size
    _within(file.name, "size_bytes", size, limits.file_size_bytes_max)
    kind = formats.format_of(file.name)
    check_kind(file.name, file.path, kind)
    if kind != "parquet":
        staged = formats.stage(file.name, file.path, folder, declared, dialect, limits)
        return {root.name: _table(file, root, staged.path, limits, staged)} | {
            table.name: _table(file, table, staged.items[table.name].path, limits, staged.items[table.name])
            for table in declared.items
        }
    plain = _table(file, root, file.path, limits, None)
    if not nesting.is_nested(root):
        return {root.name: plain}
    with guarded(file.name):
        flat = nesting.flat_files(file.path, folder, root, declared.items)
    return {table.name: _table(file, table, flat[table.name], limits, None) for table in (root, *declared.items)}


def _table(file: File, declared: ContractObject, place: Path, limits: Limits, staged: Staged | None) -> Table:
    own = place == file.path
    rows, expanded, physical = _footer(file.name, place, limits, trusted=not own, may_be_empty=bool(declared.parent))
    with guarded(file.name):
        number = ROW if own else None
        frame = pl.scan_parquet(place, glob=False, hive_partitioning=False, row_index_name=number)
        dtypes = {n: t for n, t in frame.collect_schema().items() if n != ROW and not n.startswith(UNREAD)}
    return Table(
        file=file.name,
        source=file.source,
        object=declared,
        path=place,
        rows=rows,
        size_bytes=file.path.stat().st_size,
        expanded_bytes=expanded,
        origin=file.origin,
        format=formats.format_of(file.name),
        encoding=staged.encoding if staged else None,
        malformed=staged.malformed if staged and not declared.parent else None,
        physical=physical,
        dtypes=dtypes,
        frame=frame,
    )


def _footer(
    file: str, path: Path, limits: Limits, *, trusted: bool, may_be_empty: bool
) -> tuple[int, int, frozenset[str]]:
    """Check the limits from the footer, before any data is touched; our own staged file has been checked already."""
    size = path.stat().st_size
    with guarded(file):
        footer = pq.read_metadata(path)
        expanded = sum(footer.row_group(i).total_byte_size for i in range(footer.num_row_groups))
        names = list(footer.schema.to_arrow_schema().names)
    rows, columns = footer.num_rows, footer.num_columns
    if not trusted:
        _within(file, "columns", columns, limits.columns_max)
        _within(file, "expanded_size_bytes", expanded, limits.expanded_size_bytes_max)
        _within(file, "cells", rows * columns, limits.cells_max)
        room = archives.expansion_allowed(size, limits)
        _within(file, "expanded_size_bytes", expanded, room)
        _within(file, "bytes_per_value", _mean_bytes(footer), CELL_BYTES_MAX)
        if rows * columns > limits.cells_unchecked:
            _within(file, "cells_per_byte", rows * columns // max(size, 1), limits.cells_per_byte_max)
        if reserved := [n for n in names if n == ROW or n.startswith(UNREAD)]:
            raise CorruptFile(file=file, reason=reserved_name(reserved[0]))
        if repeated := [n for n, count in Counter(names).items() if count > 1]:
            twice = Text(
                f"有两列都叫 {repeated[0][:60]!r}，请改名", f"it has two columns named {repeated[0][:60]!r}; rename one"
            )
            raise CorruptFile(file=file, reason=twice)
    if columns == 0:
        raise CorruptFile(file=file, reason=Text("没有任何列", "it has no columns"))
    if rows == 0 and not may_be_empty:
        raise NothingToScore(file=file)
    return rows, expanded, frozenset(names)


def _mean_bytes(footer: pq.FileMetaData) -> int:
    """The largest mean of the unpacked values of a part of a column: what a page holds, an engine holds at once."""
    chunks = (
        footer.row_group(group).column(column)
        for group in range(footer.num_row_groups)
        for column in range(footer.num_columns)
    )
    return max(
        (chunk.total_uncompressed_size // max(chunk.num_values, 1) for chunk in chunks if chunk.num_values), default=0
    )


def _within(file: str, measure: str, value: int, limit: int) -> None:
    if value > limit:
        raise DataTooLarge(file=file, measure=measure, value=value, limit=limit)


def collect(file: str, frames: list[pl.LazyFrame]) -> list[pl.DataFrame]:
    """Run lazy frames over one file together, sharing its scan."""
    with guarded(file):
        found: Any = pl.collect_all(frames, engine="streaming")
        return [calendar(frame) for frame in found]
