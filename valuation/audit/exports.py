"""Exports of the desk: CSV, Parquet and XLSX, written in batches so that memory does not grow with the rows.

A text never becomes a formula: CSV quotes what a spreadsheet would compute, XLSX and Parquet keep it as a text.
"""

import csv
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import anyio
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from valuation.audit.schemas import Format
from valuation.cells import safe

ROWS_MAX: Final = 100_000
BATCH: Final = 1_000
_BLOCK: Final = 1 << 16
MEDIA: Final[dict[str, str]] = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LONG: Final = ("id", "asset_id", "appraisal_id", "valuer", "path", "peer", "source", "evidence", "created_at")
_WIDE, _NARROW = 32, 13


class Writer(Protocol):
    """Something that rows are written to."""

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows of texts and whole numbers."""

    def close(self) -> None:
        """End the file."""


class CsvFile:
    """UTF-8 with a mark, as spreadsheets read it."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._out = csv.writer(self._file)
        self._out.writerow(columns)

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows."""
        self._out.writerows([[safe(value) for value in row] for row in rows])

    def close(self) -> None:
        """End the file."""
        self._file.close()


class XlsxFile:
    """One sheet with a heading that stays in sight."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False,
                                                "strings_to_urls": False})  # fmt: skip
        self._sheet = self._book.add_worksheet("audit")
        self._sheet.freeze_panes(1, 0)
        bold = self._book.add_format({"bold": True})
        for i, column in enumerate(columns):
            self._sheet.set_column(i, i, _WIDE if column in _LONG else _NARROW)
            self._sheet.write_string(0, i, column, bold)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        self._at = 1

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows."""
        for row in rows:
            for i, value in enumerate(row):
                if isinstance(value, int):
                    self._sheet.write_number(self._at, i, value)
                else:
                    self._sheet.write_string(self._at, i, value)
            self._at += 1

    def close(self) -> None:
        """End the file."""
        self._book.close()


class ParquetFile:
    """Texts and whole numbers, in row groups of one batch."""

    def __init__(self, path: Path, columns: Sequence[str], whole: Sequence[str]) -> None:
        fields = [(name, pa.int64() if name in whole else pa.string()) for name in columns]
        self._schema = pa.schema(fields)
        self._out = pq.ParquetWriter(path, self._schema, compression="zstd")

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows."""
        columns = [list(column) for column in zip(*rows, strict=True)]
        self._out.write_table(pa.Table.from_arrays(
            [pa.array(column, type=field.type) for column, field in zip(columns, self._schema, strict=True)],
            schema=self._schema,
        ))  # fmt: skip

    def close(self) -> None:
        """End the file."""
        self._out.close()


def opened(kind: Format, path: Path, columns: Sequence[str], whole: Sequence[str]) -> Writer:
    """A file of the kind."""
    if kind == "csv":
        return CsvFile(path, columns)
    return XlsxFile(path, columns) if kind == "xlsx" else ParquetFile(path, columns, whole)


async def written(
    kind: Format, columns: Sequence[str], whole: Sequence[str], batches: AsyncIterator[Sequence[Sequence[Any]]]
) -> Path:
    """Write the batches to a file of our own, which whoever sends it removes."""
    with tempfile.NamedTemporaryFile(prefix="audit-", suffix=f".{kind}", delete=False) as made:
        path = Path(made.name)
    try:
        out = await _thread(opened, kind, path, columns, whole)
        async for rows in batches:
            await _thread(out.write, rows)
        await _thread(out.close)
    except BaseException:
        _remove(path)
        raise
    return path


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


async def _thread(work: Callable[..., Any], *given: Any) -> Any:
    return await anyio.to_thread.run_sync(work, *given)


async def sent(path: Path) -> AsyncIterator[bytes]:
    """The bytes of a file, which is removed at the end."""
    try:
        async with await anyio.open_file(path, "rb") as file:
            while block := await file.read(_BLOCK):
                yield block
    finally:
        _remove(path)
