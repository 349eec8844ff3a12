"""The readers of text formats: CSV here, JSON lines and XLSX beside, each a stream of batches into a staged file."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import polars as pl
from pyarrow import csv as arrow_csv

from kernel.text import Text
from valuation.quality.errors import CorruptFile
from valuation.quality.policy import Limits
from valuation.quality.reading import jsonlines, sheets
from valuation.quality.reading.damage import guarded
from valuation.quality.reading.staging import (
    ROW,
    Declared,
    Dialect,
    Malformed,
    Staged,
    Writer,
    check_columns,
    encoding_of,
    typed,
)

_BLOCK = 8 << 20
_TOLD = 3

FORMATS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".xlsx": "xlsx"}
"""The formats that are staged, by the end of the file's name; everything else must be Parquet."""


AS_JSON = " (json)"
"""Ends the name of a database table that was copied as JSON lines."""


def format_of(file: str) -> str:
    """Give the format that a file's name claims; tables of a database have been copied as CSV or JSON lines."""
    if file.startswith("postgresql://"):
        return "jsonl" if file.endswith(AS_JSON) else "csv"
    return FORMATS.get(Path(file).suffix.lower(), "parquet")


def stem_of(file: str) -> str:
    """The name of a table that a file's name claims: without folders, archive and extension."""
    if file.startswith("postgresql://"):
        return file.removesuffix(AS_JSON).rpartition("#")[2].rpartition(".")[2]
    return file.rpartition("/")[2].rpartition(".")[0]


def stage(file: str, path: Path, folder: Path, declared: Declared, dialect: Dialect, limits: Limits) -> Staged:
    """Read a text file into Parquet in the folder; raises CorruptFile, DataTooLarge or NothingToScore."""
    kind = format_of(file)
    with guarded(file):
        if kind == "jsonl":
            return jsonlines.stage(file, path, folder, declared, limits)
        writer, malformed = (
            Writer(file, path.stat().st_size, folder / "staged.parquet", declared.object, limits),
            Malformed(0, [], []),
        )
        encoding: str | None = None
        tab = dialect_for(file, dialect)
        if kind == "csv":
            encoding = encoding_of(file, path, dialect.encoding)
            columns = _csv(file, path, tab, encoding, writer, malformed, limits)
        else:
            columns = sheets.read(file, path, writer, declared.object, limits)
        if malformed.count and not writer.rows:
            raise CorruptFile(file=file, reason=no_header(path, tab.delimiter, encoding or "utf-8", malformed))
        writer.close()
    if held := [o.column for o in declared.items if o.parent == declared.object.name]:
        array = held[0][:60]
        reason = Text(
            f"无法从 {kind} 读取数组 {array!r}，请提交 Parquet 或 JSON 行",
            f"the array {array!r} cannot be read from {kind}; send Parquet or JSON lines",
        )
        raise CorruptFile(file=file, reason=reason)
    return Staged(writer.target, writer.rows, columns, encoding, malformed, {})


def _csv(
    file: str, path: Path, dialect: Dialect, encoding: str, writer: Writer, malformed: Malformed, limits: Limits
) -> tuple[str, ...]:
    with path.open(encoding=encoding, newline="") as stream:
        columns = tuple(next(csv.reader(stream, delimiter=dialect.delimiter), []))
    check_columns(file, columns, limits)
    if len(columns) == 1 and (other := [d for d in ",;\t|" if d != dialect.delimiter and d in columns[0]]):
        reason = Text(
            f"第 1 行只有一列，却含有 {other[0]!r}；请在 format 为 csv 的 servers[].delimiter 中声明分隔符",
            f"line 1 is one column but holds {other[0]!r}; declare it as servers[].delimiter of format csv",
        )
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
    types, forms, start = writer.types(columns), writer.forms(columns), 0
    for batch in reader:
        if batch.num_rows == 0:
            continue
        texts = pl.DataFrame(pl.from_arrow(batch))
        numbers = _numbers(start, texts.height, malformed.numbers)
        writer.write(typed(texts, types, forms).with_columns(pl.Series(ROW, numbers, dtype=pl.UInt32)))
        start += texts.height
    return columns


def dialect_for(file: str, dialect: Dialect) -> Dialect:
    """The dialect of one file: fields are parted by tabs where its name says so."""
    return Dialect("\t", dialect.encoding) if file.lower().endswith(".tsv") else dialect


def lines_of(path: Path, delimiter: str, encoding: str, numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Where records begin that are no records of the table, and how many fields they have: (line, fields) of each.

    Lines are those of the file as an editor shows it: the header is line 1, empty lines and lines inside quotation
    marks count. The numbers are those of records, in rising order; the file is read no further than the last.
    """
    wanted, found, record, line = set(numbers), list[tuple[int, int]](), -1, 1
    with path.open(encoding=encoding, newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter)
        for row in reader:
            record += bool(row)
            if row and record in wanted:
                found.append((line, len(row)))
                if len(found) == len(wanted):
                    break
            line = reader.line_num + 1
    return found


def no_header(path: Path, delimiter: str, encoding: str, malformed: Malformed) -> Text:
    """What is wrong with a file of which no line has as many fields as the first."""
    ((_, own),) = lines_of(path, delimiter, encoding, [0])
    others = lines_of(path, delimiter, encoding, malformed.numbers[:_TOLD])
    zh = "，".join(f"第 {line} 行 {fields} 个" for line, fields in others)
    en = ", ".join(f"line {line} has {fields}" for line, fields in others)
    return Text(
        f"第 1 行有 {own} 个字段，其后 {malformed.count} 行没有一行与之相同（{zh}…）；请在第 1 行写出每一列的列名",
        f"line 1 has {own} fields and none of the {malformed.count} lines after it has as many ({en} …); "
        "write the name of every column in line 1",
    )


def _numbers(start: int, count: int, lost: Sequence[int]) -> pl.Series:
    """The places of records in their file, the first being 0, where some records were lost before and between."""
    places = pl.Series(range(start, start + count), dtype=pl.Int64)
    gaps = pl.Series([number - 1 - index for index, number in enumerate(lost)], dtype=pl.Int64)
    return places + gaps.search_sorted(places, side="right").cast(pl.Int64) if lost else places
