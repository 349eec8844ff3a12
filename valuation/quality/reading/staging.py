"""Text formats become one Parquet file that every engine reads: values cast by the contract, losses counted.

Nothing is guessed: the dialect is declared, every field is read as text and cast to its declared type, in the form that
the contract declares for it (spelling/). A value that
does not fit keeps its text in `__unread__<column>`; a line that is no record is counted and shown by its number.
"""

import codecs
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
from msgspec import Struct

from kernel.text import Text
from valuation.quality.contract.contract import NESTED, Contract, ContractObject, LogicalType
from valuation.quality.errors import CorruptFile, DataTooLarge, NothingToScore
from valuation.quality.policy import Limits
from valuation.quality.spelling import dates, numbers

ROW = "__row__"
"""The name of the row number that stands beside the data; no column of the data may have it."""
UNREAD = "__unread__"
"""Prefix of the column that keeps the text of values which are not of their declared type."""
CELL_BYTES_MAX = 1 << 20
CELLS_PER_BYTE_MAX = 50
"""Of a text: a table of 2,000 columns whose records fill ten of them has twenty; an empty record has no end of them."""
MALFORMED_MAX = 1_000_000
MALFORMED_SHOWN = 10
_CHUNK = 1 << 22

TYPES: dict[LogicalType, pl.DataType] = {
    LogicalType.STRING: pl.String(),
    LogicalType.INTEGER: pl.Int64(),
    LogicalType.NUMBER: pl.Float64(),
    LogicalType.BOOLEAN: pl.Boolean(),
    LogicalType.DATE: pl.Date(),
    LogicalType.TIMESTAMP: pl.Datetime("us", "UTC"),
    LogicalType.TIME: pl.Time(),
    LogicalType.OBJECT: pl.Boolean(),
    LogicalType.ARRAY: pl.Int64(),
}
_STAMPS = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f%#z",
           "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d")  # fmt: skip


class Dialect(Struct, frozen=True):
    """What the contract's `servers` entry of format csv declares; an encoding is found out only if none is declared."""

    delimiter: str = ","
    encoding: str | None = None


class Malformed(Struct):
    """Records of a text file that could not be read: how many, and where the first ones are."""

    count: int
    samples: list[tuple[int, str]]
    numbers: list[int]

    def add(self, file: str, number: int, reason: str) -> None:
        """Count one; its number is that of the record, the first after a header being 1."""
        self.count += 1
        self.numbers.append(number)
        if len(self.samples) < MALFORMED_SHOWN:
            self.samples.append((number, reason))
        if self.count > MALFORMED_MAX:
            many = Text(
                f"其中超过 {MALFORMED_MAX} 行不成记录", f"more than {MALFORMED_MAX} of its lines are no records"
            )
            raise CorruptFile(file=file, reason=many)


class Staged(Struct, frozen=True):
    """A text file as Parquet, with what was lost on the way; `columns` are those of the file, `items` tables inside."""

    path: Path
    rows: int
    columns: tuple[str, ...]
    encoding: str | None
    malformed: Malformed
    items: dict[str, "Staged"]


class Declared(Struct, frozen=True):
    """An object of the contract with the tables of items inside it, parents first."""

    object: ContractObject
    items: tuple[ContractObject, ...] = ()


def dialect_of(contract: Contract) -> Dialect:
    """Read the declared dialect of CSV files."""
    servers = contract.raw.get("servers")
    for server in servers if isinstance(servers, list) else ():
        if isinstance(server, Mapping) and str(server.get("format", "")).lower() == "csv":
            delimiter = str(server.get("delimiter") or ",").replace("\\t", "\t")
            return Dialect(delimiter[:1], str(server["encoding"]) if server.get("encoding") else None)
    return Dialect()


