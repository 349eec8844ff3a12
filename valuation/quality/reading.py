"""Opening data that strangers uploaded: limits are checked from the footer, and damage has one clear name."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct

from valuation.quality.contract import Contract, ContractObject
from valuation.quality.errors import CorruptFile, DataTooLarge, FilesDiffer, NothingToScore
from valuation.quality.policy import Limits

ROW = "__row__"
"""The name of the row number that a scan carries beside the data; no column of the data may have it."""


_DAMAGE = (
    pa.ArrowException,
    pl.exceptions.PolarsError,
    pl.exceptions.PanicException,
    UnicodeDecodeError,
    OSError,
)
"""How the two readers say that bytes make no sense, a name in the footer included."""


class Table(Struct, frozen=True):
    """One file that was opened and found within the limits; `frame` has not been read yet."""

    file: str
    object: ContractObject
    path: Path
    rows: int
    size_bytes: int
    sha256: str
    dtypes: Mapping[str, pl.DataType]
    frame: pl.LazyFrame


def open_tables(contract: Contract, files: Mapping[str, Path], limits: Limits) -> dict[str, Table]:
    """Match the files to the objects of the contract by name and open each, in the contract's order."""
    if len(files) > limits.files_max:
        raise DataTooLarge(file=max(files), measure="files", value=len(files), limit=limits.files_max)
    matched = match(contract, files)
    return {o.name: _open(matched[o.name], o, files[matched[o.name]], limits) for o in contract.objects}


def match(contract: Contract, files: Iterable[str]) -> dict[str, str]:
    """Give the file of each object by name, with or without its extension; raises FilesDiffer."""
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


def _open(file: str, declared: ContractObject, path: Path, limits: Limits) -> Table:
    size = path.stat().st_size
    _within(file, "size_bytes", size, limits.file_size_bytes_max)
    with guarded(file):
        footer = pq.read_metadata(path)
        expanded = sum(footer.row_group(i).total_byte_size for i in range(footer.num_row_groups))
    rows, columns = footer.num_rows, footer.num_columns
    _within(file, "columns", columns, limits.columns_max)
    _within(file, "expanded_size_bytes", expanded, limits.expanded_size_bytes_max)
    _within(file, "cells", rows * columns, limits.cells_max)
    if rows * columns > limits.cells_unchecked:
        _within(file, "cells_per_byte", rows * columns // max(size, 1), limits.cells_per_byte_max)
    if columns == 0:
        raise CorruptFile(file=file, reason="it has no columns")
    if rows == 0:
        raise NothingToScore(file=file)
    with guarded(file):
        frame = pl.scan_parquet(path, glob=False, hive_partitioning=False, row_index_name=ROW)
        dtypes = {name: dtype for name, dtype in frame.collect_schema().items() if name != ROW}
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return Table(file, declared, path, rows, size, sha256, dtypes, frame)


def _within(file: str, measure: str, value: int, limit: int) -> None:
    if value > limit:
        raise DataTooLarge(file=file, measure=measure, value=value, limit=limit)


@contextmanager
def guarded(file: str) -> Iterator[None]:
    """Turn what the readers say about damaged bytes into CorruptFile; also a panic of the native reader."""
    try:
        yield
    except _DAMAGE as damage:
        reason = " ".join(str(damage).split())[:200]
        raise CorruptFile(file=file, reason=reason.replace("{", "(").replace("}", ")")) from damage


def collect(file: str, frames: list[pl.LazyFrame]) -> list[pl.DataFrame]:
    """Run lazy frames over one file together, sharing its scan."""
    with guarded(file):
        found: Any = pl.collect_all(frames, engine="streaming")
        return list(found)
