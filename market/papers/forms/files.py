"""Papers as spreadsheet and as CSV, made in a process of their own; no text of them is ever taken for a formula."""

import csv
import io
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from kernel.text import Lang
from market.papers.forms.layouts import sheet as laid_out
from market.papers.forms.sheet import Sheet, Table, matrix
from valuation.cells import safe

WIDTH_MAX: Final = 60
_SHEET_NAME: Final = 31
"""The longest name that a sheet of a workbook may have."""


def csv_of(kind: str, claims: dict[str, Any], lang: Lang) -> bytes:
    """UTF-8 with a mark, as spreadsheets read it; amounts without separators of thousands."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([safe(_number(cell)) for cell in row] for row in matrix(laid_out(kind, claims, lang)))
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _number(cell: str) -> str:
    """An amount as machines read it; any other text as it is."""
    bare = cell.replace(",", "")
    return bare if _is_number(bare) else cell


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit() and len(digits) <= 15


def xlsx_of(kind: str, claims: dict[str, Any], lang: Lang) -> bytes:
    """A workbook: the paper as a whole first, then every table on a sheet of its own with numbers as numbers."""
    import xlsxwriter

    made, out = laid_out(kind, claims, lang), io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": f"{made.title} {made.number}", "created": _issued(claims)})
        _whole(book, made)
        for n, table in enumerate(made.tables, start=1):
            _table(book, table, n)
    return out.getvalue()


def _issued(claims: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(claims["issued_at"]).replace(tzinfo=None)


def _whole(book: Any, made: Sheet) -> None:
    page, bold = book.add_worksheet(made.title[:_SHEET_NAME]), book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 34, wrapped)
    page.set_column(1, 7, 20, wrapped)
    for at, row in enumerate(matrix(made)):
        for column, cell in enumerate(row):
            page.write_string(at, column, cell, bold if at == 0 else None)
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _table(book: Any, table: Table, n: int) -> None:
    page, bold = book.add_worksheet(f"{n} {table.title}"[:_SHEET_NAME]), book.add_format({"bold": True})
    places = book.add_format({"num_format": "#,##0.00######"})
    page.freeze_panes(1, 0)
    for column, each in enumerate(table.columns):
        page.set_column(column, column, min(WIDTH_MAX, max(10, each.width * 2)))
        page.write_string(0, column, each.head, bold)
    for at, row in enumerate([*table.rows, *table.totals], start=1):
        for column, cell in enumerate(row):
            bare = _number(cell)
            if table.columns[column].number and _is_number(bare):
                page.write_number(at, column, Decimal(bare), places)
            else:
                page.write_string(at, column, cell)
