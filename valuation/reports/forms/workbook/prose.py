"""The text of the report as a sheet: every section, but for the numbers that have sheets of their own."""

from collections.abc import Sequence
from typing import Any, Final

from kernel.text import Text
from valuation.reports.forms.workbook.styles import Book, lines
from valuation.reports.model import (
    Block,
    Facts,
    Figure,
    Heading,
    Listing,
    Paragraph,
    Report,
    Section,
    Signature,
    Signatures,
    Table,
)

_NAME: Final = Text("正文", "Text")
_ELSEWHERE: Final = ("parameters", "computation", "sensitivity")
_COLUMNS: Final = 8
_WIDTH: Final = 17
_LABEL: Final = 30


class _Page:
    """Where the next block goes."""

    def __init__(self, book: Book, sheet: Any) -> None:
        self.book, self.sheet, self.row = book, sheet, 0

    def across(self, words: str, style: str, first: int = 0) -> None:
        """One text over the whole width, as high as it needs."""
        room = (_LABEL if first == 0 else 0) + _WIDTH * (_COLUMNS - max(first, 1))
        self.sheet.merge_range(self.row, first, self.row, _COLUMNS - 1, "", self.book.style(style))
        self.book.write(self.sheet, self.row, first, words, style)
        self.sheet.set_row(self.row, 15 * lines(words, room) + 3)
        self.row += 1

    def fact(self, name: str, words: str, style: str) -> None:
        """A name and what stands for it."""
        self.book.write(self.sheet, self.row, 0, name, "soft")
        height = lines(name, _LABEL)
        self.sheet.merge_range(self.row, 1, self.row, _COLUMNS - 1, "", self.book.style(style))
        self.book.write(self.sheet, self.row, 1, words, style)
        self.sheet.set_row(self.row, 15 * max(height, lines(words, _WIDTH * (_COLUMNS - 1))) + 2)
        self.row += 1


def text(book: Book, report: Report) -> None:
    """Every section in turn."""
    sheet = book.sheet(_NAME)
    sheet.set_column(0, 0, _LABEL)
    sheet.set_column(1, _COLUMNS - 1, _WIDTH)
    page = _Page(book, sheet)
    for number, part in enumerate(report.sections, 1):
        page.across(f"{number}  {part.title.of(book.lang)}", "heading")
        _section(page, part)
        page.row += 1


def _section(page: _Page, part: Section) -> None:
    if part.id in _ELSEWHERE:
        said = Text("见各数值工作表。", "See the sheets of numbers.").of(page.book.lang)
        page.across(said, "soft")
        return
    for block in part.blocks:
        _block(page, block)


def _block(page: _Page, block: Block) -> None:
    lang = page.book.lang
    match block:
        case Paragraph(text=said, tone=tone):
            page.across(said.of(lang), _TONES.get(tone, "text"))
        case Heading(text=said):
            page.across(said.of(lang), "subheading")
        case Listing(items=items):
            for item in items:
                page.across(f"· {item.of(lang)}", "text")
        case Facts(rows=rows):
            for row in rows:
                page.fact(row.name.of(lang), row.value.of(lang), _TONES.get(row.tone, "text"))
        case Table():
            _table(page, block)
        case Signatures(places=places):
            _signatures(page, places)
        case Figure():
            pass  # The pictures are in the other forms; the spreadsheet draws its own from its cells.


_TONES: Final = {"strong": "strong", "note": "soft", "absent": "absent", "code": "code"}


def _signatures(page: _Page, places: Sequence[Signature]) -> None:
    lang = page.book.lang
    for place in places:
        at = place.signed_at or Text("未签名", "not signed").of(lang)
        said = f"{place.name.of(lang)} · {place.registration.of(lang)} · {at} {place.key}"
        page.fact(place.capacity.of(lang), said, "text" if place.signed_at else "absent")


def _table(page: _Page, table: Table) -> None:
    book, sheet = page.book, page.sheet
    spans = _spans(table)
    for head, (first, last) in zip(table.columns, spans, strict=True):
        _spread(page, first, last, head.name, "head-right" if head.align == "right" else "head")
    sheet.set_row(page.row, 18)
    page.row += 1
    for row in table.rows:
        high = 1
        for cell, column, (first, last) in zip(row, table.columns, spans, strict=True):
            _spread(page, first, last, cell, column.align if column.align != "left" else "text")
            room = (_LABEL if first == 0 else 0) + _WIDTH * (last - max(first, 1) + 1)
            high = max(high, lines(cell.of(book.lang), room))
        sheet.set_row(page.row, 15 * high + 2)
        page.row += 1


def _spans(table: Table) -> list[tuple[int, int]]:
    """The sheet's columns that each of the table's takes: the first one, the others by their weight."""
    rest = table.columns[1:]
    whole, free, at, spans = sum(column.weight for column in rest), _COLUMNS - 1 - len(rest), 1, [(0, 0)]
    for left, column in zip(range(len(rest), 0, -1), rest, strict=True):
        more = free if left == 1 else min(free, round((_COLUMNS - 1) * column.weight / whole) - 1)
        spans.append((at, at + max(more, 0)))
        at, free = at + max(more, 0) + 1, free - max(more, 0)
    return spans


def _spread(page: _Page, first: int, last: int, words: Text, style: str) -> None:
    if last > first:
        page.sheet.merge_range(page.row, first, page.row, last, "", page.book.style(style))
    page.book.say(page.sheet, page.row, first, words, style)