class Writer:
    """Writes batches of one file, within the limits on cells and rows."""

    def __init__(
        self, file: str, size_bytes: int, target: Path, declared: ContractObject | None, limits: Limits
    ) -> None:
        self._file, self.target, self._declared = file, target, declared
        self._cells_max = min(limits.cells_max, max(limits.cells_unchecked, CELLS_PER_BYTE_MAX * size_bytes))
        self._writer: pq.ParquetWriter | None = None
        self.rows = 0

    def types(self, columns: tuple[str, ...]) -> dict[str, LogicalType]:
        """The declared type of each column; what is not declared stays text."""
        stated = {c: self._declared.property(c) if self._declared else None for c in columns}
        return {
            c: p.logical_type if p is not None and p.logical_type in TYPES else LogicalType.STRING
            for c, p in stated.items()
        }

    def forms(self, columns: tuple[str, ...]) -> dict[str, str]:
        """The declared form of the columns that are written in one."""
        stated = {c: self._declared.property(c) if self._declared else None for c in columns}
        return {c: p.form for c, p in stated.items() if p is not None and p.form}

    def write(self, batch: pl.DataFrame) -> None:
        """Append one batch of typed columns."""
        batch = self._with_presence(batch)
        for column in (name for name, dtype in batch.schema.items() if dtype == pl.String):
            longest = batch[column].str.len_bytes().max()
            if isinstance(longest, int) and longest > CELL_BYTES_MAX:
                measure = f"cell bytes in {column[:40]}"
                raise DataTooLarge(file=self._file, measure=measure, value=longest, limit=CELL_BYTES_MAX)
        self.rows += batch.height
        cells = self.rows * batch.width
        if cells > self._cells_max:
            raise DataTooLarge(file=self._file, measure="cells", value=cells, limit=self._cells_max)
        table = batch.to_arrow()
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.target, table.schema, compression="zstd", compression_level=1)
        self._writer.write_table(table)

    def _with_presence(self, batch: pl.DataFrame) -> pl.DataFrame:
        """Tables spell the fields of an object as `address.city`; the object is there where one of its fields is."""
        held = [p for p in self._declared.properties if p.logical_type is LogicalType.OBJECT] if self._declared else []
        for stated in sorted(held, key=lambda p: -p.column.count(".")):
            begin = stated.column + "."
            inner = [c for c in batch.columns if c.startswith(begin)]
            if inner and stated.column not in batch.columns:
                there = pl.any_horizontal([pl.col(c).is_not_null() for c in inner])
                batch = batch.with_columns(pl.when(there).then(pl.lit(True)).alias(stated.column))
        return batch

    def close(self, *, may_be_empty: bool = False) -> None:
        """End the file; a file without any record cannot be scored, but no record need hold items."""
        if self._writer is not None:
            self._writer.close()
        elif may_be_empty and self._declared is not None:
            types: dict[str, pl.DataType] = {p.column: TYPES[p.logical_type] for p in self._declared.properties}
            pl.DataFrame(schema=types | {ROW: pl.UInt32()}).write_parquet(self.target)
        else:
            raise NothingToScore(file=self._file)


def check_columns(file: str, columns: tuple[str, ...], limits: Limits) -> None:
    """Refuse headers that cannot name columns."""
    if len(columns) > limits.columns_max:
        raise DataTooLarge(file=file, measure="columns", value=len(columns), limit=limits.columns_max)
    if not any(columns):
        raise CorruptFile(file=file, reason=Text("第 1 行没有列名", "line 1 names no columns"))
    if repeated := [c for c, count in Counter(columns).items() if count > 1]:
        name = repeated[0][:60]
        twice = Text(f"第 1 行有两列都叫 {name!r}，请改名", f"line 1 names the column {name!r} twice; rename one")
        raise CorruptFile(file=file, reason=twice)
    if reserved := [c for c in columns if c == ROW or c.startswith(UNREAD)]:
        raise CorruptFile(file=file, reason=reserved_name(reserved[0]))


def reserved_name(column: str) -> Text:
    """Why a column cannot be called so."""
    name = column[:60]
    return Text(f"列名 {name!r} 为系统保留，请改名", f"the column name {name!r} is reserved; rename it")


def typed(texts: pl.DataFrame, types: Mapping[str, LogicalType], forms: Mapping[str, str]) -> pl.DataFrame:
    """Cast columns of text to their types, keeping the text of what does not fit."""
    found: list[pl.Series] = []
    for column, logical_type in types.items():
        text = texts[column]
        if logical_type is LogicalType.STRING:
            found.append(text)
            continue
        value = cast(text, logical_type, forms.get(column, ""))
        lost = value.is_null() & text.is_not_null()
        unread = pl.select(pl.when(lost).then(text).alias(UNREAD + column)).to_series()
        found += [value.alias(column), unread]
    return pl.DataFrame(found)


