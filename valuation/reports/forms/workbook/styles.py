"""What the sheets share: formats, how a text is written so that no program takes it for a formula, page set-up."""

from collections.abc import Container
from functools import cache
from typing import Any, Final

from kernel.text import Lang, Text

_FONT: Final = {"zh": "Microsoft YaHei", "en": "Calibri"}
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
_INK, _SOFT, _ACCENT, _ALARM, _INPUT = "#1C2733", "#5B6B7A", "#14517A", "#A4232A", "#0B5CAD"
_STYLES: Final[dict[str, dict[str, Any]]] = {
    "text": {"text_wrap": True, "valign": "top"},
    "plain": {"valign": "top"},
    "soft": {"font_color": _SOFT, "text_wrap": True, "valign": "top"},
    "name": {"font_color": _SOFT, "font_size": 8, "align": "right", "valign": "bottom"},
    "code": {"font_name": "Consolas", "font_size": 9, "text_wrap": True, "valign": "top"},
    "strong": {"bold": True, "text_wrap": True, "valign": "top"},
    "alarm": {"bold": True, "font_color": _ALARM, "text_wrap": True, "valign": "top"},
    "absent": {"font_color": _ALARM, "text_wrap": True, "valign": "top"},
    "center": {"align": "center", "valign": "top", "text_wrap": True},
    "right": {"align": "right", "valign": "top", "text_wrap": True},
    "title": {"bold": True, "font_size": 18, "font_color": _ACCENT},
    "subject": {"font_size": 12, "text_wrap": True, "valign": "top"},
    "heading": {"bold": True, "font_size": 12, "font_color": _ACCENT, "bottom": 1, "bottom_color": _ACCENT},
    "subheading": {"bold": True, "font_size": 11},
    "head": {"bold": True, "bg_color": "#EEF2F5", "bottom": 1, "text_wrap": True, "valign": "vcenter"},
    "head-right": {"bold": True, "bg_color": "#EEF2F5", "bottom": 1, "text_wrap": True, "align": "right"},
    "band": {"bg_color": "#F6F8FA"},
    "input": {"font_color": _INPUT, "bg_color": "#FFFBE6", "num_format": "#,##0.00########", "valign": "top"},
    "idle": {"font_color": _SOFT, "bg_color": "#E3E6E8", "num_format": "#,##0.00########", "valign": "top"},
    "number": {"num_format": "#,##0.00########", "valign": "top"},
    "coefficient": {"num_format": "#,##0.00####", "valign": "top"},
    "result": {"num_format": "#,##0.00########", "valign": "top", "bold": True},
    "money": {"valign": "top"},
    "sum": {"bold": True, "bg_color": "#EEF2F5", "top": 1, "valign": "top"},
    "total": {"num_format": "#,##0.00########", "bold": True, "bg_color": "#EEF2F5", "top": 1, "valign": "top"},
}  # fmt: skip


_AMOUNTS: Final = ("money", "sum")
"""Amounts with the decimal places of their currency."""


class Book:
    """The workbook with its language; a text goes through `write`, never through a formula."""

    def __init__(self, workbook: Any, lang: Lang, places: int) -> None:
        self.workbook, self.lang = workbook, lang
        self._money = "#,##0" + ("." + "0" * places if places else "")
        self.style = cache(self._style)

    def _style(self, name: str, quoted: bool = False) -> Any:
        asked = {"font_name": _FONT[self.lang], "font_size": 10, **_STYLES[name]}
        if name in _AMOUNTS:
            asked["num_format"] = self._money
        made = self.workbook.add_format(asked)
        if quoted:
            # What a person edits later would become a formula without the quote before it.
            made.set_quote_prefix()
        return made

    def write(self, sheet: Any, row: int, column: int, words: str, style: str = "text") -> None:
        """Write a text as text, whatever it begins with."""
        sheet.write_string(row, column, words, self.style(style, words.startswith(_RISKY)))

    def say(self, sheet: Any, row: int, column: int, text: Text, style: str = "text") -> None:
        """Write a text in the book's language."""
        self.write(sheet, row, column, text.of(self.lang), style)

    def heads(self, sheet: Any, row: int, *names: Text, numbers: Container[int] = ()) -> None:
        """A row of column names; those above numbers stand to the right as these do."""
        for column, name in enumerate(names):
            self.say(sheet, row, column, name, "head-right" if column in numbers else "head")

    def sheet(self, name: Text, *, landscape: bool = True) -> Any:
        """A sheet that prints on A4, one page wide, with its name and page number."""
        sheet = self.workbook.add_worksheet(name.of(self.lang))
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        sheet.set_footer("&L&8&A&R&8&P / &N")
        if landscape:
            sheet.set_landscape()
        return sheet


def quoted(sheet: str, cell: str) -> str:
    """A cell of another sheet."""
    return f"'{sheet}'!{cell}"


def lines(words: str, room: float) -> int:
    """About how many lines a text takes in a column of so many Latin characters."""
    return sum(
        max(1, -(-sum(2 if ord(each) > 0x2E7F else 1 for each in part) // max(int(room), 1)))
        for part in words.split("\n")
    )
