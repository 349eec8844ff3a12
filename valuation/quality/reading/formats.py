"""The readers of text formats: CSV, JSON lines and XLSX, each a stream of batches into a staged file."""

import csv
import json
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal

import msgspec
import polars as pl
from pyarrow import csv as arrow_csv
from python_calamine import CalamineWorkbook

from valuation.quality.contract.contract import ContractObject, LogicalType
from valuation.quality.errors import CorruptFile, DataTooLarge
from valuation.quality.policy import Limits
from valuation.quality.reading.archives import expansion_allowed
from valuation.quality.reading.damage import guarded
from valuation.quality.reading.staging import (
    CELL_BYTES_MAX,
    ROW,
    TYPES,
    UNREAD,
    Dialect,
    Malformed,
    Staged,
    Writer,
    check_columns,
    encoding_of,
    typed,
)

_BATCH = 50_000
_BLOCK = 8 << 20
_DEPTH_MAX = 64

FORMATS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".xlsx": "xlsx"}
"""The formats that are staged, by the end of the file's name; everything else must be Parquet."""


def format_of(file: str) -> str:
    """Give the format that a file's name claims."""
    return FORMATS.get(Path(file).suffix.lower(), "parquet")


def stage(
    file: str, path: Path, target: Path, declared: ContractObject | None, dialect: Dialect, limits: Limits
) -> Staged:
    """Read a text file into Parquet at the target; raises CorruptFile, DataTooLarge or NothingToScore."""
    writer, malformed = Writer(file, target, declared, limits), Malformed(0, [], [])
    kind = format_of(file)
    with guarded(file):
        if kind == "csv":
            tab = Dialect("\t", dialect.encoding) if file.lower().endswith(".tsv") else dialect
            encoding: str | None = encoding_of(file, path, dialect.encoding)
            columns = _csv(file, path, tab, encoding or "", writer, malformed, limits)
        elif kind == "jsonl":
            encoding = "utf-8"
            keys = dict.fromkeys(k for _, record in _json_lines(file, path, Malformed(0, [], [])) for k in record)
            columns = _records(file, _json_lines(file, path, malformed), writer, tuple(keys), limits)
        else:
            encoding = None
            columns = _sheet(file, path, writer, declared, limits)
        writer.close()
    return Staged(target, writer.rows, columns, encoding, malformed)


def _csv(
    file: str, path: Path, dialect: Dialect, encoding: str, writer: Writer, malformed: Malformed, limits: Limits
) -> tuple[str, ...]:
    with path.open(encoding=encoding, newline="") as stream:
        columns = tuple(next(csv.reader(stream, delimiter=dialect.delimiter), []))
    check_columns(file, columns, limits)
    if len(columns) == 1 and (other := [d for d in ",;\t|" if d != dialect.delimiter and d in columns[0]]):
        reason = f"line 1 is one column but holds {other[0]!r}; declare it as servers[].delimiter of format csv"
        raise CorruptFile(file=file, reason=reason)

    def lost(row: Any) -> Literal["skip"]:
        malformed.add(file, (row.number or 2) - 1, f"{row.actual_columns} fields instead of {row.expected_columns}")
        return "skip"

    reader = arrow_csv.open_csv(
        path,
        read_options=arrow_csv.ReadOptions(
            use_threads=False, block_size=_BLOCK, encoding=encoding.removesuffix("-sig")
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=dialect.delimiter, newlines_in_values=True, invalid_row_handler=lost
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(columns, "string"),
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
        ),
    )
    types, start = writer.types(columns), 0
    for batch in reader:
        if batch.num_rows == 0:
            continue
        texts = pl.DataFrame(pl.from_arrow(batch))
        numbers = _numbers(start, texts.height, malformed.numbers)
        writer.write(typed(texts, types).with_columns(pl.Series(ROW, numbers, dtype=pl.UInt32)))
        start += texts.height
    return columns


def _numbers(start: int, count: int, lost: Sequence[int]) -> pl.Series:
    """The places of records in their file, the first being 0, where some records were lost before and between."""
    places = pl.Series(range(start, start + count), dtype=pl.Int64)
    gaps = pl.Series([number - 1 - index for index, number in enumerate(lost)], dtype=pl.Int64)
    return places + gaps.search_sorted(places, side="right").cast(pl.Int64) if lost else places


def _json_lines(file: str, path: Path, malformed: Malformed) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 0
    with path.open("rb") as stream:
        while line := stream.readline(_BLOCK):
            if len(line) >= _BLOCK:
                raise DataTooLarge(file=file, measure=f"bytes of line {number + 1}", value=f"≥ {_BLOCK}", limit=_BLOCK)
            if not line.strip():
                continue
            number += 1
            try:
                record = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"))
            except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
                malformed.add(file, number, str(error)[:120])
                continue
            if isinstance(record, dict):
                yield number - 1, record
            else:
                malformed.add(file, number, "no JSON object")


def _sheet(file: str, path: Path, writer: Writer, declared: ContractObject | None, limits: Limits) -> tuple[str, ...]:
    """The sheet named after the object, or the only one; formulas give the value that was saved, nothing is run."""
    with zipfile.ZipFile(path) as archive:
        expanded = sum(info.file_size for info in archive.infolist())
    if expanded > (room := min(expansion_allowed(path.stat().st_size, limits), 2 << 30)):
        raise DataTooLarge(file=file, measure="expanded_size_bytes", value=expanded, limit=room)
    book = CalamineWorkbook.from_path(path)
    names = [declared.name, declared.physical_name] if declared else []
    wanted = next((n for n in book.sheet_names if n in names), None)
    if wanted is None and len(book.sheet_names) != 1:
        sheets = ", ".join(book.sheet_names)[:120]
        raise CorruptFile(file=file, reason=f"none of its sheets ({sheets}) is named after the object of the contract")
    rows = iter(book.get_sheet_by_name(wanted or book.sheet_names[0]).to_python(skip_empty_area=False))
    header = tuple(str(name) for name in next(rows, []))
    while header and not header[-1]:
        header = header[:-1]
    records = (
        (number, {c: v for c, v in zip(header, row, strict=False) if v != ""})
        for number, row in enumerate(rows)
        if any(value != "" for value in row)
    )
    return _records(file, records, writer, header, limits)


def _records(
    file: str,
    records: Iterator[tuple[int, dict[str, Any]]],
    writer: Writer,
    columns: tuple[str, ...],
    limits: Limits,
) -> tuple[str, ...]:
    """Write batches of records with these columns."""
    check_columns(file, columns, limits)
    types = writer.types(columns)
    batch: list[tuple[int, dict[str, Any]]] = []
    for each in records:
        batch.append(each)
        if len(batch) == _BATCH:
            writer.write(_frame(batch, types))
            batch = []
    if batch:
        writer.write(_frame(batch, types))
    return columns


def _frame(batch: list[tuple[int, dict[str, Any]]], types: dict[str, LogicalType]) -> pl.DataFrame:
    series: list[pl.Series] = []
    for column, logical_type in types.items():
        given = [_value(record.get(column), logical_type) for _, record in batch]
        series.append(pl.Series(column, [value for value, _ in given], dtype=TYPES[logical_type]))
        if logical_type is not LogicalType.STRING:
            series.append(pl.Series(UNREAD + column, [text for _, text in given], dtype=pl.String()))
    series.append(pl.Series(ROW, [number for number, _ in batch], dtype=pl.UInt32()))
    return pl.DataFrame(series)


def _value(value: Any, logical_type: LogicalType) -> tuple[Any, str | None]:
    """A value of its type, or the text of one that is not; whole doubles are integers, as spreadsheets store them."""
    if value is None:
        return None, None
    fits = _FITS[logical_type](value)
    if fits is not None:
        return fits, None
    return None, _text(value)[:CELL_BYTES_MAX]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{value.total_seconds()}S"
    return json.dumps(value, ensure_ascii=False)


def _integer(value: Any) -> int | None:
    whole = isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1
    return int(value) if whole and abs(value) < 1 << 63 else None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else None
    try:
        return value if isinstance(value, date) else date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _stamp(value: Any) -> datetime | None:
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return datetime(value.year, value.month, value.day, tzinfo=UTC) if isinstance(value, date) else None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _clock(value: Any) -> time | None:
    try:
        return value if isinstance(value, time) else time.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


_FITS: dict[LogicalType, Any] = {
    LogicalType.STRING: _text,
    LogicalType.INTEGER: _integer,
    LogicalType.NUMBER: _number,
    LogicalType.BOOLEAN: lambda value: value if isinstance(value, bool) else None,
    LogicalType.DATE: _day,
    LogicalType.TIMESTAMP: _stamp,
    LogicalType.TIME: _clock,
}