def cast(text: pl.Series, logical_type: LogicalType, form: str = "") -> pl.Series:
    """Read texts as values of a type, in a form where one is declared; what is no such value becomes NULL."""
    if form:
        return _formed(text, logical_type, form)
    if logical_type in NESTED:  # No text is an object or an array.
        return pl.Series(text.name, [None] * len(text), dtype=TYPES[logical_type])
    if logical_type is LogicalType.BOOLEAN:
        return text.str.to_lowercase().replace_strict(
            {"true": True, "false": False}, default=None, return_dtype=pl.Boolean
        )
    if logical_type is LogicalType.DATE:
        return text.str.to_date("%Y-%m-%d", strict=False)
    if logical_type is LogicalType.TIME:
        return text.str.to_time("%H:%M:%S%.f", strict=False)
    if logical_type is LogicalType.TIMESTAMP:
        return _stamps(text)
    return text.cast(TYPES[logical_type], strict=False)


def _formed(text: pl.Series, logical_type: LogicalType, form: str) -> pl.Series:
    """Days and moments by their form, and by ISO 8601 what is left; numbers by their form alone."""
    if logical_type in (LogicalType.INTEGER, LogicalType.NUMBER):
        return numbers.numbers(text, form, TYPES[logical_type])
    read = dates.days if logical_type is LogicalType.DATE else dates.stamps
    found = read(text, form).cast(TYPES[logical_type])
    return found.fill_null(cast(text, logical_type)) if found.null_count() > text.null_count() else found


def _stamps(text: pl.Series) -> pl.Series:
    """ISO 8601 in its usual spellings; the later ones are tried only on what the earlier ones left."""
    found = pl.Series(text.name, [None] * len(text), dtype=TYPES[LogicalType.TIMESTAMP])
    for spelling in _STAMPS:
        rest = text.filter(found.is_null() & text.is_not_null())
        if rest.is_empty():
            break
        zone = None if spelling.endswith("z") else "UTC"
        stamps = text.str.to_datetime(spelling, time_unit="us", time_zone=zone, strict=False)
        found = found.fill_null(stamps.cast(TYPES[LogicalType.TIMESTAMP]))
    return found


def encoding_of(file: str, path: Path, declared: str | None) -> str:
    """Find the encoding by reading all of it: UTF-8 (with or without a mark), UTF-16 by its mark, else GB18030."""
    with path.open("rb") as stream:
        head = stream.read(4)
    marked = (
        "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig" if head[:3] == codecs.BOM_UTF8 else None
    )
    candidates = [declared] if declared else [marked] if marked else ["utf-8", "gb18030"]
    reason = Text("", "")
    for encoding in candidates:
        if (told := _undecodable(path, encoding)) is None:
            return encoding
        reason = told
    cure = Text(
        "；请在 servers[].encoding 声明其编码，或另存为 UTF-8",
        "; declare its encoding in servers[].encoding or save it as UTF-8",
    )
    raise CorruptFile(file=file, reason=Text(reason.zh + cure.zh, reason.en + cure.en))


def _undecodable(path: Path, encoding: str) -> Text | None:
    """Say where the bytes stop to be text of this encoding, or nothing."""
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
    except LookupError:
        return Text(f"不认识编码 {encoding[:40]!r}", f"the encoding {encoding[:40]!r} is unknown")
    line = 1
    with path.open("rb") as stream:
        for chunk in _chunks(stream):
            try:
                line += decoder.decode(chunk).count("\n")
            except UnicodeDecodeError as error:
                line += chunk[: error.start].count(b"\n")
                return Text(f"第 {line} 行附近的字节不是 {encoding}", f"near line {line} its bytes are not {encoding}")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return Text(
            f"末行（第 {line} 行）在 {encoding} 的一个字符中间中断",
            f"its last line {line} ends inside a character of {encoding}",
        )
    return None


def _chunks(stream: Any) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk
