"""A table as an XLSX workbook of one sheet (ISO/IEC 29500, SpreadsheetML), cell by cell as what it is.

A cell shows numbers of fifteen digits and days from March 1900 on; whatever has more is its text. No text is ever a
formula, a link or markup.
"""

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final

import polars as pl
import xlsxwriter
from xlsxwriter.exceptions import FileSizeError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from channels.formats.errors import unfit
from channels.formats.states import TableFormat

MOMENT: Final = "%Y-%m-%dT%H:%M:%S%.6fZ"
"""A moment as a text: UTC with microseconds (RFC 3339)."""

ROWS_MAX: Final = 1_048_576
"""With the line of the names."""
COLUMNS_MAX: Final = 16_384
CELL_UNITS_MAX: Final = 32_767
"""Of UTF-16, which is how spreadsheets count characters."""
DIGITS_MAX: Final = 15
"""A number of a spreadsheet is a double, and shows so many digits."""

_FIRST_DAY: Final = date(1900, 3, 1)
"""Before it the readers of spreadsheets do not agree on which day a number is: some know a 29 February 1900."""
_YEARS: Final = (1, 9999)
"""Those that days and moments of Python have."""
_TOLD_ROWS: Final = 10_000
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}


class _Exact(float):
    """A number with every digit: the library writes sixteen, and one double in two needs seventeen."""

    def __format__(self, spec: str) -> str:
        return float.__repr__(self)


def write(table: str, frame: pl.LazyFrame, schema: pl.Schema, rows: int, target: str, send: Any) -> None:
    """Write a table as a workbook, telling the rows done; raises TableNotConvertible for what has no place."""
    if rows + 1 > ROWS_MAX or len(schema) > COLUMNS_MAX:
        zh = f"XLSX 最多 {ROWS_MAX} 行（含标题行）、{COLUMNS_MAX} 列，该表有 {rows} 行、{len(schema)} 列"
        en = f"XLSX has {ROWS_MAX} rows with the header and {COLUMNS_MAX} columns at the most, and the table has"
        raise unfit(table, TableFormat.XLSX, zh, f"{en} {rows} and {len(schema)}")
    try:
        with xlsxwriter.Workbook(target, _OPTIONS) as book:
            sheet = _Sheet(book.add_worksheet("data"), book)
            for number, values in enumerate(_lines(frame, schema)):
                for column, value in enumerate(values):
                    if not sheet.put(number, column, value):
                        zh = f"第 {number} 行有超过 {CELL_UNITS_MAX} 个字符的单元格"
                        en = f"row {number} has a cell of more than {CELL_UNITS_MAX} characters"
                        raise unfit(table, TableFormat.XLSX, zh, en)
                if number % _TOLD_ROWS == 0:
                    send(("rows", number))
    except FileSizeError as problem:
        raise unfit(table, TableFormat.XLSX, "工作簿超过 4 GB", "the workbook would be larger than 4 GB") from problem


def _lines(frame: pl.LazyFrame, schema: pl.Schema) -> Iterator[tuple[Any, ...]]:
    """The names, then the rows, in batches that fit in memory; days beyond Python's years as their texts."""
    yield tuple(schema)
    days = [name for name, dtype in schema.items() if isinstance(dtype, pl.Date | pl.Datetime)]
    strange = frame.select((~pl.col(name).dt.year().is_between(*_YEARS)).any() for name in days).collect()
    texts = [
        pl.col(name).dt.strftime("%Y-%m-%d" if schema[name] == pl.Date else MOMENT)
        for name in strange.columns
        if strange[name].item()
    ]
    for batch in frame.with_columns(texts).collect_batches(chunk_size=_TOLD_ROWS, maintain_order=True):
        yield from batch.iter_rows()


class _Sheet:
    """A sheet whose cells are put one by one, row by row."""

    def __init__(self, sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
        self._sheet = sheet
        self._moment: Format = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"})
        self._plain: Format = book.add_format()

    def put(self, row: int, column: int, value: Any) -> bool:
        """Write a value by its type, as text where a cell of that type would show something else; False if too long."""
        sheet = self._sheet
        match value:
            case None:
                return True
            case bool():
                return bool(sheet.write_boolean(row, column, value) == 0)
            case int() | float() | Decimal() if _is_shown(value):
                return bool(sheet.write_number(row, column, _Exact(value)) == 0)
            case datetime() if value.date() >= _FIRST_DAY and value.microsecond % 1000 == 0:
                naive = value.astimezone(UTC).replace(tzinfo=None)
                return bool(sheet.write_datetime(row, column, naive, self._moment) == 0)
            case datetime():
                return self._text(row, column, value.astimezone(UTC).isoformat().replace("+00:00", "Z"))
            case date() if value >= _FIRST_DAY:
                return bool(sheet.write_datetime(row, column, datetime.combine(value, time.min)) == 0)
            case _:
                return self._text(row, column, str(value))

    def _text(self, row: int, column: int, text: str) -> bool:
        if text.startswith("<r>") and text.endswith("</r>"):
            # The library takes such a text for markup of its own, and writes it as it is: in runs it is escaped.
            runs = (self._plain, text[:1], self._plain, text[1:])
            return bool(self._sheet.write_rich_string(row, column, *runs) == 0)
        return bool(self._sheet.write_string(row, column, text) == 0)


def _is_shown(value: Decimal | float) -> bool:
    """Whether a spreadsheet shows a number as it is: a finite one of no more digits than it knows."""
    if isinstance(value, float):
        return math.isfinite(value)
    return len(Decimal(value).as_tuple().digits) <= DIGITS_MAX
