"""Opening data that strangers uploaded: limits are checked before it is read, and damage has one clear name."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
from msgspec import Struct

from valuation.quality.contract.contract import Contract, ContractObject
from valuation.quality.errors import CorruptFile, DataTooLarge, FilesDiffer, NothingToScore
from valuation.quality.policy import Limits
from valuation.quality.reading import archives, formats
from valuation.quality.reading.damage import guarded
from valuation.quality.reading.staging import ROW, UNREAD, Dialect, Malformed, dialect_of

__all__ = ["ROW", "Table", "collect", "guarded", "match", "open_table", "open_tables"]


class Table(Struct, frozen=True):
    """One file that was opened and found within the limits; `frame` has not been read yet.

    `source` is the file as it was given, an archive perhaps; `path` is Parquet, staged if the file is not;
    `physical` are its columns, `dtypes` those of the data itself.
    """

    file: str
    source: str
    object: ContractObject
    path: Path
    rows: int
    size_bytes: int
    origin: Path
    format: str
    encoding: str | None
    malformed: Malformed | None
    physical: frozenset[str]
    dtypes: Mapping[str, pl.DataType]
    frame: pl.LazyFrame

    def sha256(self) -> str:
        """The digest of the file as it was given."""
        with self.origin.open("rb") as stream:
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
    for number, declared in enumerate(contract.objects):
        file = matched[declared.name]
        source, path = given[file]
        target = folder / f"staged-{number}.parquet"
        found[declared.name] = open_table(file, source, declared, path, files[source], target, dialect, limits)
    return found


def match(contract: Contract, files: Iterable[str]) -> dict[str, str]:
    """Give the file of each object by name, with or without its extension; raises FilesDiffer.

    A single file and a single object need no common name.
    """
    if len(contract.objects) == 1 and len(only := list(files)) == 1:
        return {contract.objects[0].name: only[0]}
    wanted = {name: o for o in contract.objects for name in (o.name, o.physical_name)}
    matched: dict[str, str] = {}
    extra: list[str] = []
    for file in sorted(files):
        found = wanted.get(file) or wanted.get(file.rpartition("/")[2].rpartition(".")[0])
        if found is None or found.name in matched:
            extra.append(file)
        else:
            matched[found.name] = file
    missing = [o.name for o in contract.objects if o.name not in matched]
    if missing or extra:
        raise FilesDiffer(missing=", ".join(missing) or "—", extra=", ".join(extra) or "—")
    return matched


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
    """Open one file, staged if need be; raises CorruptFile, DataTooLarge or NothingToScore."""
    size, kind = path.stat().st_size, formats.format_of(file)
    _within(file, "size_bytes", size, limits.file_size_bytes_max)
    staged = None if kind == "parquet" else formats.stage(file, path, target, declared, dialect, limits)
    place = staged.path if staged else path
    rows, physical = _footer(file, place, place.stat().st_size, limits, trusted=staged is not None)
    with guarded(file):
        number = None if staged else ROW
        frame = pl.scan_parquet(place, glob=False, hive_partitioning=False, row_index_name=number)
        dtypes = {n: t for n, t in frame.collect_schema().items() if n != ROW and not n.startswith(UNREAD)}
    return Table(
        file=file,
        source=source,
        object=declared,
        path=place,
        rows=rows,
        size_bytes=size,
        origin=origin,
        format=kind,
        encoding=staged.encoding if staged else None,
        malformed=staged.malformed if staged else None,
        physical=physical,
        dtypes=dtypes,
        frame=frame,
    )


def _footer(file: str, path: Path, size: int, limits: Limits, *, trusted: bool) -> tuple[int, frozenset[str]]:
    """Check the limits from the footer, before any data is touched; our own staged file has been checked already."""
    with guarded(file):
        footer = pq.read_metadata(path)
        expanded = sum(footer.row_group(i).total_byte_size for i in range(footer.num_row_groups))
        names = list(footer.schema.to_arrow_schema().names)
    rows, columns = footer.num_rows, footer.num_columns
    if not trusted:
        _within(file, "columns", columns, limits.columns_max)
        _within(file, "expanded_size_bytes", expanded, limits.expanded_size_bytes_max)
        _within(file, "cells", rows * columns, limits.cells_max)
        if rows * columns > limits.cells_unchecked:
            _within(file, "cells_per_byte", rows * columns // max(size, 1), limits.cells_per_byte_max)
        if reserved := [n for n in names if n == ROW or n.startswith(UNREAD)]:
            raise CorruptFile(file=file, reason=f"the column name {reserved[0][:60]!r} is reserved; rename it")
        if repeated := [n for n in names if names.count(n) > 1]:
            raise CorruptFile(file=file, reason=f"it has two columns named {repeated[0][:60]!r}; rename one")
    if columns == 0:
        raise CorruptFile(file=file, reason="it has no columns")
    if rows == 0:
        raise NothingToScore(file=file)
    return rows, frozenset(names)


def _within(file: str, measure: str, value: int, limit: int) -> None:
    if value > limit:
        raise DataTooLarge(file=file, measure=measure, value=value, limit=limit)


def collect(file: str, frames: list[pl.LazyFrame]) -> list[pl.DataFrame]:
    """Run lazy frames over one file together, sharing its scan."""
    with guarded(file):
        found: Any = pl.collect_all(frames, engine="streaming")
        return list(found)
